//! No text takes the scanner more than a number of steps for each of its bytes.

use super::{Lot, key};
use crate::preflight::secrets::rules::SHAPES;
use crate::preflight::secrets::{scan, steps};

/// Texts that would take a careless scanner time without end.
fn adversarial(bytes: usize) -> Vec<String> {
    let mut texts: Vec<String> = [
        "%",
        "\\",
        "&",
        "&#",
        "-",
        "_ey",
        "ey.",
        "%E2",
        "\u{200b}",
        "\\\n",
        "sk-\u{200b}",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN ",
        "a ",
        "AIza\\",
        "eyaaaaaaaaaaaaaaaaaaaaa.",
    ]
    .map(|part| part.repeat(bytes / part.len()))
    .into();
    for shape in SHAPES {
        texts.push(shape.prefix.repeat(bytes / shape.prefix.len()));
        // As long as it may be without being one, again and again.
        let almost = format!("{}{}-", shape.prefix, "aB3".repeat(20));
        texts.push(almost.repeat(bytes / almost.len()));
    }
    // Beginnings, each of which has what is unseen within its reach.
    for last in ["s", "sk", "----s", "-----", "xoxp-"] {
        let beginnings = "xoxp-".repeat(12 - last.len() / 3);
        texts.push(format!("{beginnings}{last}{}x", "\0".repeat(bytes)));
    }
    let mut lot = Lot(5);
    let keys = SHAPES.map(|shape| key(&shape, &mut lot));
    texts.extend(keys.map(|key| format!("{key} ").repeat(bytes / key.len())));
    texts
}

#[test]
fn time_is_linear_in_the_texts_length_whatever_the_text() {
    // The worst of these texts are long gaps that nobody sees, within reach of as many beginnings as there can be before them.
    const STEPS_PER_BYTE_MAX: usize = 32;
    for text in adversarial(20_000) {
        let steps = steps::of(|| drop(scan(&text)));
        let worst = steps / text.len();
        assert!(
            worst <= STEPS_PER_BYTE_MAX,
            "{worst}: {}",
            text.chars().take(60).collect::<String>()
        );
    }
}
