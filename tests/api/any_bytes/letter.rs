//! What one client writes: a request of any kind that the server knows, with chance mistakes, or bytes of no meaning.

use std::fmt;
use std::time::Duration;

use serde_json::json;
use shared::api::paths;
use tests::{Dice, TokenHolder, Visitor, question};

/// Within how many seconds all letters come.
pub(super) const ARRIVALS_S: usize = 5;

/// The bytes of one connection.
pub(super) struct Letter {
    /// When it comes, from the beginning of its round.
    pub(super) arrival: Duration,
    /// The bytes, in the pieces in which they are written.
    pub(super) pieces: Vec<Vec<u8>>,
    /// What the client does when they are written.
    pub(super) ending: Ending,
}

/// What a client does after its last byte.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ending {
    /// It says that nothing more comes, and reads.
    Said,
    /// It reads, and says nothing.
    Silent,
    /// It is gone before it has read anything.
    Gone,
}

impl Letter {
    /// The next letter as the dice fall. Nine in ten begin as a request, and a third of all are damaged before they
    /// are written.
    pub(super) fn thrown(dice: &mut Dice, visitor: &Visitor) -> Self {
        let mut bytes = if dice.below(10) == 0 {
            noise(dice)
        } else {
            // A connection may bring a second request before the first is answered.
            (0..=dice.below(10) / 9)
                .flat_map(|_| request(dice, visitor))
                .collect()
        };
        if dice.below(3) == 0 {
            for _ in 0..=dice.below(3) {
                damage(dice, &mut bytes);
            }
        }
        let endings = [
            Ending::Said,
            Ending::Silent,
            Ending::Silent,
            Ending::Silent,
            Ending::Gone,
        ];
        let arrival = u64::try_from(dice.below(ARRIVALS_S * 1_000)).expect("few");
        Self {
            arrival: Duration::from_millis(arrival),
            pieces: cut(dice, &bytes),
            ending: dice.one_of(&endings),
        }
    }
}

impl fmt::Debug for Letter {
    /// The bytes as Rust writes them, so that a letter that failed can be read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.pieces {
            write!(f, "\"{}\" ", piece.escape_ascii())?;
        }
        write!(f, "{:?}", self.ending)
    }
}

/// A request before it is written.
struct Request {
    method: &'static str,
    target: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    is_chunked: bool,
}

const METHODS: [&str; 10] = [
    "GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "CONNECT", "TRACE", "get", "X-1",
];

const TARGETS: [&str; 14] = [
    "*",
    "",
    "//",
    "/../../etc/passwd",
    "/%2e%2e/%00",
    "/api",
    "/api/chat/",
    "/api/chat?x=%",
    "/api/none",
    "/v1/none",
    "/assets/none.js",
    "http://localhost/healthz",
    "http://other.example/api/chat",
    "other.example:443",
];

/// Headers that somebody acts on, with values that nobody should write.
const HEADERS: [(&str, &str); 30] = [
    ("host", "other.example"),
    ("host", "localhost:99999999"),
    ("host", "[::1"),
    ("origin", "null"),
    ("origin", "http://other.example"),
    ("sec-fetch-site", "cross-site"),
    ("cookie", "__Host-airlock=; =;;; __Host-airlock"),
    ("cookie", "\u{fc}=\u{fc}"),
    ("content-type", "text/plain"),
    ("content-type", ";;"),
    ("content-encoding", "gzip"),
    ("accept-encoding", "br;q=nan, *;q=-1, ,"),
    ("content-length", "0"),
    ("content-length", "7"),
    ("content-length", "18446744073709551616"),
    ("content-length", "-1"),
    ("transfer-encoding", "chunked"),
    ("transfer-encoding", "gzip, chunked"),
    ("transfer-encoding", "identity"),
    ("expect", "100-continue"),
    ("expect", "coffee"),
    ("connection", "close, keep-alive, upgrade"),
    ("upgrade", "websocket, h2c"),
    ("range", "bytes=9-1,-,18446744073709551615-"),
    ("if-none-match", "\"\", W/, *"),
    ("if-modified-since", "yesterday"),
    ("idempotency-key", "short"),
    ("x-forwarded-for", ", ,::ffff:1.2.3.4:80, unknown"),
    ("x-api-key", "another"),
    ("authorization", "Bearer"),
];

/// One of the requests that the server is there for, often with something about it changed.
fn request(dice: &mut Dice, visitor: &Visitor) -> Vec<u8> {
    let mut request = sound(dice, visitor);
    for _ in 0..dice.below(3) {
        match dice.below(6) {
            0 => request.method = dice.one_of(&METHODS),
            1 => dice.one_of(&TARGETS).clone_into(&mut request.target),
            2 => {
                let place = dice.below(request.headers.len());
                request.headers.remove(place);
            }
            3 => damage(dice, &mut request.body),
            _ => {
                let (name, value) = dice.one_of(&HEADERS);
                if dice.below(2) == 0 {
                    request.headers.retain(|(known, _)| *known != name);
                }
                request.headers.push((name, value.to_owned()));
            }
        }
        if request.headers.is_empty() {
            break;
        }
    }
    request.written(dice)
}

/// A request that is right in all parts.
fn sound(dice: &mut Dice, visitor: &Visitor) -> Request {
    let mut headers = vec![
        ("host", "localhost".to_owned()),
        ("origin", "http://localhost".to_owned()),
        ("cookie", visitor.cookie().to_owned()),
    ];
    let (method, target, body) = match dice.below(9) {
        0 => ("GET", paths::HEALTHZ, None),
        1 => ("GET", "/", None),
        2 | 3 => ("GET", paths::SESSION, None),
        4 | 5 => {
            headers.push(("x-api-key", TokenHolder::TOKEN.to_owned()));
            let question = match dice.below(2) {
                0 => TokenHolder::question("Hello"),
                _ => TokenHolder::streamed("Hello"),
            };
            ("POST", paths::MESSAGES, Some(question))
        }
        _ => ("POST", paths::CHAT, Some(json!(question("Hello")))),
    };
    if body.is_some() {
        headers.push(("content-type", "application/json".to_owned()));
    }
    Request {
        method,
        target: target.to_owned(),
        headers,
        body: body
            .map(|body| body.to_string().into_bytes())
            .unwrap_or_default(),
        is_chunked: dice.below(3) == 0,
    }
}

impl Request {
    fn written(mut self, dice: &mut Dice) -> Vec<u8> {
        let is_said = |name: &str| self.headers.iter().any(|(known, _)| *known == name);
        if self.body.is_empty() || is_said("content-length") || is_said("transfer-encoding") {
            // Its length is said by somebody else, rightly or not.
        } else if self.is_chunked {
            self.headers
                .push(("transfer-encoding", "chunked".to_owned()));
            self.body = chunked(dice, &self.body);
        } else {
            let length = self.body.len().to_string();
            self.headers.push(("content-length", length));
        }
        let version = match dice.below(20) {
            0 => dice.one_of(&["1.0", "2.0", "9", ""]),
            _ => "1.1",
        };
        let mut bytes = format!("{} {} HTTP/{version}\r\n", self.method, self.target).into_bytes();
        for (name, value) in self.headers {
            bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// The body in chunks of chance lengths.
fn chunked(dice: &mut Dice, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for chunk in cut(dice, body) {
        bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        bytes.extend_from_slice(&chunk);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    bytes
}

/// Bytes that are no request of this protocol.
fn noise(dice: &mut Dice) -> Vec<u8> {
    match dice.below(4) {
        0 => b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec(),
        // The beginning of a TLS greeting.
        1 => b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03".to_vec(),
        2 => b"\r\n".repeat(dice.below(2_000)),
        _ => (0..dice.below(2_000)).map(|_| byte(dice)).collect(),
    }
}

/// One chance mistake: bytes that are changed, left out, added, said twice, or cut off with all that follows.
fn damage(dice: &mut Dice, bytes: &mut Vec<u8>) {
    let from = dice.below(bytes.len() + 1);
    let to = (from + dice.below(40)).min(bytes.len());
    match dice.below(5) {
        0 => {
            for changed in bytes.iter_mut().take(to).skip(from).take(2) {
                *changed = byte(dice);
            }
        }
        1 => {
            bytes.drain(from..to);
        }
        2 => {
            let added = dice.one_of(&[
                &b"\r\n"[..],
                b"\0",
                b"\xff",
                b" ",
                b":",
                b"[[[[[[[[",
                b"\"",
                b"-",
            ]);
            bytes.splice(from..from, added.iter().copied());
        }
        3 => bytes.extend_from_within(from..to),
        _ => bytes.truncate(from),
    }
}

/// The bytes in one to four pieces.
fn cut(dice: &mut Dice, bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut rest = bytes;
    let mut pieces = Vec::new();
    for _ in 0..dice.below(4) {
        let (piece, more) = rest.split_at(dice.below(rest.len() + 1));
        pieces.push(piece.to_vec());
        rest = more;
    }
    pieces.push(rest.to_vec());
    // An empty chunk would end a body, and an empty piece is nothing to send.
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

fn byte(dice: &mut Dice) -> u8 {
    u8::try_from(dice.below(256)).expect("a byte")
}
