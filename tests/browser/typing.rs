//! What a letter costs: the preflight runs at every one, and nobody may notice.

use tests::{Scene, Stage, on_stage};

/// From now on, how long each run of the preflight takes.
const OBSERVE: &str = "globalThis.runs = []; new PerformanceObserver(list => runs.push(...list.getEntries()
    .filter(({ name }) => name === 'airlock:preflight').map(({ duration }) => duration))).observe({ type: 'measure' })";

/// Types `letters` letters at the end of a draft of `bytes` bytes, one by one, each once the one before was judged. Gives how long the
/// preflight took for each, in milliseconds, shortest first.
async fn type_behind(stage: &Stage, bytes: usize, letters: usize) -> Vec<f64> {
    let page = &stage.page;
    let prose = "The airlock has two doors, 3 rules and {one} key: \"never both open at once\", says §7 of its manual.\n";
    page.write(&prose.repeat(bytes.div_ceil(prose.len()))).await;
    page.until(
        "it is judged",
        "document.querySelector('[data-testid=preflight-cost]')",
    )
    .await;
    page.eval::<Option<bool>>(OBSERVE).await;
    for (count, letter) in (1..=letters).zip("and so on, word by word, ".chars().cycle()) {
        let text = serde_json::json!({ "text": letter.to_string() });
        page.browser().tell("Input.insertText", text).await;
        page.until("it is judged", &format!("runs.length >= {count}"))
            .await;
    }
    let mut runs: Vec<f64> = page.eval("runs").await;
    runs.sort_by(f64::total_cmp);
    runs
}

/// The value below which `percent` of all are.
fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted[place]
}

/// What a letter costs behind `bytes` bytes, in milliseconds: in the middle, and for all but the slowest quarter and hundredth of
/// `letters` letters.
///
/// On a machine that compiles meanwhile the slowest ones say how long the browser was kept from its core, so that the figure to hold is
/// held by three letters in four, and the rest is told.
fn cost_of_letters(bytes: usize, letters: usize) -> [f64; 3] {
    let scene = Scene {
        is_alone: true,
        ..Scene::default()
    };
    let mut runs = Vec::new();
    on_stage(scene, async |stage| {
        runs = type_behind(stage, bytes, letters).await;
    });
    [50, 75, 99].map(|percent| percentile(&runs, percent))
}

#[test]
fn a_letter_in_a_draft_of_4_kb_costs_half_a_millisecond() {
    let [p50, p75, p99] = cost_of_letters(4_000, 200);
    println!("preflight of a letter behind 4 kB: p50 {p50:.2}, p75 {p75:.2}, p99 {p99:.2} ms");
    assert!(p75 <= 0.5, "{p75} ms");
}

#[test]
fn a_letter_in_a_draft_of_100_kb_costs_5_milliseconds() {
    let [p50, p75, p99] = cost_of_letters(100_000, 100);
    println!("preflight of a letter behind 100 kB: p50 {p50:.2}, p75 {p75:.2}, p99 {p99:.2} ms");
    assert!(p75 <= 5.0, "{p75} ms");
}
