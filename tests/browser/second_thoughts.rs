//! A person changes their mind: stops an answer, asks for another one, asks something else instead.

use serde_json::{Value, json};
use shared::money::{NanoUsd, TokenCount, TokenUsage};
use stand_in::{Outcome, Script};
use tests::{Dice, Scene, Setup, Stage, key_shaped, on_stage};

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

/// What is written for an old question is not lost where it may not be sent, and says why.
#[test]
fn an_edit_that_must_not_be_sent_stays_open_with_its_words() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        page.ask("Question").await;
        page.answered(1).await;
        let key = key_shaped(&mut Dice::new(7));
        page.click_nth("edit", 0).await;
        page.fill("edit-text", &format!("My key is {key}.")).await;
        page.click("edit-send").await;
        let note = "document.querySelector('[data-testid=log]').textContent.includes('Not sent.')";
        page.until("it says why", note).await;
        let words: String = page
            .eval("document.querySelector('[data-testid=edit-text]').value")
            .await;
        assert!(words.contains(&key), "{words}");
        assert_eq!(page.count("message-assistant").await, 1);
        assert_eq!(stage.airlock.stand_in.requests().len(), 1);
    });
}

/// A budget that holds one answer of Haiku's, and then no other.
pub(crate) fn one_answer_can_be_paid() -> Scene {
    Scene {
        airlock: Setup {
            budget: NanoUsd(2_200_000),
            ..Setup::default()
        },
        ..Scene::default()
    }
}

/// Gets that answer, and asks for another one in its place.
pub(crate) async fn ask_for_more_than_can_be_paid(stage: &Stage) {
    let page = &stage.page;
    let usage = TokenUsage {
        input: TokenCount(50),
        output: TokenCount(4_000),
        ..TokenUsage::default()
    };
    let answer = Script::text(["Here it is"]).usage(usage);
    stage.airlock.stand_in.reply_with(answer);
    page.ask("Question").await;
    assert_eq!(page.answered(1).await, "done");
    page.click("regenerate").await;
    assert!(page.text("refused").await.contains("left today"));
}

/// Whoever asks for another answer sees why there is none, and keeps the one that there is.
#[test]
fn an_answer_that_cannot_be_paid_once_more_stays_and_says_why() {
    on_stage(one_answer_can_be_paid(), async |stage| {
        ask_for_more_than_can_be_paid(stage).await;
        assert_eq!(stage.page.last_answer().await, "Here it is");
        assert_eq!(stage.airlock.stand_in.requests().len(), 1);
    });
}
