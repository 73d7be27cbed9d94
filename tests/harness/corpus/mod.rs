//! Hundreds of requests for the preflight to judge, the same on every run: each rule and its near misses, conversations, keys in every
//! form, characters of every kind, sizes up to the limits.
//!
//! Nothing here says what the verdict should be. The rules have their own tests; this is what the native build and the WebAssembly are
//! compared by, and what properties of the whole are tested on.

mod chance;
mod keys;
mod rules;
mod texts;

use serde::{Deserialize, Serialize};
use shared::api::chat::{ChatMessage, ChatRequest, Role};
use shared::policy::{OUTPUT_TOKENS_DEFAULT, OnSecret, Policy, REQUEST_BYTES_MAX};
use shared::time::{Day, UnixMillis};

/// Something to judge, by what, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it is there for.
    pub name: String,
    /// What is judged.
    pub request: ChatRequest,
    /// What it is judged by.
    pub policy: Policy,
    /// When.
    pub now: UnixMillis,
}

/// All of them, in an order that stays.
pub fn corpus() -> Vec<Case> {
    [
        rules::cases(),
        keys::cases(),
        texts::cases(),
        chance::cases(),
    ]
    .concat()
}

/// The day of the catalogue: a case's time unless it is about time.
const TODAY: UnixMillis = Day::from_date(2026, 11, 23).start();

/// Models of every tier, price tier and way to think.
const MODELS: [&str; 5] = [
    "claude-haiku-5-5",
    "claude-sonnet-5-5",
    "claude-opus-5-5",
    "claude-fable-5-2",
    "claude-haiku-4-5",
];

fn policy() -> Policy {
    Policy {
        models: MODELS.map(str::to_owned).to_vec(),
        output_tokens_max: 16_384,
        output_tokens_default: OUTPUT_TOKENS_DEFAULT,
        messages_max: 40,
        request_bytes_max: REQUEST_BYTES_MAX,
        system_bytes: 0,
        budget_left: None,
        on_secret: OnSecret::Block,
        prompt_caching: true,
    }
}

/// A conversation of these texts, the person's first, then in turns.
fn conversation<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> ChatRequest {
    let roles = [Role::User, Role::Assistant].into_iter().cycle();
    let messages = roles.zip(texts).map(|(role, text)| ChatMessage {
        role,
        content: text.as_ref().to_owned(),
    });
    ChatRequest {
        model: MODELS[0].to_owned(),
        messages: messages.collect(),
        max_tokens: None,
        effort: None,
    }
}

fn case(name: impl Into<String>, request: ChatRequest, policy: Policy) -> Case {
    Case {
        name: name.into(),
        request,
        policy,
        now: TODAY,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_are_hundreds_and_they_are_the_same_each_time() {
        let cases = corpus();
        assert!(cases.len() >= 500, "{}", cases.len());
        assert_eq!(cases, corpus());
    }

    #[test]
    fn each_has_a_name_of_its_own() {
        let cases = corpus();
        let names: BTreeSet<_> = cases.iter().map(|case| &case.name).collect();
        assert_eq!(names.len(), cases.len());
    }
}
