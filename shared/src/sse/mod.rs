//! Server-sent events over bytes: an incremental parser and a writer, for both sides of both wires.
//!
//! The parser takes chunks cut anywhere, also inside a character or a line end, and gives whole events. It accepts LF,
//! CRLF and CR line ends, comments, an optional space after the colon, data over several lines and a leading byte order
//! mark, as the WHATWG HTML standard's section on event streams describes. `id` and `retry` are read over: neither
//! protocol uses them.

use std::fmt;

/// One whole event, borrowed from the parser until it is asked for the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// The `event` field; empty where the stream named none.
    pub name: &'a [u8],
    /// The `data` fields, joined by line feeds.
    pub data: &'a [u8],
}

/// Says that an event is larger than the parser was told to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventTooLarge {
    /// The limit that it passed, in bytes.
    pub limit_bytes: usize,
}

impl fmt::Display for EventTooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an event has more than {} bytes", self.limit_bytes)
    }
}

impl std::error::Error for EventTooLarge {}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// An incremental parser. It holds at most one unfinished event, bounded in size, and copies each byte at most twice.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent facts about the bytes read so far"
)]
pub struct Parser {
    limit_bytes: usize,
    /// The part of a line whose end has not arrived.
    line: Vec<u8>,
    name: Vec<u8>,
    data: Vec<u8>,
    /// Whether a data field was seen: an event without one is not dispatched.
    has_data: bool,
    /// The last chunk ended with a CR: a LF right behind it belongs to the same line end.
    after_carriage_return: bool,
    /// No line was finished yet: a byte order mark may lead the first.
    is_first_line: bool,
    /// The event in `name` and `data` was handed out and makes room at the next call.
    is_dispatched: bool,
}

impl Parser {
    /// Makes a parser that holds events of at most `limit_bytes`, names and data together.
    pub const fn new(limit_bytes: usize) -> Self {
        Self {
            limit_bytes,
            line: Vec::new(),
            name: Vec::new(),
            data: Vec::new(),
            has_data: false,
            after_carriage_return: false,
            is_first_line: true,
            is_dispatched: false,
        }
    }

    /// Takes bytes off the front of `input` up to the end of the next event and gives that event; `None` when `input`
    /// ran out first. Call it until it gives `None`, then again with the next chunk.
    ///
    /// # Errors
    ///
    /// [`EventTooLarge`] once an event passes the limit; the stream cannot be read on from there.
    pub fn next<'a>(&'a mut self, input: &mut &[u8]) -> Result<Option<Event<'a>>, EventTooLarge> {
        if std::mem::take(&mut self.is_dispatched) {
            self.name.clear();
            self.data.clear();
            self.has_data = false;
        }
        while let Some(end) = self.line_end(input) {
            let (piece, rest) = input.split_at(end);
            *input = self.after_line_end(rest);
            if self.take_line(piece)? {
                self.is_dispatched = true;
                return Ok(Some(Event {
                    name: &self.name,
                    data: &self.data,
                }));
            }
        }
        self.check_size(input.len())?;
        self.line.extend_from_slice(input);
        *input = &[];
        Ok(None)
    }

    /// Whether an event was begun and not finished: a stream that ends here was cut.
    pub const fn is_inside_event(&self) -> bool {
        !self.is_dispatched && (self.has_data || !self.line.is_empty() || !self.name.is_empty())
    }

    /// Finds where the line at the front of `input` ends, after dropping the LF of a CRLF that was cut in two.
    fn line_end(&mut self, input: &mut &[u8]) -> Option<usize> {
        if self.after_carriage_return
            && let Some((first, rest)) = input.split_first()
        {
            self.after_carriage_return = false;
            if *first == b'\n' {
                *input = rest;
            }
        }
        memchr::memchr2(b'\n', b'\r', input)
    }

    /// What follows the line end at the front of `rest`, both bytes of a CRLF taken where both are there.
    const fn after_line_end<'a>(&mut self, rest: &'a [u8]) -> &'a [u8] {
        match rest {
            [b'\r'] => {
                self.after_carriage_return = true;
                &[]
            }
            [b'\r', b'\n', after @ ..] | [_, after @ ..] => after,
            [] => &[],
        }
    }

    /// Takes one line, whose last part is `piece`; true when it ends an event.
    fn take_line(&mut self, piece: &[u8]) -> Result<bool, EventTooLarge> {
        self.check_size(piece.len())?;
        if self.line.is_empty() {
            return Ok(self.take_whole_line(piece));
        }
        let mut line = std::mem::take(&mut self.line);
        line.extend_from_slice(piece);
        let ends_event = self.take_whole_line(&line);
        line.clear();
        self.line = line;
        Ok(ends_event)
    }

    fn take_whole_line(&mut self, line: &[u8]) -> bool {
        let line = if std::mem::take(&mut self.is_first_line) {
            line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line)
        } else {
            line
        };
        if line.is_empty() {
            if !self.has_data {
                self.name.clear();
            }
            return self.has_data;
        }
        let (field, value) = match memchr::memchr(b':', line) {
            Some(colon) => line.split_at(colon),
            None => (line, &[][..]),
        };
        let value = value.strip_prefix(b":").unwrap_or(value);
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match field {
            b"event" => {
                self.name.clear();
                self.name.extend_from_slice(value);
            }
            b"data" => {
                if self.has_data {
                    self.data.push(b'\n');
                }
                self.has_data = true;
                self.data.extend_from_slice(value);
            }
            _ => {}
        }
        false
    }

    fn check_size(&self, more: usize) -> Result<(), EventTooLarge> {
        let held = self.line.len() + self.name.len() + self.data.len();
        if held.saturating_add(more) > self.limit_bytes {
            return Err(EventTooLarge {
                limit_bytes: self.limit_bytes,
            });
        }
        Ok(())
    }
}

/// Appends one event to `out`. Line ends inside `data` become further `data` lines, so that nothing can break out.
pub fn write_event(out: &mut Vec<u8>, name: &str, data: &[u8]) {
    out.reserve(name.len() + data.len() + "event: \ndata: \n\n".len());
    out.extend_from_slice(b"event: ");
    out.extend(name.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')));
    for line in data.split(|byte| matches!(byte, b'\n' | b'\r')) {
        out.extend_from_slice(b"\ndata: ");
        out.extend_from_slice(line);
    }
    out.extend_from_slice(b"\n\n");
}

/// A comment: bytes that keep a silent connection open and that every parser reads over.
pub const KEEP_ALIVE: &[u8] = b": keep-alive\n\n";

#[cfg(test)]
mod tests;
