//! Whatever a model writes, nothing of it runs and nothing of it is fetched: not by the content security policy's grace alone, and not by
//! the renderer's alone. Each holds without the other.
//!
//! Beside what these tests assert, the stage's judge sees every request, every violation and every error.

mod vectors;

use std::collections::BTreeSet;

use serde_json::json;
use stand_in::Script;
use tests::browser::Tolerated;
use tests::{Scene, Stage, on_stage};

use vectors::{ELSEWHERE, shapes, vectors};

/// Vectors in one answer: many, since each answer takes a good tenth of a second, and few enough to find the guilty one among them.
const VECTORS_PER_ANSWER: usize = 24;

/// Notes who ran, in a place that survives until somebody looks.
const TRAP: &str =
    "globalThis.taken = number => { (globalThis.ran ??= []).push(number ?? null) }, true";

/// Elements that the renderer draws, and what it draws around them.
const DRAWN: [&str; 26] = [
    "A",
    "BLOCKQUOTE",
    "BR",
    "BUTTON",
    "CODE",
    "EM",
    "FIGCAPTION",
    "FIGURE",
    "H3",
    "HR",
    "LI",
    "OL",
    "P",
    "PRE",
    "S",
    "SPAN",
    "STRONG",
    "TABLE",
    "TBODY",
    "TD",
    "TH",
    "THEAD",
    "TR",
    "UL",
    "DIV",
    "svg",
];

/// Whether the browser obeys the page's content security policy.
async fn obey_policy(stage: &Stage, does: bool) {
    let bypassed = json!({ "enabled": !does });
    stage
        .page
        .browser()
        .tell("Page.setBypassCSP", bypassed)
        .await;
    stage.page.reload().await;
}

/// Lets Claude say `answers`, one after the other, each in a chat of its own.
async fn hear(stage: &Stage, answers: &[String]) {
    let page = &stage.page;
    for answer in answers {
        page.reload().await;
        page.click("new-chat").await;
        assert!(page.eval::<bool>(TRAP).await);
        // In pieces, as it comes in life: what is half there is a vector too.
        let letters: Vec<char> = answer.chars().collect();
        let size = letters.len().div_ceil(40);
        let pieces = letters.chunks(size).map(String::from_iter);
        stage.airlock.stand_in.reply_with(Script::text(pieces));
        page.ask("Show me").await;
        assert_eq!(page.answered(1).await, "done");
        is_harmless(stage, answer).await;
    }
}

async fn is_harmless(stage: &Stage, answer: &str) {
    let page = &stage.page;
    let ran: Vec<Option<i64>> = page.eval("globalThis.ran ?? []").await;
    assert_eq!(ran, [], "these ran: {answer}");
    let tags: BTreeSet<String> = page
        .eval("[...new Set([...document.querySelectorAll('.prose *:not(button *)')].map(e => e.tagName))]")
        .await;
    let others: Vec<_> = tags
        .iter()
        .filter(|tag| !DRAWN.contains(&tag.as_str()))
        .collect();
    assert!(others.is_empty(), "{others:?} in {answer}");
    let attributes: Vec<String> = page
        .eval("[...document.querySelectorAll('.prose *')].flatMap(e => [...e.attributes].map(a => a.name)).filter(n => n.startsWith('on') || ['style', 'src', 'srcset', 'srcdoc', 'action', 'formaction', 'background', 'poster', 'ping'].includes(n))")
        .await;
    assert!(attributes.is_empty(), "{attributes:?} in {answer}");
    let schemes: BTreeSet<String> = page
        .eval("[...new Set([...document.querySelectorAll('.prose a')].map(a => a.protocol))]")
        .await;
    let others: Vec<_> = schemes
        .iter()
        .filter(|scheme| !["http:", "https:", "mailto:"].contains(&scheme.as_str()))
        .collect();
    assert!(others.is_empty(), "links by {others:?} in {answer}");
    let signs: usize = page
        .eval(r"(document.querySelector('.prose').textContent.match(/[\u202a-\u202e\u2066-\u2069\u0000-\u0008\u001b]/g) ?? []).length")
        .await;
    assert_eq!(signs, 0, "signs that deceive in {answer:?}");
}

fn answers() -> Vec<String> {
    let vectors = vectors();
    assert!(vectors.len() >= 500, "{}", vectors.len());
    let together = vectors
        .chunks(VECTORS_PER_ANSWER)
        .map(|some| some.join("\n\n"));
    together.chain(shapes()).collect()
}

#[test]
fn nothing_that_a_model_writes_runs_or_loads() {
    on_stage(Scene::default(), async |stage| {
        hear(stage, &answers()).await;
    });
}

#[test]
fn nothing_that_a_model_writes_runs_or_loads_without_the_policy_either() {
    on_stage(Scene::default(), async |stage| {
        obey_policy(stage, false).await;
        hear(stage, &answers()).await;
    });
}

/// The vectors are real: a page without the policy that takes them for markup is taken by them.
#[test]
fn a_careless_page_falls_for_the_same_vectors() {
    let scene = Scene {
        tolerated: Tolerated {
            other_origins: true,
            ..Tolerated::default()
        },
        ..Scene::default()
    };
    on_stage(scene, async |stage| {
        let page = &stage.page;
        obey_policy(stage, false).await;
        assert!(page.eval::<bool>(TRAP).await);
        for vector in vectors() {
            let careless = format!(
                "(markup => {{ const it = document.createElement('div'); it.innerHTML = markup; document.body.append(it); return true }})({})",
                json!(vector)
            );
            if vector.contains("http-equiv") || vector.contains("<base") {
                // These take the page itself away, and its measuring with it.
                continue;
            }
            assert!(page.eval::<bool>(&careless).await, "{vector}");
        }
        page.until("some ran", "(globalThis.ran ?? []).length >= 20")
            .await;
        page.browser().settle().await;
        let requests = page.browser().evidence().all("Network.requestWillBeSent");
        let elsewhere = requests
            .iter()
            .filter(|event| event.text("/request/url").starts_with(ELSEWHERE));
        let elsewhere = elsewhere.count();
        let ran: usize = page.eval("new Set(globalThis.ran).size").await;
        println!(
            "{} vectors, {} shapes; of a careless page's, {ran} ran and {elsewhere} asked elsewhere",
            vectors().len(),
            shapes().len()
        );
        assert!(elsewhere >= 20, "{elsewhere}");
    });
}
