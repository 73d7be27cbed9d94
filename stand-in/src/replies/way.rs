//! What the stand-in tells about a message's way to it.

use super::Hearing;
use super::hearing::Sender;
use crate::bucket::with_commas;
use crate::random::Random;

/// The most of a visitor's own words that an answer repeats.
const QUOTE_CHARS: usize = 80;

/// Headers of a browser that must never get this far.
const BROWSER_HEADERS: [&str; 3] = ["cookie", "origin", "referer"];

/// The default answer: what happened, step by step.
pub(super) fn told(hearing: &Hearing, can_fail: bool, random: &mut Random) -> String {
    let opening = pick(
        random,
        &[
            "I am Airlock's stand-in, not Claude. No model thought about your message; these words were written in advance. But its way here was real, and I can tell you about it.",
            "This is the stand-in speaking, not Claude. I cannot answer the question itself. What I can do is tell you truthfully what happened to it on the way.",
            "You are talking to a stand-in. With a key of your own, Claude answers here instead. The way is the same, and it went like this.",
        ],
    );
    let quote = quoted(&hearing.question);
    let steps = match hearing.sender {
        Sender::Page => browser_steps(hearing),
        Sender::Program => program_steps(hearing),
        Sender::Direct => direct_steps(hearing),
    };
    let (headers, memory, offer) = (headers(hearing), memory(hearing), offer(can_fail));
    format!("{opening}\n\nYou wrote: {quote}\n\n{steps}\n\n{headers}{memory}\n\n{offer}")
}

/// One line that goes below an answer about something else.
pub(super) fn footnote(hearing: &Hearing) -> String {
    let key = &hearing.key.fingerprint;
    let way = match hearing.sender {
        Sender::Page => "Your browser sent no key; the server added the one with the fingerprint",
        Sender::Program => {
            "Your program sent an access token; the server put in its place the key with the fingerprint"
        }
        Sender::Direct => "Your program itself sent the key with the fingerprint",
    };
    format!("*From the stand-in, not Claude. {way} `{key}`.*")
}

/// Everything that the visitor said before, for who asks.
pub(super) fn everything_said(hearing: &Hearing) -> String {
    /// A screenful.
    const TURNS_MAX: usize = 10;
    if hearing.earlier.is_empty() {
        return "This is the first thing that you said in this conversation, so there is nothing earlier to remember.".to_owned();
    }
    let skipped = hearing.earlier.len().saturating_sub(TURNS_MAX);
    let said = hearing.earlier.iter().enumerate().skip(skipped);
    let lines: Vec<_> = said
        .map(|(turn, words)| format!("{}. {}", turn + 1, quoted(words)))
        .collect();
    format!(
        "This is what you said before, in order:\n\n{}\n\nI remember none of it myself. Your browser keeps the conversation and sends all of it with each message; the server keeps nothing.",
        lines.join("\n")
    )
}

/// Chooses one of `texts`.
pub(super) fn pick<'a>(random: &mut Random, texts: &[&'a str]) -> &'a str {
    let last = texts.len().saturating_sub(1) as u64;
    let place = usize::try_from(random.between(0, last)).unwrap_or_default();
    texts.get(place).copied().unwrap_or_default()
}

fn browser_steps(hearing: &Hearing) -> String {
    let (header, key) = (hearing.key.header, &hearing.key.fingerprint);
    let received = received(hearing);
    format!(
        "1. **Your browser** checked the message before it left the tab: its shape, its length, and what it can cost at most.\n\
         2. It sent the message **to Airlock's own address, without a key**. There is none in the page that could get out.\n\
         3. **The server** checked it again, set the worst case aside from the budget, and added the key as `{header}`. I know that key by its fingerprint alone: `{key}`.\n\
         4. **I** received {received}."
    )
}

fn program_steps(hearing: &Hearing) -> String {
    let (header, key) = (hearing.key.header, &hearing.key.fingerprint);
    let received = received(hearing);
    format!(
        "1. **Your program** called Airlock with an access token. It has no key that could get out.\n\
         2. **The server** looked at what the request can cost at most, set that aside from the budget, and put in the token's place the key as `{header}`. I know that key by its fingerprint alone: `{key}`.\n\
         3. **I** received {received}, byte for byte as your program wrote it."
    )
}

fn direct_steps(hearing: &Hearing) -> String {
    let (header, key) = (hearing.key.header, &hearing.key.fingerprint);
    let received = received(hearing);
    format!(
        "1. **Your program** called me directly and sent its key as `{header}`. Its fingerprint is `{key}`.\n\
         2. **I** received {received}.\n\
         3. Nothing stood in between. With Airlock's address in place of mine, the program would need no key of Anthropic's at all."
    )
}

/// What arrived, in one sentence without its full stop.
fn received(hearing: &Hearing) -> String {
    let messages = match hearing.messages {
        1 => "one message".to_owned(),
        more => format!("{more} messages"),
    };
    let form = if hearing.is_stream {
        "as a stream"
    } else {
        "in one piece"
    };
    let (model, tokens) = (hearing.model, with_commas(hearing.max_tokens));
    let effort = match &hearing.effort {
        Some(effort) => format!(", with {effort} effort"),
        None => String::new(),
    };
    let system = match (hearing.system_bytes, hearing.sender) {
        (0, _) => String::new(),
        (bytes, Sender::Program | Sender::Direct) => {
            format!(", and a system prompt of {bytes} bytes")
        }
        (bytes, Sender::Page) => {
            format!(", and a system prompt of {bytes} bytes that the tab never saw")
        }
    };
    format!(
        "{messages} for `{model}`, to be answered {form} with at most {tokens} tokens{effort}{system}"
    )
}

fn headers(hearing: &Hearing) -> String {
    let names: Vec<_> = hearing
        .header_names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect();
    let names = names.join(", ");
    let here = |name: &&&str| hearing.header_names.iter().any(|known| known == **name);
    let came: Vec<_> = BROWSER_HEADERS.iter().filter(here).copied().collect();
    let rest = if came.is_empty() {
        "No cookie, no `origin` and no `referer` of your browser came through.".to_owned()
    } else {
        format!(
            "Among them is what should have stayed behind: {}.",
            came.join(", ")
        )
    };
    format!("The headers that arrived, by name: {names}. {rest}")
}

fn memory(hearing: &Hearing) -> String {
    match hearing.earlier.as_slice() {
        [] => String::new(),
        [only] => format!(
            "\n\nBefore this you asked: {}. I know that because the browser sends the whole conversation each time.",
            quoted(only)
        ),
        [first, .., last] => format!(
            "\n\nYou began with {}, and just before this you asked {}. I know that because the browser sends the whole conversation each time.",
            quoted(first),
            quoted(last)
        ),
    }
}

fn offer(can_fail: bool) -> &'static str {
    if can_fail {
        "Ask me for a table, a list, some code or a long explanation. Or see how an error looks: ask me to be overloaded, to answer with a rate limit, or to drop the connection."
    } else {
        "Ask me for a table, a list, some code or a long explanation."
    }
}

/// The first words of `text` on one line, in quotation marks.
fn quoted(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut letters = line.chars();
    let mut quote: String = letters.by_ref().take(QUOTE_CHARS).collect();
    if letters.next().is_some() {
        quote.push('…');
    }
    format!("“{quote}”")
}
