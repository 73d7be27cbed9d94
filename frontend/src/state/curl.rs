//! A request as a command to repeat it with.

use shared::api::paths;

/// The commands that send `json` to the chat path of `origin`: the first opens a session, the second asks.
///
/// The page cannot read its own session cookie, and would not put it here if it could: the command gets a session of its own.
pub(crate) fn chat_command(origin: &str, json: &str) -> String {
    let same_origin = quoted(&format!("Origin: {origin}"));
    let session = quoted(&format!("{origin}{}", paths::SESSION));
    let chat = quoted(&format!("{origin}{}", paths::CHAT));
    let body = quoted(json);
    format!(
        "curl -sS -c airlock.cookies -o /dev/null -H {same_origin} {session}\n\
         curl -sS -N -b airlock.cookies -H {same_origin} -H 'Content-Type: application/json' \\\n  \
         --data-raw {body} {chat}\n"
    )
}

/// A word that a POSIX shell reads as exactly `text`.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_opens_a_session_and_names_its_origin() {
        let command = chat_command("http://localhost:8080", r#"{"model":"m"}"#);
        assert!(command.contains("-c airlock.cookies"));
        assert!(command.contains("'http://localhost:8080/api/chat'"));
        assert!(command.contains("-H 'Origin: http://localhost:8080'"));
        assert!(command.contains(r#"--data-raw '{"model":"m"}'"#));
    }

    #[test]
    fn no_text_breaks_out_of_its_quotes() {
        assert_eq!(quoted("it's $(rm -rf /)"), r"'it'\''s $(rm -rf /)'");
    }
}
