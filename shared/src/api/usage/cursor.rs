//! Where in the list of calls to go on.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::UnixMillis;

/// A place in the list of calls, between two of them: older ones follow. It stays true while new calls come in.
///
/// Its text form is two numbers with a dot between them, which are nobody's business but the store's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cursor {
    /// When the last call before it was let in.
    pub opened_at: UnixMillis,
    /// The store's own number of that call, which tells apart those of one millisecond.
    pub number: u64,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.opened_at.0, self.number)
    }
}

/// Says that a text is no place in the list of calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotACursor;

impl fmt::Display for NotACursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a place in the list of calls is what an earlier answer gave as `older`")
    }
}

impl std::error::Error for NotACursor {}

impl FromStr for Cursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (opened_at, number) = text.split_once('.').ok_or(NotACursor)?;
        Ok(Self {
            opened_at: UnixMillis(whole(opened_at)?),
            number: whole(number)?,
        })
    }
}

/// A number that a database can hold.
fn whole(digits: &str) -> Result<u64, NotACursor> {
    let is_number = digits.bytes().all(|b| b.is_ascii_digit());
    let number = digits.parse().ok().filter(|_| is_number);
    number
        .filter(|&number| i64::try_from(number).is_ok())
        .ok_or(NotACursor)
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_text_form_and_nothing_else_is_one() {
        let cursor = Cursor {
            opened_at: UnixMillis(1_795_000_000_000),
            number: 42,
        };
        assert_eq!(cursor.to_string(), "1795000000000.42");
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in [
            "",
            ".",
            "1.",
            "1.+2",
            "1.2.3",
            "-1.2",
            "1.9223372036854775808",
        ] {
            assert_eq!(text.parse::<Cursor>(), Err(NotACursor), "{text}");
        }
    }
}
