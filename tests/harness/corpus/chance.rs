//! What nobody thought of: requests, policies and moments put together by dice.

use shared::api::chat::{ChatMessage, ChatRequest, Effort, Role};
use shared::models::Catalogue;
use shared::money::NanoUsd;
use shared::policy::{OnSecret, Policy};
use shared::preflight::AUTO;
use shared::time::UnixMillis;

use super::{Case, TODAY};
use crate::Dice;

/// Enough for every pair of choices below to come together more than once.
const COUNT: usize = 200;

pub(super) fn cases() -> Vec<Case> {
    let mut dice = Dice::new(7);
    let case = |number| Case {
        name: format!("by chance {number}"),
        request: request(&mut dice),
        policy: policy(&mut dice),
        now: now(&mut dice),
    };
    (0..COUNT).map(case).collect()
}

fn model(dice: &mut Dice) -> String {
    let catalogue = Catalogue::builtin();
    let mut names: Vec<_> = catalogue.iter().map(|model| model.id).collect();
    names.extend([AUTO, AUTO, AUTO, "claude-nothing"]);
    dice.one_of(&names).to_owned()
}

fn request(dice: &mut Dice) -> ChatRequest {
    let count = dice.below(12);
    let mut is_users = true;
    let messages = (0..count).map(|_| {
        let role = if is_users {
            Role::User
        } else {
            Role::Assistant
        };
        // Now and then somebody speaks twice.
        is_users = is_users == (dice.below(10) == 0);
        ChatMessage {
            role,
            content: text(dice),
        }
    });
    let messages = messages.collect();
    let efforts = [
        None,
        None,
        Some(Effort::Low),
        Some(Effort::High),
        Some(Effort::Max),
    ];
    let caps = [None, None, Some(1), Some(1_000), Some(20_000), Some(0)];
    ChatRequest {
        model: model(dice),
        messages,
        max_tokens: dice.one_of(&caps),
        effort: dice.one_of(&efforts),
    }
}

/// Characters of any plane, or words, in any number.
fn text(dice: &mut Dice) -> String {
    const WORDS: [&str; 12] = [
        "why",
        "prove",
        "the",
        "bug",
        "```",
        "\n",
        "漢字",
        "🙂",
        "function()",
        "1234",
        "ü",
        "step by step",
    ];
    let count = dice.below(8) * dice.below(40);
    if dice.below(3) == 0 {
        let character = |_| {
            u32::try_from(dice.below(0x11_0000))
                .ok()
                .and_then(char::from_u32)
        };
        return (0..count).filter_map(character).collect();
    }
    let words: Vec<_> = (0..count).map(|_| dice.one_of(&WORDS)).collect();
    words.join(" ")
}

fn policy(dice: &mut Dice) -> Policy {
    let budgets = [
        None,
        None,
        Some(NanoUsd::ZERO),
        Some(NanoUsd(3_000_000)),
        Some(NanoUsd::from_usd(5)),
    ];
    Policy {
        models: (0..dice.below(6)).map(|_| model(dice)).collect(),
        output_tokens_max: dice.one_of(&[0, 4_096, 16_384, 200_000]),
        output_tokens_default: dice.one_of(&[1, 500, 4_096, 300_000]),
        messages_max: dice.one_of(&[0, 3, 10, 2_000]),
        request_bytes_max: dice.one_of(&[0, 200, 5_000, 524_288]),
        system_bytes: dice.one_of(&[0, 0, 1_000, 400_000, 5_000_000]),
        budget_left: dice.one_of(&budgets),
        on_secret: dice.one_of(&[OnSecret::Block, OnSecret::Redact, OnSecret::Warn]),
        prompt_caching: dice.one_of(&[false, true]),
    }
}

fn now(dice: &mut Dice) -> UnixMillis {
    let days = u64::try_from(dice.below(1_000)).unwrap();
    dice.one_of(&[
        TODAY,
        UnixMillis(TODAY.0.saturating_sub(days * 86_400_000)),
        UnixMillis(TODAY.0 + days * 86_400_000),
    ])
}
