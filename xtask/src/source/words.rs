//! Finding a name in code as a word of its own.

/// Whether `line` has `name` as a word of its own: not as a part of a longer name.
pub(crate) fn has_name(line: &str, name: &str) -> bool {
    after_names(line, name).next().is_some()
}

/// What follows each place where `line` has `name` as a word of its own.
pub(crate) fn after_names<'a>(line: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    line.match_indices(name).filter_map(move |(index, _)| {
        let (before, after) = line.split_at_checked(index)?;
        let after = after.strip_prefix(name)?;
        let is_whole =
            !before.ends_with(is_name_character) && !after.starts_with(is_name_character);
        is_whole.then_some(after)
    })
}

/// The name that `text` begins with; empty where it begins with something else.
pub(crate) fn leading_name(text: &str) -> &str {
    let end = text
        .find(|character| !is_name_character(character))
        .unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

fn is_name_character(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_names_count() {
        assert!(has_name("secret.expose()", "expose"));
        assert!(has_name("use web_sys::{Window}", "web_sys"));
        assert!(!has_name(
            "exposed(); over_expose(); expose_all()",
            "expose"
        ));
    }

    #[test]
    fn the_leading_name_ends_where_names_end() {
        assert_eq!(leading_name("keys::ring"), "keys");
        assert_eq!(leading_name("{keys}"), "");
    }
}
