//! Which model to ask when the person leaves it to the rules.
//!
//! The policy bounds the choice. Of the models that can take the request and can be paid, the smallest goes that is large enough
//! for the work; the effort asked and [`Hints`] in the text tell how large that is.

mod hints;
mod work;

use serde::{Deserialize, Serialize};

use super::case::Case;
use super::{Estimate, Fix};
use crate::models::{Catalogue, Lifecycle, Model, Tier};
use crate::money::NanoUsd;
use crate::policy::Policy;

pub(super) use hints::Hints;

/// What a request names as its model to leave the choice to the rules.
pub const AUTO: &str = "auto";

/// The model that the rules chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The model to ask.
    pub model: String,
    /// Why, in one sentence.
    pub why: String,
    /// The model that was the nearest other choice; absent where there is only one.
    pub instead: Option<Alternative>,
}

/// A model that was not chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alternative {
    /// Its id.
    pub model: String,
    /// What the request would probably have cost with it.
    pub likely: NanoUsd,
}

/// A model that may be asked, with what the request would take of it.
#[derive(Clone, Copy)]
struct Candidate<'a> {
    model: &'a Model,
    estimate: Estimate,
}

/// A choice that was made.
pub(super) struct Choice<'a> {
    chosen: Candidate<'a>,
    why: [&'static str; 2],
    instead: Option<Candidate<'a>>,
}

impl Choice<'_> {
    /// The choice as it is told.
    pub(super) fn route(&self) -> Route {
        Route {
            model: self.chosen.model.id.to_owned(),
            why: self.why.concat(),
            instead: self.instead.map(|other| Alternative {
                model: other.model.id.to_owned(),
                likely: other.estimate.likely,
            }),
        }
    }
}

/// The model that the request asks in effect: the chosen one, or the one that it names, if the catalogue has that.
pub(super) fn in_effect<'a>(case: &Case<'a>, choice: Option<&Choice<'a>>) -> Option<&'a Model> {
    choice.map_or_else(
        || case.catalogue.find(&case.request.model),
        |choice| Some(choice.chosen.model),
    )
}

/// Chooses a model; `None` where the request names one, or where none that is allowed answers.
pub(super) fn choose<'a>(case: &Case<'a>) -> Option<Choice<'a>> {
    if !case.is_auto() {
        return None;
    }
    let able = able(case);
    let paid = with_least(&able, &|one| shortfall(case, &one.estimate));
    let (wanted, reason) = work::tier(case);
    let chosen = nearest(&paid, wanted)?;
    let larger_is_able = able.iter().any(|one| one.model.tier > chosen.model.tier);
    let note = if chosen.model.tier == wanted {
        "."
    } else if chosen.model.tier > wanted {
        "; no smaller model that is allowed can take it."
    } else if larger_is_able {
        "; the budget left pays for no larger model."
    } else {
        "; no larger model that is allowed can take it."
    };
    let others = able.iter().filter(|one| one.model.id != chosen.model.id);
    let others: Vec<_> = others.copied().collect();
    Some(Choice {
        chosen,
        why: [reason, note],
        instead: nearest(&others, chosen.model.tier),
    })
}

/// The models of the policy that can take the request, in its order. Where none can, those that come nearest, so that the rules
/// can tell of the best of them what is the matter.
fn able<'a>(case: &Case<'a>) -> Vec<Candidate<'a>> {
    let models = case.policy.models.iter();
    let models = models.filter_map(|id| case.catalogue.find(id));
    let answering: Vec<_> = models
        .filter(|model| model.is_available(case.now))
        .filter_map(|model| {
            Some(Candidate {
                model,
                estimate: case.estimate(model)?,
            })
        })
        .collect();
    let lasting = with_least(&answering, &|one| {
        u64::from(matches!(one.model.lifecycle, Lifecycle::Ends { .. }))
    });
    let steerable = with_least(&lasting, &|one| {
        let effort = case.request.effort;
        u64::from(!effort.is_none_or(|effort| one.model.accepts(effort)))
    });
    let long_winded = with_least(&steerable, &|one| {
        u64::from(
            case.output_cap()
                .saturating_sub(one.model.output_tokens_max),
        )
    });
    with_least(&long_winded, &|one| one.estimate.overflow(one.model))
}

/// The nearest model to `model` that the request could ask instead: one that can take it, and of which `suits` holds.
pub(super) fn instead(
    case: &Case<'_>,
    model: &Model,
    suits: &dyn Fn(&Model, &Estimate) -> bool,
) -> Option<Fix> {
    if case.is_auto() {
        return None;
    }
    let mut others = able(case);
    others.retain(|one| suits(one.model, &one.estimate));
    Some(Fix::UseModel {
        model: nearest(&others, model.tier)?.model.id.to_owned(),
    })
}

/// A model to ask in the place of one that cannot be asked: the one that `follows` it if that is allowed, or else the first
/// allowed one that answers and goes on doing so.
pub(super) fn substitute(
    follows: Option<&str>,
    policy: &Policy,
    catalogue: &Catalogue,
) -> Option<Fix> {
    let allowed = || policy.models.iter().filter_map(|id| catalogue.find(id));
    let lasts = |model: &&Model| !matches!(model.lifecycle, Lifecycle::Ends { .. });
    let next = allowed().find(|model| Some(model.id) == follows);
    let model = next.into_iter().chain(allowed()).find(lasts)?;
    Some(Fix::UseModel {
        model: model.id.to_owned(),
    })
}

/// How much the budget lacks of what the request can cost.
fn shortfall(case: &Case<'_>, estimate: &Estimate) -> u64 {
    let left = case.policy.budget_left.unwrap_or(NanoUsd::MAX);
    estimate.worst_case.saturating_sub(left).0
}

/// Those of `candidates` that lack least, in their order.
fn with_least<'a>(
    candidates: &[Candidate<'a>],
    lack: &dyn Fn(&Candidate<'a>) -> u64,
) -> Vec<Candidate<'a>> {
    let least = candidates.iter().map(lack).min();
    let with_least = candidates.iter().filter(|one| Some(lack(one)) == least);
    with_least.copied().collect()
}

/// The first candidate of the tier, of the next larger one, or, where there is none, of the next smaller one.
fn nearest<'a>(candidates: &[Candidate<'a>], tier: Tier) -> Option<Candidate<'a>> {
    let wanted = tier as u8;
    let rank = |one: &&Candidate<'a>| {
        let tier = one.model.tier as u8;
        (tier < wanted, tier.abs_diff(wanted))
    };
    candidates.iter().min_by_key(rank).copied()
}
