//! Everything that is done often is done without the mouse.

use stand_in::Script;
use tests::browser::Screen;
use tests::{Scene, on_stage};
use thirtyfour::{Key, TypingData};

const FOCUSED: &str = "document.activeElement?.dataset.testid ?? ''";

#[test]
fn enter_sends_and_shift_enter_begins_a_new_line() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        page.type_into("composer", "one").await;
        let keyboard = page.browser().driver().action_chain();
        keyboard
            .key_down(Key::Shift)
            .send_keys(Key::Enter)
            .key_up(Key::Shift)
            .send_keys("two")
            .perform()
            .await
            .expect("keys");
        assert_eq!(page.count("message-user").await, 0);
        page.press(Key::Enter).await;
        assert_eq!(page.answered(1).await, "done");
        let sent = stage.airlock.stand_in.last_request().expect("a request");
        assert_eq!(sent.json()["messages"][0]["content"], "one\ntwo");
        let rest: String = page
            .eval("document.querySelector('[data-testid=composer]').value")
            .await;
        assert_eq!(rest, "");
    });
}

#[test]
fn escape_stops_an_answer() {
    on_stage(Scene::default(), async |stage| {
        let (page, stand_in) = (&stage.page, &stage.airlock.stand_in);
        stand_in.reply_with(Script::text(["First", " second"]));
        stand_in.step();
        page.ask("Hello").await;
        stand_in.allow_events(3);
        page.last_answer_is("First").await;
        page.press(Key::Escape).await;
        stand_in.wait_for_aborts(1).await;
        assert_eq!(page.answered(1).await, "interrupted");
    });
}

#[test]
fn a_slash_goes_to_the_composer_and_is_an_ordinary_letter_there() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        page.click("theme").await;
        assert_eq!(page.eval::<String>(FOCUSED).await, "theme");
        page.press("/").await;
        assert_eq!(page.eval::<String>(FOCUSED).await, "composer");
        page.press("a/b").await;
        let draft: String = page
            .eval("document.querySelector('[data-testid=composer]').value")
            .await;
        assert_eq!(draft, "a/b");
    });
}

#[test]
fn what_is_closed_gives_the_focus_back_to_what_opened_it() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        let close = |part: &str| {
            format!(
                "document.querySelector('{part} header .bare').click() || document.activeElement.dataset.testid"
            )
        };
        page.click("preflight-toggle").await;
        page.click("preflight-toggle").await;
        let focused: String = page.eval(&close(".panel")).await;
        assert_eq!(focused, "preflight-toggle", "a column");

        page.browser().use_screen(Screen::Phone).await;
        for (button, part) in [("history", ".history"), ("preflight-toggle", ".panel")] {
            page.click(button).await;
            page.until(
                "the sheet has the focus",
                &format!("document.activeElement.matches('{part}')"),
            )
            .await;
            let focused: String = page.eval(&close(part)).await;
            assert_eq!(focused, button, "by its button");
            page.click(button).await;
            page.until(
                "the sheet has the focus",
                &format!("document.activeElement.matches('{part}')"),
            )
            .await;
            page.press(Key::Escape).await;
            page.until("by Escape", &format!("{FOCUSED} === '{button}'"))
                .await;
        }
    });
}

#[test]
fn every_control_is_reached_by_tab_and_shows_that_it_is() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        page.write("Hello").await;
        page.eval::<serde_json::Value>("document.activeElement.blur()")
            .await;
        let mut reached = Vec::new();
        for _ in 0..40 {
            page.press(TypingData::from(Key::Tab)).await;
            let focused: String = page.eval(FOCUSED).await;
            if !focused.is_empty() {
                let outline: String = page
                    .eval("(e => { const s = getComputedStyle(e), p = getComputedStyle(e.closest('form') ?? e); return s.outlineStyle + p.outlineStyle + p.borderColor })(document.activeElement)")
                    .await;
                assert!(
                    outline.contains("solid") || outline.contains("auto") || focused == "composer",
                    "{focused}: {outline}"
                );
            }
            reached.push(focused);
        }
        for control in [
            "theme",
            "history",
            "new-chat",
            "export-all",
            "import",
            "keep-history",
            "composer",
            "model",
            "effort",
            "output-cap",
            "send",
        ] {
            assert!(
                reached.iter().any(|id| id == control),
                "{control} is not among {reached:?}"
            );
        }
    });
}
