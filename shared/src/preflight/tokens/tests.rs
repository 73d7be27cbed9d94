//! What counts as what, and how counts become a range.

use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

use super::*;

/// The counts that `text` has, by name, without those that are zero.
fn counted(text: &str) -> Vec<(&'static str, u64)> {
    let counts = Classes::of(text).counts().to_array();
    let named = CLASS_NAMES.into_iter().zip(counts);
    named.filter(|(_, count)| *count > 0).collect()
}

#[test]
fn english_is_counted_in_words_and_runs_of_punctuation() {
    assert_eq!(
        counted("Well, it works... mostly."),
        [("words", 4), ("punctuation_runs", 3), ("punctuation", 5)]
    );
}

#[test]
fn a_hump_is_a_capital_behind_a_small_letter() {
    assert_eq!(counted("readHTMLPage"), [("words", 1), ("humps", 1)]);
}

#[test]
fn a_line_with_accents_is_counted_in_letters_and_the_next_line_in_words() {
    assert_eq!(
        counted("schöne Tage\nnice days"),
        [
            ("words", 2),
            ("foreign_letters", 10),
            ("accented_letters", 1),
            ("gaps", 1)
        ]
    );
}

#[test]
fn one_accent_makes_no_long_english_line_foreign() {
    let line = format!("{} café", "word ".repeat(38));
    assert_eq!(
        counted(&line),
        [("words", 39), ("accented_letters", 1), ("gaps", 1)]
    );
}

#[test]
fn a_gap_is_more_than_one_space() {
    assert_eq!(counted("a b"), [("words", 2)]);
    assert_eq!(counted("a  b\n    c\td"), [("words", 4), ("gaps", 3)]);
}

#[test]
fn numbers_are_no_words_and_hashes_are_neither() {
    assert_eq!(
        counted("2026-11"),
        [
            ("numbers", 2),
            ("digits", 6),
            ("punctuation_runs", 1),
            ("punctuation", 1)
        ]
    );
    assert_eq!(
        counted("sha256sum"),
        [("words", 2), ("numbers", 1), ("digits", 3)]
    );
    assert_eq!(counted("3f9a12bc"), [("opaque", 8)]);
    assert_eq!(counted(&"acgt".repeat(15)), [("opaque", 60)]);
}

#[test]
fn each_script_has_its_class() {
    for (text, class) in [
        ("где", "cyrillic"),
        ("أين", "semitic"),
        ("איפ", "semitic"),
        ("どこに", "kana"),
        ("어디에", "hangul"),
        ("在哪里", "han"),
        ("πού", "other"),
        ("🙂🙂🙂", "other"),
    ] {
        assert_eq!(counted(text), [(class, 3)]);
    }
}

#[test]
fn newer_models_make_more_tokens_of_words_and_no_more_of_other_scripts() {
    let both = |text: &str| {
        let classes = Classes::of(text);
        let older = classes.tokens(Tokenizer::UpTo46).likely.0;
        (older, classes.tokens(Tokenizer::From47).likely.0)
    };
    let (older, newer) = both(&"word ".repeat(1_000));
    assert_eq!(newer / 10, older.saturating_mul(14) / 100);
    let (older, newer) = both(&"字".repeat(1_000));
    assert_eq!(newer, older);
}

#[test]
fn an_unseen_text_has_two_and_a_half_to_five_bytes_a_token() {
    let range = Classes::of_unseen(1_000).tokens(Tokenizer::From47);
    assert_eq!([range.low.0, range.likely.0, range.high.0], [200, 286, 400]);
}

proptest! {
    #[test]
    fn counts_of_two_texts_add_up_where_a_line_ends(one in "\\PC{0,80}", other in "\\w\\PC{0,80}") {
        let apart = Classes::of(&format!("{one}\n")).plus(Classes::of(&other));
        prop_assert_eq!(apart, Classes::of(&format!("{one}\n{other}")));
    }

    #[test]
    fn a_range_is_in_order_and_grows_with_the_text(one in "\\PC{0,80}", other in "\\PC{0,80}") {
        let (one, other) = (Classes::of(&one), Classes::of(&other));
        for tokenizer in [Tokenizer::UpTo46, Tokenizer::From47] {
            let (alone, both) = (one.tokens(tokenizer), one.plus(other).tokens(tokenizer));
            prop_assert!(alone.low <= alone.likely && alone.likely <= alone.high);
            prop_assert!(alone.low <= both.low && alone.likely <= both.likely && alone.high <= both.high);
        }
    }
}
