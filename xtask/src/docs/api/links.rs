//! Links of doc comments, turned into links of the page.

use super::types::Types;

/// What a link to a kind of error begins with.
const ERROR: &str = "ErrorKind::";

/// Replaces `` [`Name`] ``, with or without a path behind it: by a link to the type where the page has it, to the error's section for a
/// kind of error, and by the bare name for what the page does not speak of.
pub(super) fn resolve(words: &str, types: &Types) -> String {
    replace(words, |name, path| link(name, path, types))
}

/// Words without links, for where these lead nowhere.
pub(super) fn plain(words: &str) -> String {
    replace(words, |name, _| format!("`{name}`"))
}

/// Puts in the place of each link what `written` makes of its name and its path, which is the name where there is none.
fn replace(words: &str, written: impl Fn(&str, &str) -> String) -> String {
    let mut text = String::new();
    let mut rest = words;
    while let Some((before, after)) = rest.split_once("[`") {
        text.push_str(before);
        let Some((name, after)) = after.split_once("`]") else {
            text.push_str("[`");
            rest = after;
            continue;
        };
        // A path in parentheses is for rustdoc.
        let (path, after) = after
            .strip_prefix('(')
            .and_then(|target| target.split_once(')'))
            .unwrap_or((name, after));
        text.push_str(&written(name, path));
        rest = after;
    }
    text.push_str(rest);
    text
}

fn link(name: &str, path: &str, types: &Types) -> String {
    if let Some((_, kind)) = path.split_once(ERROR) {
        let code = super::types::snake_case(kind);
        return format!("[`{code}`](errors.md#{code})");
    }
    match path.split("::").find(|part| types.has(part)) {
        Some(known) => format!("[`{name}`](#{})", known.to_lowercase()),
        None => format!("`{name}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::types::tests::types;
    use super::*;

    #[test]
    fn names_become_links_where_the_page_has_them() {
        let resolved = |words| resolve(words, &types());
        assert_eq!(resolved("A [`Tier`]."), "A [`Tier`](#tier).");
        assert_eq!(resolved("[`Event::Rest`]"), "[`Event::Rest`](#event)");
        assert_eq!(
            resolved(
                "[`RateLimited`](crate::error::ErrorKind::RateLimited) or [`ErrorKind::TooLarge`]"
            ),
            "[`rate_limited`](errors.md#rate_limited) or [`too_large`](errors.md#too_large)"
        );
        assert_eq!(
            resolved("[`serde_json`] and [text](https://x)"),
            "`serde_json` and [text](https://x)"
        );
    }

    #[test]
    fn what_is_not_closed_is_left_alone() {
        assert_eq!(resolve("a [`b", &types()), "a [`b");
    }
}
