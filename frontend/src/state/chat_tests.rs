//! How a conversation takes questions, events, stops and second thoughts.

use shared::api::chat::{Done, Started, TextPiece, UsageReport};
use shared::error::ErrorKind;
use shared::ids::RequestId;
use shared::money::{NanoUsd, TokenUsage};

use super::*;

fn delta(text: &str) -> ChatEvent {
    ChatEvent::Delta(TextPiece {
        text: text.to_owned(),
    })
}

fn done() -> ChatEvent {
    ChatEvent::Done(Done {
        stop_reason: "end_turn".to_owned(),
    })
}

fn asked(question: &str) -> ChatState {
    let mut chat = ChatState::new(ChatId(1));
    chat.ask(question.to_owned());
    chat.begin_answer("claude-haiku-5-5".to_owned());
    chat
}

fn last(chat: &ChatState) -> &Message {
    chat.messages().last().expect("a message")
}

#[test]
fn an_answer_grows_by_its_pieces_and_is_done_at_the_end() {
    let mut chat = asked("Hello?");
    chat.apply(ChatEvent::Started(Started {
        request_id: RequestId::from_random(5),
        model: "claude-haiku-5-5-20261001".to_owned(),
    }));
    chat.apply(delta("Hel"));
    chat.apply(delta("lo."));
    assert_eq!(last(&chat).text, "Hello.");
    assert!(chat.is_streaming());
    chat.apply(ChatEvent::Usage(UsageReport {
        tokens: TokenUsage::default(),
        cost_nano_usd: NanoUsd(7),
        reserved_nano_usd: NanoUsd(9),
        budget_left_nano_usd: None,
    }));
    chat.apply(done());
    assert!(!chat.is_streaming());
    assert_eq!(last(&chat).status, Status::Done);
    assert_eq!(last(&chat).request_id, Some(RequestId::from_random(5)));
    assert_eq!(
        last(&chat).usage.as_ref().map(|usage| usage.cost_nano_usd),
        Some(NanoUsd(7))
    );
}

#[test]
fn only_the_message_that_changed_has_a_new_address() {
    let mut chat = asked("one");
    let before = chat.messages().to_vec();
    chat.apply(delta("x"));
    assert!(Arc::ptr_eq(&before[0], &chat.messages()[0]));
    assert!(!Arc::ptr_eq(&before[1], &chat.messages()[1]));
}

#[test]
fn events_behind_the_last_one_change_nothing() {
    let mut chat = asked("one");
    chat.apply(delta("whole"));
    chat.apply(done());
    chat.apply(delta(" and more"));
    chat.stop();
    assert_eq!(last(&chat).text, "whole");
    assert_eq!(last(&chat).status, Status::Done);
}

#[test]
fn a_stopped_answer_keeps_its_words_and_counts_as_interrupted() {
    let mut chat = asked("one");
    chat.apply(delta("half"));
    chat.stop();
    assert_eq!(last(&chat).status, Status::Interrupted);
    assert_eq!(last(&chat).error, None);
    assert_eq!(chat.with_question("two").len(), 3);
}

#[test]
fn an_error_before_the_first_word_is_no_answer_and_is_not_sent_back() {
    let mut chat = asked("one");
    chat.fail(ErrorKind::Overloaded.into());
    assert_eq!(last(&chat).status, Status::Error);
    let roles: Vec<_> = chat
        .to_request()
        .iter()
        .map(|message| message.role)
        .collect();
    assert_eq!(roles, [Role::User]);
}

#[test]
fn an_error_behind_some_words_interrupts_and_is_kept_with_them() {
    let mut chat = asked("one");
    chat.apply(delta("half"));
    chat.fail(ErrorKind::StreamInterrupted.into());
    assert_eq!(last(&chat).status, Status::Interrupted);
    assert!(last(&chat).error.is_some());
}

#[test]
fn a_message_that_takes_anothers_place_has_another_id() {
    let mut chat = asked("one");
    chat.apply(done());
    let answer = last(&chat).id;
    chat.take_back(answer);
    assert_eq!(chat.messages().len(), 1);
    chat.begin_answer("claude-haiku-5-5".to_owned());
    assert_ne!(last(&chat).id, answer);
}

#[test]
fn taking_back_a_question_takes_all_behind_it() {
    let mut chat = asked("one");
    chat.apply(done());
    chat.ask("two".to_owned());
    let first = chat.messages()[0].id;
    chat.take_back(first);
    assert!(chat.is_empty());
}

#[test]
fn titles_are_the_first_words_on_one_line() {
    assert_eq!(asked("  Why\n is   it so? ").title(), "Why is it so?");
    let long = asked(&"ä".repeat(60)).title();
    assert_eq!(long.chars().count(), 49);
    assert_eq!(ChatState::new(ChatId(1)).title(), "New chat");
}

#[test]
fn a_kept_conversation_reads_back_as_it_was() {
    let mut chat = asked("one");
    chat.apply(delta("half"));
    chat.fail(ErrorKind::Overloaded.with("later"));
    let json = serde_json::to_string(&chat).expect("serialises");
    assert_eq!(
        serde_json::from_str::<ChatState>(&json).expect("reads"),
        chat
    );
}
