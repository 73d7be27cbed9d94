//! What a request took and cost, by name; and the drawing of its money.

use shared::json::Value;
use shared::money::NanoUsd;

use super::axis::WIDTH;
use super::drawing::{Drawing, Form};
use crate::state::words;

/// The height of the bars, in pixels.
const BAR_PX: u32 = 10;

/// The amounts of money, as they became smaller: the object and the field that holds each, its name, and how its bar looks.
const AMOUNTS: [(&str, &str, &str, &str); 3] = [
    ("money", "reserved_nano_usd", "Put aside", "reserved"),
    (
        "money",
        "shrunk_to_nano_usd",
        "Held, once the prompt was counted",
        "held",
    ),
    ("settlement", "cost_nano_usd", "Booked", "booked"),
];

/// The classes of tokens, and what they are called.
const CLASSES: [(&str, &str); 5] = [
    ("input", "Prompt, fresh"),
    ("cache_write_5m", "Prompt, kept for 5 minutes"),
    ("cache_write_1h", "Prompt, kept for an hour"),
    ("cache_read", "Prompt, read from the cache"),
    ("output", "Answer"),
];

/// Who was asked, what it took, what it cost.
pub(crate) fn figures(xray: &Value) -> Vec<(String, String)> {
    let mut figures = Vec::new();
    let mut add = |name: &str, words: String| figures.push((name.to_owned(), words));
    let model = xray.text("model");
    if !model.is_empty() {
        add("Model", words::model_name(model));
    }
    for (holder, field, name, _) in AMOUNTS {
        if let Some(amount) = xray.at(holder).whole(field) {
            add(name, words::money(NanoUsd(amount)));
        }
    }
    let tokens = xray.at("settlement").at("tokens");
    for (field, name) in CLASSES {
        if let Some(count @ 1..) = tokens.whole(field) {
            add(name, format!("{} tokens", words::count(count)));
        }
    }
    add("Request", xray.text("request_id").to_owned());
    figures
}

/// The headers that Claude was sent, with their values where anybody may see them; the key is its fingerprint.
pub(crate) fn headers(xray: &Value) -> Vec<(String, String)> {
    let attempt = xray.at("attempts").last();
    let mut headers = Vec::new();
    for header in attempt.at("headers").list() {
        let name = header.text("name").to_owned();
        let value = match (header.text("value"), &*name) {
            ("", "x-api-key" | "authorization") => {
                format!("the key {}…", attempt.text("key_fingerprint"))
            }
            ("", _) => "not shown".to_owned(),
            (value, _) => value.to_owned(),
        };
        headers.push((name, value));
    }
    headers
}

/// What was put aside, what of it was still held once the prompt was counted, and what was booked: bars over each other, the first as
/// wide as there is room. Nothing where no money was put aside.
pub(crate) fn money(xray: &Value) -> Option<Drawing> {
    let most = xray.at("money").whole("reserved_nano_usd")?.max(1);
    let mut drawing = Drawing {
        height_px: BAR_PX,
        ..Drawing::default()
    };
    for (holder, field, _, look) in AMOUNTS {
        if let Some(amount) = xray.at(holder).whole(field) {
            // Millions of dollars have room below the greatest number; what is booked is never more than what was put aside.
            let share = amount.saturating_mul(u64::from(WIDTH)) / most;
            let width = u32::try_from(share).unwrap_or(WIDTH).min(WIDTH);
            drawing.add(look, 0, 0, Form::Bar(width, BAR_PX));
        }
    }
    Some(drawing)
}
