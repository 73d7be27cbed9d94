//! Connections that fail, fall silent or dawdle.

use std::time::Duration;

use shared::error::ErrorKind::{
    StreamInterrupted, UpstreamStalled, UpstreamTimeout, UpstreamUnreachable,
};
use tests::hostile::Play::{Drip, HalfClose, Hear, Reset, Silence, Wait};

use super::expected::{Fault, answer, answer_then, answered, broken_off, first, refused, send};

/// How long a streamed answer may take to begin.
const FIRST_BYTE_MAX: Duration = Duration::from_mins(2);

/// How long a whole answer may take to begin: it is sent when all of it is written.
const WHOLE_ANSWER_MAX: Duration = Duration::from_mins(10);

/// How long an answer under way may pause.
const SILENCE_MAX: Duration = Duration::from_secs(90);

/// How long a connection may stay open behind a whole answer before it is given up.
const CLOSE_MAX: Duration = Duration::from_millis(250);

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "refuses connections",
        plays: |_| vec![],
        streamed: refused(UpstreamUnreachable).for_free().tried(0),
        whole: refused(UpstreamUnreachable).for_free().tried(0),
    },
    Fault {
        name: "accepts and closes",
        plays: |_| vec![send("")],
        streamed: refused(StreamInterrupted),
        whole: refused(StreamInterrupted),
    },
    Fault {
        name: "resets before the request was read",
        plays: |_| vec![Reset],
        streamed: refused(StreamInterrupted),
        whole: refused(StreamInterrupted),
    },
    Fault {
        name: "closes before its headers",
        plays: |_| vec![Hear],
        streamed: refused(StreamInterrupted),
        whole: refused(StreamInterrupted),
    },
    Fault {
        name: "half-closes before its headers",
        plays: |_| vec![Hear, HalfClose],
        streamed: refused(StreamInterrupted),
        whole: refused(StreamInterrupted),
    },
    Fault {
        name: "resets before its headers",
        plays: |_| vec![Hear, Reset],
        streamed: refused(StreamInterrupted),
        whole: refused(StreamInterrupted),
    },
    Fault {
        name: "closes inside its headers",
        plays: |cue| answer(first(40, cue.head())),
        streamed: refused(StreamInterrupted),
        whole: refused(StreamInterrupted),
    },
    Fault {
        name: "resets inside its headers",
        plays: |cue| answer_then(first(40, cue.head()), Reset),
        streamed: refused(StreamInterrupted),
        whole: refused(StreamInterrupted),
    },
    Fault {
        name: "resets after its headers",
        plays: |cue| answer_then(cue.head(), Reset),
        streamed: refused(StreamInterrupted),
        whole: refused(StreamInterrupted),
    },
    Fault {
        name: "closes after its headers",
        plays: |cue| answer(cue.head()),
        streamed: refused(StreamInterrupted),
        whole: refused(StreamInterrupted),
    },
    Fault {
        name: "resets in the middle",
        plays: |cue| answer_then(cue.begun(), Reset),
        streamed: broken_off(StreamInterrupted),
        whole: refused(StreamInterrupted),
    },
    Fault {
        name: "closes in the middle",
        plays: |cue| answer(cue.begun()),
        streamed: broken_off(StreamInterrupted),
        whole: refused(StreamInterrupted),
    },
    Fault {
        name: "half-closes in the middle",
        plays: |cue| answer_then(cue.begun(), HalfClose),
        streamed: broken_off(StreamInterrupted),
        whole: refused(StreamInterrupted),
    },
    Fault {
        name: "resets inside an event",
        plays: |cue| answer_then(cue.begun_and_cut(), Reset),
        streamed: broken_off(StreamInterrupted),
        whole: refused(StreamInterrupted),
    },
    Fault {
        name: "closes inside an event",
        plays: |cue| answer(cue.begun_and_cut()),
        streamed: broken_off(StreamInterrupted),
        whole: refused(StreamInterrupted),
    },
    Fault {
        name: "never sends headers",
        plays: |_| vec![Hear, Silence],
        streamed: refused(UpstreamTimeout).at(FIRST_BYTE_MAX),
        whole: refused(UpstreamTimeout).at(WHOLE_ANSWER_MAX),
    },
    Fault {
        name: "sends a header now and then, for ever",
        plays: |_| {
            let mut plays = vec![Hear, send("HTTP/1.1 200 OK\r\n")];
            for _ in 0..100 {
                plays.extend([Wait(Duration::from_secs(9)), send("x-slow: 1\r\n")]);
            }
            plays
        },
        streamed: refused(UpstreamTimeout).at(FIRST_BYTE_MAX),
        whole: refused(UpstreamTimeout).at(WHOLE_ANSWER_MAX),
    },
    Fault {
        name: "sends its headers late, but in time",
        plays: |cue| vec![Hear, Wait(FIRST_BYTE_MAX / 2), send(cue.answer())],
        streamed: answered().slowly(),
        whole: answered().slowly(),
    },
    Fault {
        name: "sends headers and never an event",
        plays: |cue| answer_then(cue.head(), Silence),
        streamed: refused(UpstreamTimeout).at(SILENCE_MAX),
        whole: refused(UpstreamStalled).at(SILENCE_MAX),
    },
    Fault {
        name: "stalls between two events",
        plays: |cue| answer_then(cue.begun(), Silence),
        streamed: broken_off(UpstreamStalled).at(SILENCE_MAX),
        whole: refused(UpstreamStalled).at(SILENCE_MAX),
    },
    Fault {
        name: "stalls inside an event",
        plays: |cue| answer_then(cue.begun_and_cut(), Silence),
        streamed: broken_off(UpstreamStalled).at(SILENCE_MAX),
        whole: refused(UpstreamStalled).at(SILENCE_MAX),
    },
    Fault {
        name: "pauses in the middle, but not too long",
        plays: |cue| {
            vec![
                Hear,
                send(cue.begun()),
                Wait(SILENCE_MAX / 2),
                send(cue.ending()),
            ]
        },
        streamed: answered().slowly(),
        whole: answered().slowly(),
    },
    Fault {
        name: "sends one byte at a time",
        plays: |cue| vec![Hear, Drip(cue.answer().into())],
        streamed: answered(),
        whole: answered(),
    },
    Fault {
        name: "never closes behind its answer",
        plays: |cue| answer_then(cue.answer(), Silence),
        streamed: answered().at(CLOSE_MAX),
        whole: refused(UpstreamStalled).at(SILENCE_MAX),
    },
];
