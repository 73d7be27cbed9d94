//! What a text tells about the work that it asks for, in one cheap look: marks of code, and words of reasoning.

/// What a text tells about the work that it asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Hints {
    /// Fences, and lines that end as lines of code do.
    code_marks: u32,
    /// Words that ask to think.
    reasoning_words: u32,
}

/// Marks from which on a text counts as having code. Prose ends one line in a brace or a semicolon at times; code ends most so.
const MARKS_OF_CODE: u32 = 3;

/// What a code fence counts: it is enough by itself.
const MARKS_OF_A_FENCE: u32 = MARKS_OF_CODE;

/// Words that people use when an answer has to be worked out. In lower case.
const REASONING_WORDS: [&str; 20] = [
    "algorithm",
    "analyse",
    "analyze",
    "architecture",
    "debug",
    "deduce",
    "derive",
    "diagnose",
    "evaluate",
    "infer",
    "optimise",
    "optimize",
    "proof",
    "prove",
    "reason",
    "reasoning",
    "refactor",
    "solve",
    "strategy",
    "theorem",
];

/// The letters that such words begin with, a bit each from `a` on: most words of a text need no look at the list.
const FIRST_LETTERS: u32 = {
    let mut letters = 0;
    let mut words: &[&str] = &REASONING_WORDS;
    while let [word, rest @ ..] = words {
        if let [first, ..] = word.as_bytes() {
            letters |= bit(*first);
        }
        words = rest;
    }
    letters
};

impl Hints {
    /// Reads `text`, in time linear in its length.
    pub(in super::super) fn of(text: &str) -> Self {
        let mut hints = Self::default();
        for line in text.as_bytes().split(|byte| *byte == b'\n') {
            hints.read_end(line.trim_ascii());
            let words = line.split(|byte| !byte.is_ascii_alphabetic());
            let words = words.filter(|word| is_reasoning(word));
            hints.reasoning_words = hints.reasoning_words.saturating_add(count(words));
        }
        hints
    }

    fn read_end(&mut self, line: &[u8]) {
        let marks = if line.starts_with(b"```") {
            MARKS_OF_A_FENCE
        } else {
            u32::from(matches!(line.last(), Some(b';' | b'{' | b'}')))
        };
        self.code_marks = self.code_marks.saturating_add(marks);
    }

    /// Both texts together; of the other one, the words of reasoning only where `asks`.
    #[must_use]
    pub(super) const fn plus(self, other: Self, asks: bool) -> Self {
        let words = if asks { other.reasoning_words } else { 0 };
        Self {
            code_marks: self.code_marks.saturating_add(other.code_marks),
            reasoning_words: self.reasoning_words.saturating_add(words),
        }
    }

    /// Whether there is code.
    pub(super) const fn has_code(self) -> bool {
        self.code_marks >= MARKS_OF_CODE
    }

    /// How many words ask to think.
    pub(super) const fn reasoning_words(self) -> u32 {
        self.reasoning_words
    }
}

fn count(words: impl Iterator) -> u32 {
    u32::try_from(words.count()).unwrap_or(u32::MAX)
}

fn is_reasoning(word: &[u8]) -> bool {
    word.first()
        .is_some_and(|first| bit(*first) & FIRST_LETTERS != 0)
        && REASONING_WORDS
            .iter()
            .any(|known| known.as_bytes().eq_ignore_ascii_case(word))
}

/// A letter as a bit, whatever its case; no bit for anything else.
const fn bit(letter: u8) -> u32 {
    match letter.to_ascii_lowercase() {
        letter @ b'a'..=b'z' => 1 << (letter - b'a'),
        _ => 0,
    }
}
