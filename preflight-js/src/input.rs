//! What comes in from JavaScript: read as the server reads it, or refused with what is wrong.
//!
//! It goes through JSON, because that is what `fetch` will send: what is judged here is what the server will see, down to a field that
//! is `undefined` and a number that is `NaN`. And a field that nobody knows is refused here as it is there: a reader that asks an
//! object for the fields it expects would never notice `max_token`.

use serde::de::DeserializeOwned;
use shared::api::chat::ChatRequest;
use shared::policy::Policy;
use shared::time::UnixMillis;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::{JsError, JsValue, wasm_bindgen};

/// What a verdict depends on.
pub(crate) struct Case(
    pub(crate) ChatRequest,
    pub(crate) Policy,
    pub(crate) UnixMillis,
);

impl Case {
    pub(crate) fn read(
        request: &JsValue,
        policy: &JsValue,
        now_ms: &JsValue,
    ) -> Result<Self, JsError> {
        Ok(Self(
            read("request", request)?,
            read("policy", policy)?,
            read("now_ms", now_ms)?,
        ))
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = JSON, catch)]
    fn stringify(value: &JsValue) -> Result<JsValue, JsValue>;

    /// What `JSON.stringify` throws, unless the page's own code threw something else in the middle of it.
    #[wasm_bindgen(js_name = Error)]
    type Thrown;

    #[wasm_bindgen(method, getter)]
    fn message(this: &Thrown) -> JsValue;
}

/// Reads what an error calls `what`.
pub(crate) fn read<T: DeserializeOwned>(what: &str, value: &JsValue) -> Result<T, JsError> {
    let wrong = |why: &str| JsError::new(&format!("{what}: {why}"));
    let json = stringify(value).map_err(|thrown| {
        let message = thrown.dyn_ref::<Thrown>().map(Thrown::message);
        wrong(
            &message
                .and_then(|message| message.as_string())
                .unwrap_or_default(),
        )
    })?;
    let json = json.as_string().ok_or_else(|| wrong("is missing"))?;
    serde_json::from_str(&json).map_err(|error| wrong(without_position(&error.to_string())))
}

/// The reader's words without the line and column, which are those of a text that nobody has seen.
fn without_position(message: &str) -> &str {
    message
        .rsplit_once(" at line ")
        .map_or(message, |(words, _)| words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_is_wrong_and_not_where_in_a_text_that_nobody_sees() {
        let misspelt = r#"{"model":"m","messages":[],"max_token":5}"#;
        let error = serde_json::from_str::<ChatRequest>(misspelt).unwrap_err();
        let message = error.to_string();
        let words = without_position(&message);
        assert!(words.starts_with("unknown field `max_token`"), "{words}");
        assert!(!words.contains("column"), "{words}");
        assert_eq!(without_position("is missing"), "is missing");
    }
}
