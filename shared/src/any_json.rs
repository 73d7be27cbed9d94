//! Every body that is read off a wire, under JSON of every shape: read or refused, and what was read is written and read as the same.

use std::fmt::Debug;

use proptest::collection::{btree_map, vec};
use proptest::prelude::{Just, Strategy, any, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::{Index, select};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::api::chat::{ChatEvent, ChatRequest};
use crate::api::session::SessionInfo;
use crate::api::usage::Report;
use crate::error::ApiError;
use crate::sse::Event;
use crate::{anthropic, openai};

/// Bodies and events as they should be, of which the others are made.
fn sound() -> Vec<Value> {
    vec![
        json!({"model": "m", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 5, "effort": "low"}),
        json!({
            "model": "m", "max_tokens": 5, "stream": true, "system": [{"type": "text", "text": "s"}],
            "messages": [
                {"role": "user", "content": "hi"},
                {"role": "assistant", "content": [{"type": "tool_use", "input": {}}]},
            ],
            "output_config": {"effort": "low"}, "tools": [{"name": "t"}],
        }),
        json!({
            "id": "msg_1", "type": "message", "model": "m", "content": [{"type": "text", "text": "hi"}], "stop_reason": "end_turn",
            "usage": {
                "input_tokens": 1, "output_tokens": 2, "cache_creation_input_tokens": 3,
                "cache_creation": {"ephemeral_5m_input_tokens": 1, "ephemeral_1h_input_tokens": 2},
            },
        }),
        json!({"type": "message_start", "message": {"id": "msg_1", "model": "m", "usage": {"input_tokens": 1}}}),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "hi"}}),
        json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 2}}),
        json!({"type": "error", "error": {"type": "api_error", "message": "m", "details": {"error_code": "c"}}, "request_id": "r"}),
        json!({
            "id": "c", "model": "m", "choices": [{
                "index": 0, "delta": {"content": "hi", "tool_calls": [{"index": 0, "id": "t", "function": {"name": "n"}}]},
                "message": {"role": "assistant", "content": "hi"}, "finish_reason": "stop",
            }],
            "usage": {"prompt_tokens": 1, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 1}},
        }),
        json!({"error": {"message": "m", "type": "t", "code": 429, "param": null}}),
        json!({"place": 1, "wait_ms": 2, "text": "hi", "request_id": "req_00000000000000000000000000000007", "model": "m", "stop_reason": "end_turn"}),
        json!({
            "input": 1, "output": 2, "cache_write_5m": 3, "cache_write_1h": 4, "cache_read": 5,
            "cost_nano_usd": 6, "reserved_nano_usd": 7, "saved_nano_usd": 0, "budget_left_nano_usd": null,
        }),
        json!({
            "role": "visitor", "upstream": {"name": "n", "is_stand_in": true, "key_fingerprint": "f"}, "now": 1, "version": "1",
            "policy": {
                "models": ["m"], "output_tokens_max": 2, "output_tokens_default": 1, "messages_max": 3, "request_bytes_max": 4,
                "system_bytes": 5, "budget_left": 6, "on_secret": "redact", "prompt_caching": true,
            },
            "budget": {"scope": "overall", "window": "day", "limit": 3, "spent": 1, "reserved": 1, "resets_at": 9},
            "budgets": [{"scope": "session", "window": "month", "limit": 3, "spent": 1, "reserved": 1, "resets_at": 9}],
            "notices": [{"scope": "environment", "window": "day", "percent": 80, "resets_at": 9}],
            "has_xray": true, "is_spending_stopped": false, "sees_all": true,
        }),
        json!({
            "now_unix_ms": 1, "covers": "own_session",
            "budgets": [{
                "name": null,
                "budget": {"scope": "overall", "window": "day", "limit": 3, "spent": 1, "reserved": 1, "resets_at": 9},
            }],
            "usage": {
                "from_unix_ms": 0, "to_unix_ms": 9, "step": "hour", "spent_today_nano_usd": 1, "spent_this_month_nano_usd": 2,
                "total": tally(), "trend": [{"starts_at_unix_ms": 0, "tally": tally()}],
                "by_model": [{"name": "m", "tally": tally()}], "by_environment": [{"name": "dev", "tally": tally()}],
                "cache": {"reads_saved_nano_usd": 1, "writes_cost_more_nano_usd": 2},
                "first_event": {"calls": 1, "p50_ms": 2, "p95_ms": 3}, "refusals": [{"code": "rate_limited", "times": 1}],
                "calls": [{
                    "request_id": "req_00000000000000000000000000000007", "opened_at_unix_ms": 1, "model": "m", "environment": "dev",
                    "outcome": "whole", "tokens": tally()["tokens"], "cost_nano_usd": 1, "reserved_nano_usd": 2, "is_estimated": false,
                    "first_event_ms": 1, "duration_ms": 2, "upstream_request_id": null,
                }],
                "older": "7.8",
            },
        }),
        json!({"code": "overloaded", "detail": "d", "request_id": "req_00000000000000000000000000000007", "retry_after_ms": 1, "findings": []}),
    ]
}

/// What one call comes to.
fn tally() -> Value {
    json!({
        "calls": 1, "cost_nano_usd": 6,
        "tokens": {"input": 1, "output": 2, "cache_write_5m": 3, "cache_write_1h": 4, "cache_read": 5},
    })
}

/// JSON of every shape; numbers are whole, as all of these protocols have them.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        select(vec!["user", "text", "low", "message_start", "error"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map("[a-z_]{0,8}", inner, 0..4).prop_map(Value::from_iter),
        ]
    })
}

/// A sound body in which a few values were replaced by any others, or any JSON at all.
fn body() -> impl Strategy<Value = Value> {
    let changes = vec((any::<Index>(), any_json()), 0..3);
    let bodies = (select(sound()), changes).prop_map(|(mut body, changes)| {
        for (place, value) in changes {
            let mut place = place.index(count(&body));
            replace(&mut body, &mut place, &value);
        }
        body
    });
    prop_oneof![9 => bodies, 1 => any_json()]
}

/// How many values stand in `value`, itself included.
fn count(value: &Value) -> usize {
    let below: usize = match value {
        Value::Array(values) => values.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum(),
        _ => 0,
    };
    1 + below
}

/// Replaces the value that is `place` steps on, in the order in which they are written; says whether it came that far.
fn replace(value: &mut Value, place: &mut usize, new: &Value) -> bool {
    if *place == 0 {
        *value = new.clone();
        return true;
    }
    *place -= 1;
    match value {
        Value::Array(values) => values.iter_mut().any(|value| replace(value, place, new)),
        Value::Object(fields) => fields.values_mut().any(|value| replace(value, place, new)),
        _ => false,
    }
}

/// Whether a body can be read as a `T`. What can be must come back as the same when it was written.
fn is_read<T: DeserializeOwned + Serialize + PartialEq + Debug>(body: &[u8]) -> bool {
    let read = serde_json::from_slice::<T>(body);
    if let Ok(read) = &read {
        let written = serde_json::to_vec(read).expect("what was read can be written");
        let again: T = serde_json::from_slice(&written).expect("what was written can be read");
        assert_eq!(&again, read);
        let written = String::from_utf8(written).expect("JSON is text");
        assert_eq!(crate::json::write(read).as_ref(), Ok(&written));
        assert_eq!(crate::json::read::<T>(&written).as_ref(), Ok(read));
    }
    // The page's own reader takes no struct for a list, and nothing that `serde_json` would not take.
    if let Some(Ok(ours)) = std::str::from_utf8(body).ok().map(crate::json::read::<T>) {
        assert_eq!(Some(&ours), read.as_ref().ok());
    }
    read.is_ok()
}

/// As which of all types a body can be read.
fn readings(body: &[u8]) -> [bool; 12] {
    [
        is_read::<ChatRequest>(body),
        is_read::<SessionInfo>(body),
        is_read::<Report>(body),
        is_read::<ApiError>(body),
        is_read::<anthropic::MessageCreateParams>(body),
        is_read::<anthropic::Message>(body),
        is_read::<anthropic::StreamEvent>(body),
        is_read::<anthropic::ErrorResponse>(body),
        is_read::<openai::ChatCompletionCreateParams>(body),
        is_read::<openai::ChatCompletion>(body),
        is_read::<openai::ChatCompletionChunk>(body),
        is_read::<openai::ErrorResponse>(body),
    ]
}

/// Without this the properties below could hold because nothing is ever read.
#[test]
fn each_type_reads_one_of_the_sound_bodies() {
    let bodies: Vec<_> = sound()
        .iter()
        .map(|body| readings(body.to_string().as_bytes()))
        .collect();
    for number in 0..readings(b"").len() {
        assert!(
            bodies.iter().any(|readings| readings[number]),
            "type {number} of the list"
        );
    }
}

proptest! {
    #[test]
    fn any_json_is_read_or_refused_and_nothing_of_it_changes(body in body(), cut in any::<Index>()) {
        let body = body.to_string().into_bytes();
        readings(&body);
        readings(body.split_at(cut.index(body.len())).0);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..200)) {
        readings(&bytes);
    }

    /// What a program sends travels on with every field that it had, known here or not.
    #[test]
    fn no_field_of_a_programs_request_is_lost(body in body()) {
        if let Ok(read) = serde_json::from_value::<anthropic::MessageCreateParams>(body.clone()) {
            let written = serde_json::to_value(&read).expect("what was read can be written");
            prop_assert_eq!(without_nulls(written), without_nulls(body));
        }
    }

    #[test]
    fn any_event_of_our_own_is_read_skipped_or_refused(
        name in prop_oneof!["queued|started|delta|thinking|usage|done|error", "\\PC{0,8}"],
        body in body(),
    ) {
        let data = body.to_string();
        let event = Event { name: name.as_bytes(), data: data.as_bytes() };
        if let Ok(Some(read)) = ChatEvent::read(event) {
            prop_assert_eq!(read.name(), name);
        }
    }
}

/// A field that is null says the same as one that is absent.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_nulls(value)))
            .collect(),
        Value::Array(values) => values.into_iter().map(without_nulls).collect(),
        other => other,
    }
}
