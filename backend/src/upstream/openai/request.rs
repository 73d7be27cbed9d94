//! One of Anthropic's requests becomes a gateway's.
//!
//! What the dialect has no word for is refused by name and never left out, where leaving it out would change the answer or its
//! price. Marks for caches are left out: they change neither. Golden files beside this one show each case.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value, json};
use shared::anthropic::{MessageCreateParams, OutputConfig, Rest};
use shared::openai::{ChatCompletionCreateParams, StreamOptions};

use super::{messages, tools};

/// Names that a gateway gives to models, by the names that our catalogue gives them.
pub type ModelNames = BTreeMap<String, String>;

/// Stop sequences that the dialect takes at most.
const STOP_SEQUENCES_MAX: usize = 4;

/// A part of a request that cannot be said in this dialect, by its place and its name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotCarried(String);

impl NotCarried {
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl fmt::Display for NotCarried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} cannot be carried to an OpenAI-compatible gateway",
            self.0
        )
    }
}

/// Makes a gateway's request of `params`. The output's bound goes out as `max_tokens`: every gateway knows that name, while some read
/// over the newer one, and a bound that is read over does not hold.
pub(super) fn convert(
    params: MessageCreateParams,
    names: &ModelNames,
) -> Result<ChatCompletionCreateParams, NotCarried> {
    if params.max_tokens == 0 {
        // Gateways take a bound of nothing for no bound.
        return Err(NotCarried::new("`max_tokens: 0`"));
    }
    let mut messages = Vec::with_capacity(params.messages.len() + 1);
    if let Some(system) = params.system {
        messages.push(messages::system(system, "system")?);
    }
    for (place, message) in params.messages.into_iter().enumerate() {
        messages::convert(message, place, &mut messages)?;
    }
    let is_stream = params.stream == Some(true);
    let mut request = ChatCompletionCreateParams {
        model: names.get(&params.model).cloned().unwrap_or(params.model),
        messages,
        max_completion_tokens: None,
        max_tokens: Some(params.max_tokens),
        stream: Some(is_stream),
        stream_options: is_stream.then(|| StreamOptions {
            include_usage: true,
            ..StreamOptions::default()
        }),
        reasoning_effort: None,
        rest: Rest::new(),
    };
    if let Some(config) = params.output_config {
        carry_output_config(config, &mut request)?;
    }
    for (name, value) in params.rest {
        if !value.is_null() {
            carry(&name, value, &mut request)?;
        }
    }
    Ok(request)
}

/// Both dialects have the same words for effort.
fn carry_output_config(
    config: OutputConfig,
    request: &mut ChatCompletionCreateParams,
) -> Result<(), NotCarried> {
    request.reasoning_effort = config.effort;
    for (name, mut value) in config.rest {
        let is_schema = value.get("type").is_some_and(|kind| kind == "json_schema");
        match (name.as_str(), value.get_mut("schema").map(Value::take)) {
            _ if value.is_null() => {}
            ("format", Some(schema)) if is_schema => {
                let schema = json!({ "name": "answer", "schema": schema, "strict": true });
                let format = json!({ "type": "json_schema", "json_schema": schema });
                request.rest.insert("response_format".to_owned(), format);
            }
            _ => return Err(NotCarried::new(format!("`output_config.{name}`"))),
        }
    }
    Ok(())
}

/// Carries one of the fields that only some requests have.
fn carry(
    name: &str,
    value: Value,
    request: &mut ChatCompletionCreateParams,
) -> Result<(), NotCarried> {
    let (name, value) = match name {
        "tools" => ("tools", tools::definitions(value)?),
        "tool_choice" => return tools::choice(value, &mut request.rest),
        "stop_sequences" => ("stop", stop(value)?),
        "temperature" | "top_p" => (name, value),
        "thinking" => return carry_thinking(&value, request),
        "metadata" => match value.get("user_id") {
            None | Some(Value::Null) => return Ok(()),
            Some(user) => ("user", user.clone()),
        },
        // Marks for caches, and what every request is served with where there is no choice.
        "cache_control" | "diagnostics" => return Ok(()),
        "service_tier" if value == "auto" || value == "standard_only" => return Ok(()),
        "speed" if value == "standard" => return Ok(()),
        "inference_geo" if value == "global" => return Ok(()),
        _ => return Err(NotCarried::new(format!("`{name}`"))),
    };
    request.rest.insert(name.to_owned(), value);
    Ok(())
}

fn stop(sequences: Value) -> Result<Value, NotCarried> {
    let count = sequences.as_array().map_or(1, Vec::len);
    if count > STOP_SEQUENCES_MAX {
        let what = format!("the {count} `stop_sequences`, more than {STOP_SEQUENCES_MAX},");
        return Err(NotCarried::new(what));
    }
    Ok(sequences)
}

/// Models think as they see fit unless told otherwise; a budget of tokens for it has no word here.
fn carry_thinking(
    thinking: &Value,
    request: &mut ChatCompletionCreateParams,
) -> Result<(), NotCarried> {
    match thinking.get("type").and_then(Value::as_str) {
        Some("adaptive") => Ok(()),
        Some("disabled") if request.reasoning_effort.is_none() => {
            request.reasoning_effort = Some("none".to_owned());
            Ok(())
        }
        Some(kind) => Err(NotCarried::new(format!("`thinking` of type `{kind}`"))),
        None => Err(NotCarried::new("`thinking` without a type")),
    }
}

/// Refuses fields of `rest` that are neither `harmless` nor null. `place` is where they stand.
pub(super) fn refuse_unknown(
    rest: &Rest,
    harmless: &[&str],
    place: &str,
) -> Result<(), NotCarried> {
    let unknown = rest
        .iter()
        .find(|(name, value)| !value.is_null() && !harmless.contains(&name.as_str()));
    match unknown {
        Some((name, _)) => Err(NotCarried::new(format!("`{place}.{name}`"))),
        None => Ok(()),
    }
}
