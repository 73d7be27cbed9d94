//! JSON as the page reads and writes it, for any type that derives serde's traits.
//!
//! The server uses `serde_json`, which does far more than our own types ask for: fractions, borrowed text, structs written as
//! lists, errors that list what would have fitted. In the page each of these is compiled into the code of every type, and the page
//! is downloaded. Here a struct is an object, a number is whole, an enum is a name, and an error says in few words what is the
//! matter and where. What needs more is refused; the tests hold this module against `serde_json`.

mod decode;
mod encode;
mod reader;
#[cfg(test)]
mod tests;
mod value;

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use value::Value;

use encode::Writer;
use reader::Reader;

/// Reads the one value that `text` is.
///
/// # Errors
///
/// [`Unreadable`] when it is no JSON, or does not fit the type.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    let mut reader = Reader::new(text);
    let read = T::deserialize(&mut reader).and_then(|value| reader.close().map(|()| value));
    read.map_err(|unreadable| reader.locate(unreadable))
}

/// Writes one value, byte for byte as `serde_json` does.
///
/// # Errors
///
/// [`fmt::Error`] for a fraction, for bytes and for a variant with fields: no type that the page writes has any.
pub fn write<T: Serialize>(value: &T) -> Result<String, fmt::Error> {
    let mut writer = Writer::default();
    value.serialize(&mut writer)?;
    Ok(writer.into_text())
}

/// Why a text could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable {
    what: &'static str,
    /// The field that this is about; empty where it is about none that is known.
    field: &'static str,
    /// How many bytes had been read.
    at: usize,
}

impl Unreadable {
    /// Says what is the matter; where, the reader adds.
    const fn new(what: &'static str) -> Self {
        Self {
            what,
            field: "",
            at: 0,
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, field, at } = self;
        match *field {
            "" => write!(f, "{what} at byte {at}"),
            field => write!(f, "{what} `{field}` at byte {at}"),
        }
    }
}

impl std::error::Error for Unreadable {}
