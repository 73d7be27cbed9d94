//! A secret word in every form in which it could lie somewhere: the detector of this ring.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use memchr::memmem::Finder;

/// The shortest part of the word that counts as a find. Twelve random hexadecimal digits are in no megabyte by chance.
const PART: usize = 12;

/// A word that must be nowhere, ready to be looked for.
#[derive(Debug)]
pub(crate) struct Needle {
    forms: Vec<(&'static str, Vec<u8>)>,
}

impl Needle {
    /// All forms of `word`: long, random, and of letters and digits alone, so that no other encoding changes it.
    pub(crate) fn new(word: &str) -> Self {
        assert!(
            word.len() >= 24 && word.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            "{word:?} is not random enough"
        );
        let mut forms = vec![
            ("reversed", word.bytes().rev().collect()),
            ("in capitals", word.to_uppercase().into_bytes()),
            ("as UTF-16LE", wide(word, u16::to_le_bytes)),
            ("as UTF-16BE", wide(word, u16::to_be_bytes)),
            ("in hexadecimal", hex(word).into_bytes()),
        ];
        // The beginning, the middle and the end: a word that was cut short is found too, and so is the whole one.
        for start in [0, (word.len() - PART) / 2, word.len() - PART] {
            let part = word.bytes().skip(start).take(PART).collect();
            forms.push(("in clear", part));
        }
        for skipped in 0..3 {
            let aligned: Vec<u8> = word.bytes().skip(skipped).collect();
            // Only whole groups: the letters of a group that has neighbours in it depend on them.
            let whole = aligned.len() / 3 * 3;
            let encoded = STANDARD_NO_PAD.encode(aligned.get(..whole).unwrap_or_default());
            forms.push(("in base64", encoded.into_bytes()));
        }
        Self { forms }
    }

    /// The form in which the word lies in `haystack`; `None` where it does not.
    pub(crate) fn found_in(&self, haystack: &[u8]) -> Option<&'static str> {
        let lies = |form: &[u8]| Finder::new(form).find(haystack).is_some();
        let found = self.forms.iter().find(|(_, form)| lies(form));
        found.map(|(name, _)| *name)
    }

    /// The names and bytes of all forms, to be planted.
    pub(crate) fn forms(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        self.forms
            .iter()
            .map(|(name, form)| (*name, form.as_slice()))
    }
}

fn wide(word: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    word.encode_utf16().flat_map(bytes).collect()
}

fn hex(word: &str) -> String {
    word.bytes().fold(String::new(), digits)
}

/// A random word of 32 hexadecimal digits.
pub(crate) fn random_word() -> String {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).expect("the system has random numbers");
    bits.into_iter().fold(String::new(), digits)
}

fn digits(mut so_far: String, byte: u8) -> String {
    // Writing to a string cannot fail.
    let _ = write!(so_far, "{byte:02x}");
    so_far
}

#[test]
fn a_word_is_found_in_every_form_in_the_midst_of_anything() {
    let word = random_word();
    let needle = Needle::new(&word);
    for before in 0..3 {
        let text = format!("{}{word}{}", "a".repeat(before), "b".repeat(before));
        assert!(needle.found_in(text.as_bytes()).is_some());
        let encoded = STANDARD_NO_PAD.encode(&text);
        assert_eq!(needle.found_in(encoded.as_bytes()), Some("in base64"));
    }
    for (name, form) in needle.forms() {
        let haystack = [b"\0before ", form, b" after\xff"].concat();
        assert_eq!(needle.found_in(&haystack), Some(name));
    }
    assert!(needle.found_in(&word.as_bytes()[5..29]).is_some());
    assert_eq!(needle.found_in(random_word().as_bytes()), None);
}
