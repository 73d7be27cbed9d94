//! The texts that the estimator is fitted to and judged by: all made for this, none taken from anywhere.
//!
//! A file for each kind of text; between two texts stands a line with two percent signs. Those at even places are the training
//! half, those at odd places are held out.

/// The kinds of text, each with its texts.
pub(super) const KINDS: [(&str, &str); 21] = [
    ("English", include_str!("corpus/english.txt")),
    ("German", include_str!("corpus/german.txt")),
    ("French", include_str!("corpus/french.txt")),
    ("other Latin", include_str!("corpus/latin.txt")),
    ("Russian", include_str!("corpus/russian.txt")),
    ("Arabic", include_str!("corpus/arabic.txt")),
    ("other scripts", include_str!("corpus/scripts.txt")),
    ("Chinese", include_str!("corpus/chinese.txt")),
    ("Japanese", include_str!("corpus/japanese.txt")),
    ("Korean", include_str!("corpus/korean.txt")),
    ("Rust", include_str!("corpus/rust.txt")),
    ("Python", include_str!("corpus/python.txt")),
    ("TypeScript", include_str!("corpus/typescript.txt")),
    ("settings, SQL", include_str!("corpus/config.txt")),
    ("JSON", include_str!("corpus/json.txt")),
    ("HTML", include_str!("corpus/html.txt")),
    ("Markdown", include_str!("corpus/markdown.txt")),
    ("logs", include_str!("corpus/logs.txt")),
    ("numbers, CSV", include_str!("corpus/numbers.txt")),
    ("hashes, names", include_str!("corpus/opaque.txt")),
    ("chat", include_str!("corpus/chat.txt")),
];

/// What stands between two texts.
const BETWEEN: &str = "\n%%\n";

/// One text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text {
    pub(super) kind: &'static str,
    pub(super) words: &'static str,
    /// Whether it is of the half that the fit does not see.
    pub(super) is_held_out: bool,
}

/// All texts of all kinds.
pub(super) fn texts() -> Vec<Text> {
    let of_kind = |(kind, file): (&'static str, &'static str)| {
        let texts = file.trim_end_matches('\n').split(BETWEEN);
        texts.enumerate().map(move |(place, text)| Text {
            kind,
            words: text,
            is_held_out: place % 2 == 1,
        })
    };
    KINDS.into_iter().flat_map(of_kind).collect()
}
