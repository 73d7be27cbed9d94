//! The preflight as a whole: every rule, every fix, what is trimmed, which model is chosen, and what is remembered.

mod fixes;
mod kept;
mod limits;
mod memo;
mod money;
mod route;
mod samples;
mod trim;

use super::*;
use crate::api::chat::{ChatMessage, Effort, Role};
use crate::money::{NanoUsd, TokenCount};
use crate::policy::OnSecret;
use crate::time::Day;

fn policy() -> Policy {
    Policy {
        models: vec![
            "claude-haiku-5-5".to_owned(),
            "claude-haiku-4-5".to_owned(),
            "claude-sonnet-4-5".to_owned(),
        ],
        output_tokens_max: 1_000,
        output_tokens_default: 500,
        messages_max: 3,
        request_bytes_max: 100,
        system_bytes: 0,
        budget_left: None,
        on_secret: OnSecret::Block,
        prompt_caching: false,
    }
}

fn message(role: Role, content: &str) -> ChatMessage {
    ChatMessage {
        role,
        content: content.to_owned(),
    }
}

fn request(messages: &[(Role, &str)]) -> ChatRequest {
    ChatRequest {
        model: "claude-haiku-5-5".to_owned(),
        messages: messages
            .iter()
            .map(|(role, text)| message(*role, text))
            .collect(),
        max_tokens: None,
        effort: None,
    }
}

fn now() -> UnixMillis {
    Day::from_date(2026, 11, 23).start()
}

fn rules(request: &ChatRequest, policy: &Policy) -> Vec<(Rule, Severity)> {
    let preflight = check(request, policy, &Catalogue::builtin(), now());
    preflight
        .findings
        .iter()
        .map(|f| (f.rule, f.severity))
        .collect()
}

fn blocks(request: &ChatRequest) -> Vec<Rule> {
    rules(request, &policy())
        .into_iter()
        .map(|(rule, severity)| {
            assert_eq!(severity, Severity::Block);
            rule
        })
        .collect()
}

fn hello() -> ChatRequest {
    request(&[(Role::User, "Hello")])
}

/// A key as Claude's API has them, opening nothing. It is put together here, so that it stands nowhere as a whole.
fn key() -> String {
    let body = "x7Qp2Lm9_Zt4-vB8rKd1";
    let body: String = body
        .chars()
        .chain(body.chars().rev())
        .cycle()
        .take(93)
        .collect();
    format!("sk-ant-api03-{body}AA")
}
