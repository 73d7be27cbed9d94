//! The classes that a text is counted in: the pieces that tokenizers cut texts into, as far as they can be told without a
//! vocabulary.

/// Makes [`PerClass`] and its array forms from one list.
macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// Something for each class: a count, or what one of it weighs.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct PerClass<T> {
            $($(#[$doc])* pub $name: T,)*
        }

        /// The classes' names, in their order.
        pub const CLASS_NAMES: [&str; CLASSES] = [$(stringify!($name)),*];

        /// How many classes there are.
        const CLASSES: usize = [$(stringify!($name)),*].len();

        impl<T> PerClass<T> {
            /// All values, in the order of the names.
            pub fn to_array(self) -> [T; CLASSES] {
                [$(self.$name),*]
            }

            /// The values of an array in the order of the names.
            pub fn from_array(values: [T; CLASSES]) -> Self {
                let [$($name),*] = values;
                Self { $($name),* }
            }
        }
    };
}

classes! {
    /// Words of English or of code. Nearly each is one token, however long.
    words,
    /// Capitals behind a small letter, as `camelCase` has them: there another word begins.
    humps,
    /// Letters on lines with accented letters. They are not English, and a tokenizer cuts their words to pieces.
    foreign_letters,
    /// Accented letters.
    accented_letters,
    /// Numbers.
    numbers,
    /// Digits.
    digits,
    /// Characters of what is neither word nor number: hashes, base64.
    opaque,
    /// Runs of punctuation.
    punctuation_runs,
    /// Punctuation characters.
    punctuation,
    /// Gaps that are more than one space: tabs, ends of lines together with what indents the next.
    gaps,
    /// Cyrillic letters.
    cyrillic,
    /// Arabic and Hebrew letters.
    semitic,
    /// Japanese letters.
    kana,
    /// Korean syllables.
    hangul,
    /// Chinese characters.
    han,
    /// All other characters: other scripts, emoji.
    other,
}

impl PerClass<u64> {
    /// Both, class by class.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let mut sums = self.to_array();
        for (sum, more) in sums.iter_mut().zip(other.to_array()) {
            *sum = sum.saturating_add(more);
        }
        Self::from_array(sums)
    }
}
