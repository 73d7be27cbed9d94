//! How long an answer will probably be, by a rule that a reader can follow: what kind of answer the question asks for, how long the
//! question is, and how much the model thinks.
//!
//! Nothing was measured for the numbers: they are lengths that such answers usually have, in round tokens. docs/estimates.md has them
//! as a table.

use crate::api::chat::Effort;
use crate::models::{Model, Thinking};
use crate::money::TokenCount;

/// What a question asks for, as far as its words tell. Where they tell of several, the later one here decides: a list "in one
/// sentence" is a sentence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ask {
    /// Nothing that is known here: some paragraphs.
    #[default]
    Answer,
    /// A list or a table.
    List,
    /// A text or a program that is to be written.
    Work,
    /// What it says, shorter.
    Summary,
    /// What it says, in other words or another language.
    Rewrite,
    /// A sentence or two.
    Brief,
}

/// The words that tell, in lower case.
const TELLING: [(&str, Ask); 33] = [
    ("article", Ask::Work),
    ("brief", Ask::Brief),
    ("briefly", Ask::Brief),
    ("compare", Ask::List),
    ("concise", Ask::Brief),
    ("condense", Ask::Summary),
    ("correct", Ask::Rewrite),
    ("draft", Ask::Work),
    ("enumerate", Ask::List),
    ("essay", Ask::Work),
    ("examples", Ask::List),
    ("fix", Ask::Rewrite),
    ("ideas", Ask::List),
    ("implement", Ask::Work),
    ("list", Ask::List),
    ("options", Ask::List),
    ("program", Ask::Work),
    ("proofread", Ask::Rewrite),
    ("refactor", Ask::Rewrite),
    ("rephrase", Ask::Rewrite),
    ("rewrite", Ask::Rewrite),
    ("script", Ask::Work),
    ("sentence", Ask::Brief),
    ("shorten", Ask::Summary),
    ("steps", Ask::List),
    ("story", Ask::Work),
    ("summarise", Ask::Summary),
    ("summarize", Ask::Summary),
    ("summary", Ask::Summary),
    ("table", Ask::List),
    ("tldr", Ask::Brief),
    ("translate", Ask::Rewrite),
    ("write", Ask::Work),
];

/// Bytes that are read at the beginning and at the end of a question. What is asked stands before or behind what is pasted.
const READ: usize = 400;

/// Tokens of a sentence or two.
const BRIEF: u64 = 80;
/// Tokens of some paragraphs. A question says half as much as its answer has to take up, so that half of it is added.
const ANSWER: u64 = 250;
/// The most that an answer has which nobody asked to be long: about a page and a half.
const ANSWER_MAX: u64 = 1_000;
/// Tokens of ten points or rows with a line each.
const LIST: u64 = 400;
/// Tokens of a page and a third of prose, or of a hundred lines of a program.
const WORK: u64 = 900;
/// A summary has a fourth of the text,
const SUMMARY_PART: u64 = 4;
/// but at least a paragraph,
const SUMMARY_MIN: u64 = 100;
/// and at most a page.
const SUMMARY_MAX: u64 = 700;

impl Ask {
    /// What `text` asks for. It takes the same time for texts of any length.
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let begins = bytes.get(..READ).unwrap_or(bytes);
        let ends = bytes
            .len()
            .checked_sub(READ)
            .and_then(|from| bytes.get(from..));
        let words = |part: &[u8]| {
            let words = part.split(|byte| !byte.is_ascii_alphabetic());
            words.filter_map(told).max()
        };
        words(begins).max(ends.and_then(words)).unwrap_or_default()
    }

    /// How many tokens the answer probably has to a question of `question` tokens.
    const fn tokens(self, question: u64) -> u64 {
        match self {
            Self::Brief => BRIEF,
            Self::Answer => at_most(ANSWER.saturating_add(question / 2), ANSWER_MAX),
            Self::List => LIST,
            Self::Work => WORK,
            Self::Summary => {
                let part = question / SUMMARY_PART;
                at_most(
                    if part < SUMMARY_MIN {
                        SUMMARY_MIN
                    } else {
                        part
                    },
                    SUMMARY_MAX,
                )
            }
            Self::Rewrite => question,
        }
    }
}

/// What `word` tells by itself.
fn told(word: &[u8]) -> Option<Ask> {
    let known = |(known, _): &&(&str, Ask)| known.as_bytes().eq_ignore_ascii_case(word);
    TELLING.iter().find(known).map(|(_, ask)| *ask)
}

/// How many tokens `model` probably answers with, its thinking included, to a question of `question` tokens that asks for `ask`.
pub(super) fn likely(
    ask: Ask,
    question: TokenCount,
    effort: Option<Effort>,
    model: &Model,
) -> TokenCount {
    let thinks = match model.thinking {
        Thinking::Always => true,
        // As it sees fit: it is taken to think where much effort is asked.
        Thinking::Adaptive => {
            matches!(effort, Some(Effort::High | Effort::ExtraHigh | Effort::Max))
        }
        Thinking::Extended => false,
    };
    let thinking = if thinks { thinking(effort) } else { 0 };
    TokenCount(ask.tokens(question.0).saturating_add(thinking))
}

/// Tokens that thinking probably takes: each step of effort is two to three times the one before.
const fn thinking(effort: Option<Effort>) -> u64 {
    match effort {
        Some(Effort::Low) => 500,
        Some(Effort::Medium) | None => 1_500,
        Some(Effort::High) => 4_000,
        Some(Effort::ExtraHigh) => 10_000,
        Some(Effort::Max) => 20_000,
    }
}

const fn at_most(tokens: u64, most: u64) -> u64 {
    if tokens < most { tokens } else { most }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::Catalogue;

    fn likely_of(text: &str, question: u64, effort: Option<Effort>, model: &str) -> u64 {
        let catalogue = Catalogue::builtin();
        let model = catalogue.find(model).expect("a model of the catalogue");
        likely(Ask::of(text), TokenCount(question), effort, model).0
    }

    fn plain(text: &str, question: u64) -> u64 {
        likely_of(text, question, None, "claude-haiku-5-5")
    }

    #[test]
    fn the_words_are_in_order_and_in_lower_case() {
        assert!(TELLING.is_sorted_by(|one, other| one.0 < other.0));
        for (word, ask) in TELLING {
            assert!(word.bytes().all(|byte| byte.is_ascii_lowercase()));
            assert_eq!(Ask::of(&word.to_uppercase()), ask);
        }
    }

    #[test]
    fn a_question_is_answered_in_paragraphs_and_a_long_one_in_more() {
        assert_eq!(plain("Why is the sky blue?", 10), 255);
        assert_eq!(plain("Why?", 500), 500);
        assert_eq!(plain("Why?", 50_000), 1_000);
    }

    #[test]
    fn what_is_asked_for_decides_the_length() {
        assert_eq!(plain("List the planets", 10), 400);
        assert_eq!(plain("Write a story about a ferry.", 10), 900);
        assert_eq!(plain("Summarise this:", 2_000), 500);
        assert_eq!(plain("Summarise this:", 8), 100);
        assert_eq!(plain("Summarise this:", 80_000), 700);
        assert_eq!(plain("Translate into German:", 1_234), 1_234);
    }

    #[test]
    fn of_several_words_the_one_that_binds_most_decides() {
        assert_eq!(plain("Write a list, in one sentence.", 10), 80);
        assert_eq!(plain("Write a summary", 800), 200);
    }

    #[test]
    fn a_word_in_the_middle_of_something_pasted_asks_for_nothing() {
        let pasted = format!("{}translate{}", "x ".repeat(400), " y".repeat(400));
        assert_eq!(Ask::of(&pasted), Ask::Answer);
        assert_eq!(Ask::of(&format!("{pasted} translate")), Ask::Rewrite);
        assert_eq!(Ask::of(&format!("translate {pasted}")), Ask::Rewrite);
        assert_eq!(Ask::of("translated, rewritten"), Ask::Answer);
    }

    #[test]
    fn thinking_counts_where_the_model_cannot_leave_it_and_where_much_effort_is_asked() {
        let asked = |effort, model| likely_of("briefly", 10, effort, model);
        assert_eq!(asked(None, "claude-opus-5-5"), 80 + 1_500);
        assert_eq!(asked(Some(Effort::Max), "claude-opus-5-5"), 80 + 20_000);
        assert_eq!(asked(None, "claude-sonnet-5-5"), 80);
        assert_eq!(asked(Some(Effort::High), "claude-sonnet-5-5"), 80 + 4_000);
        assert_eq!(asked(None, "claude-haiku-4-5"), 80);
    }
}
