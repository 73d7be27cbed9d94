//! What outlives a reload: choices, draft and chats, on this device and nowhere else.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::json;

use super::Store;
use crate::browser::storage::{self, NotKept};
use crate::browser::{clock, frame, page};
use crate::state::chat::{ChatId, ChatState};
use crate::state::history::{self, History};
use crate::state::settings::Settings;

/// How long typing rests before the draft is written: short enough to lose no word, long enough to write no letter twice.
const DRAFT_REST: Duration = Duration::from_millis(250);

impl Store {
    /// The store as the last visit left it.
    pub(super) fn restored() -> Self {
        let settings: Settings = read(history::SETTINGS).unwrap_or_default();
        let list: History = read(history::LIST).unwrap_or_default();
        let opened = settings.open_chat.and_then(kept_chat);
        let chat = opened.unwrap_or_else(|| ChatState::new(list.free_id(clock::now())));
        let draft = storage::read(history::DRAFT).unwrap_or_default();
        Self::new(settings, list, chat, draft)
    }

    /// Shows and keeps each choice as it is made.
    pub(super) fn keep_choices(self) {
        Effect::new(move || {
            self.settings.with(|settings| {
                page::set_theme(settings.theme.attribute());
                // Choices that cannot be kept are made again at the next visit.
                write(history::SETTINGS, settings).ok();
            });
        });
    }

    /// Keeps the draft, a moment after the last key.
    pub(super) fn keep_draft(self) {
        let is_waiting = Rc::new(Cell::new(false));
        Effect::new(move || {
            self.draft.track();
            if !is_waiting.replace(true) {
                let is_waiting = Rc::clone(&is_waiting);
                frame::after(DRAFT_REST, move || {
                    is_waiting.set(false);
                    self.write_draft();
                });
            }
        });
    }

    /// Keeps what has not been kept yet when the page is closed, an unfinished answer included.
    pub(super) fn keep_when_leaving(self) {
        let handle = window_event_listener(ev::pagehide, move |_| {
            self.write_draft();
            self.keep_chat();
        });
        on_cleanup(move || handle.remove());
    }

    /// Keeps the conversation on the screen. When the device is full, the chat that was silent longest makes room.
    pub(super) fn keep_chat(self) {
        if !self
            .settings
            .with_untracked(|settings| settings.keeps_history)
        {
            return;
        }
        let chat = self.chat.get_untracked();
        if chat.is_empty() {
            return;
        }
        self.change_history(|list| list.note(&chat, clock::now()));
        self.settings
            .update(|settings| settings.open_chat = Some(chat.id));
        while write(&history::chat_name(chat.id), &chat).is_err() {
            let oldest = self
                .history
                .with_untracked(|list| list.oldest_except(chat.id));
            let Some(oldest) = oldest else {
                self.say("This device keeps no more chats: its storage is full or closed.");
                return;
            };
            self.delete_chat(oldest);
        }
    }

    /// Opens a chat that is kept here.
    pub(crate) fn open_chat(self, id: ChatId) {
        self.stop();
        let Some(chat) = kept_chat(id) else {
            self.say("This chat is not on this device any more.");
            self.change_history(|list| _ = list.remove(id));
            return;
        };
        self.settings
            .update(|settings| settings.open_chat = Some(id));
        self.show(chat);
    }

    /// Begins a chat.
    pub(crate) fn new_chat(self) {
        self.stop();
        let id = self
            .history
            .with_untracked(|list| list.free_id(clock::now()));
        self.settings.update(|settings| settings.open_chat = None);
        self.show(ChatState::new(id));
    }

    /// Calls a chat by another title.
    pub(crate) fn rename_chat(self, id: ChatId, title: &str) {
        self.change_history(|list| list.rename(id, title));
    }

    /// Forgets a chat; the one on the screen gives way to a new one.
    pub(crate) fn delete_chat(self, id: ChatId) {
        let is_open = self.chat.with_untracked(|chat| chat.id == id);
        if is_open {
            self.new_chat();
        }
        storage::remove(&history::chat_name(id));
        self.change_history(|list| _ = list.remove(id));
    }

    /// Chooses whether chats are kept here. To keep nothing also forgets what was kept; the conversation on the screen stays until
    /// the page is closed.
    pub(crate) fn set_keeping(self, keeps_history: bool) {
        self.settings.update(|settings| {
            settings.keeps_history = keeps_history;
            settings.open_chat = None;
        });
        if keeps_history {
            self.keep_chat();
            self.write_draft();
        } else {
            let names = storage::names().into_iter();
            for name in names.filter(|name| history::is_history(name)) {
                storage::remove(&name);
            }
            self.history.set(History::default());
        }
    }

    fn show(self, chat: ChatState) {
        self.follows.set(true);
        self.refused.set(String::new());
        self.chat.set(chat);
        self.follow_once_drawn();
    }

    /// Changes the list as it is on the device now, which another tab may have changed since.
    fn change_history(self, change: impl FnOnce(&mut History)) {
        let mut list: History = read(history::LIST).unwrap_or_default();
        change(&mut list);
        if write(history::LIST, &list).is_err() {
            self.say("This device keeps no more chats: its storage is full or closed.");
        }
        self.history.set(list);
    }

    fn write_draft(self) {
        let keeps = self
            .settings
            .with_untracked(|settings| settings.keeps_history);
        let kept = self.draft.with_untracked(|draft| {
            if keeps && !draft.is_empty() {
                storage::write(history::DRAFT, draft)
            } else {
                storage::remove(history::DRAFT);
                Ok(())
            }
        });
        if kept == Err(NotKept) {
            self.say("The draft is not kept: this device's storage is full or closed.");
        }
    }
}

/// The chat with this id as it was kept; an answer that was under way then is an interrupted one now.
pub(super) fn kept_chat(id: ChatId) -> Option<ChatState> {
    let mut chat: ChatState = read(&history::chat_name(id))?;
    chat.lose_answer();
    Some(chat)
}

/// What is kept under `name`, unless it is missing or of a form that this version does not know.
pub(super) fn read<T: DeserializeOwned>(name: &str) -> Option<T> {
    json::read(&storage::read(name)?).ok()
}

pub(super) fn write<T: Serialize>(name: &str, value: &T) -> Result<(), NotKept> {
    let text = json::write(value).map_err(|_| NotKept)?;
    storage::write(name, &text)
}

/// Puts back what was kept under `name` before.
pub(super) fn restore(name: &str, before: Option<String>) {
    match before {
        // It was kept a moment ago, so there is room for it.
        Some(text) => _ = storage::write(name, &text),
        None => storage::remove(name),
    }
}
