//! Chats as a file: to keep elsewhere, and to bring back here or to another browser. docs/chats-file.md describes it.

use serde::{Deserialize, Serialize};
use shared::json;
use shared::time::UnixMillis;

use super::chat::{ChatId, ChatState};
use super::history::{Entry, History};
use super::words;

/// What the file says it is.
const FORMAT: &str = "airlock-chats";
/// The version that is written, and the only one that is read.
const VERSION: u32 = 1;
/// The largest file that is read. A browser keeps 5 Mi characters for a site; written as UTF-8 that is 15 MiB at most.
pub(crate) const FILE_BYTES_MAX: u32 = 16 * 1024 * 1024;
/// Most messages of a chat: the server takes no conversation with more.
const MESSAGES_MAX: usize = 2_000;

/// The file, as it is written.
#[derive(Serialize)]
struct Archive {
    format: &'static str,
    version: u32,
    exported_at: UnixMillis,
    chats: Vec<Kept>,
}

/// What every version of the file begins with.
#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

/// What version 1 goes on with; the rest is for people.
#[derive(Deserialize)]
struct Body {
    chats: Vec<Kept>,
}

/// One chat with its line in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// Its line in the list.
    pub(crate) entry: Entry,
    /// What was said.
    pub(crate) chat: ChatState,
}

/// Writes the file. What names a press of Send concerns this browser alone, and stays here.
pub(crate) fn write(mut chats: Vec<Kept>, now: UnixMillis) -> String {
    for kept in &mut chats {
        kept.chat.tidy();
    }
    let archive = Archive {
        format: FORMAT,
        version: VERSION,
        exported_at: now,
        chats,
    };
    // None of these types can fail to be written.
    json::write(&archive).unwrap_or_default()
}

/// Reads a file.
///
/// # Errors
///
/// What is wrong with it and what to do, in words.
pub(crate) fn read(text: &str) -> Result<Vec<Kept>, String> {
    let head: Option<Head> = json::read(text).ok();
    let head = head.filter(|head| head.format == FORMAT).ok_or(
        "This is no file of chats. Choose one that Export wrote here or in another browser: its name ends in .json.",
    )?;
    if head.version != VERSION {
        return Err(format!(
            "This file is of version {}, and this page reads version {VERSION}. Reload the page to get its newest version, then import again.",
            head.version
        ));
    }
    let body: Body = json::read(text).map_err(|error| {
        format!("This file is damaged ({error}). Export it anew, or take an older copy.")
    })?;
    let mut chats = body.chats;
    for Kept { entry, chat } in &mut chats {
        if chat.messages().len() > MESSAGES_MAX {
            return Err(format!(
                "The chat “{}” has more than {} messages, which no chat of this page has.",
                entry.title,
                words::count(MESSAGES_MAX as u64)
            ));
        }
        chat.lose_answer();
        chat.tidy();
        entry.id = chat.id;
    }
    chats.retain(|kept| !kept.chat.is_empty());
    Ok(chats)
}

/// What an import changes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Merge {
    /// What is to be kept: new chats, and chats of which the file knows more.
    pub(crate) changes: Vec<Kept>,
    /// How many chats were here already.
    pub(crate) known: usize,
}

/// Joins a file's chats with those that are `here`. A chat that says the same as one here is the same. Where the two went on
/// differently, both stay.
pub(crate) fn merge(here: &[ChatState], list: &History, file: Vec<Kept>, now: UnixMillis) -> Merge {
    let mut merge = Merge::default();
    let mut list = list.clone();
    for mut kept in file {
        let changed = merge.changes.iter().map(|kept| &kept.chat);
        let mut others = here.iter().chain(changed);
        let is_known = others.any(|other| {
            let is_earlier = other.id == kept.chat.id && other.begins_with(&kept.chat);
            is_earlier || other.says_the_same(&kept.chat)
        });
        if is_known {
            merge.known += 1;
            continue;
        }
        let same_id = here.iter().find(|other| other.id == kept.chat.id);
        let has_gone_on = same_id.is_none_or(|other| kept.chat.begins_with(other));
        let is_taken = merge
            .changes
            .iter()
            .any(|other| other.entry.id == kept.entry.id);
        if is_taken || !has_gone_on {
            let id: ChatId = list.free_id(now);
            kept.chat.id = id;
            kept.entry.id = id;
        }
        list.adopt(kept.entry.clone());
        merge.changes.push(kept);
    }
    merge
}

/// What an import did, in words.
pub(crate) fn outcome(merge: &Merge) -> String {
    let chats = |count: usize| match count {
        1 => "1 chat".to_owned(),
        count => format!("{} chats", words::count(count as u64)),
    };
    match (merge.changes.len(), merge.known) {
        (0, 0) => "There is no chat in this file.".to_owned(),
        (0, _) => "All chats of this file are here already.".to_owned(),
        (new, 0) => format!("Imported {}.", chats(new)),
        (new, known) => format!("Imported {}; {} here already.", chats(new), known),
    }
}

#[cfg(test)]
#[path = "archive_tests.rs"]
mod tests;
