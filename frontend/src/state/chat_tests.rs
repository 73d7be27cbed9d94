//! How a conversation takes questions, events, stops and second thoughts.

use shared::api::chat::{Done, Queued, Started, TextPiece, UsageReport};
use shared::error::ErrorKind;
use shared::ids::RequestId;
use shared::money::{NanoUsd, TokenCount, TokenUsage};

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
    chat.begin_answer(
        "claude-haiku-5-5".to_owned(),
        "first-press".to_owned(),
        None,
    );
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
        saved_nano_usd: NanoUsd::ZERO,
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
    assert_eq!(chat.to_request().len(), 2);
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
    chat.begin_answer(
        "claude-haiku-5-5".to_owned(),
        "first-press".to_owned(),
        None,
    );
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

fn started() -> ChatEvent {
    ChatEvent::Started(Started {
        request_id: RequestId::from_random(5),
        model: "claude-haiku-5-5".to_owned(),
    })
}

fn usage(output: u64, cost: u64) -> ChatEvent {
    ChatEvent::Usage(UsageReport {
        tokens: TokenUsage {
            output: TokenCount(output),
            ..TokenUsage::default()
        },
        cost_nano_usd: NanoUsd(cost),
        reserved_nano_usd: NanoUsd(900),
        saved_nano_usd: NanoUsd::ZERO,
        budget_left_nano_usd: None,
    })
}

/// An answer that broke off behind these words.
fn cut(words: &str) -> ChatState {
    let mut chat = asked("one");
    chat.apply(started());
    chat.apply(delta(words));
    chat.apply(usage(3, 30));
    chat.fail(ErrorKind::StreamInterrupted.into());
    chat
}

fn said(messages: &[ChatMessage]) -> Vec<(Role, &str)> {
    let said = messages.iter();
    said.map(|message| (message.role, message.content.as_str()))
        .collect()
}

#[test]
fn what_is_carried_on_is_asked_for_behind_what_arrived_and_reads_as_one() {
    let mut chat = cut("The first wor");
    let answer = last(&chat).id;
    assert!(chat.can_carry_on(answer));
    assert_eq!(
        said(&chat.to_carry_on()),
        [
            (Role::User, "one"),
            (Role::Assistant, "The first"),
            (Role::User, CARRY_ON)
        ]
    );
    chat.carry_on("second-press".to_owned());
    assert!(chat.is_streaming() && last(&chat).is_waiting());
    assert_eq!(last(&chat).text, "The first wor", "until more has come");
    chat.apply(started());
    chat.apply(delta("words and "));
    chat.apply(delta("the rest."));
    chat.apply(usage(4, 40));
    chat.apply(done());
    assert_eq!(last(&chat).id, answer);
    assert_eq!(last(&chat).text, "The first words and the rest.");
    assert_eq!(last(&chat).seams, 1);
    assert_eq!(last(&chat).status, Status::Done);
    assert!(!chat.can_carry_on(answer));
    let spent = last(&chat).usage.as_ref().expect("usage");
    assert_eq!(spent.tokens.output, TokenCount(7), "both parts are paid");
    assert_eq!(spent.cost_nano_usd, NanoUsd(70));
    assert_eq!(
        said(&chat.to_request()),
        [
            (Role::User, "one"),
            (Role::Assistant, "The first words and the rest.")
        ],
        "later questions know nothing of the seam"
    );
}

#[test]
fn a_rest_that_does_not_come_takes_nothing_from_what_arrived() {
    let mut chat = cut("The first wor");
    chat.carry_on("second-press".to_owned());
    chat.fail(ErrorKind::Overloaded.into());
    assert_eq!(last(&chat).text, "The first wor");
    assert_eq!(last(&chat).seams, 0);
    let answer = last(&chat).id;
    assert!(chat.can_carry_on(answer));
    assert_eq!(chat.send_key(answer, true).as_deref(), Some("second-press"));
    assert_eq!(chat.send_key(answer, false), None, "another request");
    assert_eq!(chat.asked_for(answer), chat.to_carry_on());
}

#[test]
fn only_the_last_answer_can_be_carried_on_and_only_if_it_has_words() {
    let mut chat = cut("Half");
    let first = last(&chat).id;
    chat.ask("two".to_owned());
    assert!(!chat.can_carry_on(first));
    chat.begin_answer("m".to_owned(), "key".to_owned(), None);
    assert!(!chat.can_carry_on(last(&chat).id), "under way");
    chat.stop();
    assert!(!chat.can_carry_on(last(&chat).id), "without a word");
    let mut capped = asked("one");
    capped.apply(delta("Half"));
    capped.apply(ChatEvent::Done(Done {
        stop_reason: "max_tokens".to_owned(),
    }));
    assert!(capped.can_carry_on(last(&capped).id), "cut at the cap");
}

#[test]
fn a_name_is_kept_until_it_is_known_that_the_server_took_the_question_up() {
    let key = |chat: &ChatState| chat.send_key(last(chat).id, false);
    let mut refused = asked("one");
    refused.fail(ErrorKind::ServerUnreachable.into());
    assert_eq!(key(&refused).as_deref(), Some("first-press"));
    let mut closed = asked("one");
    closed.lose_answer();
    assert_eq!(key(&closed).as_deref(), Some("first-press"));
    let mut stopped = asked("one");
    stopped.stop();
    assert_eq!(key(&stopped), None, "the person wants another answer");
    let mut used = asked("one");
    used.fail(ErrorKind::DuplicateRequest.into());
    assert_eq!(key(&used), None, "the name is used up");
    let mut taken = asked("one");
    taken.apply(started());
    taken.fail(ErrorKind::StreamInterrupted.into());
    assert_eq!(key(&taken), None, "it was paid for");
}

#[test]
fn a_place_in_the_queue_shows_until_the_answer_begins() {
    let mut chat = asked("one");
    let queued = Queued {
        place: 2,
        wait_ms: Some(8_000),
    };
    chat.apply(ChatEvent::Queued(queued));
    assert_eq!(last(&chat).queued, Some(queued));
    assert!(last(&chat).is_waiting());
    chat.apply(started());
    assert_eq!(last(&chat).queued, None);
}
