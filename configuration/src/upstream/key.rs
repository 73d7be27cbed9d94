//! The key: from one place, whole, and fit to stand in a header.

use super::super::Problems;
use super::dialect::Said;
use super::read_file;
use secret::Secret;

/// Reads the key that is set, if there is one and nothing is wrong with it.
pub(super) fn read(said: &Said<'_>, problems: &mut Problems) -> Option<Secret> {
    let dialect = said.dialect;
    let (name, key) = match (said.key, said.key_file) {
        (Some(_), Some(_)) => {
            problems.add(
                dialect.key,
                "is set, and a key file too",
                "keep one of the two",
            );
            return None;
        }
        (Some(key), None) => (dialect.key, Secret::new(key.to_owned())),
        (None, Some(path)) => {
            let bytes = read_file(dialect.key_file, path, problems)?;
            let text = String::from_utf8(bytes).unwrap_or_default();
            (dialect.key_file, Secret::new(text))
        }
        (None, None) => return None,
    };
    if key.is_empty() || !key.is_header_safe() {
        problems.add(
            name,
            "holds no key: it is empty, or has spaces or characters that no key has",
            "put in the key alone, without quotes or other lines",
        );
        return None;
    }
    Some(key)
}
