//! The words that rows are written in.

use std::net::SocketAddr;
use std::ops::Deref;
use std::time::Duration;

use bytes::Bytes;
use shared::error::ErrorKind;
use tests::hostile::{Dialect, Play, Wire};

/// One row: what the upstream does, and what must come of it.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) name: &'static str,
    /// What is played on each attempt.
    pub(super) plays: fn(Cue) -> Vec<Play>,
    /// What must come of it where the page asked, which asks for streams.
    pub(super) streamed: Expected,
    /// What must come of it where a program asked for a whole answer.
    pub(super) whole: Expected,
}

/// How a row is being played.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cue {
    pub(super) wire: Wire,
    /// Another host, which must never see anything.
    pub(super) elsewhere: SocketAddr,
}

impl Deref for Cue {
    type Target = Wire;

    fn deref(&self) -> &Wire {
        &self.wire
    }
}

impl Fault {
    /// What must come of it when it is played on `wire`.
    pub(super) fn expected(&self, wire: Wire) -> Expected {
        let expected = wire.manner(self.streamed, self.whole);
        match (wire.dialect, expected.translated) {
            (Dialect::OpenAi, Some((kind, owed))) => Expected {
                end: End::Refused(kind),
                owed,
                ..expected
            },
            _ => expected,
        }
    }
}

impl Cue {
    /// An answer that has begun: its head, and its body up to the middle of the text.
    pub(super) fn begun(&self) -> Vec<u8> {
        [self.head(), self.opening()].concat()
    }

    /// The same, and the beginning of one more event, or some more of the document.
    pub(super) fn begun_and_cut(&self) -> Vec<u8> {
        [self.begun(), first(30, self.ending())].concat()
    }
}

/// What must come of a fault.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected {
    pub(super) end: End,
    /// The refusal, and its price, that it becomes where the upstream's words are in a dialect that the caller does not speak.
    pub(super) translated: Option<(ErrorKind, Owed)>,
    pub(super) time: Time,
    pub(super) owed: Owed,
    /// How many connections the upstream sees.
    pub(super) attempts: usize,
}

/// How a request ends for who made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With the whole answer, as if nothing had been.
    Answered,
    /// With a refusal: nothing of an answer was passed on.
    Refused(ErrorKind),
    /// With an answer that the caller cannot read, as it came: for a program that speaks the upstream's dialect.
    PassedOn,
    /// With the upstream's own refusal of this status, as it came.
    Told(u16),
    /// With a part of the answer, then exactly one error.
    BrokenOff(ErrorKind),
}

/// How much time passes until then, by the server's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Time {
    /// None: nothing is waited for.
    None,
    /// What the waits between attempts take, and those of the upstream.
    Some,
    /// Exactly so much: a deadline of the server's ends it, not a millisecond sooner.
    Exactly(Duration),
}

/// What the request is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owed {
    /// Nothing: the upstream did no work, or said so.
    Nothing,
    /// What a good answer costs.
    AsReported,
    /// More than a good answer costs: it is not known what the upstream did, so that the bound is charged.
    TheBound,
}

/// The whole answer.
pub(super) const fn answered() -> Expected {
    Expected {
        end: End::Answered,
        translated: None,
        time: Time::None,
        owed: Owed::AsReported,
        attempts: 1,
    }
}

/// A refusal after which nobody knows what the upstream did.
pub(super) const fn refused(kind: ErrorKind) -> Expected {
    Expected {
        end: End::Refused(kind),
        owed: Owed::TheBound,
        ..answered()
    }
}

/// An answer whose counts can be read and whose content cannot, which is the program's to judge; whoever translates it cannot.
pub(super) const fn passed_on(translated: ErrorKind) -> Expected {
    Expected {
        end: End::PassedOn,
        translated: Some((translated, Owed::TheBound)),
        ..answered()
    }
}

/// A part of the answer, then an error.
pub(super) const fn broken_off(kind: ErrorKind) -> Expected {
    Expected {
        end: End::BrokenOff(kind),
        owed: Owed::TheBound,
        ..answered()
    }
}

impl Expected {
    /// The upstream certainly did no work.
    pub(super) const fn for_free(self) -> Self {
        Self {
            owed: Owed::Nothing,
            ..self
        }
    }

    /// The upstream said in full what it did.
    pub(super) const fn paid_for(self) -> Self {
        Self {
            owed: Owed::AsReported,
            ..self
        }
    }

    /// The upstream is asked `attempts` times, with waits between.
    pub(super) const fn tried(self, attempts: usize) -> Self {
        Self {
            attempts,
            time: Time::Some,
            ..self
        }
    }

    /// A deadline of the server's ends it.
    pub(super) const fn at(self, deadline: Duration) -> Self {
        Self {
            time: Time::Exactly(deadline),
            ..self
        }
    }

    /// The upstream takes its time.
    pub(super) const fn slowly(self) -> Self {
        Self {
            time: Time::Some,
            ..self
        }
    }
}

/// Hears the request, then sends `bytes` and closes.
pub(super) fn answer(bytes: impl Into<Bytes>) -> Vec<Play> {
    vec![Play::Hear, send(bytes)]
}

/// Hears the request, sends `bytes`, then does `last`.
pub(super) fn answer_then(bytes: impl Into<Bytes>, last: Play) -> Vec<Play> {
    vec![Play::Hear, send(bytes), last]
}

pub(super) fn send(bytes: impl Into<Bytes>) -> Play {
    Play::Send(bytes.into())
}

/// The first `count` bytes.
pub(super) fn first(count: usize, bytes: Vec<u8>) -> Vec<u8> {
    bytes.into_iter().take(count).collect()
}
