//! What a character is to a tokenizer: a letter of some script, a digit, punctuation or a gap.

/// The kinds of characters that tokenizers tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A plain space.
    Space,
    /// The end of a line.
    LineEnd,
    /// A tab or any other gap.
    Gap,
    /// A small letter of English.
    Small,
    /// A capital letter of English.
    Capital,
    /// A Latin letter that English has not.
    Accented,
    /// A digit.
    Digit,
    /// Any sign that is no letter and no digit.
    Punctuation,
    /// A letter of Cyrillic.
    Cyrillic,
    /// A letter of Arabic or Hebrew.
    Semitic,
    /// A letter of Japanese.
    Kana,
    /// A syllable of Korean.
    Hangul,
    /// A Chinese character, in whatever language.
    Han,
    /// A letter of another script, an emoji, a combining mark.
    Other,
}

impl Kind {
    /// The kind of `character`.
    pub(super) const fn of(character: char) -> Self {
        match character {
            'a'..='z' => Self::Small,
            ' ' => Self::Space,
            'A'..='Z' => Self::Capital,
            '0'..='9' => Self::Digit,
            '\n' => Self::LineEnd,
            '\t' | '\r' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{3000}' => Self::Gap,
            ..='\u{bf}' | '×' | '÷' => Self::Punctuation,
            _ => Self::beyond_ascii(character),
        }
    }

    /// The kind of a character behind the signs of Latin-1.
    const fn beyond_ascii(character: char) -> Self {
        match character {
            ..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Self::Accented,
            '\u{400}'..='\u{52f}' => Self::Cyrillic,
            '\u{590}'..='\u{77f}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' => {
                Self::Semitic
            }
            '\u{2000}'..='\u{206f}' | '\u{3001}'..='\u{303f}' | '\u{ff00}'..='\u{ff65}' => {
                Self::Punctuation
            }
            '\u{3040}'..='\u{30ff}' => Self::Kana,
            '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7af}' => Self::Hangul,
            '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => {
                Self::Han
            }
            _ => Self::Other,
        }
    }
}
