//! Characters that say one thing and do another, made visible.

/// Replaces control characters and those that reorder text by signs that name them.
///
/// A terminal obeys escape sequences that were copied out of a code block, and bidirectional overrides make code read
/// as what it is not (CVE-2021-42574). Line ends and tabs stay.
pub(crate) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\t' => out.push(character),
            '\u{0}'..='\u{1f}' => {
                // The block of control pictures has one sign for each of these, in the same order.
                out.extend(char::from_u32(0x2400 + u32::from(character)));
            }
            '\u{7f}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                let sign = format!("[U+{:04X}]", u32::from(character));
                out.push_str(&sign);
            }
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_stays_as_it_is() {
        let text = "Größe: 5 \u{2028}\n\tعربي 日本 🙂";
        assert_eq!(visible(text), text);
    }

    #[test]
    fn escape_sequences_and_overrides_become_signs() {
        assert_eq!(visible("a\u{1b}[31mb\u{0}"), "a␛[31mb␀");
        assert_eq!(
            visible("x\u{202e}y\u{2069}\u{9b}"),
            "x[U+202E]y[U+2069][U+009B]"
        );
    }
}
