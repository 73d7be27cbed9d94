//! The preflight as an ES module: what Airlock's own page judges by, for pages that are written in something else.
//!
//! It is the server's own function, compiled to WebAssembly: what it lets pass the server lets pass, and what it blocks the server
//! refuses, as long as both are given the same policy (`GET /api/session` tells it) and about the same time. It opens no connection,
//! asks no clock and keeps nothing.
//!
//! Numbers are JavaScript's own. One that JavaScript could not hold exactly, above 2^53 - 1, is an error and never rounded: as
//! nano-dollars that is nine million dollars for one request. Half a surrogate pair, which is no text, is refused as the server refuses
//! it.

mod input;
pub mod report;
pub mod types;

use serde::Serialize;
use shared::models::Catalogue;
use shared::preflight::{self, Fix, secrets};
use wasm_bindgen::prelude::{JsError, JsValue, wasm_bindgen};

use input::Case;
use report::Report;

/// The models that the server knows too.
const CATALOGUE: Catalogue = Catalogue::builtin();

/// Judges a request by a policy, at a moment in milliseconds since 1970.
///
/// # Errors
///
/// On what is no request, policy or moment, with what is wrong with it.
#[wasm_bindgen(unchecked_return_type = "Preflight")]
pub fn preflight(
    #[wasm_bindgen(unchecked_param_type = "ChatRequest")] request: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "Policy")] policy: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] now_ms: &JsValue,
) -> Result<JsValue, JsError> {
    Memo::new().check(request, policy, now_ms)
}

/// The request with a finding's fix applied. A fix that was meant for another request changes nothing.
///
/// # Errors
///
/// On what is no fix or no request, with what is wrong with it.
#[wasm_bindgen(unchecked_return_type = "ChatRequest")]
pub fn apply(
    #[wasm_bindgen(unchecked_param_type = "Fix")] fix: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "ChatRequest")] request: &JsValue,
) -> Result<JsValue, JsError> {
    let fix: Fix = input::read("fix", fix)?;
    output(&fix.apply(&input::read("request", request)?))
}

/// A text with every key in it cut out, each replaced by how it began.
#[wasm_bindgen]
pub fn redact(text: &str) -> String {
    secrets::redact(text).into_owned()
}

/// Where a span of UTF-8 bytes lies in a JavaScript string: `text.slice(start, end)` is what it marks. The module's own reports have
/// said it already; the server's findings, in a problem document, count in bytes alone.
///
/// # Errors
///
/// On what is no span, with what is wrong with it.
#[wasm_bindgen(unchecked_return_type = "Span")]
pub fn utf16(
    text: &str,
    #[wasm_bindgen(unchecked_param_type = "Span")] span: &JsValue,
) -> Result<JsValue, JsError> {
    output(&report::utf16(text, input::read("span", span)?))
}

/// A preflight that remembers the conversation, so that a keystroke costs a look at the message that it changed and not at all the
/// others. Keep one for each conversation on the screen. Its verdicts are those of `preflight`.
#[wasm_bindgen]
#[derive(Clone, Debug, Default)]
pub struct Memo(preflight::Memo);

#[wasm_bindgen]
impl Memo {
    /// Remembers nothing yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Judges a request, as `preflight` does.
    ///
    /// # Errors
    ///
    /// On what is no request, policy or moment, with what is wrong with it.
    #[wasm_bindgen(unchecked_return_type = "Preflight")]
    pub fn check(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "ChatRequest")] request: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "Policy")] policy: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now_ms: &JsValue,
    ) -> Result<JsValue, JsError> {
        let Case(request, policy, now) = Case::read(request, policy, now_ms)?;
        let verdict = self.0.check(&request, &policy, &CATALOGUE, now);
        output(&Report::of(&request, &verdict))
    }

    /// What each model of the policy would take for a request, in the policy's order.
    ///
    /// # Errors
    ///
    /// On what is no request, policy or moment, with what is wrong with it.
    #[wasm_bindgen(unchecked_return_type = "ModelCost[]")]
    pub fn compare(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "ChatRequest")] request: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "Policy")] policy: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now_ms: &JsValue,
    ) -> Result<JsValue, JsError> {
        let Case(request, policy, now) = Case::read(request, policy, now_ms)?;
        output(&self.0.compare(&request, &policy, &CATALOGUE, now))
    }

    /// The old turns that could go, so that a request fits or costs less; `null` where none can.
    ///
    /// # Errors
    ///
    /// On what is no request, policy or moment, with what is wrong with it.
    #[wasm_bindgen(unchecked_return_type = "Trim | null")]
    pub fn trim(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "ChatRequest")] request: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "Policy")] policy: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now_ms: &JsValue,
    ) -> Result<JsValue, JsError> {
        let Case(request, policy, now) = Case::read(request, policy, now_ms)?;
        output(&self.0.trim(&request, &policy, &CATALOGUE, now))
    }
}

/// As JavaScript has it: what is absent is `null`, as in JSON.
fn output(value: &impl Serialize) -> Result<JsValue, JsError> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    value.serialize(&serializer).map_err(|_| {
        JsError::new(
            "the report has a number above 2^53 - 1, which JavaScript could not hold exactly",
        )
    })
}
