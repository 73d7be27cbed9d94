//! How long a stopped answer still costs money: from the page's abort to the moment at which Claude's side sees its socket close.

use stand_in::{Outcome, Script};
use tests::{Scene, Stage, on_stage};

const STOPS: u64 = 20;

/// What a person would call at once.
const MEDIAN_MAX_MS: f64 = 50.0;

/// Five times that for the worst one: two cores also run the browser, the server and the stand-in.
const WORST_MAX_MS: f64 = 250.0;

/// When the page aborted its request, in milliseconds since 1970 as the browser's clock has them.
const ABORTED_AT: &str =
    "performance.timeOrigin + performance.getEntriesByName('airlock:abort').at(-1).startTime";

/// FM-22: a stopped answer ends at Claude before a person has lifted the finger.
#[test]
fn twenty_stops_end_their_calls_within_50_ms_and_none_after_250() {
    let scene = Scene {
        is_alone: true,
        ..Scene::default()
    };
    on_stage(scene, async |stage| {
        let mut taken = Vec::new();
        for number in 1..=STOPS {
            taken.push(stop(stage, number).await);
        }
        taken.sort_by(f64::total_cmp);
        let median = f64::midpoint(taken[9], taken[10]);
        let worst = taken[19];
        println!("{STOPS} stops: median {median:.1} ms, worst {worst:.1} ms; all: {taken:.1?}");
        assert!(taken[0] > -2.0, "the clocks disagree: {taken:?}");
        assert!(median < MEDIAN_MAX_MS, "median {median} ms: {taken:?}");
        assert!(worst < WORST_MAX_MS, "worst {worst} ms: {taken:?}");
    });
}

/// Stops one answer in its middle and gives how long that took to arrive, in milliseconds. The stand-in's clock leaves the fraction
/// of a millisecond out, so that up to one of them is missing.
async fn stop(stage: &Stage, number: u64) -> f64 {
    let (page, stand_in) = (&stage.page, &stage.airlock.stand_in);
    stand_in.reply_with(Script::text(["Some words", " and some more"]));
    stand_in.step();
    page.ask(&format!("Question {number}")).await;
    stand_in.allow_events(3);
    page.last_answer_is("Some words").await;
    page.click("stop").await;
    stand_in.wait_for_aborts(number).await;
    let aborted_at: f64 = page.eval(ABORTED_AT).await;
    let request = stand_in.last_request().expect("a request");
    let Outcome::Aborted { time_of_day, .. } = request.outcome else {
        panic!("it was aborted: {:?}", request.outcome);
    };
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds since 1970 take 41 bits"
    )]
    let noticed_at = time_of_day.0 as f64;
    noticed_at - aborted_at
}
