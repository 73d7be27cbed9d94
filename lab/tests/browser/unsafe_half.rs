//! The unsafe half gives its keys away.

use tests::on_stage;

use super::{ATTACKS, half, open_lab, scene};

/// Each attack runs in the tab of the unsafe half, its outcome is seen in the lab, and what it found is the answer that the lab's server
/// takes; and thieves have run up a bill.
#[test]
fn every_attack_on_the_unsafe_half_succeeds_and_finds_the_answer() {
    on_stage(scene(), async |stage| {
        for attack in ATTACKS {
            let page = open_lab(stage).await;
            let link = format!("document.querySelector('[data-testid=run-unsafe-{attack}]').href");
            let address: String = page.eval(&link).await;
            page.goto(&address).await;
            page.until(
                format!("{attack} is over"),
                &format!(
                    "document.querySelector('[data-attack={attack}]')?.dataset.state === 'done'"
                ),
            )
            .await;
            let page = open_lab(stage).await;
            let outcome = half(attack, "unsafe", ".outcome");
            page.until(
                format!("{attack} succeeded"),
                &format!("{outcome}.textContent === 'Stolen'"),
            )
            .await;
            let lines = half(attack, "unsafe", "pre");
            let found: String = page
                .eval(&format!("{lines}.textContent.match(/^Found: (.*)/)[1]"))
                .await;
            page.fill(&format!("answer-{attack}"), &found).await;
            page.click(&format!("check-{attack}")).await;
            page.until(
                format!("{found} is the answer to {attack}"),
                &format!("document.querySelector('[data-testid=verdict-{attack}]').textContent.startsWith('Right')"),
            )
            .await;
        }
        let page = &stage.page;
        assert_eq!(page.text("progress").await, "9 of 9 solved");
        let bill = page.text("bill").await;
        assert!(
            bill.contains("$0.") && !bill.contains(" 0 requests"),
            "{bill}"
        );
    });
}

/// The header that carries the key is seen by the browser's own network tools: no script of ours is needed for that.
#[test]
fn the_developer_tools_show_the_key_in_the_request_of_the_program() {
    on_stage(scene(), async |stage| {
        let page = open_lab(stage).await;
        let link = "document.querySelector('[data-testid=unsafe-page]').href";
        let address: String = page.eval(link).await;
        page.goto(&address).await;
        let place = page.browser().evidence().len();
        page.until("the chat is there", "globalThis.wasmBindings")
            .await;
        page.eval::<Option<bool>>("document.querySelector('#chat').requestSubmit()")
            .await;
        page.until(
            "an answer",
            "document.querySelector('#answer').textContent.length > 20",
        )
        .await;
        page.browser().settle().await;
        let sent = page
            .browser()
            .evidence()
            .since(place, "Network.requestWillBeSent");
        let keys = sent.iter().filter(|event| {
            event
                .text("/request/headers/x-api-key")
                .starts_with("sk-ant-lab-")
        });
        assert_eq!(keys.count(), 1);
    });
}
