//! The list of chats that are kept on this device, and under which names.

use serde::{Deserialize, Serialize};
use shared::time::UnixMillis;

use super::chat::{ChatId, ChatState};

/// Where the list is kept.
pub(crate) const LIST: &str = "airlock.chats";
/// Where the choices are kept.
pub(crate) const SETTINGS: &str = "airlock.settings";
/// Where the draft is kept.
pub(crate) const DRAFT: &str = "airlock.draft";
/// How the names begin under which single chats are kept.
const CHAT_PREFIX: &str = "airlock.chat.";

/// Where the chat with this id is kept.
pub(crate) fn chat_name(id: ChatId) -> String {
    format!("{CHAT_PREFIX}{}", id.0)
}

/// Whether a chat, the list of chats or a draft is kept under `name`: what goes when nothing is to be kept.
pub(crate) fn is_history(name: &str) -> bool {
    name == LIST || name == DRAFT || name.starts_with(CHAT_PREFIX)
}

/// One chat in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// The chat.
    pub(crate) id: ChatId,
    /// What it is called.
    pub(crate) title: String,
    /// Whether a person chose the title.
    #[serde(default)]
    pub(crate) is_renamed: bool,
    /// When something was last said in it.
    pub(crate) updated_at: UnixMillis,
}

/// The chats on this device, the latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct History {
    entries: Vec<Entry>,
}

impl History {
    /// The chats, the latest first.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The chat with this id.
    pub(crate) fn entry(&self, id: ChatId) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// Puts `chat` at the head of the list; a chosen title stays.
    pub(crate) fn note(&mut self, chat: &ChatState, now: UnixMillis) {
        let before = self.remove(chat.id).filter(|entry| entry.is_renamed);
        let title = before
            .as_ref()
            .map_or_else(|| chat.title(), |entry| entry.title.clone());
        self.entries.insert(
            0,
            Entry {
                id: chat.id,
                title,
                is_renamed: before.is_some(),
                updated_at: now,
            },
        );
    }

    /// Takes a chat's line from elsewhere in, where its age puts it.
    pub(crate) fn adopt(&mut self, entry: Entry) {
        self.remove(entry.id);
        let later = |known: &Entry| known.updated_at > entry.updated_at;
        let place = self.entries.iter().filter(|known| later(known)).count();
        self.entries.insert(place, entry);
    }

    /// Calls a chat by another title; an empty one changes nothing.
    pub(crate) fn rename(&mut self, id: ChatId, title: &str) {
        let title = title.trim();
        if title.is_empty() {
            return;
        }
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id) {
            title.clone_into(&mut entry.title);
            entry.is_renamed = true;
        }
    }

    /// Takes a chat from the list.
    pub(crate) fn remove(&mut self, id: ChatId) -> Option<Entry> {
        let place = self.entries.iter().position(|entry| entry.id == id)?;
        Some(self.entries.remove(place))
    }

    /// The chat that was silent longest, other than `except`: what goes first when the device is full.
    pub(crate) fn oldest_except(&self, except: ChatId) -> Option<ChatId> {
        let ids = self.entries.iter().rev().map(|entry| entry.id);
        ids.into_iter().find(|id| *id != except)
    }

    /// An id for a new chat that no other has.
    pub(crate) fn free_id(&self, now: UnixMillis) -> ChatId {
        let mut id = ChatId(now.0);
        while self.entries.iter().any(|entry| entry.id == id) {
            id.0 = id.0.saturating_add(1);
        }
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chat(id: u64, question: &str) -> ChatState {
        let mut chat = ChatState::new(ChatId(id));
        chat.ask(question.to_owned());
        chat
    }

    fn titles(history: &History) -> Vec<&str> {
        let entries = history.entries().iter();
        entries.map(|entry| entry.title.as_str()).collect()
    }

    #[test]
    fn the_chat_that_spoke_last_comes_first() {
        let mut history = History::default();
        history.note(&chat(1, "one"), UnixMillis(10));
        history.note(&chat(2, "two"), UnixMillis(20));
        history.note(&chat(1, "one"), UnixMillis(30));
        assert_eq!(titles(&history), ["one", "two"]);
        assert_eq!(history.oldest_except(ChatId(1)), Some(ChatId(2)));
        assert_eq!(history.oldest_except(ChatId(2)), Some(ChatId(1)));
    }

    #[test]
    fn a_chosen_title_outlives_the_next_answer() {
        let mut history = History::default();
        history.note(&chat(1, "one"), UnixMillis(10));
        history.rename(ChatId(1), " Mine ");
        history.note(&chat(1, "one"), UnixMillis(20));
        assert_eq!(titles(&history), ["Mine"]);
        history.rename(ChatId(1), "  ");
        assert_eq!(titles(&history), ["Mine"]);
    }

    #[test]
    fn two_chats_of_one_millisecond_have_two_ids() {
        let mut history = History::default();
        history.note(&chat(10, "one"), UnixMillis(10));
        assert_eq!(history.free_id(UnixMillis(10)), ChatId(11));
    }

    #[test]
    fn a_chat_from_elsewhere_stands_where_its_age_puts_it() {
        let mut history = History::default();
        history.note(&chat(1, "old"), UnixMillis(10));
        history.note(&chat(2, "new"), UnixMillis(30));
        let mut elsewhere = History::default();
        elsewhere.note(&chat(3, "between"), UnixMillis(20));
        history.adopt(elsewhere.remove(ChatId(3)).expect("noted"));
        assert_eq!(titles(&history), ["new", "between", "old"]);
    }

    #[test]
    fn keeping_nothing_covers_chats_list_and_draft_but_not_the_choices() {
        assert!(is_history(&chat_name(ChatId(7))) && is_history(LIST) && is_history(DRAFT));
        assert!(!is_history(SETTINGS) && !is_history("someone.elses"));
    }
}
