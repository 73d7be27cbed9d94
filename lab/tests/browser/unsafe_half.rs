//! The unsafe half gives its keys away.

use serde_json::json;
use tests::on_stage;

use super::{ATTACKS, half, open_lab, run_on_the_unsafe_half, scene};

/// Each attack runs in the tab of the unsafe half, its outcome is seen in the lab, and what it found is the answer that the lab's server
/// takes; and thieves have run up a bill.
#[test]
fn every_attack_on_the_unsafe_half_succeeds_and_finds_the_answer() {
    on_stage(scene(), async |stage| {
        for attack in ATTACKS {
            let page = open_lab(stage).await;
            run_on_the_unsafe_half(page, attack).await;
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
        assert_eq!(page.text("progress").await, "10 of 10 solved, 0 fixed");
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

/// A service worker hears what the program sends, and is gone when the attack is over.
#[test]
fn a_worker_beneath_the_page_hears_the_key_and_is_taken_away_again() {
    on_stage(scene(), async |stage| {
        let page = open_lab(stage).await;
        run_on_the_unsafe_half(page, "hook").await;
        let lines: String = page
            .eval("document.querySelector('[data-attack=hook] pre').textContent")
            .await;
        let heard = lines
            .lines()
            .find(|line| line.starts_with("a worker beneath the page"));
        assert!(
            heard.is_some_and(|line| line.contains("heard POST http")),
            "{lines}"
        );
        let left: usize = page
            .eval("navigator.serviceWorker.getRegistrations().then((all) => all.length)")
            .await;
        assert_eq!(left, 0);
    });
}

/// A page on another port of this host asks Airlock with the visitor's cookie, as a real one would: the origin gate refuses it.
#[test]
fn what_the_unsafe_origin_asks_of_airlock_is_refused() {
    on_stage(scene(), async |stage| {
        let page = open_lab(stage).await;
        let place = page.browser().evidence().len();
        run_on_the_unsafe_half(page, "proxy").await;
        page.browser().settle().await;
        let evidence = page.browser().evidence();
        let url = format!("{}/api/chat", page.home());
        let sent = evidence.since(place, "Network.requestWillBeSent");
        let sent = sent
            .iter()
            .find(|event| event.text("/request/url") == url)
            .expect("it was asked");
        let heads = evidence.since(place, "Network.responseReceivedExtraInfo");
        let head = heads
            .iter()
            .find(|event| event.text("/requestId") == sent.text("/requestId"));
        let status = head.map(|head| head.particulars["statusCode"].clone());
        assert_eq!(status, Some(json!(403)));
    });
}
