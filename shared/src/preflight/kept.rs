//! What Claude is asked to keep of a request, so that sending it again soon costs a fraction.
//!
//! A mark (`cache_control`) asks Claude to keep the prompt up to it for five minutes, and for five more after each use. Writing costs a
//! quarter more than reading fresh, reading what is kept a tenth or less, so that a mark pays where the same words come again soon. Two
//! places are likely to: the operator's system prompt, which every conversation begins with, and all of a conversation but its last
//! message, once there was a turn before. The first question of a conversation is not marked: most have no second.
//!
//! Two marks are set at most; the API takes four. It looks back from a mark over twenty blocks for what was kept before, and a turn adds
//! two.
#![deny(clippy::arithmetic_side_effects)]

use serde::{Deserialize, Serialize};

use super::case::Case;
use super::cost::Prompt;
use super::{Finding, Rule};
use crate::models::Model;
use crate::money::Prices;

/// What Claude is asked to keep of a request for five minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// Whether the server's system prompt is kept by itself, for other conversations.
    pub system: bool,
    /// How many messages are kept, from the first on.
    pub messages: usize,
}

/// What is worth keeping of the request at `model`.
pub(super) fn of(case: &Case<'_>, model: &Model) -> Kept {
    let pays = prices(case, model).is_some_and(saves_at_second_use);
    if !case.policy.prompt_caching || !pays {
        return Kept::default();
    }
    let is_long_enough = |prompt: Prompt| {
        let tokens = prompt.tokens(model.tokenizer).likely;
        tokens.0 >= u64::from(model.cache_tokens_min)
    };
    let head = case.facts.split_last().map_or(&[][..], |(_, head)| head);
    let is_head_kept =
        head.len() >= MESSAGES_OF_A_TURN && is_long_enough(Prompt::of(head, case.policy));
    Kept {
        system: is_long_enough(Prompt::of_system(case.policy)),
        messages: if is_head_kept { head.len() } else { 0 },
    }
}

/// A question and its answer.
const MESSAGES_OF_A_TURN: usize = 2;

/// Whether to write a prompt once and read it once costs less than to send it twice.
const fn saves_at_second_use(prices: &Prices) -> bool {
    let twice_fresh = (prices.input.0 as u64).saturating_mul(2);
    let kept = (prices.cache_write_5m.0 as u64).saturating_add(prices.cache_read.0 as u64);
    kept < twice_fresh
}

/// What the request's tokens cost at `model`, by the prompt's likely size.
pub(super) fn prices<'m>(case: &Case<'_>, model: &'m Model) -> Option<&'m Prices> {
    let prompt = case.prompt.tokens(model.tokenizer).likely;
    model.prices(case.now, prompt)
}

/// Says what is kept, and what that is good for.
pub(super) fn finding(case: &Case<'_>, model: &Model, kept: Kept, findings: &mut Vec<Finding>) {
    let Some(prices) = prices(case, model).filter(|_| kept.messages > 0) else {
        return;
    };
    // Free reading is told as the smallest part that is.
    let parts = prices
        .input
        .0
        .checked_div(prices.cache_read.0)
        .unwrap_or(prices.input.0);
    findings.push(Finding::new(
        Rule::ConversationKept,
        format!(
            "Claude is asked to keep the first {} messages for five minutes, in which they cost 1/{parts} of the price.",
            kept.messages
        ),
        "To keep them costs a little more, once. A question asked in time costs less than the estimate; a later one never more than its worst case.",
    ));
}
