//! From text to stress, code and links within a line.

use super::link::{Target, bare, destination};
use super::stress::{Piece, stressed};
use super::{Inline, visible};

/// The pieces of a running text.
pub(super) fn inlines(text: &str) -> Vec<Inline> {
    let mut reader = Reader {
        text,
        at: 0,
        words: String::new(),
        pieces: Vec::new(),
        brackets: Vec::new(),
        unclosed_code: [false; CODE_SIGNS_MAX],
    };
    while reader.at < text.len() {
        reader.step();
    }
    reader.end_words();
    stressed(reader.pieces)
}

/// Backticks that may stand around code; more are text. It bounds what is remembered about runs that nothing closes.
const CODE_SIGNS_MAX: usize = 8;

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Words that have not become a piece yet.
    words: String,
    pieces: Vec<Piece>,
    /// Which pieces are brackets that were opened and not closed.
    brackets: Vec<usize>,
    /// For each number of backticks, whether no more runs of that length follow: what was looked for once is not looked for again.
    unclosed_code: [bool; CODE_SIGNS_MAX],
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Reads one sign with all that it governs.
    fn step(&mut self) {
        let rest = self.rest();
        let Some(sign) = rest.chars().next() else {
            return;
        };
        let is_read = match sign {
            '\\' => self.escape(),
            '`' => self.code(),
            '\n' => self.line_end(),
            '*' | '_' | '~' => self.stress(sign),
            '!' if rest.starts_with("![") => self.open("!["),
            '[' => self.open("["),
            ']' => self.close(),
            '<' => self.angle_link(),
            '&' => self.entity(),
            'h' => self.bare_link(),
            _ => false,
        };
        if !is_read {
            self.words.push(sign);
            self.at += sign.len_utf8();
        }
    }

    fn escape(&mut self) -> bool {
        match self.rest().chars().nth(1) {
            Some('\n') => {
                self.at += 2;
                self.push(Inline::Break);
            }
            Some(sign) if sign.is_ascii_punctuation() => {
                self.words.push(sign);
                self.at += 2;
            }
            _ => return false,
        }
        true
    }

    fn code(&mut self) -> bool {
        let rest = self.rest();
        let open = rest.len() - rest.trim_start_matches('`').len();
        let after = rest.get(open..).unwrap_or_default();
        let is_hopeless = self.unclosed_code.get(open).copied().unwrap_or(true);
        let end = if is_hopeless {
            None
        } else {
            run_of(after, open)
        };
        if let Some(code) = end.and_then(|end| after.get(..end)) {
            let line = code.replace('\n', " ");
            let inner = line
                .strip_prefix(' ')
                .and_then(|inner| inner.strip_suffix(' '));
            let code_text = inner
                .filter(|inner| !inner.trim().is_empty())
                .unwrap_or(&line);
            self.at += 2 * open + code.len();
            self.push(Inline::Code(visible(code_text)));
        } else {
            if let Some(unclosed) = self.unclosed_code.get_mut(open) {
                *unclosed = true;
            }
            self.words.push_str(rest.get(..open).unwrap_or_default());
            self.at += open;
        }
        true
    }

    /// Two spaces before the end of a line break it; else it is a space that may break.
    fn line_end(&mut self) -> bool {
        let is_break = self.words.ends_with("  ");
        self.words.truncate(self.words.trim_end_matches(' ').len());
        self.at += 1;
        if is_break {
            self.push(Inline::Break);
        } else {
            self.words.push('\n');
        }
        true
    }

    fn stress(&mut self, sign: char) -> bool {
        let rest = self.rest();
        let before = self
            .text
            .get(..self.at)
            .and_then(|text| text.chars().next_back());
        let after = rest.trim_start_matches(sign);
        let count = rest.len() - after.len();
        if let Some(run) = Piece::run(sign, count, before, after.chars().next()) {
            self.end_words();
            self.pieces.push(run);
        } else {
            self.words.push_str(rest.get(..count).unwrap_or_default());
        }
        self.at += count;
        true
    }

    fn open(&mut self, bracket: &'static str) -> bool {
        self.end_words();
        self.brackets.push(self.pieces.len());
        self.pieces.push(Piece::Bracket(bracket));
        self.at += bracket.len();
        true
    }

    /// Closes a bracket: with an address behind it, what is inside becomes a link.
    fn close(&mut self) -> bool {
        let Some(place) = self.brackets.pop() else {
            return false;
        };
        let behind = self.rest().strip_prefix("](");
        let Some((url, length)) = behind.and_then(destination) else {
            return false;
        };
        self.end_words();
        let mut inside = self.pieces.split_off(place).into_iter();
        let is_image = matches!(inside.next(), Some(Piece::Bracket("![")));
        let words = stressed(inside.collect());
        self.at += "](".len() + length;
        if is_image {
            // Nothing that a model names is loaded: an image is a link to it, in words.
            let words = plain(&words);
            let words = format!(
                "Image: {}",
                if words.is_empty() { "untitled" } else { &words }
            );
            self.link(&url, vec![Inline::Text(words)]);
        } else {
            // There are no links within links: what is open around this one is no link.
            self.brackets.clear();
            self.link(&url, words);
        }
        true
    }

    /// Adds a link, or the words and the address as text where it must not be followed.
    fn link(&mut self, url: &str, words: Vec<Inline>) {
        if let Some(target) = Target::new(url) {
            self.push(Inline::Link(target, words));
        } else {
            self.pieces.extend(words.into_iter().map(Piece::Done));
            self.words.extend([" (", url, ")"]);
        }
    }

    fn angle_link(&mut self) -> bool {
        let inside = self.rest().strip_prefix('<').unwrap_or_default();
        let end = inside.find(['>', ' ', '\n', '<']).unwrap_or(inside.len());
        let is_closed = inside.get(end..).is_some_and(|rest| rest.starts_with('>'));
        let url = inside.get(..end).filter(|_| is_closed).unwrap_or_default();
        let Some(target) = Target::new(url) else {
            return false;
        };
        self.at += end + 2;
        self.push(Inline::Link(target, vec![Inline::Text(visible(url))]));
        true
    }

    /// An address that stands in the text as it is.
    fn bare_link(&mut self) -> bool {
        let is_word_start = !self.words.ends_with(|c: char| c.is_alphanumeric());
        let is_inside_link = !self.brackets.is_empty();
        let found = bare(self.rest()).filter(|_| is_word_start && !is_inside_link);
        let Some((url, target)) = found.and_then(|url| Some((url, Target::new(url)?))) else {
            return false;
        };
        self.at += url.len();
        self.push(Inline::Link(target, vec![Inline::Text(visible(url))]));
        true
    }

    /// The few entities that models write; others stay as they are.
    fn entity(&mut self) -> bool {
        const KNOWN: [(&str, char); 6] = [
            ("&lt;", '<'),
            ("&gt;", '>'),
            ("&amp;", '&'),
            ("&quot;", '"'),
            ("&#39;", '\''),
            ("&nbsp;", '\u{a0}'),
        ];
        let rest = self.rest();
        let found = KNOWN.iter().find(|(name, _)| rest.starts_with(name));
        found.is_some_and(|(name, sign)| {
            self.words.push(*sign);
            self.at += name.len();
            true
        })
    }

    fn push(&mut self, inline: Inline) {
        self.end_words();
        self.pieces.push(Piece::Done(inline));
    }

    fn end_words(&mut self) {
        if !self.words.is_empty() {
            let words = std::mem::take(&mut self.words);
            self.pieces.push(Piece::Done(Inline::Text(visible(&words))));
        }
    }
}

/// Where a run of exactly `length` backticks begins.
fn run_of(text: &str, length: usize) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = text.get(at..)?;
        let start = rest.find('`')?;
        let run = rest.get(start..)?;
        let found = run.len() - run.trim_start_matches('`').len();
        if found == length {
            return Some(at + start);
        }
        at += start + found;
    }
}

/// The words of `inlines` without their dress.
fn plain(inlines: &[Inline]) -> String {
    let mut words = String::new();
    for inline in inlines {
        match inline {
            Inline::Text(text) | Inline::Code(text) => words.push_str(text),
            Inline::Emphasis(inner)
            | Inline::Strong(inner)
            | Inline::Struck(inner)
            | Inline::Link(_, inner) => words.push_str(&plain(inner)),
            Inline::Break => words.push('\n'),
        }
    }
    words
}
