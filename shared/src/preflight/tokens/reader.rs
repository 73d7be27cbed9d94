//! One pass over a text that counts its classes.
//!
//! Two things show only at an end: whether a run of letters and digits was a word (or a hash), and whether a line was
//! English (or has accents). What depends on them is kept until then.

use super::classes::PerClass;
use super::kind::Kind;

/// Letters and digits in one run that no word has: the longest compounds of German end below.
const WORD_LETTERS_MAX: u64 = 32;

/// Changes between letters and digits in one run, from which on it is no word: `sha256sum` has two.
const OPAQUE_SEAMS: u64 = 3;

/// A line with at least one accented letter in so many is not English. German has one in sixty; an English line with one
/// "café" has fewer.
const LETTERS_PER_ACCENT: u64 = 150;

/// Counts the classes of `text`.
pub(super) fn read(text: &str) -> PerClass<u64> {
    let mut reader = Reader::default();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        let kind = Kind::of(character);
        reader.take(kind);
        if kind == Kind::Small {
            characters = reader.skip_small(characters.as_str()).chars();
        }
    }
    reader.end_run();
    reader.end_line();
    reader.counts
}

/// What was seen so far.
#[derive(Debug, Default)]
struct Reader {
    counts: PerClass<u64>,
    run: Run,
    line: Line,
    last: Last,
}

/// What the last character was, as far as the next one depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Last {
    /// One plain space.
    Space,
    /// A gap that has been counted.
    Gap,
    Small,
    Letter,
    Digit,
    Punctuation,
    /// Anything that nothing depends on.
    #[default]
    Other,
}

/// A run of letters and digits.
#[derive(Debug, Default)]
struct Run {
    length: u64,
    words: u64,
    humps: u64,
    accented_letters: u64,
    numbers: u64,
    digits: u64,
    /// Changes between letters and digits.
    seams: u64,
}

/// A line so far.
#[derive(Debug, Default)]
struct Line {
    words: u64,
    letters: u64,
    accented_letters: u64,
}

impl Reader {
    fn take(&mut self, kind: Kind) {
        match kind {
            Kind::Small => self.letter(Last::Small),
            Kind::Capital => {
                self.run.humps += u64::from(self.last == Last::Small);
                self.letter(Last::Letter);
            }
            Kind::Accented => {
                self.run.accented_letters += 1;
                self.letter(Last::Letter);
            }
            Kind::Digit => self.digit(),
            _ => {
                self.end_run();
                self.no_word(kind);
            }
        }
    }

    /// Counts the small letters at the beginning of `rest`, most of a text, all at once: behind a small letter each only makes the run
    /// longer. Gives what is behind them.
    fn skip_small<'a>(&mut self, rest: &'a str) -> &'a str {
        let letters = rest.bytes().take_while(u8::is_ascii_lowercase).count();
        self.run.length += letters as u64;
        rest.get(letters..).unwrap_or_default()
    }

    fn letter(&mut self, letter: Last) {
        self.run.length += 1;
        if !matches!(self.last, Last::Small | Last::Letter) {
            self.run.words += 1;
            self.run.seams += u64::from(self.last == Last::Digit);
        }
        self.last = letter;
    }

    fn digit(&mut self) {
        self.run.length += 1;
        self.run.digits += 1;
        if self.last != Last::Digit {
            self.run.numbers += 1;
            self.run.seams += u64::from(matches!(self.last, Last::Small | Last::Letter));
        }
        self.last = Last::Digit;
    }

    /// Counts a character that is neither a Latin letter nor a digit.
    fn no_word(&mut self, kind: Kind) {
        let counts = &mut self.counts;
        let count = match kind {
            Kind::Space if !matches!(self.last, Last::Space | Last::Gap) => {
                self.last = Last::Space;
                return;
            }
            Kind::Space | Kind::Gap | Kind::LineEnd => {
                counts.gaps += u64::from(self.last != Last::Gap);
                if kind == Kind::LineEnd {
                    self.end_line();
                }
                self.last = Last::Gap;
                return;
            }
            Kind::Punctuation => {
                counts.punctuation += 1;
                counts.punctuation_runs += u64::from(self.last != Last::Punctuation);
                self.last = Last::Punctuation;
                return;
            }
            Kind::Cyrillic => &mut counts.cyrillic,
            Kind::Semitic => &mut counts.semitic,
            Kind::Kana => &mut counts.kana,
            Kind::Hangul => &mut counts.hangul,
            Kind::Han => &mut counts.han,
            _ => &mut counts.other,
        };
        *count += 1;
        self.last = Last::Other;
    }

    /// Counts the run that has ended, if there was one: as words and numbers, or as what is neither.
    fn end_run(&mut self) {
        if self.run.length == 0 {
            return;
        }
        let run = std::mem::take(&mut self.run);
        let is_opaque = run.seams >= OPAQUE_SEAMS || run.length > WORD_LETTERS_MAX;
        if is_opaque && run.accented_letters == 0 {
            self.counts.opaque += run.length;
            return;
        }
        self.counts.humps += run.humps;
        self.counts.numbers += run.numbers;
        self.counts.digits += run.digits;
        self.line.words += run.words;
        self.line.letters += run.length.saturating_sub(run.digits);
        self.line.accented_letters += run.accented_letters;
    }

    /// Counts the line that has ended: its words where it is English or code, its letters where it is not.
    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        self.counts.accented_letters += line.accented_letters;
        if line.accented_letters.saturating_mul(LETTERS_PER_ACCENT) >= line.letters {
            self.counts.foreign_letters += line.letters;
        } else {
            self.counts.words += line.words;
        }
    }
}
