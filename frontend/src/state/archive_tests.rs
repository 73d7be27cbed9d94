//! How chats become a file and come back: whole, once, and only if the file is what it says.

use super::*;

const NOW: UnixMillis = UnixMillis(1_000);

/// A chat that says these things, questions and answers in turn.
fn chat(id: u64, said: &[&str]) -> ChatState {
    let mut chat = ChatState::new(ChatId(id));
    for (place, words) in said.iter().enumerate() {
        if place % 2 == 0 {
            chat.ask((*words).to_owned());
        } else {
            chat.begin_answer("m".to_owned(), "key".to_owned(), None);
            chat.apply(shared::api::chat::ChatEvent::Delta(
                shared::api::chat::TextPiece {
                    text: (*words).to_owned(),
                },
            ));
            chat.stop();
        }
    }
    chat
}

fn kept(chat: ChatState) -> Kept {
    let mut list = History::default();
    list.note(&chat, UnixMillis(chat.id.0));
    Kept {
        entry: list.remove(chat.id).expect("noted"),
        chat,
    }
}

fn list_of(chats: &[ChatState]) -> History {
    let mut list = History::default();
    for chat in chats {
        list.note(chat, UnixMillis(chat.id.0));
    }
    list
}

fn merged(here: &[ChatState], file: Vec<Kept>) -> Merge {
    merge(here, &list_of(here), file, NOW)
}

#[test]
fn a_written_file_reads_back_as_what_it_was() {
    let chats = vec![kept(chat(1, &["a", "b"])), kept(chat(2, &["c"]))];
    let read = read(&write(chats.clone(), NOW)).expect("reads");
    assert_eq!(read, chats);
}

#[test]
fn an_answer_under_way_comes_back_as_one_that_ended_early_and_without_its_sends_name() {
    let mut under_way = chat(1, &["a"]);
    under_way.begin_answer("m".to_owned(), "name-of-a-press".to_owned(), None);
    let text = write(vec![kept(under_way)], NOW);
    assert!(!text.contains("name-of-a-press"));
    let read = read(&text).expect("reads");
    assert!(!read[0].chat.is_streaming());
}

#[test]
fn whatever_is_no_file_of_ours_is_refused_with_what_to_do() {
    for (text, word) in [
        ("", "no file of chats"),
        ("{}", "no file of chats"),
        ("[1, 2]", "no file of chats"),
        (r#"{"format":"theirs","version":1}"#, "no file of chats"),
        (r#"{"format":"airlock-chats","version":2}"#, "version 2"),
        (r#"{"format":"airlock-chats","version":1}"#, "damaged"),
        (
            r#"{"format":"airlock-chats","version":1,"exported_at":1,"chats":[{"entry":1}]}"#,
            "at byte 72",
        ),
    ] {
        let error = read(text).expect_err(text);
        assert!(error.contains(word), "{text}: {error}");
    }
}

#[test]
fn a_chat_of_too_many_messages_is_refused_by_its_title() {
    let mut many = ChatState::new(ChatId(1));
    for _ in 0..=MESSAGES_MAX {
        many.ask("again".to_owned());
    }
    let error = read(&write(vec![kept(many)], NOW)).expect_err("too many");
    assert!(
        error.contains("“again”") && error.contains("2,000"),
        "{error}"
    );
}

#[test]
fn importing_the_same_file_twice_adds_nothing() {
    let here = [chat(1, &["a", "b"])];
    let again = merged(&here, vec![kept(here[0].clone())]);
    assert_eq!((again.changes.len(), again.known), (0, 1));
    let moved = merged(&here, vec![kept(chat(7, &["a", "b"]))]);
    assert_eq!((moved.changes.len(), moved.known), (0, 1), "by its words");
    let twice = merged(&[], vec![kept(chat(1, &["a"])), kept(chat(2, &["a"]))]);
    assert_eq!((twice.changes.len(), twice.known), (1, 1));
}

#[test]
fn of_one_chat_the_longer_version_stays() {
    let (short, long) = (chat(1, &["a", "b"]), chat(1, &["a", "b", "c"]));
    let newer = merged(std::slice::from_ref(&short), vec![kept(long.clone())]);
    assert_eq!(newer.changes, [kept(long.clone())]);
    let older = merged(&[long], vec![kept(short)]);
    assert_eq!((older.changes.len(), older.known), (0, 1));
}

#[test]
fn chats_that_went_on_differently_both_stay() {
    let here = [chat(1, &["a", "b", "this"])];
    let file = vec![kept(chat(1, &["a", "b", "that"]))];
    let both = merged(&here, file.clone());
    assert_eq!(both.changes.len(), 1);
    assert_ne!(both.changes[0].chat.id, here[0].id);
    assert_eq!(both.changes[0].chat.id, both.changes[0].entry.id);
    let after = [here[0].clone(), both.changes[0].chat.clone()];
    assert_eq!(merged(&after, file).changes, [], "and no third");
}

#[test]
fn what_an_import_did_is_said_in_a_sentence() {
    let new = |count: u64| (0..count).map(|id| kept(chat(id, &["a"]))).collect();
    let said = |count, known| {
        outcome(&Merge {
            changes: new(count),
            known,
        })
    };
    assert_eq!(said(1, 0), "Imported 1 chat.");
    assert_eq!(said(2, 3), "Imported 2 chats; 3 here already.");
    assert_eq!(said(0, 1), "All chats of this file are here already.");
    assert_eq!(said(0, 0), "There is no chat in this file.");
}
