//! What the stand-in says. It never claims to be Claude; it says what it is and what happened on the way to it.

mod hearing;

use super::random::Random;
use super::refusal::Refusal;
pub(super) use hearing::Hearing;

/// One answer in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    /// Markdown.
    pub(super) text: String,
    /// What goes before it where the request makes the model think.
    pub(super) thoughts: String,
    /// Whether the connection is closed right behind the text.
    pub(super) is_broken_off: bool,
}

/// Answers what was heard. Visitors get the errors that they ask for only where `may_fail`.
pub(super) fn reply(
    hearing: &Hearing,
    may_fail: bool,
    random: &mut Random,
) -> Result<Reply, Refusal> {
    let _ = (
        may_fail,
        random.next(),
        hearing.earlier.len(),
        hearing.messages,
        hearing.system_bytes,
        hearing.model,
        hearing.max_tokens,
        hearing.is_stream,
        &hearing.effort,
        hearing.is_direct,
    );
    Ok(Reply {
        text: format!("I am the stand-in. {}", hearing.has_header("cookie")),
        thoughts: "Hm. ".into(),
        is_broken_off: false,
    })
}
