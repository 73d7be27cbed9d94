//! Answers whose HTTP is broken, lies about itself, or is not what was asked for.

use shared::error::ErrorKind::{StreamInterrupted, UpstreamError};
use tests::hostile::Play::{Drip, Hear, Repeat};

use super::expected::{Cue, Fault, answer, answered, broken_off, first, refused, send};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "answers with garbage",
        plays: |_| answer("\u{0}\u{1}\u{2} this is no HTTP \r\n\r\n"),
        streamed: refused(UpstreamError),
        whole: refused(UpstreamError),
    },
    Fault {
        name: "answers with another protocol's greeting",
        plays: |_| answer("220 mail.example.net ESMTP ready\r\n"),
        streamed: refused(UpstreamError),
        whole: refused(UpstreamError),
    },
    Fault {
        name: "answers with a status that does not exist",
        plays: |cue| answer(String::from_utf8_lossy(&cue.answer()).replace("200 OK", "9000 Over")),
        streamed: refused(UpstreamError),
        whole: refused(UpstreamError),
    },
    Fault {
        name: "says a thousand times that it goes on, then answers",
        plays: |cue| {
            vec![
                Hear,
                Repeat("HTTP/1.1 100 Continue\r\n\r\n".into(), 1_000),
                send(cue.answer()),
            ]
        },
        streamed: answered(),
        whole: answered(),
    },
    Fault {
        name: "gives early hints, then answers",
        plays: |cue| {
            vec![
                Hear,
                send("HTTP/1.1 103 Early Hints\r\nlink: </x>; rel=preload\r\n\r\n"),
                send(cue.answer()),
            ]
        },
        streamed: answered(),
        whole: answered(),
    },
    Fault {
        name: "switches protocols, unasked",
        plays: |_| {
            answer(
                "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
            )
        },
        streamed: refused(UpstreamError).for_free(),
        whole: refused(UpstreamError).for_free(),
    },
    Fault {
        name: "sends ten thousand headers",
        plays: |cue| answer([cue.head_with(&"x-spam: 1\r\n".repeat(10_000)), cue.body()].concat()),
        streamed: refused(UpstreamError),
        whole: refused(UpstreamError),
    },
    Fault {
        name: "sends a header of a megabyte",
        plays: |cue| {
            answer(
                [
                    cue.head_with(&format!("x-spam: {}\r\n", "x".repeat(1 << 20))),
                    cue.body(),
                ]
                .concat(),
            )
        },
        streamed: refused(UpstreamError),
        whole: refused(UpstreamError),
    },
    Fault {
        name: "says that it is plain text",
        plays: |cue| answer(said_to_be("text/plain", &cue.body())),
        streamed: refused(UpstreamError),
        whole: refused(UpstreamError),
    },
    Fault {
        name: "does not say what it is",
        plays: |cue| {
            answer(
                [
                    b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec(),
                    cue.body(),
                ]
                .concat(),
            )
        },
        streamed: refused(UpstreamError),
        whole: refused(UpstreamError),
    },
    Fault {
        name: "answers in the other manner",
        plays: |cue| {
            let other = cue.manner("application/json", "text/event-stream");
            answer(said_to_be(other, &cue.body()))
        },
        streamed: refused(UpstreamError),
        whole: refused(UpstreamError),
    },
    Fault {
        name: "answers 200 with a page",
        plays: |_| {
            answer(said_to_be(
                "text/html",
                b"<html>Sign in to the hotel's network</html>",
            ))
        },
        streamed: refused(UpstreamError),
        whole: refused(UpstreamError),
    },
    Fault {
        name: "answers 204 with nothing",
        plays: |_| answer("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n"),
        streamed: refused(UpstreamError),
        whole: refused(UpstreamError),
    },
    Fault {
        name: "answers 200 with nothing",
        plays: |cue| answer(cue.head_with("content-length: 0\r\n")),
        streamed: refused(StreamInterrupted),
        whole: refused(StreamInterrupted),
    },
    Fault {
        name: "compresses, unasked",
        plays: |cue| {
            answer(
                [
                    cue.head_with("content-encoding: gzip\r\n"),
                    b"\x1f\x8b\x08\x00".to_vec(),
                    cue.body(),
                ]
                .concat(),
            )
        },
        streamed: refused(UpstreamError),
        whole: refused(UpstreamError),
    },
    Fault {
        name: "says that it is shorter than it is",
        plays: |cue| {
            let length = cue.opening().len();
            answer(
                [
                    cue.head_with(&format!("content-length: {length}\r\n")),
                    cue.body(),
                ]
                .concat(),
            )
        },
        streamed: broken_off(StreamInterrupted),
        whole: refused(StreamInterrupted),
    },
    Fault {
        name: "says that it is longer than it is",
        plays: |cue| {
            let length = cue.body().len() + 1;
            answer(
                [
                    cue.head_with(&format!("content-length: {length}\r\n")),
                    cue.body(),
                ]
                .concat(),
            )
        },
        streamed: answered(),
        whole: refused(StreamInterrupted),
    },
    Fault {
        name: "says two lengths",
        plays: |cue| {
            answer(
                [
                    cue.head_with("content-length: 7\r\ncontent-length: 9\r\n"),
                    cue.body(),
                ]
                .concat(),
            )
        },
        streamed: refused(UpstreamError),
        whole: refused(UpstreamError),
    },
    Fault {
        name: "sends good chunks, one byte each",
        plays: |cue| {
            let chunks = cue
                .body()
                .iter()
                .flat_map(|byte| chunk(1, &[*byte]))
                .collect::<Vec<_>>();
            answer([chunked(cue), chunks, b"0\r\n\r\n".to_vec()].concat())
        },
        streamed: answered(),
        whole: answered(),
    },
    Fault {
        name: "sends a chunk whose size is no number",
        plays: |cue| {
            answer(
                [
                    chunked(cue),
                    chunk(cue.opening().len(), &cue.opening()),
                    b"ZZ\r\n".to_vec(),
                    cue.ending(),
                ]
                .concat(),
            )
        },
        streamed: broken_off(StreamInterrupted),
        whole: refused(StreamInterrupted),
    },
    Fault {
        name: "sends a chunk that is longer than it says",
        plays: |cue| {
            answer(
                [
                    chunked(cue),
                    chunk(cue.opening().len(), &cue.opening()),
                    chunk(3, &cue.ending()),
                ]
                .concat(),
            )
        },
        streamed: broken_off(StreamInterrupted),
        whole: refused(StreamInterrupted),
    },
    Fault {
        name: "sends a chunk that is shorter than it says",
        plays: |cue| {
            answer(
                [
                    chunked(cue),
                    chunk(cue.opening().len(), &cue.opening()),
                    chunk(usize::MAX / 2, &first(30, cue.ending())),
                ]
                .concat(),
            )
        },
        streamed: broken_off(StreamInterrupted),
        whole: refused(StreamInterrupted),
    },
    Fault {
        name: "ends without its last chunk",
        plays: |cue| answer([chunked(cue), chunk(cue.body().len(), &cue.body())].concat()),
        streamed: answered(),
        whole: refused(StreamInterrupted),
    },
    Fault {
        name: "sends trailers behind its chunks",
        plays: |cue| {
            answer(
                [
                    chunked(cue),
                    chunk(cue.body().len(), &cue.body()),
                    b"0\r\nx-trailer: 1\r\n\r\n".to_vec(),
                ]
                .concat(),
            )
        },
        streamed: answered(),
        whole: answered(),
    },
    Fault {
        name: "speaks HTTP/1.0",
        plays: |cue| answer(String::from_utf8_lossy(&cue.answer()).replace("HTTP/1.1", "HTTP/1.0")),
        streamed: answered(),
        whole: answered(),
    },
    Fault {
        name: "sends its head one byte at a time",
        plays: |cue| vec![Hear, Drip(cue.head().into()), send(cue.body())],
        streamed: answered(),
        whole: answered(),
    },
    Fault {
        name: "sends more behind its answer",
        plays: |cue| {
            let length = cue.body().len();
            answer(
                [
                    cue.head_with(&format!("content-length: {length}\r\n")),
                    cue.body(),
                    cue.answer(),
                ]
                .concat(),
            )
        },
        streamed: answered(),
        whole: answered(),
    },
];

fn said_to_be(kind: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\nconnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

fn chunked(cue: Cue) -> Vec<u8> {
    cue.head_with("transfer-encoding: chunked\r\n")
}

/// A chunk that says to have `length` bytes.
fn chunk(length: usize, bytes: &[u8]) -> Vec<u8> {
    [format!("{length:x}\r\n").as_bytes(), bytes, b"\r\n"].concat()
}
