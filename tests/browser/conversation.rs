//! A conversation, as a person holds it: typed, streamed, stopped, asked again, changed.

use stand_in::Script;
use tests::browser::Event;
use tests::{Scene, on_stage};
use thirtyfour::Key;

#[test]
fn three_turns_are_typed_and_streamed_and_each_sends_all_that_was_said() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        for (turn, (question, answer)) in [
            ("What is an airlock?", "Two doors."),
            ("Why two?", "One is always shut."),
            ("Who holds the key?", "The server."),
        ]
        .into_iter()
        .enumerate()
        {
            let pieces = answer.split_inclusive(' ').map(str::to_owned);
            stage.airlock.stand_in.reply_with(Script::text(pieces));
            page.type_into("composer", question).await;
            page.press(Key::Enter).await;
            assert_eq!(page.answered(turn + 1).await, "done");
            assert_eq!(page.last_answer().await, answer);
            assert!(page.text("message-user").await.contains(question));
        }
        let sent = stage.airlock.stand_in.last_request().expect("a request");
        let said = sent.json()["messages"].clone();
        let words: Vec<_> = said
            .as_array()
            .expect("messages")
            .iter()
            .map(|message| message["content"].as_str().unwrap_or_default())
            .collect();
        assert_eq!(
            words,
            [
                "What is an airlock?",
                "Two doors.",
                "Why two?",
                "One is always shut.",
                "Who holds the key?"
            ]
        );
    });
}

/// FM-31: words are on the screen before the stand-in has sent the next ones.
#[test]
fn words_appear_as_they_arrive() {
    on_stage(Scene::default(), async |stage| {
        let stand_in = &stage.airlock.stand_in;
        stand_in.reply_with(Script::text(["One ", "two ", "three"]));
        stand_in.step();
        stage.page.ask("Count").await;
        // content_block_start and ping come before the first words.
        stand_in.allow_events(3);
        stage.page.last_answer_is("One").await;
        for so_far in ["One two", "One two three"] {
            stand_in.allow_events(1);
            stage.page.last_answer_is(so_far).await;
        }
        assert_eq!(stand_in.open_streams(), 1);
        stand_in.open_gates();
        assert_eq!(stage.page.answered(1).await, "done");
    });
}

/// A reply that nobody reads out counts as broken off, and holds on to one of the few connections that a browser has for a host.
#[test]
fn an_answer_is_read_to_the_end_of_its_connection() {
    on_stage(Scene::default(), async |stage| {
        let (page, browser) = (&stage.page, stage.page.browser());
        page.ask("Hello").await;
        assert_eq!(page.answered(1).await, "done");
        browser.tell("HeapProfiler.collectGarbage", ()).await;
        let requests = browser.evidence().all("Network.requestWillBeSent");
        let is_chat = |event: &&Event| event.text("/request/url").ends_with("/api/chat");
        let chat = requests.iter().find(is_chat).expect("a request");
        let is_of_it = |event: &Event| event.text("/requestId") == chat.text("/requestId");
        let has_ended = |event: &Event| {
            let ends = ["Network.loadingFinished", "Network.loadingFailed"];
            ends.contains(&event.method.as_str()) && is_of_it(event)
        };
        browser
            .evidence()
            .wait_for("the answer ends", has_ended)
            .await;
        let broken = browser.evidence().all("Network.loadingFailed");
        assert!(!broken.iter().any(is_of_it), "{broken:?}");
    });
}
