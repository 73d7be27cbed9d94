//! What bounds the cost of a request in Claude's own form, read from its bytes without building the rest.
//!
//! A key that is judged and stands twice is refused: which of the two counts would be the upstream's choice. Everything that is not judged
//! is passed over, and travels on.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;
use shared::preflight::MessageOutline;

use super::invalid;
use super::weight::{Content, Edit, List, Message, Tool, Weight};
use crate::error::Error;

/// The judged part of a request. Null says as much as nothing.
#[derive(Deserialize)]
struct Request<'a> {
    model: Option<String>,
    max_tokens: Option<u32>,
    stream: Option<bool>,
    messages: Option<List<Message>>,
    system: Option<Content>,
    #[serde(borrow)]
    tools: Option<List<Tool<'a>>>,
    #[serde(borrow)]
    context_management: Option<ContextManagement<'a>>,
    #[serde(borrow)]
    speed: Option<Cow<'a, str>>,
    #[serde(borrow)]
    inference_geo: Option<Cow<'a, str>>,
    #[serde(borrow)]
    service_tier: Option<Cow<'a, str>>,
    mcp_servers: Option<Vec<IgnoredAny>>,
    container: Option<IgnoredAny>,
    fallbacks: Option<IgnoredAny>,
    compaction: Option<IgnoredAny>,
    billing_policy: Option<IgnoredAny>,
    thread: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct ContextManagement<'a> {
    #[serde(borrow)]
    edits: Option<List<Edit<'a>>>,
}

/// Reads the outline of a body, and whether it asks for a stream.
///
/// # Errors
///
/// [`InvalidRequest`](shared::error::ErrorKind::InvalidRequest) for what is no request, misses model or `max_tokens`, says one thing
/// twice, or would cost an amount that nobody can bound.
pub(super) fn read(body: &[u8]) -> Result<(MessageOutline, bool), Error> {
    let mut request: Request<'_> =
        serde_json::from_slice(body).map_err(|error| invalid(error.to_string()))?;
    let model = request.model.take();
    let model = model.ok_or_else(|| invalid("model: Field required"))?;
    let max_tokens = request
        .max_tokens
        .ok_or_else(|| invalid("max_tokens: Field required"))?;
    let is_streamed = request.stream.unwrap_or(false);
    if let Some(field) = unbounded_field(&request) {
        return Err(unbounded(field));
    }
    let weight = weight(request);
    if let Some(part) = weight.refused {
        return Err(unbounded(&part));
    }
    let outline = MessageOutline {
        model,
        max_tokens,
        body_bytes: body.len() as u64,
        images: weight.images,
        hosted_tools: weight.hosted_tools,
        has_unbounded: weight.has_unbounded,
    };
    Ok((outline, is_streamed))
}

/// The first field, if any, that makes the request cost something that model, bytes and `max_tokens` do not tell.
fn unbounded_field(request: &Request<'_>) -> Option<&'static str> {
    let is_other = |asked: &Option<Cow<'_, str>>, known: &str| {
        asked.as_deref().is_some_and(|asked| asked != known)
    };
    let servers = request.mcp_servers.as_ref();
    [
        ("speed", is_other(&request.speed, "standard")),
        ("inference_geo", is_other(&request.inference_geo, "global")),
        (
            "service_tier",
            is_other(&request.service_tier, "standard_only"),
        ),
        (
            "mcp_servers",
            servers.is_some_and(|servers| !servers.is_empty()),
        ),
        ("container", request.container.is_some()),
        ("fallbacks", request.fallbacks.is_some()),
        ("compaction", request.compaction.is_some()),
        ("billing_policy", request.billing_policy.is_some()),
        ("thread", request.thread.is_some()),
    ]
    .into_iter()
    .find_map(|(field, is_unbounded)| is_unbounded.then_some(field))
}

fn weight(request: Request<'_>) -> Weight {
    let mut weight = request.messages.map(List::weight).unwrap_or_default();
    weight.add(request.system.map(Weight::from).unwrap_or_default());
    weight.add(request.tools.map(List::weight).unwrap_or_default());
    let edits = request.context_management.and_then(|managed| managed.edits);
    weight.add(edits.map(List::weight).unwrap_or_default());
    weight
}

fn unbounded(what: &str) -> Error {
    invalid(format!(
        "{what}: not taken here, because what it costs cannot be bounded beforehand; leave it out"
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use shared::error::ErrorKind;

    use super::*;

    fn plain() -> Value {
        json!({
            "model": "claude-haiku-5-5",
            "max_tokens": 100,
            "messages": [{"role": "user", "content": "Hello"}],
        })
    }

    fn with(changes: &Value) -> Value {
        let mut request = plain();
        let fields = request.as_object_mut().expect("an object");
        fields.extend(changes.as_object().expect("an object").clone());
        request
    }

    fn outline(request: &Value) -> MessageOutline {
        read(request.to_string().as_bytes()).expect("it is taken").0
    }

    fn refusal(body: &str) -> String {
        let error = read(body.as_bytes()).expect_err(body);
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        error.to_api_error().detail.expect("it says what is wrong")
    }

    fn with_block(block: &Value) -> Value {
        with(
            &json!({"messages": [{"role": "user", "content": [{"type": "text", "text": "See:"}, block]}]}),
        )
    }

    #[test]
    fn a_plain_request_weighs_its_bytes() {
        let outline = outline(&plain());
        assert_eq!(outline.body_bytes, plain().to_string().len() as u64);
        assert_eq!(
            (outline.model.as_str(), outline.max_tokens),
            ("claude-haiku-5-5", 100)
        );
        assert_eq!((outline.images, outline.hosted_tools), (0, 0));
        assert!(!outline.has_unbounded);
    }

    #[test]
    fn a_stream_is_asked_for_or_not() {
        for (stream, expected) in [
            (json!(true), true),
            (json!(false), false),
            (Value::Null, false),
        ] {
            let body = with(&json!({"stream": stream})).to_string();
            assert_eq!(read(body.as_bytes()).expect("it is taken").1, expected);
        }
    }

    #[test]
    fn what_must_be_there_is_missed_in_the_apis_words() {
        assert_eq!(refusal(r#"{"max_tokens":1}"#), "model: Field required");
        assert_eq!(refusal(r#"{"model":"m"}"#), "max_tokens: Field required");
        for body in [
            "",
            "[]",
            "7",
            "{",
            "{}x",
            r#"{"model":"m","max_tokens":-1}"#,
        ] {
            refusal(body);
        }
        refusal(&"[".repeat(200_000));
        refusal(&format!("{{\"messages\":{}", "[".repeat(200_000)));
    }

    /// Every key that is judged, at every depth, also where it is written with escapes: said twice, it is refused.
    #[test]
    fn a_judged_key_that_stands_twice_is_refused() {
        for key in [
            "model",
            "max_tokens",
            "stream",
            "messages",
            "system",
            "tools",
            "context_management",
            "speed",
            "inference_geo",
            "service_tier",
            "mcp_servers",
            "container",
            "fallbacks",
            "compaction",
            "billing_policy",
            "thread",
        ] {
            let (first, rest) = key.split_at(1);
            let escaped = format!("\\u{:04x}{rest}", first.as_bytes()[0]);
            for twice in [key, &escaped] {
                let body = format!(r#"{{"{key}":null,"{twice}":null}}"#);
                assert!(refusal(&body).contains("duplicate field"), "{body}");
            }
        }
        let inner =
            |messages: &str| format!(r#"{{"model":"m","max_tokens":1,"messages":[{messages}]}}"#);
        for messages in [
            r#"{"content":"a","content":"b"}"#,
            r#"{"content":[{"type":"text","type":"image"}]}"#,
            r#"{"content":[{"type":"image","source":null,"source":null}]}"#,
            r#"{"content":[{"type":"image","source":{"type":"base64","type":"url"}}]}"#,
            r#"{"content":[{"type":"tool_result","content":"a","content":[]}]}"#,
        ] {
            assert!(
                refusal(&inner(messages)).contains("duplicate field"),
                "{messages}"
            );
        }
        let tools =
            r#"{"model":"m","max_tokens":1,"tools":[{"type":"custom","type":"web_search_1"}]}"#;
        assert!(refusal(tools).contains("duplicate field"));
    }

    #[test]
    fn what_has_no_bound_is_refused_by_name() {
        for (name, value) in [
            ("speed", json!("fast")),
            ("inference_geo", json!("us")),
            ("service_tier", json!("auto")),
            ("mcp_servers", json!([{}])),
            ("container", json!("c")),
            ("fallbacks", json!([{"model": "claude-opus-5-5"}])),
            ("compaction", json!({})),
            ("billing_policy", json!({})),
            ("thread", json!({"id": "t"})),
            ("tools", json!([{"type": "web_search_20260318"}])),
            (
                "tools",
                json!([{"name": "mine", "input_schema": {}}, {"type": "code_execution_20260521"}]),
            ),
            ("tools", json!([{"type": "mcp_toolset"}])),
            (
                "context_management",
                json!({"edits": [{"type": "compact_20260112"}]}),
            ),
        ] {
            let detail = refusal(&with(&json!({name: value})).to_string());
            assert!(detail.starts_with(name), "{detail}");
        }
        for block in [
            json!({"type": "image", "source": {"type": "url", "url": "https://h/i.png"}}),
            json!({"type": "image", "source": {"type": "file", "file_id": "f"}}),
            json!({"type": "document", "source": {"type": "url", "url": "https://h/d.pdf"}}),
            json!({"type": "document", "source": {"type": "file", "file_id": "f"}}),
            json!({"type": "tool_result", "content": [{"type": "image", "source": {"type": "url"}}]}),
            json!({"type": "document", "source": {"type": "content", "content": [{"type": "image", "source": {"type": "url"}}]}}),
            json!({"type": "container_upload", "file_id": "f"}),
        ] {
            refusal(&with_block(&block).to_string());
        }
    }

    #[test]
    fn what_costs_nothing_more_is_taken() {
        for changes in [
            json!({"speed": "standard", "inference_geo": "global", "service_tier": "standard_only", "mcp_servers": []}),
            json!({"speed": null, "container": null, "thread": null}),
            json!({"tools": [{"name": "mine", "input_schema": {}}, {"type": "custom", "name": "too"}]}),
            json!({"context_management": {"edits": [{"type": "clear_tool_uses_20250919"}]}}),
            json!({"system": [{"type": "text", "text": "Be brief."}], "brand_new": {"model": 1, "model": 2}}),
        ] {
            let outline = outline(&with(&changes));
            assert_eq!(
                (outline.images, outline.hosted_tools, outline.has_unbounded),
                (0, 0, false)
            );
        }
        for block in [
            json!({"type": "thinking", "thinking": "t", "signature": "s"}),
            json!({"type": "tool_use", "input": {"type": "image", "source": 7}}),
            json!({"type": "tool_result", "content": "text"}),
            json!({"type": "search_result", "source": "https://h", "content": [{"type": "text", "text": "t"}]}),
            json!({"type": "document", "source": {"type": "text", "data": "t"}}),
        ] {
            assert!(!outline(&with_block(&block)).has_unbounded, "{block}");
        }
    }

    #[test]
    fn images_and_hosted_tools_are_counted_and_the_rest_fills_the_context() {
        let image = json!({"type": "image", "source": {"type": "base64", "data": "aGk="}});
        let two = json!({"type": "tool_result", "content": [image, image]});
        assert_eq!(outline(&with_block(&image)).images, 1);
        assert_eq!(outline(&with_block(&two)).images, 2);
        let tools = json!({"tools": [{"type": "bash_20250124"}, {"type": "text_editor_20250728"}]});
        assert_eq!(outline(&with(&tools)).hosted_tools, 2);
        for block in [
            json!({"type": "document", "source": {"type": "base64", "data": "aGk="}}),
            json!({"type": "web_search_tool_result", "content": {"type": "web_search_tool_result_error"}}),
            json!({"type": "brand_new"}),
            json!({}),
        ] {
            assert!(outline(&with_block(&block)).has_unbounded, "{block}");
        }
    }

    /// JSON of every shape, with the words that are judged at every place.
    fn any_json() -> impl Strategy<Value = Value> {
        let word = || {
            proptest::sample::select(vec![
                "model",
                "max_tokens",
                "messages",
                "content",
                "type",
                "source",
                "image",
                "base64",
                "tools",
                "edits",
                "system",
                "text",
            ])
        };
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<u32>().prop_map(Value::from),
            word().prop_map(Value::from),
        ];
        leaf.prop_recursive(6, 64, 6, move |inner| {
            let fields = proptest::collection::btree_map(word(), inner.clone(), 0..6);
            prop_oneof![
                proptest::collection::vec(inner, 0..6).prop_map(Value::from),
                fields.prop_map(|fields| fields
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect()),
            ]
        })
    }

    proptest! {
        /// Nothing that somebody sends makes it fail otherwise than with a refusal.
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), json in any_json(), cut in any::<usize>()) {
            let _ = read(&bytes);
            let text = with(&json!({"messages": json, "system": json, "tools": json})).to_string();
            let _ = read(text.as_bytes());
            let _ = read(text.as_bytes().split_at(cut % text.len()).0);
        }
    }
}
