//! The text of a JSON document, taken apart from its beginning to its end. Nothing here is generic: it is compiled once.

use super::Unreadable;

/// How deep lists and objects may lie in each other, as deep as `serde_json` allows: no text can exhaust the stack.
const DEPTH_MAX: u32 = 128;

/// A text and how much of it was read.
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
}

/// What a value begins with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Bool,
    Number,
    Text,
    List,
    Object,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
        }
    }

    /// Makes sure that nothing is left.
    pub(super) fn close(&mut self) -> Result<(), Unreadable> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(Unreadable::new("something behind the end")),
        }
    }

    /// The same, with the place that was come to.
    pub(super) const fn locate(&self, unreadable: Unreadable) -> Unreadable {
        Unreadable {
            at: self.at,
            ..unreadable
        }
    }

    /// What comes next.
    pub(super) fn kind(&mut self) -> Result<Kind, Unreadable> {
        Ok(match self.peek() {
            Some(b'n') => Kind::Null,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'-' | b'0'..=b'9') => Kind::Number,
            Some(b'"') => Kind::Text,
            Some(b'[') => Kind::List,
            Some(b'{') => Kind::Object,
            _ => return Err(Unreadable::new("no value")),
        })
    }

    /// Takes `null`.
    pub(super) fn null(&mut self) -> Result<(), Unreadable> {
        self.word("null")
    }

    /// Takes `true` or `false`.
    pub(super) fn bool(&mut self) -> Result<bool, Unreadable> {
        let is_true = self.peek() == Some(b't');
        self.word(if is_true { "true" } else { "false" })?;
        Ok(is_true)
    }

    /// Takes a minus, if there is one.
    pub(super) fn minus(&mut self) -> bool {
        let is_there = self.peek() == Some(b'-');
        self.at += usize::from(is_there);
        is_there
    }

    /// Takes a whole number without a sign.
    pub(super) fn whole(&mut self) -> Result<u64, Unreadable> {
        self.peek();
        let begin = self.at;
        self.pass(|byte| byte.is_ascii_digit());
        let digits = self.text.get(begin..self.at).unwrap_or_default();
        let is_padded = digits.len() > 1 && digits.starts_with('0');
        let is_fraction = matches!(self.byte(), Some(b'.' | b'e' | b'E'));
        match digits.parse() {
            Ok(number) if !is_padded && !is_fraction => Ok(number),
            _ => Err(Unreadable::new("no whole number")),
        }
    }

    /// Takes a string.
    pub(super) fn text(&mut self) -> Result<String, Unreadable> {
        self.take(b'"', "no text")?;
        let mut text = String::new();
        loop {
            let begin = self.at;
            self.pass(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f));
            text.push_str(self.text.get(begin..self.at).unwrap_or_default());
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    self.at += 1;
                    text.push(self.escaped()?);
                }
                _ => return Err(Unreadable::new("text without an end")),
            }
        }
    }

    /// Takes what begins a list or an object.
    pub(super) fn open(&mut self, bracket: u8) -> Result<(), Unreadable> {
        if self.depth == DEPTH_MAX {
            return Err(Unreadable::new("too deep"));
        }
        self.depth += 1;
        let wanted = if bracket == b'[' {
            "no list"
        } else {
            "no object"
        };
        self.take(bracket, wanted)
    }

    /// Goes on to the next entry of a list or an object, or takes the `bracket` that ends it and says that there is none.
    pub(super) fn go_on(&mut self, bracket: u8, is_first: bool) -> Result<bool, Unreadable> {
        if self.peek() == Some(bracket) {
            self.at += 1;
            self.depth -= 1;
            return Ok(false);
        }
        if !is_first {
            self.take(b',', "no comma")?;
        }
        Ok(true)
    }

    /// Takes the colon between a field's name and its value.
    pub(super) fn colon(&mut self) -> Result<(), Unreadable> {
        self.take(b':', "no colon")
    }

    /// Passes over a value that nobody asks for.
    pub(super) fn skip(&mut self) -> Result<(), Unreadable> {
        match self.kind()? {
            Kind::Null => self.null(),
            Kind::Bool => self.bool().map(drop),
            Kind::Text => self.text().map(drop),
            // Whatever else a number may consist of: it is not looked at.
            Kind::Number => {
                self.pass(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'));
                Ok(())
            }
            Kind::List => {
                self.open(b'[')?;
                let mut is_first = true;
                while self.go_on(b']', is_first)? {
                    is_first = false;
                    self.skip()?;
                }
                Ok(())
            }
            Kind::Object => {
                self.open(b'{')?;
                let mut is_first = true;
                while self.go_on(b'}', is_first)? {
                    is_first = false;
                    self.text()?;
                    self.colon()?;
                    self.skip()?;
                }
                Ok(())
            }
        }
    }

    /// What a backslash stands before.
    fn escaped(&mut self) -> Result<char, Unreadable> {
        let byte = self.byte();
        self.at += 1;
        Ok(match byte {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.code_point(),
            _ => return Err(Unreadable::new("no such escape")),
        })
    }

    /// The character whose number stands here in hex, in two halves where it does not fit into one.
    fn code_point(&mut self) -> Result<char, Unreadable> {
        let mut number = self.unit()?;
        if (0xd800..0xdc00).contains(&number) {
            self.word("\\u")?;
            let low = self.unit()?.wrapping_sub(0xdc00);
            if low >= 0x400 {
                return Err(Unreadable::new("half a character"));
            }
            number = 0x1_0000 + ((number - 0xd800) << 10 | low);
        }
        char::from_u32(number).ok_or(Unreadable::new("half a character"))
    }

    /// Four hex digits.
    fn unit(&mut self) -> Result<u32, Unreadable> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.byte().and_then(|byte| char::from(byte).to_digit(16));
            unit = unit * 16 + digit.ok_or(Unreadable::new("no hex digit"))?;
            self.at += 1;
        }
        Ok(unit)
    }

    /// Takes exactly these bytes.
    fn word(&mut self, word: &str) -> Result<(), Unreadable> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return Err(Unreadable::new("no value"));
        }
        self.at += word.len();
        Ok(())
    }

    /// Takes one byte, after any space.
    fn take(&mut self, byte: u8, otherwise: &'static str) -> Result<(), Unreadable> {
        if self.peek() != Some(byte) {
            return Err(Unreadable::new(otherwise));
        }
        self.at += 1;
        Ok(())
    }

    /// The next byte that is no space.
    fn peek(&mut self) -> Option<u8> {
        self.pass(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        self.byte()
    }

    /// Passes over all bytes that are `wanted`.
    fn pass(&mut self, wanted: fn(u8) -> bool) {
        while self.byte().is_some_and(wanted) {
            self.at += 1;
        }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}
