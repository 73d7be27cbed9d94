//! What stays on the device and what does not: chats and drafts outlive a reload, and go when they are told to.

use stand_in::Script;
use tests::{Scene, Stage, on_stage};

async fn hold(stage: &Stage, question: &str, answer: &str) {
    stage.airlock.stand_in.reply_with(Script::text([answer]));
    stage.page.ask(question).await;
    assert_eq!(stage.page.answered(1).await, "done");
}

/// Everything that the page keeps on this device, as one text.
const KEPT: &str = "JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])";

#[test]
fn a_conversation_outlives_a_reload() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        hold(stage, "What stays?", "**Everything** stays.").await;
        let before = page.text("log").await;
        page.reload().await;
        page.until(
            "the conversation is back",
            "document.querySelectorAll('[data-testid=message-assistant]').length === 1",
        )
        .await;
        assert_eq!(page.text("log").await, before);
        assert_eq!(page.last_answer().await, "Everything stays.");
        assert_eq!(page.count("history-item").await, 1);
        assert_eq!(
            stage.airlock.stand_in.requests().len(),
            1,
            "nothing is asked twice"
        );
    });
}

/// FM-27: an answer that a reload cut off comes back as an interrupted one.
#[test]
fn an_answer_under_way_at_a_reload_comes_back_as_interrupted() {
    on_stage(Scene::default(), async |stage| {
        let (page, stand_in) = (&stage.page, &stage.airlock.stand_in);
        stand_in.reply_with(Script::text(["So far", " and no further"]));
        stand_in.step();
        page.ask("Tell me").await;
        stand_in.allow_events(3);
        page.last_answer_is("So far").await;
        page.reload().await;
        stand_in.wait_for_aborts(1).await;
        assert_eq!(page.answered(1).await, "interrupted");
        assert_eq!(page.last_answer().await, "So far");
    });
}

#[test]
fn a_draft_outlives_a_reload() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        page.write("Half a thought").await;
        page.reload().await;
        let draft = "document.querySelector('[data-testid=composer]').value === 'Half a thought'";
        page.until("the draft is back", draft).await;
        let may_go = "!document.querySelector('[data-testid=send]').disabled";
        page.until("it may go", may_go).await;
    });
}

#[test]
fn chats_are_begun_opened_renamed_and_deleted() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        hold(stage, "The older chat", "Older.").await;
        page.click("new-chat").await;
        page.until(
            "the new chat is empty",
            "document.querySelectorAll('[data-testid=message-user]').length === 0",
        )
        .await;
        hold(stage, "The newer chat", "Newer.").await;
        let titles = "[...document.querySelectorAll('[data-testid=history-item] .title')].map(title => title.textContent)";
        assert_eq!(
            page.eval::<Vec<String>>(titles).await,
            ["The newer chat", "The older chat"]
        );

        let open =
            "[...document.querySelectorAll('[data-testid=history-item] .open')].at(-1).click()";
        page.eval::<serde_json::Value>(open).await;
        page.last_answer_is("Older.").await;

        page.click("rename").await;
        page.fill("rename-text", "A better name").await;
        page.press(thirtyfour::Key::Enter).await;
        page.until(
            "it has the name",
            &format!("{titles}.at(-1) === 'A better name'"),
        )
        .await;

        page.click("delete").await;
        page.click("delete-yes").await;
        page.until(
            "one is left",
            &format!("{titles}.join() === 'The newer chat'"),
        )
        .await;
        assert!(!page.eval::<String>(KEPT).await.contains("Older."));
        page.reload().await;
        assert_eq!(page.eval::<Vec<String>>(titles).await, ["The newer chat"]);
    });
}

#[test]
fn with_the_switch_off_nothing_is_kept_and_what_was_kept_goes() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        hold(stage, "A kept question", "A kept answer.").await;
        assert!(page.eval::<String>(KEPT).await.contains("A kept answer."));
        page.click("keep-history").await;
        page.click("forget-yes").await;
        page.until("it is gone", &format!("!{KEPT}.includes('A kept')"))
            .await;
        assert_eq!(page.count("history-item").await, 0);

        stage
            .airlock
            .stand_in
            .reply_with(Script::text(["An answer for now."]));
        page.ask("A question for now").await;
        assert_eq!(page.answered(2).await, "done");
        page.write("A draft for now").await;
        page.reload().await;
        assert!(!page.eval::<String>(KEPT).await.contains("for now"));
        assert_eq!(page.count("message-assistant").await, 0);
    });
}
