//! What is remembered changes the time that an answer takes, and never the answer.

use proptest::prelude::{Just, Strategy, any, prop_assert_eq, prop_oneof, proptest};

use super::*;

/// What people do to a conversation.
#[derive(Clone, Debug)]
enum Edit {
    Say(String),
    Type(char),
    Change(usize, String),
    Remove(usize),
    DropOldest(usize),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let text = || prop_oneof!["\\PC{0,20}", Just("again".to_owned())];
    let edit = prop_oneof![
        text().prop_map(Edit::Say),
        any::<char>().prop_map(Edit::Type),
        (0..6_usize, text()).prop_map(|(index, text)| Edit::Change(index, text)),
        (0..6_usize).prop_map(Edit::Remove),
        (0..4_usize).prop_map(Edit::DropOldest),
    ];
    proptest::collection::vec(edit, 0..12)
}

fn edit(messages: &mut Vec<ChatMessage>, edit: Edit) {
    match edit {
        Edit::Say(text) => {
            let role = if messages.len().is_multiple_of(2) {
                Role::User
            } else {
                Role::Assistant
            };
            messages.push(message(role, &text));
        }
        Edit::Type(character) => {
            if let Some(last) = messages.last_mut() {
                last.content.push(character);
            }
        }
        Edit::Change(index, text) => {
            if let Some(message) = messages.get_mut(index) {
                message.content = text;
            }
        }
        Edit::Remove(index) => {
            if index < messages.len() {
                messages.remove(index);
            }
        }
        Edit::DropOldest(count) => {
            messages.drain(..count.min(messages.len()));
        }
    }
}

proptest! {
    #[test]
    fn with_a_memo_everything_is_as_without(edits in edits(), is_auto in any::<bool>()) {
        let (policy, catalogue) = (policy(), Catalogue::builtin());
        let mut memo = Memo::default();
        let mut request = hello();
        if is_auto {
            AUTO.clone_into(&mut request.model);
        }
        for one in edits {
            edit(&mut request.messages, one);
            let mut fresh = Memo::default();
            prop_assert_eq!(
                memo.check(&request, &policy, &catalogue, now()),
                check(&request, &policy, &catalogue, now())
            );
            prop_assert_eq!(
                memo.trim(&request, &policy, &catalogue, now()),
                fresh.trim(&request, &policy, &catalogue, now())
            );
            prop_assert_eq!(
                memo.compare(&request, &policy, &catalogue, now()),
                fresh.compare(&request, &policy, &catalogue, now())
            );
        }
    }
}
