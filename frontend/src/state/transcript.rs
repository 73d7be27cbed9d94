//! A chat as Markdown for people to read, and the names of files.

use shared::api::chat::Role;
use shared::time::UnixMillis;

use super::chat::ChatState;
use super::message::{Message, Status};
use super::words;

/// What a chat is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Words for people.
    Markdown,
    /// The file that can be imported again.
    Json,
}

impl Format {
    /// How a file's name ends.
    const fn extension(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Json => "json",
        }
    }

    /// What browsers call it.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Markdown => "text/markdown",
            Self::Json => "application/json",
        }
    }
}

/// The chat as Markdown: who said what, the answers as they were written.
pub(crate) fn markdown(title: &str, chat: &ChatState, now: UnixMillis) -> String {
    let mut parts = vec![format!(
        "# {title}\n\n*Exported from Airlock on {}.*\n",
        now.day()
    )];
    for message in chat.messages() {
        let who = match (message.role, &message.model) {
            (Role::User, _) => "You".to_owned(),
            (Role::Assistant, Some(model)) => words::model_name(model),
            (Role::Assistant, None) => "Claude".to_owned(),
        };
        parts.push(format!("\n## {who}\n\n{}\n", message.text.trim_end()));
        parts.extend(note(message).map(|note| format!("\n*{note}*\n")));
    }
    parts.concat()
}

fn note(message: &Message) -> Option<String> {
    match (message.status, &message.error) {
        (Status::Interrupted, _) => Some("This answer ended early.".to_owned()),
        (Status::Error, Some(error)) => Some(format!("{}.", error.kind.title())),
        _ => None,
    }
}

/// The name of a file with this title: letters and digits that every system takes, the day, the ending.
pub(crate) fn file_name(title: &str, format: Format, now: UnixMillis) -> String {
    /// A name that still fits a line of a file manager.
    const TITLE_BYTES: usize = 40;
    let mut name = String::new();
    for letter in title.chars().map(|letter| letter.to_ascii_lowercase()) {
        if name.len() >= TITLE_BYTES {
            break;
        }
        if letter.is_ascii_alphanumeric() {
            name.push(letter);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = Some(name.trim_end_matches('-')).filter(|name| !name.is_empty());
    format!(
        "airlock-{}-{}.{}",
        name.unwrap_or("chat"),
        now.day(),
        format.extension()
    )
}

#[cfg(test)]
mod tests {
    use shared::error::ErrorKind;

    use super::*;
    use crate::state::chat::ChatId;

    const NOON: UnixMillis = UnixMillis(1_795_435_200_000);

    #[test]
    fn markdown_says_who_said_what_and_what_is_not_whole() {
        let mut chat = ChatState::new(ChatId(1));
        chat.ask("Why?".to_owned());
        chat.begin_answer("claude-haiku-5-5".to_owned(), "key".to_owned(), None);
        chat.fail(ErrorKind::Overloaded.into());
        let text = markdown("Why?", &chat, NOON);
        assert!(
            text.starts_with(
                "# Why?\n\n*Exported from Airlock on 2026-11-23.*\n\n## You\n\nWhy?\n"
            ),
            "{text}"
        );
        assert!(
            text.ends_with("## Claude Haiku 5.5\n\n\n\n*Claude is overloaded.*\n"),
            "{text}"
        );
    }

    #[test]
    fn file_names_are_plain() {
        for (title, name) in [
            ("Why is it so?", "airlock-why-is-it-so-2026-11-23.md"),
            ("../../etc/passwd", "airlock-etc-passwd-2026-11-23.md"),
            ("日本語", "airlock-chat-2026-11-23.md"),
        ] {
            assert_eq!(file_name(title, Format::Markdown, NOON), name);
        }
        let long = file_name(&"long ".repeat(40), Format::Json, NOON);
        assert!(long.len() < 70, "{long}");
    }
}
