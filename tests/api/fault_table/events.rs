//! Answers whose HTTP is good and whose content is not.

use shared::error::ErrorKind::{Overloaded, StreamInterrupted, UpstreamError};
use tests::hostile::ANSWER;
use tests::hostile::Play::{Hear, Repeat};
use tests::is_soak;

use super::expected::{Cue, Fault, answer, answered, broken_off, first, passed_on, refused, send};

/// More than one event may have.
const EVENT_BYTES: usize = 1_024 * 1_024 + 1;

/// More than a whole answer may have.
const ANSWER_BYTES: usize = 8 * 1_024 * 1_024;

/// Levels of nesting: a parser that follows them by recursion runs out of stack.
const DEPTH: usize = 100_000;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "text that is no UTF-8",
        plays: |cue| body(cue, cue.body_with(b"Gr\xfc\xdfe", "")),
        streamed: broken_off(UpstreamError),
        whole: passed_on(UpstreamError),
    },
    Fault {
        name: "characters cut at every byte",
        plays: |cue| {
            let mut plays = vec![Hear, send(cue.head())];
            plays.extend(cue.body().chunks(1).map(|byte| send(byte.to_vec())));
            plays
        },
        streamed: answered(),
        whole: answered(),
    },
    Fault {
        name: "characters written as escapes, in halves",
        plays: |cue| {
            body(
                cue,
                cue.body_with(
                    r"Gr\u00fc\u00dfe, \u5317\u4eac \ud83d\ude42.".as_bytes(),
                    "",
                ),
            )
        },
        streamed: answered(),
        whole: answered(),
    },
    Fault {
        name: "half a character as an escape",
        plays: |cue| body(cue, cue.body_with(br"\ud83d", "")),
        streamed: broken_off(UpstreamError),
        whole: passed_on(UpstreamError),
    },
    Fault {
        name: "a NUL inside the text",
        plays: |cue| body(cue, cue.body_with(b"a\0b", "")),
        streamed: broken_off(UpstreamError),
        whole: refused(UpstreamError),
    },
    Fault {
        name: "an event over the size limit",
        plays: |cue| {
            body(
                cue,
                cue.body_with(&vec![b'x'; cue.manner(EVENT_BYTES, ANSWER_BYTES)], ""),
            )
        },
        streamed: broken_off(UpstreamError),
        whole: refused(UpstreamError),
    },
    Fault {
        name: "a line that never ends",
        plays: |cue| {
            vec![
                Hear,
                send(cue.begun()),
                Repeat(vec![b'x'; 1 << 16].into(), 64),
            ]
        },
        streamed: broken_off(UpstreamError),
        whole: refused(StreamInterrupted),
    },
    Fault {
        name: "events without number that say nothing",
        plays: |cue| {
            let tiny = cue.manner(": \n\n", "\n");
            vec![
                Hear,
                send(cue.head()),
                Repeat(tiny.into(), tiny_events()),
                send(cue.body()),
            ]
        },
        streamed: answered(),
        whole: answered(),
    },
    Fault {
        name: "CRLF line ends",
        plays: |cue| body(cue, with_line_ends(&cue.body(), &["\r\n"])),
        streamed: answered(),
        whole: answered(),
    },
    Fault {
        name: "CR line ends",
        plays: |cue| body(cue, with_line_ends(&cue.body(), &["\r"])),
        streamed: answered(),
        whole: answered(),
    },
    Fault {
        name: "every line end in turn",
        plays: |cue| body(cue, with_line_ends(&cue.body(), &["\n", "\r", "\r\n"])),
        streamed: answered(),
        whole: answered(),
    },
    Fault {
        name: "a byte order mark in front",
        plays: |cue| body(cue, ["\u{feff}".as_bytes(), &cue.body()].concat()),
        streamed: answered(),
        whole: refused(UpstreamError),
    },
    Fault {
        name: "padding around its JSON",
        plays: |cue| {
            let padded = String::from_utf8_lossy(&cue.body())
                .replace("}\n", "}        \n")
                .replace("data: {", "data:{");
            body(cue, padded.into_bytes())
        },
        streamed: answered(),
        whole: answered(),
    },
    Fault {
        name: "no last event",
        plays: |cue| {
            let whole = cue.body();
            let last = cue.dialect("event: message_stop", "data: [DONE]");
            let end = memchr::memmem::find(&whole, last.as_bytes()).unwrap_or(whole.len() - 1);
            body(cue, first(end, whole))
        },
        streamed: broken_off(StreamInterrupted).paid_for(),
        whole: refused(StreamInterrupted),
    },
    Fault {
        name: "a beginning that comes twice",
        plays: |cue| {
            let opening = cue.opening();
            let once = memchr::memmem::find(&opening, b"\n\n").map_or(0, |end| end + 2);
            let once = first(once, opening.clone());
            body(cue, [once, opening, cue.ending()].concat())
        },
        streamed: answered(),
        whole: answered(),
    },
    Fault {
        name: "events, fields and blocks that nobody knows",
        plays: |cue| {
            let odd = cue.event(
                "brand_new",
                cue.dialect(
                    r#"{"type":"brand_new","x":[1]}"#,
                    r#"{"id":"c","model":"m","choices":[],"brand_new":1}"#,
                ),
            );
            let odd = cue.manner(odd, String::new());
            body(
                cue,
                [
                    odd.as_bytes(),
                    &cue.body_with(ANSWER.as_bytes(), r#","brand_new":{"x":null}"#),
                ]
                .concat(),
            )
        },
        streamed: answered(),
        whole: answered(),
    },
    Fault {
        name: "fields around its events that nobody knows",
        plays: |cue| {
            let odd = b": a comment\nid: 7\nretry: 10\nbrand-new: \0\nno colon\n\n";
            body(cue, [odd, &cue.body()[..], odd].concat())
        },
        streamed: answered(),
        whole: refused(UpstreamError),
    },
    Fault {
        name: "an error as its first event",
        plays: |cue| {
            let error = cue.error("overloaded_error", "Overloaded");
            body(
                cue,
                cue.manner(cue.event("error", &error), error).into_bytes(),
            )
        },
        streamed: refused(Overloaded).for_free().tried(3),
        whole: refused(Overloaded).for_free(),
    },
    Fault {
        name: "an error in the middle",
        plays: |cue| {
            body(
                cue,
                [
                    cue.opening(),
                    cue.event("error", &cue.error("overloaded_error", "Overloaded"))
                        .into_bytes(),
                ]
                .concat(),
            )
        },
        streamed: broken_off(Overloaded),
        whole: refused(UpstreamError),
    },
    Fault {
        name: "an error of a class that nobody knows",
        plays: |cue| {
            body(
                cue,
                [
                    cue.opening(),
                    cue.event("error", &cue.error("brand_new_error", "no"))
                        .into_bytes(),
                ]
                .concat(),
            )
        },
        streamed: broken_off(UpstreamError),
        whole: refused(UpstreamError),
    },
    Fault {
        name: "JSON as deep as a well",
        plays: |cue| {
            let well = format!(r#","x":{}{}"#, "[".repeat(DEPTH), "]".repeat(DEPTH));
            body(cue, cue.body_with(ANSWER.as_bytes(), &well))
        },
        streamed: broken_off(UpstreamError),
        whole: passed_on(UpstreamError),
    },
    Fault {
        name: "a text that stands twice",
        plays: |cue| {
            body(
                cue,
                cue.body_with(
                    b"one",
                    cue.dialect(r#","text":"two""#, r#","content":"two""#),
                ),
            )
        },
        streamed: broken_off(UpstreamError),
        whole: passed_on(UpstreamError),
    },
    Fault {
        name: "an event that is no JSON",
        plays: |cue| {
            body(
                cue,
                [
                    cue.opening(),
                    cue.event("content_block_delta", "garbage").into_bytes(),
                ]
                .concat(),
            )
        },
        streamed: broken_off(UpstreamError),
        whole: refused(UpstreamError),
    },
    Fault {
        name: "an event that is a number",
        plays: |cue| {
            body(
                cue,
                [
                    cue.opening(),
                    cue.event("content_block_delta", "17").into_bytes(),
                ]
                .concat(),
            )
        },
        streamed: broken_off(UpstreamError),
        whole: refused(UpstreamError),
    },
    Fault {
        name: "a count below zero",
        plays: |cue| counted(cue, "-1"),
        streamed: broken_off(UpstreamError),
        whole: refused(UpstreamError),
    },
    Fault {
        name: "a count that is beyond all numbers",
        plays: |cue| counted(cue, "99999999999999999999999999"),
        streamed: broken_off(UpstreamError),
        whole: refused(UpstreamError),
    },
    Fault {
        name: "more events behind the last",
        plays: |cue| body(cue, [cue.body(), cue.body()].concat()),
        streamed: answered(),
        whole: refused(UpstreamError),
    },
];

fn body(cue: Cue, body: Vec<u8>) -> Vec<tests::hostile::Play> {
    answer([cue.head(), body].concat())
}

/// How many events that say nothing come in one answer. A million of them in each column would take most of the ring's time.
fn tiny_events() -> usize {
    if is_soak() { 1_000_000 } else { 20_000 }
}

/// The answer with this many tokens of output.
fn counted(cue: Cue, tokens: &str) -> Vec<tests::hostile::Play> {
    let name = cue.dialect("output_tokens", "completion_tokens");
    let whole = String::from_utf8_lossy(&cue.body()).into_owned();
    let (good, odd) = (format!("{name}\":2"), format!("{name}\":{tokens}"));
    body(cue, whole.replace(&good, &odd).into_bytes())
}

/// The body with its line ends replaced by `ends` in turn.
fn with_line_ends(body: &[u8], ends: &[&str]) -> Vec<u8> {
    let mut ends = ends.iter().cycle();
    let mut replaced = Vec::new();
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        replaced.extend_from_slice(line.strip_suffix(b"\n").unwrap_or(line));
        replaced.extend(ends.next().into_iter().flat_map(|end| end.bytes()));
    }
    replaced
}
