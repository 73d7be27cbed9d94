//! What a byte can be to the scanner, in one look into a table.

use super::rules::SHAPES;

/// A letter or a digit. To the left of a key there is none.
pub(super) const ALNUM: u8 = 1;
/// A character of URL-safe base64: a letter, a digit, `-`, `_`.
pub(super) const WORD: u8 = 1 << 1;
/// A lower-case hexadecimal digit.
pub(super) const HEX: u8 = 1 << 2;
/// A character of base32: a capital, or a digit from 2 to 7.
pub(super) const BASE32: u8 = 1 << 3;
/// A character of base64, padding included.
pub(super) const BASE64: u8 = 1 << 4;
/// Beside base64, what stands between the first line of a private key and the last: space, and headers.
pub(super) const BETWEEN: u8 = 1 << 5;
/// Where an escape may begin, or a character that nobody sees.
pub(super) const ESCAPE: u8 = 1 << 6;
/// How a key's prefix begins.
const FIRST: u8 = 1 << 7;

/// What each byte can be.
const CLASSES: [u8; 256] = classes();
/// For the lower five bits of a prefix's first byte, those of the second bytes that follow it in a prefix, as a set.
const SECONDS: [u32; 32] = seconds();
/// What picks an element of [`SECONDS`].
const LOW: u8 = 0x1F;

/// Whether `byte` is one of `class`.
pub(super) fn is(byte: u8, class: u8) -> bool {
    all(byte) & class != 0
}

/// Whether nothing can begin with `byte`, neither an escape nor a key; within a word no key begins with a letter or a digit.
pub(super) fn is_plain(byte: u8, is_in_word: bool) -> bool {
    let goes_on = is_in_word && is(byte, ALNUM);
    let beginnings = if goes_on { ESCAPE } else { ESCAPE | FIRST };
    !is(byte, beginnings)
}

fn all(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or_default()
}

/// Whether `first` and the byte that follows may begin a key: seldom wrongly so, and never wrongly not.
pub(super) fn may_begin(first: u8, second: Option<u8>) -> bool {
    let Some(second) = second.filter(|_| is(first, FIRST)) else {
        return false;
    };
    let seconds = SECONDS.get(usize::from(first & LOW)).unwrap_or(&0);
    seconds >> (second & LOW) & 1 == 1 || is(second, ESCAPE)
}

#[expect(clippy::indexing_slicing, reason = "at compile time, by a byte")]
const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    loop {
        classes[byte as usize] = match byte {
            b'2'..=b'7' => ALNUM | WORD | HEX | BASE32 | BASE64,
            b'0'..=b'9' | b'a'..=b'f' => ALNUM | WORD | HEX | BASE64,
            b'g'..=b'z' => ALNUM | WORD | BASE64,
            b'A'..=b'Z' => ALNUM | WORD | BASE32 | BASE64,
            b'-' => WORD | BETWEEN,
            b'_' => WORD,
            b'+' | b'/' | b'=' => BASE64,
            b' ' | b'\t' | b'\r' | b'\n' | b':' | b',' | b'.' | b'(' | b')' => BETWEEN,
            0 | 0x1B | b'%' | b'&' | b'\\' | 0xC2 | 0xCD | 0xE1..=0xE3 | 0xEF | 0xF3 => ESCAPE,
            _ => 0,
        };
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
    let mut shape = 0;
    while shape < SHAPES.len() {
        classes[SHAPES[shape].prefix.as_bytes()[0] as usize] |= FIRST;
        shape += 1;
    }
    classes
}

#[expect(clippy::indexing_slicing, reason = "at compile time, by five bits")]
const fn seconds() -> [u32; 32] {
    let mut seconds = [0; 32];
    let mut shape = 0;
    while shape < SHAPES.len() {
        let prefix = SHAPES[shape].prefix.as_bytes();
        seconds[(prefix[0] & LOW) as usize] |= 1 << (prefix[1] & LOW);
        shape += 1;
    }
    seconds
}
