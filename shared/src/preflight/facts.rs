//! What the rules must know of one message's text: read once, and remembered while the text stays the same.

use crate::api::chat::ChatMessage;

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
    /// The facts of `messages`. What was read before and stands where it stood is not read again.
    pub(super) fn facts(&mut self, messages: &[ChatMessage]) -> Vec<&Facts> {
        self.read.truncate(messages.len());
        for (index, message) in messages.iter().enumerate() {
            match self.read.get_mut(index) {
                Some((text, _)) if *text == message.content => {}
                Some((text, facts)) => {
                    *facts = Facts::of(&message.content);
                    text.clone_from(&message.content);
                }
                None => {
                    let facts = Facts::of(&message.content);
                    self.read.push((message.content.clone(), facts));
                }
            }
        }
        self.read.iter().map(|(_, facts)| facts).collect()
    }
}
