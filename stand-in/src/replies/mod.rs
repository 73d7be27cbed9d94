//! What the stand-in says. It never claims to be Claude; it says what it is and what happened on the way to it.

mod hearing;
mod instruction;
mod topic;
mod way;

use std::time::Duration;

use self::topic::Topic;
use self::way::pick;
use super::random::Random;
use super::refusal::Refusal;

pub(super) use self::hearing::Hearing;

const TABLE: &str = include_str!("words/table.md");
const CODE: &str = include_str!("words/code.md");
const LIST: &str = include_str!("words/list.md");
const LONG: &str = include_str!("words/long.md");

/// How long a visitor who asked for a rate limit has to wait: long enough to see the countdown, short enough to sit it out.
const RATE_LIMIT_WAIT: Duration = Duration::from_secs(5);

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

/// Answers what was heard.
///
/// # Errors
///
/// The error that the visitor asked for in words, where visitors `may_fail`.
pub(super) fn reply(
    hearing: &Hearing,
    may_fail: bool,
    random: &mut Random,
) -> Result<Reply, Refusal> {
    if let Some(ending) = instruction::ending(hearing) {
        return Ok(Reply {
            text: format!("{OBEDIENT}\n\n{ending}"),
            thoughts: thoughts(hearing, Topic::Way),
            is_broken_off: false,
        });
    }
    let topic = topic::of(&hearing.question, may_fail);
    let footnote = || format!("\n\n{}", way::footnote(hearing));
    let text = match topic {
        Topic::Overloaded => return Err(overloaded()),
        Topic::RateLimit => return Err(rate_limited()),
        Topic::BreakOff => BREAK_OFF.to_owned(),
        Topic::Identity => IDENTITY.to_owned() + &footnote(),
        Topic::Table => TABLE.to_owned() + &footnote(),
        Topic::Code => CODE.to_owned() + &footnote(),
        Topic::List => LIST.to_owned() + &footnote(),
        Topic::Long => LONG.to_owned() + &footnote(),
        Topic::Memory => way::everything_said(hearing),
        Topic::Greeting => greeting(random) + &footnote(),
        Topic::Thanks => THANKS.to_owned(),
        Topic::Way => way::told(hearing, may_fail, random),
    };
    Ok(Reply {
        text,
        thoughts: thoughts(hearing, topic),
        is_broken_off: topic == Topic::BreakOff,
    })
}

const BREAK_OFF: &str = "You asked me to break off, so I do it on purpose. The connection closes behind this sentence, without a word about why.";

const OBEDIENT: &str = "Your message contains a text, and the text asks for something itself: what this answer is to end with. I do it, as a model may. To a model your words and those of the text are one.";

const IDENTITY: &str = "I am the stand-in: a small server inside Airlock that answers in Claude's place while there is no key. I speak the same protocol, I count tokens, and I keep to the same rules. But I do not think, and I am not Claude.\n\n\
    Give Airlock a key and start it again. Then Claude answers here, and nothing else changes: not the page, not the checks, not the way.";

const THANKS: &str = "You are welcome. I am the stand-in, and I am here whenever there is no key.";

fn greeting(random: &mut Random) -> String {
    let greeting = pick(
        random,
        &[
            "Hello. I am the stand-in that answers in Claude's place while Airlock has no key.",
            "Good to see you here. I am Airlock's stand-in; Claude answers once there is a key.",
        ],
    );
    format!(
        "{greeting} Say anything, and I tell you which way your message took. Or ask for a table, a list, some code or a long explanation."
    )
}

fn overloaded() -> Refusal {
    Refusal::overloaded(
        "Overloaded. The stand-in says so on purpose, because the message asked for it.",
    )
}

fn rate_limited() -> Refusal {
    let message = "The stand-in refused this request on purpose, because the message asked for a rate limit. It takes the next one.";
    Refusal::rate_limited(message, RATE_LIMIT_WAIT)
}

fn thoughts(hearing: &Hearing, topic: Topic) -> String {
    let plan = match topic {
        Topic::Table => "They want a table, and I know one by heart.",
        Topic::Code => "They want code. Two short pieces show the whole pattern.",
        Topic::List => "They want a list, so I keep each point to a line or two.",
        Topic::Long => {
            "They want the long form: the key, the checks, the money, the stream, the stop."
        }
        _ => "I tell them what I received and how it got here.",
    };
    format!(
        "A stand-in does not think, but this is where Claude's thinking would be. The conversation has {} of the visitor's messages. {plan}",
        hearing.earlier.len() + 1
    )
}

#[cfg(test)]
mod tests;
