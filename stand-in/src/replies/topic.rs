//! From a visitor's words to what they ask for.

/// What an answer is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    /// 529, on the visitor's own wish.
    Overloaded,
    /// 429, on the visitor's own wish.
    RateLimit,
    /// A stream that ends in the middle, on the visitor's own wish.
    BreakOff,
    Identity,
    Table,
    Code,
    List,
    Long,
    Memory,
    Greeting,
    Thanks,
    /// Anything else: what happened on the way.
    Way,
}

/// Words that turn a mention of an error into a question about it.
const QUESTIONS: [&str; 6] = ["explain", "how", "should", "what", "when", "why"];

/// Phrases that ask for an error.
const FAULTS: [(Topic, &[&str]); 3] = [
    (Topic::Overloaded, &["overload"]),
    (
        Topic::RateLimit,
        &["rate limit", "rate-limit", "ratelimit", "too many requests"],
    ),
    (
        Topic::BreakOff,
        &[
            "break off",
            "drop the connection",
            "hang up",
            "close the connection",
        ],
    ),
];

/// Phrases that ask who answers.
const IDENTITY: [&str; 8] = [
    "who are you",
    "what are you",
    "who is this",
    "your name",
    "are you claude",
    "are you real",
    "are you an ai",
    "which model",
];

/// Single words and what they ask for; the first line that fits counts.
const WORDS: [(Topic, &[&str]); 5] = [
    (
        Topic::Table,
        &["table", "tables", "tabular", "compare", "comparison"],
    ),
    (
        Topic::Code,
        &[
            "code",
            "function",
            "rust",
            "axum",
            "javascript",
            "js",
            "fetch",
            "snippet",
            "program",
            "script",
            "handler",
        ],
    ),
    (
        Topic::List,
        &["list", "bullets", "bullet", "checklist", "steps"],
    ),
    (
        Topic::Long,
        &[
            "long",
            "explain",
            "explanation",
            "essay",
            "story",
            "detail",
            "details",
            "article",
        ],
    ),
    (
        Topic::Memory,
        &["remember", "earlier", "previous", "previously", "before"],
    ),
];

/// What `question` asks for. Errors are given only where `may_fail`.
pub(super) fn of(question: &str, may_fail: bool) -> Topic {
    let text = question.to_lowercase();
    let words: Vec<&str> = text
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let has_any = |wanted: &[&str]| wanted.iter().any(|word| words.contains(word));
    let says_any = |phrases: &[&str]| phrases.iter().any(|phrase| text.contains(phrase));
    if may_fail
        && !has_any(&QUESTIONS)
        && let Some((fault, _)) = FAULTS.iter().find(|(_, phrases)| says_any(phrases))
    {
        return *fault;
    }
    if says_any(&IDENTITY) {
        return Topic::Identity;
    }
    if let Some((topic, _)) = WORDS.iter().find(|(_, wanted)| has_any(wanted)) {
        return *topic;
    }
    let is_short = words.len() <= 4;
    match words.first() {
        Some(&("hi" | "hello" | "hey" | "good" | "greetings" | "hallo" | "moin")) if is_short => {
            Topic::Greeting
        }
        Some(&("thanks" | "thank" | "thx" | "cheers")) if is_short => Topic::Thanks,
        _ => Topic::Way,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_found_by_whole_words() {
        for (question, topic) in [
            ("Show me a table of who sees what", Topic::Table),
            ("Write a Rust function for this.", Topic::Code),
            ("Give me a list", Topic::List),
            ("Please explain how it works", Topic::Long),
            ("Do you remember what I asked?", Topic::Memory),
            ("Who are you?", Topic::Identity),
            ("Good morning", Topic::Greeting),
            ("Thanks", Topic::Thanks),
            ("Is the stable listener trustworthy?", Topic::Way),
            ("Good ideas for a name of a small blue boat", Topic::Way),
            ("", Topic::Way),
        ] {
            assert_eq!(of(question, true), topic, "{question}");
        }
    }

    #[test]
    fn an_error_is_given_to_who_asks_for_it_and_not_to_who_asks_about_it() {
        for (question, topic) in [
            ("Be overloaded, please", Topic::Overloaded),
            ("Answer with a rate limit", Topic::RateLimit),
            ("Now drop the connection", Topic::BreakOff),
            ("Break off in the middle", Topic::BreakOff),
            ("Explain rate limits", Topic::Long),
            ("What happens when you are overloaded?", Topic::Way),
        ] {
            assert_eq!(of(question, true), topic, "{question}");
        }
        assert_eq!(of("Be overloaded, please", false), Topic::Way);
    }
}
