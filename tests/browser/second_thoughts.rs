//! A person changes their mind: stops an answer, asks for another one, asks something else instead.

use serde_json::{Value, json};
use stand_in::{Outcome, Script};
use tests::{Scene, Stage, on_stage};

/// What the stand-in was last asked, as roles with words.
fn last_asked(stage: &Stage) -> Value {
    let request = stage.airlock.stand_in.last_request();
    request.expect("a request").json()["messages"].take()
}

#[test]
fn a_stopped_answer_ends_the_call_at_claude_and_keeps_its_words_marked_as_interrupted() {
    on_stage(Scene::default(), async |stage| {
        let (page, stand_in) = (&stage.page, &stage.airlock.stand_in);
        stand_in.reply_with(Script::text(["The first words", " and the rest"]));
        stand_in.step();
        page.ask("Tell me").await;
        stand_in.allow_events(3);
        page.last_answer_is("The first words").await;
        page.click("stop").await;
        stand_in.wait_for_aborts(1).await;
        let outcome = stand_in.last_request().expect("a request").outcome;
        assert!(matches!(outcome, Outcome::Aborted { .. }), "{outcome:?}");
        assert_eq!(page.answered(1).await, "interrupted");
        assert_eq!(page.last_answer().await, "The first words");
        assert!(page.text("message-assistant").await.contains("Interrupted"));
        assert_eq!(page.text("status").await, "Stopped.");

        stand_in.open_gates();
        stand_in.reply_with(Script::text(["The whole story"]));
        page.click("regenerate").await;
        assert_eq!(page.answered(1).await, "done");
        assert_eq!(page.last_answer().await, "The whole story");
        assert_eq!(
            last_asked(stage),
            json!([{ "role": "user", "content": "Tell me" }])
        );
    });
}

#[test]
fn an_answer_stopped_before_its_first_word_is_gone_at_claude_too() {
    on_stage(Scene::default(), async |stage| {
        let (page, stand_in) = (&stage.page, &stage.airlock.stand_in);
        stand_in.hold_headers();
        page.ask("Tell me").await;
        stand_in.wait_for_requests(1).await;
        page.click("stop").await;
        stand_in.wait_for_aborts(1).await;
        assert_eq!(page.answered(1).await, "interrupted");
        assert_eq!(stand_in.open_streams(), 0);
    });
}

#[test]
fn regenerating_replaces_the_answer_and_asks_the_same() {
    on_stage(Scene::default(), async |stage| {
        let (page, stand_in) = (&stage.page, &stage.airlock.stand_in);
        for answer in ["One answer", "Another answer"] {
            stand_in.reply_with(Script::text([answer]));
        }
        page.ask("Which?").await;
        page.answered(1).await;
        let first = last_asked(stage);
        page.click("regenerate").await;
        page.last_answer_is("Another answer").await;
        assert_eq!(page.answered(1).await, "done");
        assert_eq!(page.count("message-user").await, 1);
        assert_eq!(last_asked(stage), first);
        assert_eq!(stand_in.requests().len(), 2);
    });
}

#[test]
fn an_earlier_question_that_is_changed_replaces_all_that_followed_it() {
    on_stage(Scene::default(), async |stage| {
        let (page, stand_in) = (&stage.page, &stage.airlock.stand_in);
        for turn in 1..=2 {
            stand_in.reply_with(Script::text([format!("Answer {turn}")]));
            page.ask(&format!("Question {turn}")).await;
            page.answered(turn).await;
        }
        stand_in.reply_with(Script::text(["Answer to the changed one"]));
        page.click_nth("edit", 0).await;
        page.fill("edit-text", "Question 1, put better").await;
        page.click("edit-send").await;
        page.last_answer_is("Answer to the changed one").await;
        assert_eq!(page.answered(1).await, "done");
        assert_eq!(page.count("message-user").await, 1);
        assert_eq!(
            last_asked(stage),
            json!([{ "role": "user", "content": "Question 1, put better" }])
        );
    });
}
