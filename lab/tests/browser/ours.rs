//! Airlock's own page has nothing to give.

use serde_json::Value;
use tests::browser::Page;
use tests::{Stage, on_stage};

use super::{ATTACKS, half, open_lab, scene};

/// The same attacks, by the button beside the others.
#[test]
fn every_attack_on_airlock_fails() {
    on_stage(scene(), async |stage| {
        let page = open_lab(stage).await;
        page.click("all").await;
        for attack in ATTACKS {
            let outcome = half(attack, "ours", ".outcome");
            page.until(
                format!("{attack} is over"),
                &format!("!{outcome}.textContent.startsWith('Not tried')"),
            )
            .await;
            let outcome: String = page.eval(&format!("{outcome}.textContent")).await;
            let lines = half(attack, "ours", "pre");
            let lines: String = page.eval(&format!("{lines}.textContent")).await;
            assert_eq!(outcome, "Held", "{attack}:\n{lines}");
            assert!(lines.len() > 20, "{attack} looked at nothing: {lines}");
        }
    });
}

/// A question asked through the chat's own composer, overheard as an extension would.
pub(crate) async fn overheard_in_the_chat(page: &Page, attack: &str) -> Value {
    page.eval::<bool>(&format!(
        "import('/lab/attacks.js').then(({{ attacks }}) => {{ \
            const asked = new Promise((done) => {{ globalThis.asked = done; }}); \
            globalThis.outcome = attacks.{attack}({{ \
                page: '/', ask: () => asked, disguises: {{ chat: () => asked }}, loot: 'http://localhost:9/loot' }}); \
            return true }})"
    ))
    .await;
    page.ask("Hello").await;
    assert_eq!(page.answered(1).await, "done");
    page.eval("(asked(), outcome)").await
}

async fn is_held_in_the_chat(stage: &Stage, attack: &str) {
    let page = &stage.page;
    page.open().await;
    let outcome = overheard_in_the_chat(page, attack).await;
    assert_eq!(outcome["found"], Value::Null, "{attack}: {outcome}");
    if attack != "disguise" {
        assert!(
            outcome.to_string().contains("POST http"),
            "{attack} heard nothing: {outcome}"
        );
    }
}

#[test]
fn a_hook_in_the_chat_hears_the_question_and_no_key() {
    on_stage(scene(), async |stage| {
        is_held_in_the_chat(stage, "hook").await;
    });
}
