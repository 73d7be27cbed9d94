//! Keys, made up here, in every form in which people paste them; and what looks like one and is none.

use shared::policy::{OnSecret, Policy};

use super::{Case, case, conversation, policy};
use crate::Dice;

const DIGITS: &[u8] = b"0123456789";
const HEX: &[u8] = b"0123456789abcdef";
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const ALNUM: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const WORD: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

/// How keys begin, what follows and how much of it. None of the rest is written anywhere.
const KINDS: [(&str, &[u8], usize); 16] = [
    ("sk-ant-api03-", WORD, 95),
    ("sk-ant-oat01-", WORD, 95),
    ("sk-proj-", WORD, 120),
    ("sk-", ALNUM, 48),
    ("sk-or-v1-", HEX, 64),
    ("AKIA", UPPER, 16),
    ("ghp_", ALNUM, 36),
    ("github_pat_", ALNUM, 82),
    ("AIza", WORD, 35),
    ("xoxb-", ALNUM, 50),
    ("sk_live_", ALNUM, 24),
    ("hf_", ALNUM, 34),
    ("glpat-", WORD, 20),
    ("airlock_", HEX, 64),
    ("eyJ", WORD, 60),
    ("", HEX, 64),
];

/// What stands around a key, as `(before, after)`.
const AROUND: [(&str, &str); 18] = [
    ("", ""),
    ("key=", "\n"),
    ("\"", "\""),
    ("'", "',"),
    ("`", "`"),
    ("(", ")"),
    ("<a href=\"https://example.org/?key=", "&x=1\">"),
    ("{\"x-api-key\": \"", "\"}"),
    ("Authorization: Bearer ", "\r\n"),
    ("ANTHROPIC_API_KEY=", " # mine"),
    ("- key: ", "\n- next: 1"),
    (
        "curl -H \"x-api-key: ",
        "\" https://api.anthropic.com/v1/messages",
    ),
    ("鍵は", "です。"),
    ("🔑", "🔑"),
    ("e\u{301}", "e\u{301}"),
    ("word", "word"),
    ("…", "…"),
    ("k: \u{202e}", "\u{202c}"),
];

/// What hides a character of a key from those who look for plain text; each takes its code.
const ESCAPES: [fn(u32) -> String; 6] = [
    |code| format!("%{code:02X}"),
    |code| format!("\\u{code:04x}"),
    |code| format!("\\x{code:02x}"),
    |code| format!("&#{code};"),
    |code| format!("&#x{code:X};"),
    |code| {
        char::from_u32(code + 0xfee0)
            .map(String::from)
            .unwrap_or_default()
    },
];

/// What splits a key and is not seen.
const GAPS: [&str; 7] = [
    "\u{200b}",
    "\u{ad}",
    "\u{feff}",
    "\\\n",
    "\\\r\n",
    "%E2%80%8B",
    "&shy;",
];

pub(super) fn cases() -> Vec<Case> {
    let mut dice = Dice::new(4);
    [
        surrounded(&mut dice),
        escaped(&mut dice),
        split(&mut dice),
        near_misses(&mut dice),
        several(&mut dice),
    ]
    .concat()
}

fn drawn(alphabet: &[u8], count: usize, dice: &mut Dice) -> String {
    (0..count)
        .map(|_| char::from(dice.one_of(alphabet)))
        .collect()
}

fn key(kind: usize, dice: &mut Dice) -> String {
    let (prefix, alphabet, count) = KINDS[kind];
    let rest = drawn(alphabet, count, dice);
    if prefix == "eyJ" {
        return format!(
            "{prefix}{}.eyJ{rest}.{}",
            drawn(WORD, 20, dice),
            drawn(WORD, 43, dice)
        );
    }
    format!("{prefix}{rest}")
}

fn with_text(name: String, text: String, on_secret: OnSecret) -> Case {
    let policy = Policy {
        on_secret,
        ..policy()
    };
    case(name, conversation([text]), policy)
}

/// Each kind in a third of the surroundings, so that all are met; by each of the policy's choices in turn.
fn surrounded(dice: &mut Dice) -> Vec<Case> {
    let choices = [OnSecret::Block, OnSecret::Redact, OnSecret::Warn];
    let mut cases = Vec::new();
    for (kind, (prefix, ..)) in KINDS.iter().enumerate() {
        for (number, (before, after)) in AROUND.iter().enumerate().skip(kind % 3).step_by(3) {
            let text = format!("{before}{}{after}", key(kind, dice));
            let on_secret = choices[(kind + number / 3) % choices.len()];
            cases.push(with_text(
                format!("key {prefix:?} {kind} around {number}"),
                text,
                on_secret,
            ));
        }
    }
    cases
}

/// A key of which one character is written otherwise, or all are.
fn escaped(dice: &mut Dice) -> Vec<Case> {
    let mut cases = Vec::new();
    for kind in [0, 3, 5] {
        for (number, escape) in ESCAPES.iter().enumerate() {
            let key = key(kind, dice);
            let written = |is_escaped: &dyn Fn(usize) -> bool| -> String {
                let characters = key.chars().enumerate();
                let written = characters.map(|(place, character)| {
                    if is_escaped(place) {
                        escape(u32::from(character))
                    } else {
                        character.to_string()
                    }
                });
                written.collect()
            };
            let last = key.len() - 1;
            for (place, text) in [
                ("first", written(&|place| place == 0)),
                ("third", written(&|place| place == 2)),
                ("last", written(&|place| place == last)),
                ("all", written(&|_| true)),
            ] {
                cases.push(with_text(
                    format!("key {kind}, escape {number} {place}"),
                    format!("é🙂 {text} ."),
                    OnSecret::Block,
                ));
            }
        }
    }
    cases
}

fn split(dice: &mut Dice) -> Vec<Case> {
    let mut cases = Vec::new();
    for (number, gap) in GAPS.into_iter().enumerate() {
        for at in [1, 3, 20] {
            let key = key(0, dice);
            let (before, after) = key.split_at(at);
            cases.push(with_text(
                format!("gap {number} at {at}"),
                format!("漢 {before}{gap}{after} 漢"),
                OnSecret::Block,
            ));
        }
    }
    cases
}

/// Too short, too plain, of the wrong alphabet, or something else that is random.
fn near_misses(dice: &mut Dice) -> Vec<Case> {
    let mut texts = Vec::new();
    for (prefix, alphabet, count) in KINDS {
        texts.push(prefix.to_owned());
        texts.push(format!(
            "{prefix}{}",
            drawn(alphabet, 8.min(count - 1), dice)
        ));
        texts.push(format!("{prefix}{}", "a".repeat(count)));
        texts.push(format!("{prefix}{}", "é".repeat(count)));
    }
    let uuid = [8, 4, 4, 4, 12]
        .map(|count| drawn(HEX, count, dice))
        .join("-");
    texts.extend([
        uuid,
        format!("commit {}", drawn(HEX, 40, dice)),
        format!("sha384-{}", drawn(ALNUM, 64, dice)),
        format!("data:image/png;base64,{}", drawn(ALNUM, 400, dice)),
        format!("+49 {}", drawn(DIGITS, 12, dice)),
        "-----BEGIN PUBLIC KEY-----".to_owned(),
        "sk-ant-api03-YOUR-KEY-HERE".to_owned(),
    ]);
    let texts = texts.into_iter().enumerate();
    texts
        .map(|(number, text)| with_text(format!("near miss {number}"), text, OnSecret::Block))
        .collect()
}

/// Several keys in one message, in several messages, and side by side.
fn several(dice: &mut Dice) -> Vec<Case> {
    let mut cases = Vec::new();
    for count in [2, 5, 20] {
        let keys: Vec<_> = (0..count)
            .map(|number| key(number % KINDS.len(), dice))
            .collect();
        for (name, between) in [
            ("lines", "\n"),
            ("commas", ", "),
            ("nothing", ""),
            ("emoji", "🙂"),
        ] {
            cases.push(with_text(
                format!("{count} keys, {name} between"),
                keys.join(between),
                OnSecret::Redact,
            ));
        }
        cases.push(case(
            format!("{count} keys in as many messages"),
            conversation(&keys),
            policy(),
        ));
    }
    let armour = format!(
        "-----BEGIN {}-----\n{}\n-----END {0}-----",
        "PRIVATE KEY",
        drawn(ALNUM, 200, dice)
    );
    cases.push(with_text(
        "a private key".to_owned(),
        armour,
        OnSecret::Block,
    ));
    cases
}
