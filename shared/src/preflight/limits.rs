//! The rules on what a request may take: output cap, context, budget, and what its old turns cost.

use super::case::Case;
use super::trim;
use super::{Estimate, Finding, Fix, Kept, Rule, kept, route};
use crate::models::Model;
use crate::money::NanoUsd;
use crate::policy::Policy;

/// Fewest output tokens that are worth proposing: a paragraph or two. Under a lower cap most answers are cut off.
const ANSWER_MIN: u64 = 256;

/// The least saving that is worth a word: a cent for each further question. Below, it is not worth what Claude forgets.
const SAVING_MIN: NanoUsd = NanoUsd(10_000_000);

/// The output cap against `least`, the policy and the model.
pub(super) fn output_cap(
    asked: u32,
    least: u32,
    policy: &Policy,
    model: Option<&Model>,
    findings: &mut Vec<Finding>,
) {
    let most = output_tokens_max(policy, model);
    if (least..=most).contains(&asked) {
        return;
    }
    let finding = Finding::new(
        Rule::OutputCap,
        format!("{asked} output tokens asked; {least} to {most} are allowed."),
        "The cap bounds what an answer can cost.",
    );
    // Who asks for too few has no use for the fewest.
    let wanted = if asked > most {
        most
    } else {
        policy.output_tokens_default
    };
    let max_tokens = wanted.min(most);
    let fix = (max_tokens >= least).then_some(Fix::CapOutput { max_tokens });
    findings.push(finding.mended_by(fix));
}

fn output_tokens_max(policy: &Policy, model: Option<&Model>) -> u32 {
    let most = policy.output_tokens_max;
    model.map_or(most, |model| model.output_tokens_max.min(most))
}

/// Context and budget against what the request can take. `shorter` leaves out as many old turns as it takes.
pub(super) fn fits(
    case: &Case<'_>,
    estimate: &Estimate,
    model: &Model,
    shorter: Option<Fix>,
    findings: &mut Vec<Finding>,
) {
    let overflows = estimate.overflow(model) > 0;
    if overflows {
        let (low, context) = (estimate.input.low, model.context_tokens);
        let finding = Finding::new(
            Rule::ContextOverflow,
            format!(
                "At least {low} tokens and {} of answer; {context} fit.",
                estimate.output_max
            ),
            "The model's context holds prompt and answer together. Drop old turns, or ask for fewer output tokens.",
        );
        let room = u64::from(context).saturating_sub(low.0);
        let fix = shorter
            .or_else(|| capped(room, case, model))
            .or_else(|| route::instead(case, model, &|other, its| its.overflow(other) == 0));
        findings.push(finding.mended_by(fix));
    }
    if let Some(left) = case.policy.budget_left
        && estimate.worst_case > left
    {
        let finding = Finding::new(
            Rule::OverBudget,
            format!(
                "Could cost up to {}; {left} is left today.",
                estimate.worst_case
            ),
            "The budget must hold the worst case before a request is sent. Ask for fewer output tokens, or choose a smaller model.",
        );
        // What does not fit the context has to change first, and with it its cost.
        let fix = (!overflows).then(|| {
            let bought = model.output_within(case.now, estimate.input_bound, left);
            bought
                .and_then(|bought| capped(bought.0, case, model))
                .or_else(|| route::instead(case, model, &|_, its| its.worst_case <= left))
        });
        findings.push(finding.mended_by(fix.flatten()));
    }
}

/// An output cap of `tokens`, or as much of them as is allowed; `None` where hardly an answer fits.
fn capped(tokens: u64, case: &Case<'_>, model: &Model) -> Option<Fix> {
    let most = output_tokens_max(case.policy, Some(model));
    let max_tokens = u32::try_from(tokens).map_or(most, |tokens| tokens.min(most));
    let is_worth_it = u64::from(max_tokens) >= ANSWER_MIN;
    is_worth_it.then_some(Fix::CapOutput { max_tokens })
}

/// Old turns that cost as much as all the rest of the request, and not less than a cent; those that Claude keeps cost what reading them
/// does.
pub(super) fn long_conversation(
    case: &Case<'_>,
    estimate: &Estimate,
    model: &Model,
    kept: Kept,
    findings: &mut Vec<Finding>,
) {
    let Some(old) = trim::to_save(case, Some(model)) else {
        return;
    };
    let rest = estimate.likely.saturating_sub(old.saved);
    let reading = kept::prices(case, model).filter(|_| kept.messages > 0);
    let saved = reading.map_or(old.saved, |prices| prices.cache_read.times(old.tokens));
    if saved < SAVING_MIN || saved < rest {
        return;
    }
    // Tenths of a cent: more digits than anybody reads would pretend that this is no estimate.
    let saved = NanoUsd(saved.0 / 1_000_000 * 1_000_000);
    let finding = Finding::new(
        Rule::LongConversation,
        format!(
            "The oldest {} messages cost about {saved} of this question.",
            old.messages
        ),
        "All old turns are read and paid again with every question. Drop them if it does not need them.",
    );
    findings.push(finding.mended_by(Some(old.fix)));
}
