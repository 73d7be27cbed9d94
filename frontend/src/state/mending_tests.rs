//! Every fix changes what it says, and undoing it gives back exactly what was there.

use shared::api::chat::{ChatEvent, Done, TextPiece};
use shared::preflight::Span;

use super::*;
use crate::state::chat::ChatId;

fn chat(turns: usize) -> ChatState {
    let mut chat = ChatState::new(ChatId(1));
    for turn in 0..turns {
        chat.ask(format!("question {turn}"));
        chat.begin_answer("claude-haiku-5-5".to_owned(), "key".to_owned(), None);
        chat.apply(ChatEvent::Delta(TextPiece {
            text: format!("answer {turn}"),
        }));
        chat.apply(ChatEvent::Done(Done {
            stop_reason: "end_turn".to_owned(),
        }));
    }
    chat
}

fn parts() -> Parts {
    Parts {
        draft: "a key here".to_owned(),
        choices: Choices {
            model: Some("claude-opus-5-5".to_owned()),
            effort: Some(Effort::High),
            output_cap: Some(16_384),
        },
        chat: chat(3),
    }
}

fn sent(parts: &Parts) -> Vec<&str> {
    parts.chat.sent().map(|message| &*message.text).collect()
}

fn redact(message: usize, start: usize, end: usize) -> Fix {
    Fix::Redact {
        message,
        span: Span { start, end },
        with: "[redacted]".to_owned(),
    }
}

#[test]
fn every_fix_changes_its_part_and_can_be_undone_exactly() {
    let fixes = [
        Fix::UseModel {
            model: "claude-haiku-5-5".to_owned(),
        },
        Fix::LeaveOutEffort,
        Fix::CapOutput { max_tokens: 1_024 },
        redact(6, 2, 5),
        redact(0, 0, 8),
        Fix::LeaveOutMessage { message: 1 },
        Fix::DropOldest { messages: 4 },
    ];
    for fix in fixes {
        let before = parts();
        let mut now = before.clone();
        now.mend(&fix);
        let undo = Undo::between(before.clone(), now.clone()).expect("it changes something");
        assert!(undo.is_possible(&now), "{fix:?}");
        undo.apply(&mut now);
        assert_eq!(now, before, "{fix:?}");
    }
}

#[test]
fn a_redaction_finds_the_draft_behind_what_is_sent() {
    let mut parts = parts();
    parts.mend(&redact(6, 2, 5));
    assert_eq!(parts.draft, "a [redacted] here");
    parts.mend(&Fix::DropOldest { messages: 4 });
    parts.mend(&redact(2, 0, 1));
    assert_eq!(parts.draft, "[redacted] [redacted] here");
    parts.mend(&redact(0, 0, 8));
    assert_eq!(sent(&parts), ["[redacted] 2", "answer 2"]);
}

#[test]
fn what_is_left_out_is_not_sent_and_can_be_brought_back() {
    let mut parts = parts();
    parts.mend(&Fix::DropOldest { messages: 2 });
    parts.mend(&Fix::DropOldest { messages: 2 });
    assert_eq!(sent(&parts), ["question 2", "answer 2"]);
    assert_eq!(parts.chat.left_out(), 4);
    parts.chat.bring_back();
    assert_eq!(sent(&parts).len(), 6);
}

#[test]
fn a_fix_that_does_not_fit_changes_nothing_and_needs_no_undoing() {
    for fix in [redact(6, 2, 99), redact(9, 0, 1)] {
        let before = parts();
        let mut now = before.clone();
        now.mend(&fix);
        assert_eq!(sent(&now), sent(&before));
        assert_eq!(now.draft, before.draft);
    }
    let parts = parts();
    assert!(Undo::between(parts.clone(), parts).is_none());
}

#[test]
fn undoing_leaves_alone_what_the_fix_did_not_touch() {
    let before = parts();
    let mut now = before.clone();
    now.mend(&Fix::CapOutput { max_tokens: 1_024 });
    let undo = Undo::between(before.clone(), now.clone()).expect("changed");
    now.draft.push_str(", and more");
    assert!(undo.is_possible(&now));
    undo.apply(&mut now);
    assert_eq!(now.draft, "a key here, and more");
    assert_eq!(now.choices, before.choices);
}

#[test]
fn what_was_changed_since_is_not_overwritten() {
    let before = parts();
    let mut now = before.clone();
    now.mend(&redact(6, 2, 5));
    let undo = Undo::between(before, now.clone()).expect("changed");
    now.draft.push_str(", and more");
    assert!(!undo.is_possible(&now));
}
