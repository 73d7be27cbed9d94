//! What an error body says, whoever wrote it: Anthropic, OpenAI, one of the many gateways in front of them, or a proxy on the way.

use serde_json::Value;

/// How long a word is, in ASCII characters, that could be a key, its hash or an account's id. Names of models and of errors are
/// shorter.
const TELLING_WORD_CHARS: usize = 32;

/// Most characters of a message, a name or a request id that the log keeps.
const MESSAGE_CHARS_MAX: usize = 500;
const NAME_CHARS_MAX: usize = 64;

/// What gateways write where they have no name, having printed their own language's word for nothing.
const NOTHING: [&str; 4] = ["", "None", "null", "<nil>"];

/// The parts of an error that tell what it means.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// What it is called, the most particular name first.
    pub(super) names: Vec<String>,
    /// The HTTP status that it claims: many gateways write one as their code.
    pub(super) status: Option<u16>,
    /// The words, for the log, without anything in them that could be a key.
    pub(super) message: String,
    /// The writer's name for the request.
    pub(super) request_id: Option<String>,
}

impl Said {
    /// Reads the body of an answer; `None` where it is no error of a known form, such as a web page.
    pub(super) fn in_body(body: &[u8]) -> Option<Self> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let error = body.get("error").filter(|error| !error.is_null());
        let mut said = Self::in_error(error.unwrap_or(&body));
        if let Some(id) = text(&body, "request_id") {
            said.request_id = Some(shortened_name(id));
        }
        (said != Self::default()).then_some(said)
    }

    /// Reads the `error` of a body or of an event: an object, or bare words.
    pub(super) fn in_error(error: &Value) -> Self {
        let details = error.get("details").unwrap_or(&Value::Null);
        let names = [
            text(details, "error_code"),
            text(error, "code"),
            text(error, "type"),
        ];
        let names = names.into_iter().flatten();
        let words = ["message", "detail", "msg"];
        let words = words.iter().find_map(|name| text(error, name));
        let words = words.or(error.as_str()).unwrap_or_default();
        let code = error.get("code");
        Self {
            names: names
                .filter(|name| name.parse::<u16>().is_err())
                .map(shortened_name)
                .collect(),
            status: code.and_then(status),
            message: shortened(&without_keys(words), MESSAGE_CHARS_MAX),
            request_id: request_id_in(words),
        }
    }
}

/// The text of a field that says something.
fn text<'a>(object: &'a Value, field: &str) -> Option<&'a str> {
    object
        .get(field)?
        .as_str()
        .filter(|text| !NOTHING.contains(text))
}

fn status(code: &Value) -> Option<u16> {
    let number = match code {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64(),
    };
    let status = u16::try_from(number?).ok()?;
    (400..600).contains(&status).then_some(status)
}

/// Gateways of the one-api family end their words with `(request id: …)`.
fn request_id_in(words: &str) -> Option<String> {
    let (_, id) = words.rsplit_once("(request id: ")?;
    Some(shortened_name(id.strip_suffix(')')?))
}

/// The words without those as long as a key: refusals of keys like to repeat the key, a part of it, or its hash.
fn without_keys(words: &str) -> String {
    let is_between =
        |character: char| !(character.is_ascii_alphanumeric() || "-_".contains(character));
    let mut kept = String::with_capacity(words.len());
    for piece in words.split_inclusive(is_between) {
        let word = piece.trim_end_matches(is_between);
        match piece.strip_prefix(word) {
            Some(end) if word.len() >= TELLING_WORD_CHARS => {
                kept.push_str("[…]");
                kept.push_str(end);
            }
            _ => kept.push_str(piece),
        }
    }
    kept
}

/// A name as long as the log keeps it.
pub(super) fn shortened_name(name: &str) -> String {
    shortened(name, NAME_CHARS_MAX)
}

fn shortened(text: &str, chars_max: usize) -> String {
    text.chars().take(chars_max).collect()
}
