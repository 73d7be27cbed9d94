//! What a request does to the bill beyond itself: what the conversation comes to, and what a cache would change.
#![deny(clippy::arithmetic_side_effects)]

use serde::{Deserialize, Serialize};

use super::case::Case;
use super::cost::Prompt;
use super::facts::Memo;
use super::{Estimate, route};
use crate::api::chat::ChatRequest;
use crate::models::Catalogue;
use crate::money::{NanoUsd, TokenCount, TokenUsage};
use crate::policy::Policy;
use crate::time::UnixMillis;

/// What a conversation comes to with one turn more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationCost {
    /// What the turns so far cost.
    pub so_far: NanoUsd,
    /// What it will probably have cost after this turn.
    pub likely: NanoUsd,
    /// The most that it can have cost after this turn.
    pub worst_case: NanoUsd,
}

impl Estimate {
    /// What a conversation, whose turns so far cost `turns`, comes to with this request.
    pub fn after(&self, turns: impl IntoIterator<Item = NanoUsd>) -> ConversationCost {
        let so_far: NanoUsd = turns.into_iter().sum();
        ConversationCost {
            so_far,
            likely: so_far.saturating_add(self.likely),
            worst_case: so_far.saturating_add(self.worst_case),
        }
    }
}

/// What a request would probably cost if all but its last message stood in a cache, or went into one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CacheCosts {
    /// While those messages are written to the five-minute cache.
    pub write_5m: NanoUsd,
    /// While they are written to the one-hour cache.
    pub write_1h: NanoUsd,
    /// When they are read from either.
    pub read: NanoUsd,
}

impl Memo {
    /// What a cache would make of `request`'s price; `None` where the model is unknown or has no price.
    pub fn cached(
        &mut self,
        request: &ChatRequest,
        policy: &Policy,
        catalogue: &Catalogue,
        now: UnixMillis,
    ) -> Option<CacheCosts> {
        let facts = self.facts(&request.messages);
        let case = Case::new(request, &facts, policy, catalogue, now);
        let model = route::in_effect(&case, route::choose(&case).as_ref())?;
        let whole = case.estimate(model)?;
        let head = facts.split_last().map_or(&[][..], |(_, head)| head);
        let head = case.estimate_of(&Prompt::of(head, policy), model)?;
        let head = head.input.likely.min(whole.input.likely);
        let rest = TokenUsage {
            input: TokenCount(whole.input.likely.0.saturating_sub(head.0)),
            output: whole.output_likely,
            ..TokenUsage::default()
        };
        let cost = |usage: TokenUsage| model.cost(now, &usage);
        Some(CacheCosts {
            write_5m: cost(TokenUsage {
                cache_write_5m: head,
                ..rest
            })?,
            write_1h: cost(TokenUsage {
                cache_write_1h: head,
                ..rest
            })?,
            read: cost(TokenUsage {
                cache_read: head,
                ..rest
            })?,
        })
    }
}
