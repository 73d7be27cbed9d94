//! Which ways of thinking a model takes, and whether it will think about this request.

use serde_json::{Map, Value};
use shared::api::chat::Effort;
use shared::models::{Model, Thinking, Tokenizer};

use crate::refusal::Refusal;

/// The fewest tokens to think with.
const BUDGET_MIN: u64 = 1_024;

/// Whether the answer begins with a thinking block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Thinks {
    /// It does not.
    No,
    /// It does, and shows what it thinks.
    Openly,
    /// It does, and shows only the seal.
    Sealed,
}

/// Judges `thinking` and `output_config.effort`. A model thinks where it is told to or where the effort is high.
pub(super) fn check(
    body: &Map<String, Value>,
    model: &Model,
    max_tokens: u64,
) -> Result<Thinks, Refusal> {
    let effort = check_effort(body, model)?;
    let thinking = body.get("thinking").filter(|value| !value.is_null());
    let kind = thinking.and_then(|thinking| thinking.get("type"));
    let is_omitted = thinking.is_some_and(|thinking| {
        thinking
            .get("display")
            .is_some_and(|display| display == "omitted")
    });
    let thinks = match kind.and_then(Value::as_str) {
        None if thinking.is_some() => {
            return Err(Refusal::invalid("thinking.type: Field required"));
        }
        None => effort == Some(true),
        Some("disabled") if model.thinking == Thinking::Always => {
            let message = "\"thinking.type.disabled\" is not supported for this model. Use \"output_config.effort\" to control thinking behavior.";
            return Err(Refusal::invalid(message));
        }
        Some("enabled") => check_budget(thinking, model, max_tokens)?,
        Some("adaptive" | "between_tools") if model.thinking == Thinking::Extended => {
            return Err(Refusal::invalid(
                "adaptive thinking is not supported on this model",
            ));
        }
        Some("adaptive") => effort != Some(false),
        Some("disabled" | "between_tools") => false,
        Some(_) => {
            let message = "thinking.type: Input should be 'adaptive', 'enabled', 'disabled' or 'between_tools'";
            return Err(Refusal::invalid(message));
        }
    };
    Ok(match (thinks, is_omitted) {
        (false, _) => Thinks::No,
        (true, false) => Thinks::Openly,
        (true, true) => Thinks::Sealed,
    })
}

/// Whether the effort is high or above, where the request names one.
fn check_effort(body: &Map<String, Value>, model: &Model) -> Result<Option<bool>, Refusal> {
    let effort = body
        .get("output_config")
        .and_then(|config| config.get("effort"));
    let Some(effort) = effort.filter(|effort| !effort.is_null()) else {
        return Ok(None);
    };
    if !model.accepts_effort() {
        let message = "This model does not support the effort parameter.";
        return Err(Refusal::invalid(message));
    }
    let known = Effort::ALL
        .into_iter()
        .find(|known| effort == known.as_str());
    let Some(level) = known else {
        return Err(Refusal::invalid(
            "output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'",
        ));
    };
    if !model.accepts(level) {
        let mut levels: Vec<_> = model.efforts.iter().map(|level| level.as_str()).collect();
        levels.sort_unstable();
        return Err(Refusal::invalid(format!(
            "This model does not support effort level '{}'. Supported levels: {}.",
            level.as_str(),
            levels.join(", ")
        )));
    }
    Ok(Some(level >= Effort::High))
}

/// A thinking budget is for models up to 4.6, and must leave room for the answer.
fn check_budget(thinking: Option<&Value>, model: &Model, max_tokens: u64) -> Result<bool, Refusal> {
    if model.tokenizer == Tokenizer::From47 {
        let message = "\"thinking.type.enabled\" is not supported for this model. Use \"thinking.type.adaptive\" and \"output_config.effort\" to control thinking behavior.";
        return Err(Refusal::invalid(message));
    }
    let budget = thinking.and_then(|thinking| thinking.get("budget_tokens"));
    let missing = || Refusal::invalid("thinking.enabled.budget_tokens: Field required");
    let budget = budget.and_then(Value::as_u64).ok_or_else(missing)?;
    if budget < BUDGET_MIN {
        return Err(Refusal::invalid(format!(
            "thinking.enabled.budget_tokens: Input should be greater than or equal to {BUDGET_MIN}"
        )));
    }
    // Counting tokens needs no room for an answer.
    if max_tokens > 0 && budget >= max_tokens {
        return Err(Refusal::invalid(
            "`max_tokens` must be greater than `thinking.budget_tokens`.",
        ));
    }
    Ok(true)
}
