//! Chats into files, and back.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Store;
use super::keeping::{kept_chat, read, restore, write};
use crate::browser::files::{self, Chosen};
use crate::browser::{clock, storage};
use crate::state::archive::{self, FILE_BYTES_MAX, Kept};
use crate::state::chat::{ChatId, ChatState};
use crate::state::history::{self, History};
use crate::state::transcript::{self, Format};

/// What came of an import or an export, in words either way.
type Outcome = Result<String, String>;

impl Store {
    /// Hands all chats out as a file that can be imported again.
    pub(crate) fn export_all(self) {
        let mut chats: Vec<Kept> = self.history.with_untracked(|list| {
            let entries = list.entries().iter();
            let kept = entries.filter_map(|entry| {
                Some(Kept {
                    chat: self.chat_as_it_is(entry.id)?,
                    entry: entry.clone(),
                })
            });
            kept.collect()
        });
        // With the switch off nothing is in the list, but something may be on the screen.
        let shown = self.chat.get_untracked();
        if !shown.is_empty() && chats.iter().all(|kept| kept.entry.id != shown.id) {
            let mut list = History::default();
            list.note(&shown, clock::now());
            let entry = list.remove(shown.id);
            chats.extend(entry.map(|entry| Kept { entry, chat: shown }));
        }
        if chats.is_empty() {
            self.tell(Err("There is no chat to export yet.".to_owned()));
            return;
        }
        let text = archive::write(chats, clock::now());
        self.hand_out("chats", Format::Json, &text);
    }

    /// Hands one chat out.
    pub(crate) fn export_chat(self, id: ChatId, format: Format) {
        let entry = self.history.with_untracked(|list| list.entry(id).cloned());
        let (Some(entry), Some(chat)) = (entry, self.chat_as_it_is(id)) else {
            return;
        };
        let title = entry.title.clone();
        let text = match format {
            Format::Markdown => transcript::markdown(&title, &chat, clock::now()),
            Format::Json => archive::write(vec![Kept { entry, chat }], clock::now()),
        };
        self.hand_out(&title, format, &text);
    }

    /// Joins the chats of a file with those that are here.
    pub(crate) fn import(self, file: Chosen) {
        spawn_local(async move {
            self.tell(self.take_in(file).await);
        });
    }

    async fn take_in(self, file: Chosen) -> Outcome {
        let keeps = self
            .settings
            .with_untracked(|settings| settings.keeps_history);
        if !keeps {
            return Err(
                "Nothing is kept on this device. Turn the switch below on, then import again."
                    .to_owned(),
            );
        }
        if file.bytes() > u64::from(FILE_BYTES_MAX) {
            return Err("This file is larger than all chats that a browser keeps. Choose one that Export wrote.".to_owned());
        }
        let text = file
            .text()
            .await
            .ok_or("The browser could not read this file. Choose it once more.")?;
        let chats = archive::read(&text)?;
        let mut list: History = read(history::LIST).unwrap_or_default();
        let ids = list.entries().iter().map(|entry| entry.id);
        let here: Vec<_> = ids.filter_map(|id| self.chat_as_it_is(id)).collect();
        let merge = archive::merge(&here, &list, chats, clock::now());
        keep_all(&merge.changes, &mut list)?;
        self.history.set(list);
        self.show_if_changed(&merge.changes);
        Ok(archive::outcome(&merge))
    }

    /// The chat as it is on the screen, or else as it is kept.
    fn chat_as_it_is(self, id: ChatId) -> Option<ChatState> {
        let shown = self
            .chat
            .with_untracked(|chat| (chat.id == id).then(|| chat.clone()));
        shown.or_else(|| kept_chat(id))
    }

    /// Opens the chat on the screen anew where the file knew more of it.
    fn show_if_changed(self, changes: &[Kept]) {
        let open = self.chat.with_untracked(|chat| chat.id);
        if changes.iter().any(|kept| kept.entry.id == open) {
            self.open_chat(open);
        }
    }

    fn hand_out(self, title: &str, format: Format, text: &str) {
        let name = transcript::file_name(title, format, clock::now());
        let is_out = files::hand_out(&name, format.media_type(), text);
        self.tell(if is_out {
            Ok(format!("Exported as {name}."))
        } else {
            Err("The browser did not let this page write a file.".to_owned())
        });
    }

    /// Shows what came of it, and says it.
    fn tell(self, outcome: Outcome) {
        self.has_failed_to_move.set(outcome.is_err());
        let (Ok(words) | Err(words)) = outcome;
        self.say(words.as_str());
        self.moved.set(words);
    }
}

/// Keeps all of these, and the list with them, or changes nothing.
fn keep_all(changes: &[Kept], list: &mut History) -> Result<(), String> {
    let mut before = Vec::new();
    let mut is_kept = true;
    for Kept { entry, chat } in changes {
        let name = history::chat_name(entry.id);
        before.push((name.clone(), storage::read(&name)));
        is_kept = is_kept && write(&name, chat).is_ok();
        list.adopt(entry.clone());
    }
    if is_kept && write(history::LIST, list).is_ok() {
        return Ok(());
    }
    for (name, text) in before {
        restore(&name, text);
    }
    Err("Nothing was imported: this device's storage would be full. Delete chats that you do not need, then import again.".to_owned())
}
