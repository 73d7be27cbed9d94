//! Every rule by which requests are refused, with the words that the API uses for it.

use serde_json::json;

use super::*;

/// 2026-11-23, noon: Sonnet 4.5 still answers.
const NOON: UnixMillis = UnixMillis(1_795_435_200_000);

const NEW: Spoken = Spoken {
    version: Version::October2026,
    has_beta: false,
};
const OLD: Spoken = Spoken {
    version: Version::June2023,
    has_beta: false,
};

/// A good request with `changes` made; a change to null takes the field away.
fn body(changes: &Value) -> Map<String, Value> {
    let mut body = json!({
        "model": "claude-haiku-5-5",
        "max_tokens": 100,
        "messages": [{"role": "user", "content": "Hello"}],
    });
    let fields = body.as_object_mut().expect("an object");
    for (name, value) in changes.as_object().expect("an object") {
        fields.insert(name.clone(), value.clone());
    }
    fields.retain(|_, value| !value.is_null());
    fields.clone()
}

fn checked(changes: &Value, spoken: Spoken) -> Result<Asked, Refusal> {
    let catalogue = Catalogue::builtin();
    check(Call::Create, &body(changes), spoken, &catalogue, NOON)
}

#[track_caller]
fn refuses(spoken: Spoken, cases: &[(Value, &str)]) {
    for (changes, message) in cases {
        let refusal = checked(changes, spoken).expect_err(message);
        assert_eq!(refusal.message, *message, "{changes}");
    }
}

#[track_caller]
fn takes(spoken: Spoken, cases: &[Value]) {
    for changes in cases {
        if let Err(refusal) = checked(changes, spoken) {
            panic!("{changes}: {}", refusal.message);
        }
    }
}

#[test]
fn fields_are_required_known_and_of_their_kind() {
    refuses(
        NEW,
        &[
            (json!({"model": null}), "model: Field required"),
            (json!({"model": 5}), "model: Input should be a valid string"),
            (json!({"max_tokens": null}), "max_tokens: Field required"),
            (
                json!({"max_tokens": "9"}),
                "max_tokens: Input should be a valid integer",
            ),
            (
                json!({"max_tokens": -1}),
                "max_tokens: Input should be greater than or equal to 0",
            ),
            (json!({"messages": null}), "messages: Field required"),
            (
                json!({"messages": {}}),
                "messages: Input should be a valid list",
            ),
            (
                json!({"stream": "yes"}),
                "stream: Input should be a valid boolean",
            ),
            (
                json!({"best_of": 3}),
                "best_of: Extra inputs are not permitted",
            ),
            (
                json!({"mcp_servers": []}),
                "mcp_servers: Extra inputs are not permitted",
            ),
        ],
    );
    let beta = Spoken {
        has_beta: true,
        ..NEW
    };
    takes(beta, &[json!({"mcp_servers": []})]);
    takes(NEW, &[json!({"max_tokens": 0}), json!({"stream": true})]);
}

#[test]
fn messages_are_there_with_a_known_role_and_words() {
    let empty = "messages: text content blocks must be non-empty";
    refuses(
        NEW,
        &[
            (
                json!({"messages": []}),
                "messages: at least one message is required",
            ),
            (
                json!({"messages": [{"role": "user", "content": " \n"}]}),
                empty,
            ),
            (
                json!({"messages": [{"role": "user", "content": []}]}),
                empty,
            ),
            (
                json!({"messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]}),
                empty,
            ),
            (
                json!({"messages": [{"role": "user", "content": [{"text": "a"}]}]}),
                "messages.0.content.0.type: Field required",
            ),
            (
                json!({"messages": [{"role": "user"}]}),
                "messages.0.content: Field required",
            ),
            (
                json!({"messages": [{"content": "a"}]}),
                "messages.0.role: Field required",
            ),
            (
                json!({"messages": [{"role": "tool", "content": "a"}]}),
                "messages.0.role: Input should be 'user', 'assistant' or 'system'",
            ),
            (
                json!({"system": ""}),
                "system: text content blocks must be non-empty",
            ),
        ],
    );
    takes(
        NEW,
        &[
            json!({"messages": [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}]}),
            json!({"messages": [{"role": "user", "content": "a"}, {"role": "system", "content": "b"}]}),
            json!({"messages": [{"role": "user", "content": [{"type": "image", "source": {}}]}]}),
            json!({"system": [{"type": "text", "text": "Be brief."}]}),
        ],
    );
}

#[test]
fn unknown_and_retired_models_are_not_found() {
    for id in [
        "claude-9",
        "claude-3-opus-20240229",
        "claude-sonnet-4-20250514",
        "",
    ] {
        let refusal = checked(&json!({"model": id}), NEW).expect_err(id);
        assert_eq!(
            (refusal.status.as_u16(), refusal.message),
            (404, format!("model: {id}"))
        );
    }
    let asked = checked(&json!({"model": "claude-sonnet-4-5"}), NEW).expect("still answers");
    assert_eq!(asked.model_id, "claude-sonnet-4-5-20250929");
    let after = UnixMillis(NOON.0 + 7 * 86_400_000);
    let body = body(&json!({"model": "claude-sonnet-4-5"}));
    assert!(check(Call::Create, &body, NEW, &Catalogue::builtin(), after).is_err());
}

#[test]
fn max_tokens_ends_where_the_model_does() {
    takes(NEW, &[json!({"max_tokens": 128_000})]);
    refuses(
        NEW,
        &[(
            json!({"model": "claude-haiku-4-5", "max_tokens": 64_001}),
            "max_tokens: 64001 > 64000, which is the maximum allowed number of output tokens for claude-haiku-4-5",
        )],
    );
}

#[test]
fn sampling_parameters_depend_on_version_and_model() {
    refuses(
        NEW,
        &[
            (
                json!({"temperature": 1.0}),
                "temperature: Extra inputs are not permitted",
            ),
            (json!({"top_p": 1}), "top_p: Extra inputs are not permitted"),
            (
                json!({"top_k": 5, "model": "claude-haiku-4-5"}),
                "top_k: Extra inputs are not permitted",
            ),
        ],
    );
    refuses(
        OLD,
        &[
            (
                json!({"temperature": 0.5}),
                "`temperature` is deprecated for this model.",
            ),
            (json!({"top_k": 5}), "`top_k` is deprecated for this model."),
            (
                json!({"temperature": 2, "model": "claude-haiku-4-5"}),
                "temperature: range: 0..1",
            ),
        ],
    );
    takes(
        OLD,
        &[
            json!({"temperature": 1.0}),
            json!({"temperature": 0.2, "top_k": 5, "model": "claude-haiku-4-5"}),
        ],
    );
}

#[test]
fn only_models_before_4_6_go_on_with_what_was_begun_for_them() {
    let prefill = json!([{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]);
    refuses(
        NEW,
        &[(
            json!({"messages": prefill}),
            "This model does not support assistant message prefill. The conversation must end with a user message.",
        )],
    );
    takes(
        NEW,
        &[json!({"messages": prefill, "model": "claude-haiku-4-5"})],
    );
}

#[test]
fn each_model_takes_its_own_ways_of_thinking() {
    let budget = json!({"type": "enabled", "budget_tokens": 1_024});
    refuses(
        NEW,
        &[
            (
                json!({"thinking": budget, "max_tokens": 2_000}),
                "\"thinking.type.enabled\" is not supported for this model. Use \"thinking.type.adaptive\" and \
                 \"output_config.effort\" to control thinking behavior.",
            ),
            (
                json!({"thinking": {"type": "adaptive"}, "model": "claude-haiku-4-5"}),
                "adaptive thinking is not supported on this model",
            ),
            (
                json!({"thinking": {"type": "disabled"}, "model": "claude-opus-5-5"}),
                "\"thinking.type.disabled\" is not supported for this model. Use \"output_config.effort\" to control \
                 thinking behavior.",
            ),
            (
                json!({"thinking": {"type": "enabled", "budget_tokens": 1_023}, "model": "claude-haiku-4-5"}),
                "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024",
            ),
            (
                json!({"thinking": budget, "model": "claude-haiku-4-5", "max_tokens": 1_024}),
                "`max_tokens` must be greater than `thinking.budget_tokens`.",
            ),
            (
                json!({"output_config": {"effort": "high"}, "model": "claude-haiku-4-5"}),
                "This model does not support the effort parameter.",
            ),
            (
                json!({"output_config": {"effort": "max"}, "model": "claude-opus-4-5"}),
                "This model does not support effort level 'max'. Supported levels: high, low, medium.",
            ),
            (
                json!({"output_config": {"effort": "most"}}),
                "output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'",
            ),
        ],
    );
}

#[test]
fn an_answer_begins_with_thinking_where_it_is_told_to_or_the_effort_is_high() {
    for (changes, thinks) in [
        (json!({}), Thinks::No),
        (json!({"output_config": {"effort": "medium"}}), Thinks::No),
        (json!({"output_config": {"effort": "high"}}), Thinks::Openly),
        (
            json!({"output_config": {"effort": "max"}, "thinking": {"type": "disabled"}}),
            Thinks::No,
        ),
        (json!({"thinking": {"type": "adaptive"}}), Thinks::Openly),
        (
            json!({"thinking": {"type": "adaptive", "display": "omitted"}}),
            Thinks::Sealed,
        ),
        (
            json!({"thinking": {"type": "adaptive"}, "output_config": {"effort": "low"}}),
            Thinks::No,
        ),
        (
            json!({"thinking": {"type": "enabled", "budget_tokens": 1_024}, "model": "claude-opus-4-6", "max_tokens": 2_000}),
            Thinks::Openly,
        ),
    ] {
        let asked = checked(&changes, NEW).expect("is taken");
        assert_eq!(asked.thinks, thinks, "{changes}");
    }
}

#[test]
fn counting_needs_no_room_for_an_answer_and_takes_no_field_of_one() {
    let catalogue = Catalogue::builtin();
    let count = |changes: &Value| check(Call::Count, &body(changes), NEW, &catalogue, NOON);
    assert!(count(&json!({"max_tokens": null})).is_ok());
    let refusal = count(&json!({})).expect_err("max_tokens is one");
    assert_eq!(
        refusal.message,
        "max_tokens: Extra inputs are not permitted"
    );
}

#[test]
fn a_prompt_longer_than_the_context_is_refused() {
    let model = checked(&json!({"model": "claude-haiku-4-5"}), NEW)
        .expect("is taken")
        .model;
    assert!(check_length(200_000, &model).is_ok());
    let refusal = check_length(200_001, &model).expect_err("a token too many");
    assert_eq!(
        refusal.message,
        "prompt is too long: 200001 tokens > 200000 maximum"
    );
}
