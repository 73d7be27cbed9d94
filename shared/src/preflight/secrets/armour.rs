//! Reads a private key's armour, and whatever was put around its lines: quotes, marks of comments or of mail, `<br>`.

use super::class::{self, ALNUM, BASE64, BETWEEN};
use super::entropy;
use super::matcher::literal;
use super::normalise::View;

/// The longest label of an armour's first line that is in use has 22 characters.
const LABEL_MAX: usize = 40;
/// Characters of base64 below an armour's first line before it counts; the smallest key has 64.
const ARMOURED_MIN: usize = 40;
/// The entropy of those at least, in tenths of a bit: keys of OpenSSH begin with many a zero.
const ARMOURED_ENTROPY: u8 = 32;
/// Characters of base64 in a row that no word has, but each line of a key does, save the last one.
const LINE_MIN: usize = 24;
/// Marks between two runs of base64, beside space: as many as a line can end and begin with.
const MARKS_MAX: usize = 16;
/// Words between marks, one after the other, before what is read is no key: as many as the headers of an encrypted one have.
const WORDS_MAX: usize = 8;
/// The longest tag that is stepped over, without its brackets.
const TAG_MAX: usize = 12;

/// What was read below an armour's first line.
#[derive(Debug)]
struct Lines {
    /// The first characters of base64.
    looked_at: [u8; ARMOURED_MIN],
    /// How many characters of base64 count.
    count: usize,
    /// How many of them stand in a row before what comes next.
    run: usize,
    /// Whether the row follows a line of the key, and may be its last.
    follows_line: bool,
    /// Whether there was a mark. From then on only rows that can be lines count.
    is_marked: bool,
    /// Marks since the last character of base64.
    marks: usize,
    /// Words between marks since the last line.
    words: usize,
    /// Where the last line has ended.
    end: Option<usize>,
}

impl Default for Lines {
    fn default() -> Self {
        Self {
            looked_at: [0; ARMOURED_MIN],
            count: 0,
            run: 0,
            follows_line: false,
            is_marked: false,
            marks: 0,
            words: 0,
            end: None,
        }
    }
}

impl Lines {
    fn take(&mut self, byte: u8, end: usize) {
        if let Some(place) = self.looked_at.get_mut(self.count) {
            *place = byte;
        }
        self.count += 1;
        self.run += 1;
        self.marks = 0;
        if self.run >= LINE_MIN {
            self.words = 0;
        }
        let is_beginning = self.count <= ARMOURED_MIN;
        if self.run >= LINE_MIN || self.follows_line || !self.is_marked || is_beginning {
            self.end = Some(end);
        }
    }

    /// Whether what goes on behind this mark can be the same key.
    fn mark(&mut self) -> bool {
        self.is_marked = true;
        self.marks += 1;
        self.words += usize::from(1 <= self.run && self.run < LINE_MIN);
        self.pause();
        self.marks <= MARKS_MAX && self.words <= WORDS_MAX
    }

    /// Ends a row.
    fn pause(&mut self) {
        if self.run == 0 {
            return;
        }
        self.follows_line = self.run >= LINE_MIN;
        if self.is_marked && !self.follows_line && self.count < ARMOURED_MIN {
            self.count = 0;
        }
        self.run = 0;
    }

    fn is_key(&self) -> bool {
        self.count >= ARMOURED_MIN && entropy::is_random(&self.looked_at, ARMOURED_ENTROPY)
    }
}

/// Where a private key's armour has ended: with its last line, or where that is missing with the last of its base64.
pub(super) fn armour_end(mut view: View<'_>) -> Option<usize> {
    label_end(&mut view, b"PRIVATE KEY")?;
    let mut lines = Lines::default();
    let mut dashes = 0;
    while dashes < 5 {
        let Some(character) = view.next() else { break };
        dashes = if character.byte == b'-' {
            dashes + 1
        } else {
            0
        };
        if class::is(character.byte, BASE64) {
            lines.take(character.byte, character.end);
        } else if class::is(character.byte, BETWEEN) {
            lines.pause();
        } else if is_mark(character.byte) && lines.mark() {
            if character.byte == b'<' {
                step_over_tag(&mut view);
            }
        } else {
            break;
        }
    }
    if !lines.is_key() {
        return None;
    }
    let last_line = literal(&mut view, b"END ").and_then(|()| label_end(&mut view, b""));
    last_line.or(lines.end)
}

/// Whether this stands around a key's lines where they are quoted, joined, or part of a comment. Brackets do not: a redaction has them.
const fn is_mark(byte: u8) -> bool {
    matches!(
        byte,
        b'"' | b'\''
            | b'`'
            | b'<'
            | b'>'
            | b'#'
            | b'*'
            | b';'
            | b'$'
            | b'|'
            | b'!'
            | b'&'
            | b'^'
            | b'~'
            | b'\\'
    )
}

/// Reads the rest of a tag without attributes, if it is one.
fn step_over_tag(view: &mut View<'_>) {
    let mut ahead = view.clone();
    for _ in 0..=TAG_MAX {
        match ahead.next().map(|character| character.byte) {
            Some(b'>') => {
                *view = ahead;
                return;
            }
            Some(byte) if class::is(byte, ALNUM) || byte == b'/' || byte == b' ' => {}
            _ => return,
        }
    }
}

/// Reads the rest of an armour's line, which names what is armoured, and says where it has ended.
fn label_end(view: &mut View<'_>, expected: &[u8]) -> Option<usize> {
    let mut label = [0; LABEL_MAX];
    let (mut count, mut dashes) = (0, 0);
    for character in view {
        match character.byte {
            b'-' => dashes += 1,
            byte if dashes == 0 && (class::is(byte, ALNUM) || byte == b' ' || byte == b'+') => {
                *label.get_mut(count)? = if byte == b'+' { b' ' } else { byte };
                count += 1;
            }
            _ => return None,
        }
        if dashes == 5 {
            let is_it =
                expected.is_empty() || label.windows(expected.len()).any(|part| part == expected);
            return is_it.then_some(character.end);
        }
    }
    None
}
