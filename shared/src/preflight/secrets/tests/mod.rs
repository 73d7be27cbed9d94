//! Every kind of key is found, in whatever it is wrapped, and cut out; words, samples and everything else pass.
//!
//! The keys are made up here, from a generator with a seed: none that anybody could take for a real one is in the source.

mod armour;
mod escapes;
mod files;
mod redaction;
mod time;

use super::rules::{Body, SHAPES, Shape};
use super::{class, scan};

const BASE64URL: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Knuth's generator of 64 bits: the same keys on every run.
struct Lot(u64);

impl Lot {
    fn draw(&mut self, alphabet: &[u8], count: usize) -> String {
        let draw = |_| {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let index = usize::try_from(self.0 >> 33).unwrap() % alphabet.len();
            char::from(alphabet[index])
        };
        (0..count).map(draw).collect()
    }
}

/// A key by one row of the table.
fn key(shape: &Shape, lot: &mut Lot) -> String {
    let body = match shape.body {
        Body::Run(run) => {
            let class: Vec<u8> = (0..128)
                .filter(|byte| class::is(*byte, run.alphabet))
                .collect();
            let count = if run.max == run.min {
                run.min
            } else {
                run.min + 8
            };
            lot.draw(&class, usize::from(count))
        }
        Body::WebToken => {
            let mut part = |count| lot.draw(BASE64URL, count);
            format!("{}.ey{}.{}", part(18), part(40), part(43))
        }
        Body::Armour => {
            let lines: Vec<String> = (0..6).map(|_| lot.draw(&BASE64URL[..62], 64)).collect();
            format!(
                "RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----",
                lines.join("\n")
            )
        }
    };
    format!("{}{body}", shape.prefix)
}

fn keys() -> Vec<(&'static Shape, String)> {
    let mut lot = Lot(1);
    SHAPES
        .iter()
        .map(|shape| (shape, key(shape, &mut lot)))
        .collect()
}

fn anthropic() -> String {
    key(&SHAPES[0], &mut Lot(2))
}

fn found(text: &str) -> Vec<&str> {
    scan(text)
        .iter()
        .map(|secret| text.get(secret.span.range()).unwrap())
        .collect()
}

#[test]
fn keys_of_every_kind_are_found_whole_and_named() {
    for (shape, key) in keys() {
        for (before, after) in [
            ("", ""),
            ("key=", "\n"),
            ("\"", "\","),
            ("é", "é"),
            ("_", "|"),
            ("-", "&x"),
        ] {
            let text = format!("{before}{key}{after}");
            let secrets = scan(&text);
            assert_eq!(found(&text), [&key], "{text}");
            assert_eq!(secrets[0].kind, shape.kind, "{text}");
            assert!(secrets[0].kind.name().starts_with('a'));
        }
    }
}

#[test]
fn a_prefix_inside_a_word_is_none() {
    for (shape, key) in keys() {
        // Only letters and digits go on with a word: dashes behind one begin something else.
        let goes_on = shape.prefix.starts_with(char::is_alphanumeric);
        let expected: &[&str] = if goes_on { &[] } else { &[&key] };
        for word in ["ta", "9"] {
            assert_eq!(found(&format!("{word}{key}")), expected, "{}", shape.prefix);
        }
    }
}

#[test]
fn what_goes_on_after_a_kinds_length_is_something_else() {
    for (shape, key) in keys() {
        if matches!(shape.body, Body::Run(run) if run.min == run.max) {
            assert_eq!(found(&format!("{key}A")), [""; 0], "{}", shape.prefix);
        }
    }
}

#[test]
fn half_a_key_is_none() {
    for (shape, key) in keys() {
        let (half, _) = key.split_at(shape.prefix.len() + 12);
        assert_eq!(found(half), [""; 0], "{half}");
    }
}

#[test]
fn samples_and_words_pass() {
    let counting: String = (b'a'..=b'z').chain(b'0'..=b'9').map(char::from).collect();
    for text in [
        format!("sk-ant-api03-{}", "x".repeat(95)),
        format!("sk-ant-api03-{}", counting.repeat(3)),
        format!("sk-ant-api03-{}", "your-api-key-".repeat(7)),
        format!(
            "sk-ant-{}",
            "this-is-where-the-key-of-your-account-would-go-if-you-had-one"
        ),
        format!("ghp_{counting}"),
        format!("ghp_{}", "a1b2c3d4e5f6g7h8i9j0".repeat(2).split_at(36).0),
        format!("hf_{}", "YourHuggingFaceAccessTokenGoesHere"),
        ["AKIAIOSFODNN7", "EXAMPLE"].concat(),
        format!("sk-or-v1-{}", "0123456789abcdef".repeat(4)),
        "-----BEGIN PRIVATE KEY-----\n…\n-----END PRIVATE KEY-----".to_owned(),
        format!(
            "-----BEGIN RSA PRIVATE KEY-----\n{}\n",
            "your key goes here ".repeat(9)
        ),
        "eyes.eyelashes.eyebrows".to_owned(),
        "sk-ant-, sk-or-v1-, ghp_ and hf_ are prefixes".to_owned(),
    ] {
        assert_eq!(found(&text), [""; 0]);
    }
}
