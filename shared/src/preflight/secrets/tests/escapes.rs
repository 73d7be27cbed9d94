//! However a key is written, it is found, and has its place in the text as it was given.

use super::{anthropic, found, keys};
use crate::preflight::secrets::rules::Body;

/// Ways of writing one character of a key.
fn escaped(character: char) -> [String; 7] {
    let code = u32::from(character);
    [
        format!("%{code:02X}"),
        format!("%{code:02x}"),
        format!("\\u{code:04x}"),
        format!("\\u{{{code:x}}}"),
        format!("\\x{code:02x}"),
        format!("&#{code};"),
        format!("&#x{code:X};"),
    ]
}

#[test]
fn escapes_are_seen_through_wherever_they_stand() {
    let key = anthropic();
    for at in [0, 1, 2, 5, 30, key.len() - 1] {
        let (before, rest) = key.split_at(at);
        let mut rest = rest.chars();
        let character = rest.next().unwrap();
        for escape in escaped(character) {
            let split = format!("{before}{escape}{}", rest.as_str());
            assert_eq!(found(&format!("={split};")), [&split], "{split}");
        }
    }
    for way in 0..7 {
        let all: String = key
            .chars()
            .map(|character| escaped(character)[way].clone())
            .collect();
        assert_eq!(found(&all), [&all]);
    }
}

#[test]
fn what_nobody_sees_does_not_hide_a_key() {
    let key = anthropic();
    for gap in [
        "\u{200b}",
        "\u{200d}",
        "\u{ad}",
        "\u{feff}",
        "\u{2060}",
        "\\\n",
        "\\\r\n",
        "\0",
        "%E2%80%8B",
        "%C2%AD",
        "\\u200b",
        "&#8203;",
        "&shy;",
        "\u{34f}",
        "\u{115f}",
        "\u{1160}",
        "\u{180e}",
        "\u{3164}",
        "\u{fe0f}",
        "\u{e0041}",
        "\u{e01ef}",
        "%F3%A0%81%81",
        "\\udb40\\udc41",
        "\u{1b}[31m",
        "\u{1b}[1;38;5;196m",
        "\\x1b[0m",
        "\\u001b[31m",
        "\\033[31m",
        "\\e[31m",
    ] {
        for at in [1, 3, 8, 50] {
            let (before, after) = key.split_at(at);
            let split = format!("{before}{gap}{after}");
            assert_eq!(found(&format!("x: {split} y")), [&split], "{split:?}");
        }
        let around = format!("word{gap}{key}");
        assert_eq!(found(&around), [&key], "{around:?}");
    }
}

#[test]
fn a_key_of_known_length_ends_there_where_something_unseen_follows() {
    for (shape, key) in keys() {
        if matches!(shape.body, Body::Run(run) if run.min == run.max) {
            for gap in ["\u{200b}", "\\\n"] {
                assert_eq!(found(&format!("{key}{gap}and")), [&key], "{}", shape.prefix);
            }
        }
    }
}

#[test]
fn escapes_around_a_key_are_no_letters_of_it() {
    let key = anthropic();
    for (before, after) in [
        ("\\n", "\\n"),
        ("\\\\n", "\\\\n"),
        ("\\t", "\\r\\n"),
        ("x\\u003d", "\\u0022"),
        ("k%3D", "%26"),
        ("&quot;", "&quot;"),
        ("&#61;", "&lt;"),
    ] {
        assert_eq!(found(&format!("{before}{key}{after}")), [&key]);
    }
}

#[test]
fn escapes_are_read_one_level_deep() {
    let key = anthropic();
    let twice = key.replace('-', "%252D");
    assert_eq!(found(&twice), [""; 0]);
}
