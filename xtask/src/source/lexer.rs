//! Just enough of Rust's lexical structure to tell code from words: comments and literals are blanked out, line for line.

use std::iter::Peekable;
use std::str::Chars;

/// What stands before the modules that only tests compile.
const TEST_ATTRIBUTE: &str = "#[cfg(test)]";

/// Replaces comments and the contents of string and character literals by spaces; line breaks stay where they are.
pub(super) fn code_only(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    // The last character decides whether an `r` or a quote starts something new or goes on with a name.
    let mut previous = ' ';
    while let Some(character) = rest.next() {
        match character {
            '/' if rest.peek() == Some(&'/') => {
                code.push(' ');
                blank_while(&mut rest, &mut code, |next| next != '\n');
            }
            '/' if rest.peek() == Some(&'*') => blank_block_comment(&mut rest, &mut code),
            '"' => blank_string(&mut rest, &mut code),
            'r' if !is_name_character(previous) || previous == 'b' => {
                blank_raw_string(&mut rest, &mut code);
            }
            '\'' => blank_character(&mut rest, &mut code),
            other => code.push(other),
        }
        previous = character;
    }
    code
}

/// Blanks out what follows `#[cfg(test)]`, up to the end of that item. Expects [`code_only`].
pub(super) fn without_test_modules(code: &str) -> String {
    let mut kept = String::with_capacity(code.len());
    let mut rest = code;
    while let Some((before, after)) = rest.split_once(TEST_ATTRIBUTE) {
        kept.push_str(before);
        let item = item_length(after);
        let (item, after) = after.split_at_checked(item).unwrap_or((after, ""));
        kept.extend(item.chars().filter(|character| *character == '\n'));
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// The bytes of the item that `code` begins with: to its semicolon, or to the brace that closes its first one.
fn item_length(code: &str) -> usize {
    let mut depth = 0_usize;
    for (index, character) in code.char_indices() {
        match character {
            ';' if depth == 0 => return index + 1,
            '{' => depth += 1,
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return index + 1;
                }
            }
            _ => {}
        }
    }
    code.len()
}

fn is_name_character(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// What stands for a character of a comment or a literal.
fn blank(character: char) -> char {
    if character == '\n' { '\n' } else { ' ' }
}

fn blank_while(rest: &mut Peekable<Chars<'_>>, code: &mut String, goes_on: impl Fn(char) -> bool) {
    while let Some(character) = rest.next_if(|next| goes_on(*next)) {
        code.push(blank(character));
    }
}

fn blank_block_comment(rest: &mut Peekable<Chars<'_>>, code: &mut String) {
    code.push(' ');
    let mut depth = 0_usize;
    let mut previous = '/';
    for character in rest {
        code.push(blank(character));
        match (previous, character) {
            ('/', '*') => depth += 1,
            ('*', '/') if depth > 1 => depth -= 1,
            ('*', '/') => return,
            _ => {
                previous = character;
                continue;
            }
        }
        // `/*/` opens once and closes nothing.
        previous = ' ';
    }
}

fn blank_string(rest: &mut Peekable<Chars<'_>>, code: &mut String) {
    code.push('"');
    while let Some(character) = rest.next() {
        match character {
            '"' => {
                code.push('"');
                return;
            }
            '\\' => {
                code.push(' ');
                code.extend(rest.next().map(blank));
            }
            other => code.push(blank(other)),
        }
    }
}

/// Called behind an `r` that starts a word: blanks a raw string, or leaves a name such as `result` as it is.
fn blank_raw_string(rest: &mut Peekable<Chars<'_>>, code: &mut String) {
    code.push('r');
    let mut hashes = 0_usize;
    while rest.next_if_eq(&'#').is_some() {
        hashes += 1;
        code.push('#');
    }
    if rest.next_if_eq(&'"').is_none() {
        return;
    }
    code.push('"');
    while let Some(character) = rest.next() {
        code.push(if character == '"' {
            '"'
        } else {
            blank(character)
        });
        if character == '"' {
            let mut closing = 0;
            while closing < hashes && rest.next_if_eq(&'#').is_some() {
                closing += 1;
                code.push('#');
            }
            if closing == hashes {
                return;
            }
        }
    }
}

/// Called behind a single quote: blanks a character literal, or leaves a lifetime as it is.
fn blank_character(rest: &mut Peekable<Chars<'_>>, code: &mut String) {
    code.push('\'');
    let mut ahead = rest.clone();
    match (ahead.next(), ahead.next()) {
        (Some('\\'), _) => {
            // The backslash and what it escapes, which may itself be a quote.
            code.extend(rest.by_ref().take(2).map(blank));
            blank_while(rest, code, |next| next != '\'');
        }
        (Some(character), Some('\'')) => {
            rest.next();
            code.push(blank(character));
        }
        _ => return,
    }
    code.extend(rest.next_if_eq(&'\''));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_blanked_and_lines_kept() {
        assert_eq!(
            code_only("a // b\n/* c\n/* d */ e */ f"),
            "a     \n    \n             f"
        );
        assert_eq!(code_only("a /*/ b */ c"), "a          c");
    }

    #[test]
    fn strings_are_blanked_with_their_escapes() {
        assert_eq!(code_only(r#"f("a \" // b", c)"#), r#"f("         ", c)"#);
        assert_eq!(
            code_only(r##"x = r#"a " // b"# + c;"##),
            r##"x = r#"  "     "# + c;"##
        );
        assert_eq!(code_only("br\"a//\";"), "br\"   \";");
    }

    #[test]
    fn names_that_begin_with_r_are_code() {
        assert_eq!(
            code_only("return r#type + result;"),
            "return r#type + result;"
        );
    }

    #[test]
    fn characters_are_blanked_and_lifetimes_are_code() {
        assert_eq!(
            code_only(r"('a', '\'', '\u{1f}', '/', '\\')"),
            r"(' ', '  ', '      ', ' ', '  ')"
        );
        assert_eq!(
            code_only("fn f<'a>(x: &'a str, y: &'static str) {}"),
            "fn f<'a>(x: &'a str, y: &'static str) {}"
        );
    }

    #[test]
    fn test_modules_are_blanked_and_what_follows_is_kept() {
        let code =
            "a;\n#[cfg(test)]\nmod tests {\n  fn f() { b }\n}\nc;\n#[cfg(test)]\nmod tests;\nd;";
        assert_eq!(without_test_modules(code), "a;\n\n\n\n\nc;\n\n\nd;");
    }
}
