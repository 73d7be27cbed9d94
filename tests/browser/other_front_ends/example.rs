//! The example page: plain JavaScript on the server's own origin, under the server's own content security policy.

use stand_in::Script;
use tests::{Scene, Setup, on_stage};

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
