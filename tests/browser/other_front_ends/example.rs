//! The example page: plain JavaScript on the server's own origin, under the server's own content security policy.

use stand_in::Script;
use tests::{Dice, Scene, Setup, on_stage};

use super::module::example;

fn scene() -> Scene {
    Scene {
        airlock: Setup {
            assets: Some(example()),
            ..Setup::default()
        },
        other_page_is_ready: Some("document.documentElement.dataset.ready === ''"),
        ..Scene::default()
    }
}

/// Writes `text` as a person's input method does.
fn written(text: &str) -> String {
    format!(
        "(field => {{ field.value = {text:?}; field.dispatchEvent(new Event('input')); return true; }})(document.querySelector('#draft'))"
    )
}

const MAY_SEND: &str = "!document.querySelector('#send').disabled";

#[test]
fn a_page_in_plain_javascript_judges_sends_and_shows_the_answer() {
    on_stage(scene(), async |stage| {
        let (page, stand_in) = (&stage.page, &stage.airlock.stand_in);
        stand_in.reply_with(Script::text(["Good ", "day, ", "🙂."]));
        assert!(page.eval::<bool>(&written("Hello")).await);
        page.until("it can be sent", MAY_SEND).await;
        let estimate: String = page
            .eval("document.querySelector('#estimate').innerText")
            .await;
        assert!(estimate.contains("tokens, at most $0.00"), "{estimate}");
        assert!(stand_in.requests().is_empty(), "nothing has left the tab");

        page.eval::<()>("document.querySelector('#send').click()")
            .await;
        let answer =
            "document.querySelector('[data-role=assistant]')?.innerText === 'Good day, 🙂.'";
        page.until("the answer is there", answer).await;
        assert_eq!(stand_in.requests().len(), 1);
    });
}

#[test]
fn a_blocked_draft_is_not_sent_and_is_once_it_is_mended() {
    on_stage(scene(), async |stage| {
        let (page, stand_in) = (&stage.page, &stage.airlock.stand_in);
        let too_long = "(field => { field.value = 'word '.repeat(110000); field.dispatchEvent(new Event('input')); return true; })(document.querySelector('#draft'))";
        assert!(page.eval::<bool>(too_long).await);
        page.until(
            "the finding is there",
            "document.querySelector('[data-severity=block][data-rule=request_too_large]')",
        )
        .await;
        assert!(!page.eval::<bool>(MAY_SEND).await);
        page.eval::<()>("document.querySelector('#send').click()")
            .await;
        page.browser().settle().await;
        let evidence = page.browser().evidence();
        let sent = evidence.all("Network.requestWillBeSent");
        assert!(
            sent.iter()
                .all(|event| event.text("/request/method") == "GET")
        );
        assert!(stand_in.requests().is_empty());

        assert!(page.eval::<bool>(&written("A word.")).await);
        page.until("it can be sent", MAY_SEND).await;
        page.eval::<()>("document.querySelector('#send').click()")
            .await;
        let answer = "document.querySelector('[data-role=assistant]')?.innerText.length > 20";
        page.until("the answer is there", answer).await;
        assert_eq!(stand_in.requests().len(), 1);
    });
}

/// The place of a key is counted as JavaScript counts, though an emoji stands before it.
#[test]
fn a_key_is_shown_where_it_stands_and_cut_out_before_anything_is_sent() {
    let mut dice = Dice::new(11);
    let letters: Vec<char> = ('a'..='z').chain('A'..='Z').chain('0'..='9').collect();
    let secret: String = (0..95).map(|_| dice.one_of(&letters)).collect();
    let key = format!("sk-ant-api03-{secret}");
    on_stage(scene(), async |stage| {
        let (page, stand_in) = (&stage.page, &stage.airlock.stand_in);
        let text = written(&format!("漢字 🙂 {key}, why?"));
        assert!(page.eval::<bool>(&text).await);
        let finding = "document.querySelector('[data-severity=block][data-rule=secret]')";
        page.until("the finding is there", finding).await;
        assert!(!page.eval::<bool>(MAY_SEND).await);
        let press = |name: &str| {
            format!(
                "[...{finding}.querySelectorAll('button')].find(it => it.textContent === {name:?}).click()"
            )
        };
        page.eval::<()>(&press("Show")).await;
        let shown: String = page
            .eval("(field => field.value.slice(field.selectionStart, field.selectionEnd))(document.querySelector('#draft'))")
            .await;
        assert_eq!(shown, key);

        page.eval::<()>(&press("Fix")).await;
        page.until("it can be sent", MAY_SEND).await;
        page.eval::<()>("document.querySelector('#send').click()")
            .await;
        let answer = "document.querySelector('[data-role=assistant]')?.innerText.length > 20";
        page.until("the answer is there", answer).await;
        let requests = stand_in.requests();
        let body = String::from_utf8_lossy(&requests[0].body);
        assert!(
            body.contains("漢字 🙂") && body.contains("[redacted]"),
            "{body}"
        );
        let parts = secret.as_bytes().windows(6);
        assert!(
            parts
                .into_iter()
                .all(|part| !body.as_bytes().windows(6).any(|seen| seen == part)),
            "{body}"
        );
    });
}
