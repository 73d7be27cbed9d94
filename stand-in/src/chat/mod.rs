//! The body of `POST /v1/chat/completions`, judged as OpenAI does and turned into the one that Claude reads.
//!
//! The stand-in is here what a gateway in front of Claude is: what this dialect alone can get wrong is refused in its words, what
//! Claude would refuse comes from [`super::validate`], and what Claude has no word for is left out.

mod messages;

use serde_json::{Map, Value, json};
use shared::models::{Catalogue, Model};
use shared::time::UnixMillis;

use super::answer::{Completion, Form};
use super::auth::Version;
use super::refusal::{Refusal, Wording};
use super::validate::{self, Asked, Call, Spoken};

/// Fields that are understood.
const FIELDS: [&str; 11] = [
    "max_completion_tokens",
    "max_tokens",
    "messages",
    "model",
    "n",
    "reasoning_effort",
    "stop",
    "stream",
    "stream_options",
    "tools",
    "user",
];

/// Fields that are known and change nothing: Claude has nothing like them, or the stand-in does nothing with it.
const IGNORED_FIELDS: [&str; 23] = [
    "audio",
    "frequency_penalty",
    "function_call",
    "functions",
    "logit_bias",
    "logprobs",
    "metadata",
    "modalities",
    "parallel_tool_calls",
    "prediction",
    "presence_penalty",
    "prompt_cache_key",
    "response_format",
    "safety_identifier",
    "seed",
    "service_tier",
    "store",
    "temperature",
    "tool_choice",
    "top_logprobs",
    "top_p",
    "verbosity",
    "web_search_options",
];

/// Efforts by their names here and Claude's.
const EFFORTS: [(&str, &str); 7] = [
    ("none", "low"),
    ("minimal", "low"),
    ("low", "low"),
    ("medium", "medium"),
    ("high", "high"),
    ("xhigh", "xhigh"),
    ("max", "max"),
];

/// Judges a body, and gives it as Claude reads it.
///
/// # Errors
///
/// The first thing that the API would refuse.
pub(super) fn check(
    body: &Map<String, Value>,
    catalogue: &Catalogue,
    now: UnixMillis,
) -> Result<(Map<String, Value>, Asked), Refusal> {
    check_fields(body)?;
    let is_stream = flag(body.get("stream"), "stream")?;
    let has_usage = has_usage(body, is_stream)?;
    let model = model(body, catalogue, now)?;
    let (system, messages) = messages::translate(body)?;
    let mut translated = Map::new();
    let mut set = |name: &str, value: Value| translated.insert(name.to_owned(), value);
    set("model", model.id.into());
    set("max_tokens", max_tokens(body, model)?.into());
    set("stream", is_stream.into());
    set("messages", messages.into());
    if !system.is_empty() {
        set("system", system.into());
    }
    if let Some(effort) = effort(body)? {
        set("output_config", json!({"effort": effort}));
    }
    if let Some(tools) = present(body, "tools") {
        set("tools", tools_of(tools)?.into());
    }
    set("stop_sequences", stop_sequences(body)?.into());
    let spoken = Spoken {
        version: Version::October2026,
        has_beta: false,
    };
    let asked = validate::check(Call::Create, &translated, spoken, catalogue, now)?;
    let form = Form::Completion(Completion {
        created: now,
        has_usage,
    });
    Ok((translated, Asked { form, ..asked }))
}

/// A field that is there and not null, which says the same as leaving it out.
fn present<'a>(body: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    body.get(name).filter(|value| !value.is_null())
}

fn check_fields(body: &Map<String, Value>) -> Result<(), Refusal> {
    let is_known = |name: &str| FIELDS.contains(&name) || IGNORED_FIELDS.contains(&name);
    if let Some(name) = body.keys().find(|name| !is_known(name)) {
        let message = format!("Unrecognized request argument supplied: {name}");
        return Err(Wording::new(message).into());
    }
    if present(body, "n").is_some_and(|n| n != 1) {
        let message = "Unsupported value: 'n' must be 1 with this model.";
        return Err(Wording::new(message)
            .code("unsupported_value")
            .param("n")
            .into());
    }
    Ok(())
}

fn has_usage(body: &Map<String, Value>, is_stream: bool) -> Result<bool, Refusal> {
    let Some(options) = present(body, "stream_options") else {
        return Ok(false);
    };
    if !is_stream {
        let message = "The 'stream_options' parameter is only allowed when 'stream' is enabled.";
        return Err(Wording::new(message).param("stream_options").into());
    }
    flag(options.get("include_usage"), "stream_options.include_usage")
}

fn model<'a>(
    body: &Map<String, Value>,
    catalogue: &'a Catalogue,
    now: UnixMillis,
) -> Result<&'a Model, Refusal> {
    let id = present(body, "model").ok_or_else(|| missing("model"))?;
    let id = id.as_str().ok_or_else(|| wrong_type("model", "a string"))?;
    let model = catalogue.find(id).filter(|model| model.is_available(now));
    model.ok_or_else(|| Refusal::unknown_model(id))
}

/// The most tokens to answer with: under its new name, its old one, or what the model can.
fn max_tokens(body: &Map<String, Value>, model: &Model) -> Result<u64, Refusal> {
    let most = u64::from(model.output_tokens_max);
    let (name, wanted) = match (
        present(body, "max_completion_tokens"),
        present(body, "max_tokens"),
    ) {
        (None, None) => return Ok(most),
        (Some(wanted), None) => ("max_completion_tokens", wanted),
        (None, Some(wanted)) => ("max_tokens", wanted),
        (Some(_), Some(_)) => {
            let message = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.";
            return Err(invalid_value(message, "max_tokens"));
        }
    };
    let wanted = wanted
        .as_u64()
        .ok_or_else(|| wrong_type(name, "an integer"))?;
    if wanted == 0 {
        let message = format!(
            "Invalid '{name}': integer below minimum value. Expected a value >= 1, but got 0 instead."
        );
        return Err(Wording::new(message)
            .code("integer_below_min_value")
            .param(name)
            .into());
    }
    if wanted > most {
        let message = format!(
            "{name} is too large: {wanted}. This model supports at most {most} completion tokens, whereas you provided {wanted}."
        );
        return Err(invalid_value(message, name));
    }
    Ok(wanted)
}

fn effort(body: &Map<String, Value>) -> Result<Option<&'static str>, Refusal> {
    let Some(wanted) = present(body, "reasoning_effort") else {
        return Ok(None);
    };
    let known = EFFORTS.iter().find(|(name, _)| wanted == name);
    let known = known.ok_or_else(|| {
        let names = EFFORTS.map(|(name, _)| format!("'{name}'")).join(", ");
        let message = format!("Invalid value: {wanted}. Supported values are: {names}.");
        invalid_value(message, "reasoning_effort")
    })?;
    Ok(Some(known.1))
}

/// One or several; such as are only white space, which Claude does not take, are left out.
fn stop_sequences(body: &Map<String, Value>) -> Result<Vec<Value>, Refusal> {
    let stops = match present(body, "stop") {
        None => return Ok(Vec::new()),
        Some(Value::Array(stops)) => stops.clone(),
        Some(stop) => vec![stop.clone()],
    };
    if !stops.iter().all(Value::is_string) {
        return Err(wrong_type("stop", "a string or a list of strings"));
    }
    let says_something = |stop: &Value| stop.as_str().is_some_and(|stop| !stop.trim().is_empty());
    Ok(stops.into_iter().filter(says_something).collect())
}

fn tools_of(tools: &Value) -> Result<Vec<Value>, Refusal> {
    let tools = tools
        .as_array()
        .ok_or_else(|| wrong_type("tools", "a list"))?;
    let translated = tools.iter().enumerate().map(|(place, tool)| {
        let name = format!("tools[{place}].function");
        let function = tool.get("function").ok_or_else(|| missing(&name))?;
        Ok(json!({
            "name": function.get("name"),
            "description": function.get("description"),
            "input_schema": function.get("parameters"),
        }))
    });
    translated.collect()
}

fn flag(value: Option<&Value>, name: &str) -> Result<bool, Refusal> {
    match value {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(wrong_type(name, "a boolean")),
    }
}

fn missing(name: &str) -> Refusal {
    Wording::new(format!("Missing required parameter: '{name}'."))
        .code("missing_required_parameter")
        .param(name)
        .into()
}

fn wrong_type(name: &str, expected: &str) -> Refusal {
    Wording::new(format!("Invalid type for '{name}': expected {expected}."))
        .code("invalid_type")
        .param(name)
        .into()
}

fn invalid_value(message: impl Into<String>, name: &str) -> Refusal {
    Wording::new(message)
        .code("invalid_value")
        .param(name)
        .into()
}
