//! What the API refuses about a request's body, in the API's own words.

mod content;
mod thinking;

use serde_json::{Map, Value};
use shared::models::{Catalogue, Model, Tokenizer};
use shared::time::UnixMillis;

use super::answer::Form;
use super::auth::Version;
use super::refusal::{Refusal, Wording};
pub(super) use thinking::Thinks;

/// Which of the two calls a body belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// `POST /v1/messages`.
    Create,
    /// `POST /v1/messages/count_tokens`.
    Count,
}

/// What the headers say that decides how a body is judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spoken {
    pub(super) version: Version,
    /// Whether `anthropic-beta` came along, and with it the fields of features to come.
    pub(super) has_beta: bool,
}

/// A request that passed.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) model: Model,
    /// The model's full id, as answers name it.
    pub(super) model_id: &'static str,
    pub(super) max_tokens: u64,
    pub(super) is_stream: bool,
    pub(super) thinks: Thinks,
    /// What ends the answer when it comes up in it.
    pub(super) stop_sequences: Vec<String>,
    pub(super) form: Form,
}

/// Fields that both calls take.
const FIELDS: [&str; 8] = [
    "cache_control",
    "messages",
    "model",
    "output_config",
    "system",
    "thinking",
    "tool_choice",
    "tools",
];

/// Fields of a request for an answer.
const CREATE_FIELDS: [&str; 9] = [
    "container",
    "diagnostics",
    "inference_geo",
    "max_tokens",
    "metadata",
    "service_tier",
    "speed",
    "stop_sequences",
    "stream",
];

/// Fields that the version 2026-10-21 dropped.
const SAMPLING_FIELDS: [&str; 3] = ["temperature", "top_k", "top_p"];

/// Fields that only clients of beta features send.
const BETA_FIELDS: [&str; 8] = [
    "billing_policy",
    "compaction",
    "context_management",
    "fallback_credit_token",
    "fallbacks",
    "mcp_servers",
    "speed",
    "thread",
];

/// Judges a body.
///
/// # Errors
///
/// The first thing that the API would refuse: first the shape, then the model, then what the model does not take.
pub(super) fn check(
    call: Call,
    body: &Map<String, Value>,
    spoken: Spoken,
    catalogue: &Catalogue,
    now: UnixMillis,
) -> Result<Asked, Refusal> {
    check_fields(call, body, spoken)?;
    let is_stream = body.get("stream").unwrap_or(&Value::Bool(false)).as_bool();
    let is_stream =
        is_stream.ok_or_else(|| Refusal::invalid("stream: Input should be a valid boolean"))?;
    let id = required(body, "model")?.as_str();
    let id = id.ok_or_else(|| Refusal::invalid("model: Input should be a valid string"))?;
    let max_tokens = match call {
        Call::Create => whole_number(required(body, "max_tokens")?, "max_tokens")?,
        Call::Count => 0,
    };
    let messages = content::check(body)?;
    let model = catalogue.find(id).filter(|model| model.is_available(now));
    let model = model.ok_or_else(|| Refusal::unknown_model(id))?;
    if max_tokens > u64::from(model.output_tokens_max) {
        let most = model.output_tokens_max;
        return Err(Refusal::invalid(format!(
            "max_tokens: {max_tokens} > {most}, which is the maximum allowed number of output tokens for {id}"
        )));
    }
    content::check_ending(messages, model)?;
    check_sampling(body, model)?;
    Ok(Asked {
        model_id: model.also_called.first().copied().unwrap_or(model.id),
        max_tokens,
        is_stream,
        thinks: thinking::check(body, model, max_tokens)?,
        stop_sequences: stop_sequences(body)?,
        form: Form::Message,
        model: model.clone(),
    })
}

/// Refuses a prompt that leaves the model no room.
pub(super) fn check_length(prompt: u64, model: &Model) -> Result<(), Refusal> {
    let most = model.context_tokens;
    if prompt > u64::from(most) {
        let message = format!("prompt is too long: {prompt} tokens > {most} maximum");
        let wording = format!(
            "This model's maximum context length is {most} tokens. However, your messages resulted in {prompt} tokens. Please reduce the length of the messages."
        );
        let wording = Wording::new(wording)
            .code("context_length_exceeded")
            .param("messages");
        return Err(Refusal::invalid(message).or_in_openai(wording));
    }
    Ok(())
}

fn check_fields(call: Call, body: &Map<String, Value>, spoken: Spoken) -> Result<(), Refusal> {
    let is_known = |name: &str| {
        let is_create = call == Call::Create;
        FIELDS.contains(&name)
            || (is_create && CREATE_FIELDS.contains(&name))
            || (spoken.has_beta && BETA_FIELDS.contains(&name))
            || (is_create && spoken.version == Version::June2023 && SAMPLING_FIELDS.contains(&name))
    };
    match body.keys().find(|name| !is_known(name)) {
        Some(name) => Err(Refusal::invalid(format!(
            "{name}: Extra inputs are not permitted"
        ))),
        None => Ok(()),
    }
}

/// Sampling parameters: in range, and for models from 4.7 on only the value that they have anyway.
fn check_sampling(body: &Map<String, Value>, model: &Model) -> Result<(), Refusal> {
    for name in SAMPLING_FIELDS {
        let Some(value) = body.get(name).filter(|value| !value.is_null()) else {
            continue;
        };
        let number = value.as_f64();
        let number = number
            .ok_or_else(|| Refusal::invalid(format!("{name}: Input should be a valid number")))?;
        if name != "top_k" && !(0.0..=1.0).contains(&number) {
            return Err(Refusal::invalid(format!("{name}: range: 0..1")));
        }
        let is_default = name != "top_k" && number >= 1.0;
        if model.tokenizer == Tokenizer::From47 && !is_default {
            return Err(Refusal::invalid(format!(
                "`{name}` is deprecated for this model."
            )));
        }
    }
    Ok(())
}

fn stop_sequences(body: &Map<String, Value>) -> Result<Vec<String>, Refusal> {
    let Some(sequences) = body.get("stop_sequences").filter(|value| !value.is_null()) else {
        return Ok(Vec::new());
    };
    let no_list = || Refusal::invalid("stop_sequences: Input should be a valid list");
    let sequences = sequences.as_array().ok_or_else(no_list)?;
    let sequences = sequences.iter().enumerate().map(|(place, sequence)| {
        let no_text = || {
            Refusal::invalid(format!(
                "stop_sequences.{place}: Input should be a valid string"
            ))
        };
        let sequence = sequence.as_str().ok_or_else(no_text)?;
        if sequence.trim().is_empty() {
            return Err(Refusal::invalid(
                "stop_sequences: each stop sequence must contain non-whitespace",
            ));
        }
        Ok(sequence.to_owned())
    });
    sequences.collect()
}

fn required<'a>(body: &'a Map<String, Value>, name: &str) -> Result<&'a Value, Refusal> {
    let missing = || Refusal::invalid(format!("{name}: Field required"));
    body.get(name).ok_or_else(missing)
}

fn whole_number(value: &Value, name: &str) -> Result<u64, Refusal> {
    let message = if value.as_i64().is_some_and(i64::is_negative) {
        format!("{name}: Input should be greater than or equal to 0")
    } else {
        format!("{name}: Input should be a valid integer")
    };
    value.as_u64().ok_or_else(|| Refusal::invalid(message))
}

#[cfg(test)]
mod tests;
