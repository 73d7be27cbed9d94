//! Golden files, a stream cut at every place, and what is refused.

use std::fs;
use std::iter;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use serde_json::{Value, json};
use shared::anthropic::{MessageCreateParams, Rest, StreamEvent};
use shared::error::ErrorKind;
use shared::openai::DONE;
use shared::sse::{Parser, write_event};

use super::request::{self, ModelNames, NotCarried};
use super::stream::Translator;
use super::whole;
use crate::error::Error;

/// What requests call the model where a gateway's answer has no name for it.
const MODEL: &str = "claude-haiku-5-5";

fn names() -> ModelNames {
    let ours = "claude-sonnet-5-5".to_owned();
    ModelNames::from([(ours, "anthropic/claude-sonnet-5.5".to_owned())])
}

fn convert(params: Value) -> Result<Value, NotCarried> {
    let params: MessageCreateParams = serde_json::from_value(params).expect("a request");
    let request = request::convert(params, &names())?;
    Ok(serde_json::to_value(request).expect("JSON"))
}

/// What `stream` means, and how it ended where it broke.
fn translate<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> (Vec<StreamEvent>, Option<Error>) {
    let mut translator = Translator::new(MODEL.to_owned(), false);
    let mut parser = Parser::new(1 << 20);
    let mut events = Vec::new();
    for mut chunk in chunks {
        while let Some(event) = parser.next(&mut chunk).expect("events fit") {
            let taken = translator.take(event.data);
            events.extend(iter::from_fn(|| translator.next()).map(|event| event.says));
            if let Err(error) = taken {
                return (events, Some(error));
            }
        }
    }
    (events, None)
}

/// Every case of a folder: its name, what comes in (`case` and `ending`), and what must come out (`case.dialect.json`).
fn goldens(folder: &str, ending: &str, dialect: &str) -> Vec<(String, String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/upstream/openai/golden")
        .join(folder);
    let read = |name: String| fs::read_to_string(folder.join(name)).expect("a golden file");
    let mut goldens = Vec::new();
    for entry in fs::read_dir(&folder).expect("a folder of golden files") {
        let name = entry.expect("an entry").file_name();
        let name = name.to_str().expect("a plain name");
        if let Some(case) = name.strip_suffix(ending)
            && !case.ends_with(dialect)
        {
            let expected = read(format!("{case}.{dialect}.json"));
            let expected = serde_json::from_str(&expected).expect("JSON");
            goldens.push((case.to_owned(), read(name.to_owned()), expected));
        }
    }
    assert!(
        goldens.len() > 2,
        "the cases of {} are there",
        folder.display()
    );
    goldens
}

#[test]
fn requests_become_what_their_golden_files_say() {
    for (case, input, expected) in goldens("requests", ".json", "openai") {
        let params = serde_json::from_str(&input).expect("JSON");
        assert_eq!(convert(params), Ok(expected), "{case}");
    }
}

#[test]
fn streams_become_what_their_golden_files_say() {
    for (case, input, expected) in goldens("streams", ".sse", "anthropic") {
        let (events, error) = translate([input.as_bytes()]);
        assert!(error.is_none(), "{case}: {error:?}");
        let events = serde_json::to_value(events).expect("JSON");
        assert_eq!(events, expected, "{case}");
    }
}

#[test]
fn whole_answers_become_what_their_golden_files_say() {
    for (case, input, expected) in goldens("answers", ".json", "anthropic") {
        let message = whole::convert(input.as_bytes(), MODEL.to_owned()).expect("an answer");
        let message = serde_json::to_value(message).expect("JSON");
        assert_eq!(message, expected, "{case}");
    }
}

/// Leaving any of these out would change the answer or its price, so that the request is refused and says which.
#[test]
fn what_the_dialect_cannot_say_is_refused_by_name() {
    let cases = include_str!("golden/refused.txt").lines();
    for case in cases.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (words, fields) = case.split_once(" | ").expect("two columns");
        let mut params = json!({"model": "m", "max_tokens": 1, "messages": []});
        let fields: Rest = serde_json::from_str(fields).expect("fields");
        params.as_object_mut().expect("an object").extend(fields);
        let said = convert(params).expect_err(case).to_string();
        assert!(said.starts_with(words), "{said}");
        assert!(
            said.ends_with(" cannot be carried to an OpenAI-compatible gateway"),
            "{said}"
        );
    }
}

/// FM-25, FM-26: wherever the bytes are cut, inside a character, a line end or the last word, the events are the same.
#[test]
fn any_cut_of_a_stream_gives_the_same_events() {
    for (case, input, _) in goldens("streams", ".sse", "anthropic") {
        let (whole, _) = translate([input.as_bytes()]);
        for place in 0..=input.len() {
            let (front, back) = input.as_bytes().split_at(place);
            assert_eq!(translate([front, back]).0, whole, "{case} at {place}");
        }
        for line_end in ["\r\n", "\r"] {
            let input = input.replace('\n', line_end);
            assert_eq!(translate(input.as_bytes().chunks(1)).0, whole, "{case}");
        }
    }
}

/// FM-27: a stream that ends early, with its connection or in good form, never becomes a whole answer.
#[test]
fn a_stream_that_ends_early_is_not_whole() {
    for (case, input, _) in goldens("streams", ".sse", "anthropic") {
        let pieces: Vec<_> = input.split_inclusive("\n\n").collect();
        for count in 0..pieces.len() - 1 {
            let (events, _) = translate([pieces[..count].concat().as_bytes()]);
            assert!(!events.contains(&StreamEvent::MessageStop), "{case}");
        }
    }
    for chunk in [
        "",
        r#"data: {"choices":[{"delta":{"content":"half an ans"}}]}"#,
    ] {
        let closed = format!("{chunk}\n\ndata: [DONE]\n\n");
        let (events, error) = translate([closed.as_bytes()]);
        assert!(!events.contains(&StreamEvent::MessageStop));
        assert!(matches!(error, Some(Error::Interrupted(None))), "{error:?}");
    }
}

/// The end is told as soon as the counts are there: a stream that is cut behind them is paid for exactly.
#[test]
fn counts_are_passed_on_before_the_stream_is_closed() {
    let (_, input, _) = goldens("streams", ".sse", "anthropic").swap_remove(0);
    let open = input.replace("data: [DONE]\n\n", "");
    let (events, _) = translate([open.as_bytes()]);
    assert!(matches!(events.last(), Some(StreamEvent::MessageDelta(_))));
}

#[test]
fn nothing_behind_the_end_is_believed() {
    let (_, input, _) = goldens("streams", ".sse", "anthropic").swap_remove(0);
    let twice = [input.as_bytes(), input.as_bytes(), b"data: words\n\n"];
    assert_eq!(translate(twice).0, translate([input.as_bytes()]).0);
    assert!(translate(twice).1.is_none());
}

/// FM-29: a gateway says inside the stream what has gone wrong, in an object of its own or beside an answer.
#[test]
fn an_error_inside_a_stream_ends_it() {
    for (error, expected) in [
        (
            json!({"error": {"code": 502, "message": "m"}}),
            ErrorKind::UpstreamError,
        ),
        (
            json!({"id": "c", "model": "m", "choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": "error"}],
            "error": {"code": 429, "message": "m"}}),
            ErrorKind::UpstreamRateLimited,
        ),
        (
            json!({"error": {"type": "overloaded_error", "message": "m"}}),
            ErrorKind::Overloaded,
        ),
        (json!({"error": "gone"}), ErrorKind::UpstreamError),
    ] {
        let (events, refused) = translate([format!("data: {error}\n\n").as_bytes()]);
        assert_eq!(refused.expect("an error").kind(), expected, "{error}");
        assert!(events.is_empty());
        let body = json!({ "error": error["error"] }).to_string();
        let whole = whole::convert(body.as_bytes(), MODEL.to_owned());
        assert_eq!(whole.expect_err("an error").kind(), expected, "{error}");
    }
}

#[test]
fn a_gateway_that_is_out_of_its_mind_is_not_followed() {
    let call = |n: usize, name: &str| {
        let call = json!({"index": n, "id": format!("c{n}"), "function": {"name": name}});
        format!(
            "data: {}\n\n",
            json!({"choices": [{"delta": {"tool_calls": [call]}}]})
        )
    };
    let calls: String = (0..1_000).map(|n| call(n, "t")).collect();
    let nameless = call(0, "t").replace(r#""name":"t""#, "");
    for stream in [
        calls.as_str(),
        &nameless,
        "data: words\n\n",
        "data: [1]\n\n",
    ] {
        let (events, error) = translate([stream.as_bytes()]);
        assert!(matches!(error, Some(Error::Protocol(_))), "{error:?}");
        assert!(events.len() < 200);
    }
    for body in [
        "",
        "<html>",
        r#"{"choices":[]}"#,
        "{}",
        r#"{"choices":[{"message":{"tool_calls":[{"id":"c","function":{"name":"t","arguments":"{"}}]}}]}"#,
    ] {
        let error = whole::convert(body.as_bytes(), MODEL.to_owned()).expect_err(body);
        // Nothing at all is an answer that was cut before its first byte.
        let is_cut = matches!(error, Error::Interrupted(_));
        assert!(is_cut == body.is_empty(), "{body}: {error}");
        assert!(
            is_cut || matches!(error, Error::Protocol(_)),
            "{body}: {error}"
        );
    }
}

proptest! {
    /// FM-26: nothing that a gateway sends makes the translator panic, and every event of a block lies between its start and its stop.
    #[test]
    fn blocks_are_well_formed_whatever_comes(
        pieces in vec((0..6_usize, 0..3_u32, any::<bool>()), 0..40),
    ) {
        let mut stream = Vec::new();
        for (kind, index, is_last) in pieces {
            let delta = match kind {
                0 => json!({"content": "text"}),
                1 => json!({"reasoning_content": "thoughts"}),
                2 => json!({"tool_calls": [{"index": index, "id": format!("c{index}"), "function": {"name": "t", "arguments": "{}"}}]}),
                3 => json!({"tool_calls": [{"index": index, "function": {"name": "t", "arguments": "{}"}}]}),
                4 => json!({"role": "assistant", "content": ""}),
                _ => json!({"refusal": "no"}),
            };
            let reason = is_last.then_some("stop");
            let chunk = json!({"choices": [{"delta": delta, "finish_reason": reason}], "usage": {"prompt_tokens": 1, "completion_tokens": index}});
            write_event(&mut stream, "", chunk.to_string().as_bytes());
        }
        write_event(&mut stream, "", DONE);
        let (events, _) = translate([&stream[..]]);
        let mut open = Vec::new();
        let mut begun = 0;
        for event in events {
            match event {
                StreamEvent::ContentBlockStart(start) => {
                    prop_assert_eq!(start.index, begun);
                    begun += 1;
                    open.push(start.index);
                }
                StreamEvent::ContentBlockDelta(delta) => prop_assert!(open.contains(&delta.index)),
                StreamEvent::ContentBlockStop(stop) => {
                    prop_assert!(open.contains(&stop.index));
                    open.retain(|index| *index != stop.index);
                }
                StreamEvent::MessageDelta(_) | StreamEvent::MessageStop => prop_assert!(open.is_empty()),
                _ => {}
            }
        }
    }
}
