//! What the rules must know of one message's text: read once, and remembered while the text stays the same.

use crate::api::chat::ChatMessage;

use super::answer::Ask;
use super::route::Hints;
use super::secrets::{self, Secret};
use super::tokens::Classes;

/// What one reading of a text tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// How many bytes it has.
    pub(super) bytes: u64,
    /// Whether it has nothing but whitespace.
    pub(super) is_blank: bool,
    /// Its characters by what they weigh in tokens.
    pub(super) classes: Classes,
    /// The keys in it.
    pub(super) secrets: Vec<Secret>,
    /// What it tells about the work that it asks for.
    pub(super) hints: Hints,
    /// What kind of answer it asks for.
    pub(super) ask: Ask,
}

impl Facts {
    /// Reads `text`, in time linear in its length.
    pub(super) fn of(text: &str) -> Self {
        Self {
            bytes: text.len() as u64,
            is_blank: text.trim().is_empty(),
            classes: Classes::of(text),
            secrets: secrets::scan(text),
            hints: Hints::of(text),
            ask: Ask::of(text),
        }
    }
}

/// The facts of a conversation, so that a keystroke costs a look at the message that it changed and not at all the others.
#[derive(Clone, Debug, Default)]
pub struct Memo {
    /// The texts that were read, each with what it told, in the conversation's order.
    read: Vec<(String, Facts)>,
}

impl Memo {
    /// The facts of `messages`. What stood in the conversation before is not read again, nor where messages before or behind it have
    /// come, gone or changed.
    pub(super) fn facts(&mut self, messages: &[ChatMessage]) -> Vec<&Facts> {
        self.update(messages, Facts::of);
        self.read.iter().map(|(_, facts)| facts).collect()
    }

    /// Reads with `read` the messages between the first and the last that differ from what was read before.
    fn update(&mut self, messages: &[ChatMessage], read: impl Fn(&str) -> Facts) {
        let is_same =
            |((text, _), message): &(&(String, Facts), &ChatMessage)| *text == message.content;
        let head = self.read.iter().zip(messages).take_while(is_same).count();
        let known = self.read.get(head..).unwrap_or_default();
        let wanted = messages.get(head..).unwrap_or_default();
        let ends = known.iter().rev().zip(wanted.iter().rev());
        let tail = ends.take_while(is_same).count();
        let (known, wanted) = (known.len(), wanted.len());
        let tail_facts = self
            .read
            .split_off(head.saturating_add(known).saturating_sub(tail));
        self.read.truncate(head);
        let changed = messages.iter().skip(head).take(wanted.saturating_sub(tail));
        self.read.extend(changed.map(|message| {
            let text = message.content.clone();
            let facts = read(&text);
            (text, facts)
        }));
        self.read.extend(tail_facts);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::api::chat::Role;

    fn conversation(texts: &[&str]) -> Vec<ChatMessage> {
        let message = |text: &&str| ChatMessage {
            role: Role::User,
            content: (*text).to_owned(),
        };
        texts.iter().map(message).collect()
    }

    /// The texts that are read when a conversation of `before` becomes one of `after`.
    fn read(before: &[&str], after: &[&str]) -> Vec<String> {
        let mut memo = Memo::default();
        memo.update(&conversation(before), Facts::of);
        let read = RefCell::new(Vec::new());
        memo.update(&conversation(after), |text| {
            read.borrow_mut().push(text.to_owned());
            Facts::of(text)
        });
        let fresh: Vec<_> = after.iter().map(|text| Facts::of(text)).collect();
        let known: Vec<_> = memo.read.into_iter().map(|(_, facts)| facts).collect();
        assert_eq!(known, fresh);
        read.into_inner()
    }

    #[test]
    fn a_keystroke_reads_the_message_that_it_changed_and_no_other() {
        assert_eq!(
            read(&["one", "two", "thre"], &["one", "two", "three"]),
            ["three"]
        );
        assert_eq!(
            read(&["on", "two", "three"], &["one", "two", "three"]),
            ["one"]
        );
        assert_eq!(read(&["one", "two"], &["one", "two"]), [""; 0]);
    }

    #[test]
    fn messages_that_come_and_go_leave_the_others_read() {
        assert_eq!(read(&["one", "two"], &["one", "two", "three"]), ["three"]);
        assert_eq!(read(&["one", "two", "three"], &["three"]), [""; 0]);
        assert_eq!(read(&["one", "two", "three"], &["one", "three"]), [""; 0]);
        assert_eq!(read(&["two", "two"], &["two", "two", "two"]), ["two"]);
        assert_eq!(read(&["one"], &[]), [""; 0]);
    }
}
