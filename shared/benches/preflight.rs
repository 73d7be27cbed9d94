//! Measures what a keystroke costs: the whole preflight of a conversation whose draft has one character more, and its two dearest
//! parts by themselves. `cargo xtask bench --preflight` runs it, natively; docs/figures.md has the figures of WebAssembly too.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "it measures, and talks to the person who runs it"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use shared::api::chat::{ChatMessage, ChatRequest, Role};
use shared::models::Catalogue;
use shared::policy::{
    MESSAGES_MAX, OUTPUT_TOKENS_DEFAULT, OUTPUT_TOKENS_MAX, OnSecret, Policy, REQUEST_BYTES_MAX,
};
use shared::preflight::{Classes, Memo, secrets};
use shared::time::Day;

/// Drafts, in bytes: a long question, and a document that was pasted.
const DRAFTS: [usize; 2] = [4_000, 100_000];

/// Messages before the draft.
const MESSAGES: usize = 100;

/// Keystrokes of which the percentiles are taken.
const KEYSTROKES: usize = 1_000;

/// What a draft is made of: prose, code, another language, numbers.
const PASSAGE: &str = "The second engine would not start, so the ferry left an hour late.\n\
    let total: u64 = rows.iter().map(|row| row.price_cents * row.count).sum();\n\
    Die Überfahrt dauerte länger als sonst, und niemand wusste, warum.\n\
    2026-03-14,Northport,48.25,1073,0.331\n\n";

fn main() {
    println!("| draft | | p50 | p99 |\n|---:|---|---:|---:|");
    for bytes in DRAFTS {
        let draft: String = PASSAGE.chars().cycle().take(bytes).collect();
        let mut request = conversation(&draft);
        let (policy, catalogue) = (policy(), Catalogue::builtin());
        let now = Day::from_date(2026, 11, 23).start();
        let mut memo = Memo::default();
        row(bytes, "a keystroke, all rules", || {
            if let Some(message) = request.messages.last_mut() {
                message.content.push('x');
            }
            black_box(memo.check(&request, &policy, &catalogue, now));
        });
        row(bytes, "of that: tokens", || {
            black_box(Classes::of(black_box(&draft)));
        });
        row(bytes, "of that: keys", || {
            black_box(secrets::scan(black_box(&draft)));
        });
    }
}

/// Takes the time of `work` again and again, and prints the middle one and the tail.
fn row(bytes: usize, what: &str, mut work: impl FnMut()) {
    let mut times: Vec<Duration> = (0..KEYSTROKES)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    let at = |permille: usize| {
        let rank = (KEYSTROKES - 1) * permille / 1_000;
        times.get(rank).copied().unwrap_or_default()
    };
    println!("| {bytes} B | {what} | {:.1?} | {:.1?} |", at(500), at(990));
}

fn conversation(draft: &str) -> ChatRequest {
    let message = |index: usize| ChatMessage {
        role: if index.is_multiple_of(2) {
            Role::User
        } else {
            Role::Assistant
        },
        content: PASSAGE.repeat(8),
    };
    let mut messages: Vec<_> = (0..MESSAGES).map(message).collect();
    messages.push(ChatMessage {
        role: Role::User,
        content: draft.to_owned(),
    });
    ChatRequest {
        model: "claude-haiku-5-5".to_owned(),
        messages,
        max_tokens: None,
        effort: None,
    }
}

fn policy() -> Policy {
    Policy {
        models: vec!["claude-haiku-5-5".to_owned(), "claude-opus-5-5".to_owned()],
        output_tokens_max: OUTPUT_TOKENS_MAX,
        output_tokens_default: OUTPUT_TOKENS_DEFAULT,
        messages_max: MESSAGES_MAX,
        request_bytes_max: REQUEST_BYTES_MAX,
        system_bytes: 1_000,
        budget_left: None,
        on_secret: OnSecret::Block,
        prompt_caching: true,
    }
}
