//! A JSON document of any shape, for what is only shown: its fields are asked for by name.
//!
//! A type that derives serde's traits costs the page code for each of its fields. What is large, comes from our own server and is only
//! turned into words is read as this instead; tests hold the names that are asked for against the type that the server writes.

use super::Unreadable;
use super::reader::{Kind, Reader};

/// One value. What is not there is nothing, and so is everything in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`, or what is not there.
    Nothing,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Whole(u64),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// An object, its fields in the order in which they were written.
    Object(Vec<(String, Self)>),
}

impl Value {
    /// Reads the one value that `text` is.
    ///
    /// # Errors
    ///
    /// [`Unreadable`] when it is no JSON, or has numbers that are not whole.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        let mut reader = Reader::new(text);
        let read = Self::take(&mut reader).and_then(|value| reader.close().map(|()| value));
        read.map_err(|unreadable| reader.locate(unreadable))
    }

    /// The field `name` of an object.
    pub fn at(&self, name: &str) -> &Self {
        let Self::Object(fields) = self else {
            return &Self::Nothing;
        };
        let found = fields.iter().find(|(field, _)| field == name);
        found.map_or(&Self::Nothing, |(_, value)| value)
    }

    /// The entries of a list.
    pub fn list(&self) -> &[Self] {
        match self {
            Self::List(entries) => entries,
            _ => &[],
        }
    }

    /// The last entry of a list.
    pub fn last(&self) -> &Self {
        self.list().last().unwrap_or(&Self::Nothing)
    }

    /// The number in the field `name`.
    pub fn whole(&self, name: &str) -> Option<u64> {
        match self.at(name) {
            Self::Whole(number) => Some(*number),
            _ => None,
        }
    }

    /// The words in the field `name`; none where there are none.
    pub fn text(&self, name: &str) -> &str {
        match self.at(name) {
            Self::Text(text) => text,
            _ => "",
        }
    }

    fn take(reader: &mut Reader<'_>) -> Result<Self, Unreadable> {
        Ok(match reader.kind()? {
            Kind::Null => {
                reader.null()?;
                Self::Nothing
            }
            Kind::Bool => Self::Bool(reader.bool()?),
            Kind::Number => Self::Whole(reader.whole()?),
            Kind::Text => Self::Text(reader.text()?),
            Kind::List => {
                reader.open(b'[')?;
                let mut entries = Vec::new();
                while reader.go_on(b']', entries.is_empty())? {
                    entries.push(Self::take(reader)?);
                }
                Self::List(entries)
            }
            Kind::Object => {
                reader.open(b'{')?;
                let mut fields = Vec::new();
                while reader.go_on(b'}', fields.is_empty())? {
                    let name = reader.text()?;
                    reader.colon()?;
                    fields.push((name, Self::take(reader)?));
                }
                Self::Object(fields)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_name_and_what_is_missing_is_nothing() {
        let text = r#"{"a": [1, {"b": "c", "d": null}], "e": true, "f": {}}"#;
        let value = Value::read(text).expect("reads");
        assert_eq!(value.at("a").list()[0], Value::Whole(1));
        let last = value.at("a").last();
        assert_eq!((last.text("b"), last.whole("b")), ("c", None));
        assert_eq!(*last.at("d").at("x"), Value::Nothing);
        assert_eq!(*value.at("e"), Value::Bool(true));
        assert_eq!(*value.at("f").last(), Value::Nothing);
        assert_eq!((value.whole("z"), value.text("z")), (None, ""));
    }

    #[test]
    fn what_is_no_document_is_refused() {
        let deep = "[".repeat(1_000);
        for text in [
            "",
            "{",
            "[1,]",
            "[1 2]",
            "1.5",
            "-1",
            "{\"a\" 1}",
            "[] []",
            &deep,
        ] {
            assert!(Value::read(text).is_err(), "{text}");
        }
    }
}
