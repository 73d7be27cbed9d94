//! An instruction that stands within a text, followed as a model may follow one: to it, the words of the visitor and those of a text
//! that the visitor pasted are one.

use std::fmt::Write as _;

use super::Hearing;

/// What an instruction begins with; its line's rest is what the answer is to end with.
const PHRASE: &str = "end your answer with ";
/// What stands for the visitor's words in it.
const PLACE_OF_WORDS: &str = "WORDS";
/// The most of the visitor's words that go there: an address has to hold them.
const WORDS_CHARS: usize = 120;

/// What a text in the question asks the answer to end with, with what the visitor said put in its place.
pub(super) fn ending(hearing: &Hearing) -> Option<String> {
    let start = hearing.question.find(PHRASE)? + PHRASE.len();
    let ending = hearing.question.get(start..)?.lines().next()?.trim();
    let words = hearing.earlier.first().unwrap_or(&hearing.question);
    let words = words.lines().next().unwrap_or_default();
    (!ending.is_empty()).then(|| ending.replace(PLACE_OF_WORDS, &for_an_address(words)))
}

/// The first of `words`, as they may stand in an address.
fn for_an_address(words: &str) -> String {
    let mut address = String::new();
    let start = words
        .char_indices()
        .nth(WORDS_CHARS)
        .map_or(words, |(end, _)| words.split_at(end).0);
    for byte in start.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::for_an_address;

    #[test]
    fn words_in_an_address_are_escaped_and_cut_short() {
        assert_eq!(for_an_address("a b&c=ü)"), "a%20b%26c%3D%C3%BC%29");
        assert_eq!(for_an_address(&"ü".repeat(500)), "%C3%BC".repeat(120));
    }
}
