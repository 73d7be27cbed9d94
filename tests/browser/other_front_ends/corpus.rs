//! One corpus, three machines: the native build, Chromium and Node say the same of every case, to the byte.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use preflight_js::report::Report;
use serde::Serialize;
use shared::api::chat::ChatRequest;
use shared::models::Catalogue;
use shared::preflight::{Memo, ModelCost, Trim, check, secrets};
use tests::browser::Tolerated;
use tests::corpus::{Case, corpus};
use tests::{Scene, Setup, on_stage};

use super::difference::assert_same;
use super::module;
use super::place::Place;

/// The files of the module, and what runs it over the corpus.
const FILES: [&str; 2] = ["preflight.js", "preflight_bg.wasm"];

/// Everything that is said of one case, in the order of `corpus.js`.
#[derive(Serialize)]
struct Verdict<'a> {
    report: Report<'a>,
    remembered: Report<'a>,
    costs: Vec<ModelCost>,
    trim: &'a Option<Trim>,
    mended: Vec<Option<ChatRequest>>,
    trimmed: Option<ChatRequest>,
    redacted: Vec<String>,
}

/// The corpus.
pub(super) static CASES: LazyLock<Vec<Case>> = LazyLock::new(corpus);
/// What the native build says of each case, as JSON.
pub(super) static NATIVELY: LazyLock<Vec<String>> = LazyLock::new(|| judged_natively(&CASES));

fn judged_natively(cases: &[Case]) -> Vec<String> {
    let catalogue = Catalogue::builtin();
    let mut memo = Memo::default();
    let judge = |case: &Case| {
        let Case {
            request,
            policy,
            now,
            ..
        } = case;
        let preflight = check(request, policy, &catalogue, *now);
        let trim = memo.trim(request, policy, &catalogue, *now);
        let remembered = memo.check(request, policy, &catalogue, *now);
        let fixes = preflight.findings.iter().map(|finding| &finding.fix);
        let texts = request.messages.iter().map(|message| &message.content);
        let verdict = Verdict {
            report: Report::of(request, &preflight),
            remembered: Report::of(request, &remembered),
            costs: memo.compare(request, policy, &catalogue, *now),
            trim: &trim,
            mended: fixes
                .map(|fix| fix.as_ref().map(|fix| fix.apply(request)))
                .collect(),
            trimmed: trim.as_ref().map(|trim| trim.fix.apply(request)),
            redacted: texts
                .map(|text| secrets::redact(text).into_owned())
                .collect(),
        };
        serde_json::to_string(&verdict).expect("a verdict is JSON")
    };
    cases.iter().map(judge).collect()
}

/// Lays the module beside the corpus and what runs one over the other.
fn set_up(cases: &[Case]) -> Place {
    let place = Place::new("corpus");
    for name in FILES {
        let to = place.path().join(name);
        fs::copy(module::folder().join(name), to).expect("a file of the module");
    }
    let lines = cases
        .iter()
        .map(|case| serde_json::to_string(case).expect("JSON") + "\n");
    place.write("corpus.txt", &lines.collect::<String>());
    place.write("corpus.js", include_str!("corpus.js"));
    place.write("package.json", r#"{"type": "module"}"#);
    place.write("index.html", "<!doctype html><title>The corpus</title>");
    place
}

/// What Node says.
fn judged_in_node(place: &Path) -> Vec<String> {
    let said = module::run_in_node(&format!(
        "import {{ readFileSync, writeSync }} from 'node:fs';
        import {{ judgeAll }} from '{0}/corpus.js';
        const verdicts = await judgeAll(readFileSync('{0}/corpus.txt', 'utf8'), readFileSync('{0}/preflight_bg.wasm'));
        for (const verdict of verdicts) writeSync(1, verdict + '\\n');",
        place.display()
    ));
    said.lines().map(str::to_owned).collect()
}

#[test]
fn the_corpus_is_judged_alike_to_the_byte_natively_in_chromium_and_in_node() {
    let place = set_up(&CASES);
    assert_same(&CASES, &NATIVELY, "Node", &judged_in_node(place.path()));

    let scene = Scene {
        airlock: Setup {
            assets: Some(place.path().to_owned()),
            ..Setup::default()
        },
        // The page has no icon.
        tolerated: Tolerated {
            statuses: vec![404],
            ..Tolerated::default()
        },
        other_page_is_ready: Some("document.readyState === 'complete'"),
        ..Scene::default()
    };
    on_stage(scene, async |stage| {
        let page = &stage.page;
        let judge_all = "import('/corpus.js').then(async (corpus) => { globalThis.corpus = corpus; \
            globalThis.verdicts = await corpus.judgeAll(await (await fetch('/corpus.txt')).text()); return verdicts.length; })";
        let count: usize = page.eval(judge_all).await;
        assert_eq!(count, CASES.len());
        let mut in_chromium = Vec::new();
        while in_chromium.len() < count {
            let batch: Vec<String> = page.eval("corpus.take(verdicts)").await;
            in_chromium.extend(batch);
        }
        assert_same(&CASES, &NATIVELY, "Chromium", &in_chromium);
    });
    let bytes: usize = NATIVELY.iter().map(String::len).sum();
    println!(
        "{} cases, {bytes} bytes of verdicts, the same in all three",
        CASES.len()
    );
}
