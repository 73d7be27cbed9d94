//! Which old turns to leave out, so that a request fits or costs less.
//!
//! A turn is what the person says and all that Claude answers to it. Whole turns go, oldest first: what is left begins with the
//! person's words and no answer stands without its question. The server's own system text is not touched.

use serde::{Deserialize, Serialize};

use super::case::Case;
use super::cost::Prompt;
use super::facts::Memo;
use super::{Fix, route};
use crate::api::chat::{ChatRequest, Role};
use crate::models::{Catalogue, Model};
use crate::money::{NanoUsd, TokenCount};
use crate::policy::Policy;
use crate::time::UnixMillis;

/// Turns that stay when turns go to save money: the new question, and the two turns before it that it may speak of.
const TURNS_KEPT: usize = 3;

/// Old turns to leave out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trim {
    /// How many messages go, from the oldest on.
    pub messages: usize,
    /// The tokens of prompt that this probably saves.
    pub tokens: TokenCount,
    /// What this probably saves of the request's cost; nothing where the model has no price.
    pub saved: NanoUsd,
    /// The change that leaves them out.
    pub fix: Fix,
}

impl Memo {
    /// The old turns to leave out of `request`: where it does not fit the policy or the model, as few as make it fit; otherwise
    /// all but the last few, to save money. `None` where no turn can go, or where even the last one alone does not fit.
    pub fn trim(
        &mut self,
        request: &ChatRequest,
        policy: &Policy,
        catalogue: &Catalogue,
        now: UnixMillis,
    ) -> Option<Trim> {
        let facts = self.facts(&request.messages);
        let case = Case::new(request, &facts, policy, catalogue, now);
        let model = route::in_effect(&case, route::choose(&case).as_ref());
        if fits(&case, &case.prompt, model) {
            to_save(&case, model)
        } else {
            to_fit(&case, model)
        }
    }
}

/// Whether `prompt` would be within the policy and `model`'s context.
pub(super) fn fits(case: &Case<'_>, prompt: &Prompt, model: Option<&Model>) -> bool {
    let estimate = |model| Some((model, case.estimate_of(prompt, model)?));
    prompt.messages <= u64::from(case.policy.messages_max)
        && prompt.bytes <= case.policy.request_bytes_max
        && model
            .and_then(estimate)
            .is_none_or(|(model, estimate)| estimate.overflow(model) == 0)
}

/// The fewest old turns without which the request fits; `None` where it does not fit without all but the last.
pub(super) fn to_fit(case: &Case<'_>, model: Option<&Model>) -> Option<Trim> {
    let fitting = ends(case).take_while(|(_, rest)| fits(case, rest, model));
    let (messages, rest) = fitting.last()?;
    trim(case, messages, &rest, model)
}

/// All turns but the last few; `None` where there are no others.
pub(super) fn to_save(case: &Case<'_>, model: Option<&Model>) -> Option<Trim> {
    let (messages, rest) = ends(case).nth(TURNS_KEPT.saturating_sub(1))?;
    trim(case, messages, &rest, model)
}

/// The ends of the conversation that begin with a turn, shortest first, each with how many messages stand before it.
fn ends<'a>(case: &Case<'a>) -> impl Iterator<Item = (usize, Prompt)> + use<'a> {
    let messages = &case.request.messages;
    let is_users = |index: usize| messages.get(index).is_some_and(|m| m.role == Role::User);
    let begins_turn =
        move |index: usize| is_users(index) && !index.checked_sub(1).is_some_and(is_users);
    case.facts
        .iter()
        .enumerate()
        .rev()
        .scan(Prompt::of_system(case.policy), |rest, (index, facts)| {
            *rest = rest.with(facts);
            Some((index, *rest))
        })
        .filter(move |(index, _)| begins_turn(*index))
}

/// What it saves to leave out the first `messages`, after which `rest` is left.
fn trim(case: &Case<'_>, messages: usize, rest: &Prompt, model: Option<&Model>) -> Option<Trim> {
    if messages == 0 {
        return None;
    }
    let costs = |model| Some((case.estimate(model)?, case.estimate_of(rest, model)?));
    let (tokens, saved) = model
        .and_then(costs)
        .map_or_else(Default::default, |(now, then)| {
            let tokens = now.input.likely.0.saturating_sub(then.input.likely.0);
            (TokenCount(tokens), now.likely.saturating_sub(then.likely))
        });
    Some(Trim {
        messages,
        tokens,
        saved,
        fix: Fix::DropOldest { messages },
    })
}
