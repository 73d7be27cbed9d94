//! A text as its reader means it: without what nobody sees, and with escapes read, one level deep.
//!
//! Nothing is copied. Each character of the view is read where it stands in the text, so that what is found in the view has its place
//! in the text.

use super::class::{self, ALNUM, ESCAPE};

/// What stands for every character beyond ASCII: no key has one.
const FOREIGN: u8 = 0x80;
/// What a backslash at the end of a line stands for: nothing that anybody sees.
const JOINED: u32 = 0x200B;
/// What a terminal's colour begins with.
const COLOUR: u32 = 0x1B;
/// Digits and semicolons of a terminal's colour; one of 24 bits for letters and another for what is behind them have 31.
const COLOUR_MAX: usize = 32;
/// Digits read of a numeric entity; the highest character has seven.
const ENTITY_DIGITS_MAX: usize = 8;
/// The named entities that matter inside a key or stand for nothing.
const ENTITIES: [(&[u8], u32); 5] = [
    (b"&shy;", 0xAD),
    (b"&zwj;", 0x200D),
    (b"&zwnj;", 0x200C),
    (b"&lowbar;", 0x5F),
    (b"&period;", 0x2E),
];

/// A position in a text, from which it reads on.
#[derive(Clone, Debug)]
pub(super) struct View<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// One character of the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Character {
    /// Itself, or [`FOREIGN`].
    pub(super) byte: u8,
    /// Where it begins in the text.
    pub(super) start: usize,
    /// Where it has ended.
    pub(super) end: usize,
    /// Whether something that nobody sees stands right before it.
    pub(super) is_after_gap: bool,
}

/// What an escape stands for, and how many bytes it takes.
struct Escape {
    code: u32,
    bytes: usize,
}

impl<'a> View<'a> {
    /// The view of a whole text.
    pub(super) const fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The byte of the text that comes next.
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Goes on over what is neither an escape nor the beginning of a key, and says whether it came to stand within a word. Most of most
    /// texts is passed here.
    pub(super) fn skip_plain(&mut self, mut is_in_word: bool) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        for byte in rest {
            if !class::is_plain(*byte, is_in_word) {
                break;
            }
            is_in_word = class::is(*byte, ALNUM);
            self.at += 1;
        }
        is_in_word
    }

    /// Goes on to the byte `at`, an end of a character of the view.
    pub(super) const fn skip_to(&mut self, at: usize) {
        self.at = at;
    }

    /// The escape that begins here, if one does. A character that nobody sees is one, too.
    fn escape(&self) -> Option<Escape> {
        let rest = self.bytes.get(self.at..)?;
        match rest.first()? {
            b'%' => percent(rest),
            b'\\' => Some(backslash(rest)),
            b'&' => entity(rest),
            _ => invisible(rest),
        }
    }
}

impl Iterator for View<'_> {
    type Item = Character;

    fn next(&mut self) -> Option<Character> {
        let mut is_after_gap = false;
        loop {
            #[cfg(test)]
            super::steps::count();
            let start = self.at;
            let byte = self.peek()?;
            let (code, bytes) = if class::is(byte, ESCAPE) {
                let plain = Escape {
                    code: u32::from(byte),
                    bytes: 1,
                };
                let escape = self.escape().unwrap_or(plain);
                (escape.code, escape.bytes)
            } else {
                (u32::from(byte), 1)
            };
            self.at += bytes;
            if code == COLOUR {
                let rest = self.bytes.get(self.at..).unwrap_or_default();
                self.at += colour(rest).unwrap_or_default();
            }
            if is_invisible(code) {
                is_after_gap = true;
                continue;
            }
            return Some(Character {
                byte: u8::try_from(code).map_or(FOREIGN, |byte| byte.min(FOREIGN)),
                start,
                end: self.at,
                is_after_gap,
            });
        }
    }
}

/// Whether nobody sees this character: joiners, marks of direction, variation selectors, fillers, tags (their surrogates, too), the soft
/// hyphen, the byte order mark, what a terminal's colour begins with, and the zeros between the letters of UTF-16 that was taken for UTF-8.
const fn is_invisible(code: u32) -> bool {
    matches!(
        code,
        0 | COLOUR | 0xAD | 0x34F | 0x115F | 0x1160 | 0x180E | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F
            | 0x3164 | 0xDB40 | 0xDC00..=0xDDEF | 0xFE00..=0xFE0F | 0xFEFF | 0xE0000..=0xE007F | 0xE0100..=0xE01EF
    )
}

/// A character that nobody sees, as UTF-8.
fn invisible(rest: &[u8]) -> Option<Escape> {
    let (code, bytes) = match *rest {
        [0xC2, 0xAD, ..] => (0xAD, 2),
        [0xCD, 0x8F, ..] => (0x34F, 2),
        [0xE1..=0xE3 | 0xEF, ..] => (utf8(rest.iter().copied())?, 3),
        [0xF3, ..] => (utf8(rest.iter().copied())?, 4),
        _ => return None,
    };
    is_invisible(code).then_some(Escape { code, bytes })
}

/// How many bytes of the text, behind what a terminal's colour begins with, are the rest of it: `[1;31m`.
fn colour(rest: &[u8]) -> Option<usize> {
    let parameters = rest.strip_prefix(b"[")?;
    let is_parameter = |byte: &&u8| byte.is_ascii_digit() || **byte == b';';
    let length = parameters.iter().take(COLOUR_MAX).take_while(is_parameter);
    let length = length.count();
    let is_colour = parameters.get(length)?.is_ascii_alphabetic();
    is_colour.then_some(length + 2)
}

/// The first character of UTF-8.
fn utf8(mut bytes: impl Iterator<Item = u8>) -> Option<u32> {
    let first = bytes.next()?;
    let (mut code, more) = match first {
        0..0x80 => (u32::from(first), 0),
        0x80..0xE0 => (u32::from(first & 0x1F), 1),
        0xE0..0xF0 => (u32::from(first & 0x0F), 2),
        _ => (u32::from(first & 0x07), 3),
    };
    for _ in 0..more {
        code = code << 6 | u32::from(bytes.next()? & 0x3F);
    }
    Some(code)
}

/// `%2D`, and those that make up a character that nobody sees.
fn percent(rest: &[u8]) -> Option<Escape> {
    let byte = |at: usize| match *rest.get(at..at + 3)? {
        [b'%', high, low] => u8::try_from(number(&[high, low], 16)?).ok(),
        _ => None,
    };
    let first = byte(0)?;
    let code = utf8(
        [first]
            .into_iter()
            .chain([3, 6, 9].into_iter().map_while(byte)),
    );
    Some(match code {
        Some(code) if code >= 0x80 && is_invisible(code) => Escape {
            code,
            bytes: match code {
                ..0x800 => 6,
                0x800..0x1_0000 => 9,
                _ => 12,
            },
        },
        _ => Escape {
            code: u32::from(first),
            bytes: 3,
        },
    })
}

/// What one backslash or several make of what follows: text is often escaped twice. A lone one is itself, however many there are.
fn backslash(rest: &[u8]) -> Escape {
    let slashes = rest.iter().take_while(|byte| **byte == b'\\').count();
    let rest = rest.get(slashes..).unwrap_or_default();
    let (code, bytes) = match *rest {
        [b'\n', ..] => (JOINED, 1),
        [b'\r', b'\n', ..] => (JOINED, 2),
        [b'n' | b'r' | b't', ..] => (u32::from(b' '), 1),
        [punctuation @ (b'_' | b'-' | b'.'), ..] => (u32::from(punctuation), 1),
        [b'0', b'3', b'3', ..] => (COLOUR, 3),
        [b'e', b'[', ..] => (COLOUR, 1),
        [b'u', b'{', ..] => braced(rest).unwrap_or((u32::from(b'\\'), 0)),
        [b'u', a, b, c, d, ..] => hexadecimal(&[a, b, c, d]),
        [b'x', a, b, ..] => hexadecimal(&[a, b]),
        _ => (u32::from(b'\\'), 0),
    };
    Escape {
        code,
        bytes: slashes + bytes,
    }
}

/// The character of hexadecimal digits behind a letter, and how many bytes all that takes; a backslash where these are no digits.
fn hexadecimal(digits: &[u8]) -> (u32, usize) {
    number(digits, 16).map_or((u32::from(b'\\'), 0), |code| (code, digits.len() + 1))
}

/// `u{200b}`.
fn braced(rest: &[u8]) -> Option<(u32, usize)> {
    let digits = rest.get(2..)?;
    let length = digits
        .iter()
        .take(ENTITY_DIGITS_MAX)
        .position(|byte| *byte == b'}')?;
    let code = number(digits.get(..length)?, 16)?;
    Some((code, length + 3))
}

/// `&#45;`, `&#x2d;` and a few by name.
fn entity(rest: &[u8]) -> Option<Escape> {
    if rest.get(1) != Some(&b'#') {
        let named = ENTITIES.iter().find(|(name, _)| rest.starts_with(name));
        return named.map(|(name, code)| Escape {
            code: *code,
            bytes: name.len(),
        });
    }
    let is_hex = rest.get(2).is_some_and(|byte| *byte | 0x20 == b'x');
    let (from, radix) = if is_hex { (3, 16) } else { (2, 10) };
    let digits = rest.get(from..)?;
    let length = digits
        .iter()
        .take(ENTITY_DIGITS_MAX)
        .position(|byte| *byte == b';')?;
    let code = number(digits.get(..length)?, radix)?;
    Some(Escape {
        code,
        bytes: from + length + 1,
    })
}

/// The number that these digits write, at most eight of them; none are no number.
fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let first = digits.first()?;
    let digit = |byte: u8| char::from(byte).to_digit(radix);
    let rest = digits.get(1..).unwrap_or_default().iter();
    // Eight digits of base 16 fill the type and no more.
    rest.copied()
        .map(digit)
        .try_fold(digit(*first)?, |number, digit| {
            Some(number.wrapping_mul(radix).wrapping_add(digit?))
        })
}
