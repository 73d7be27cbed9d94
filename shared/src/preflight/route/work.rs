//! How large a model the work wants: by the effort asked, and by what the last messages say.

use super::super::case::Case;
use super::Hints;
use crate::api::chat::{Effort, Role};
use crate::models::Tier;

/// Messages that tell what the work is: the question, and the one that it follows with its answer, so that "shorter, please" is
/// answered by the model that wrote the long text.
const MESSAGES_READ: usize = 3;

/// Words of reasoning that make a hard question even without code: one may stand there by chance, three set a task.
const WORDS_OF_A_HARD_QUESTION: u32 = 3;

/// Bytes from which on a question sets a task, rather than asks for a fact: about 300 words, most of a page.
const LONG_QUESTION: u64 = 2_000;

/// The tier that the work wants, with the reason as the first half of a sentence. The first rule that applies decides.
pub(super) fn tier(case: &Case<'_>) -> (Tier, &'static str) {
    let by_text = tier_by_text(case);
    match case.request.effort {
        Some(Effort::Max) => (Tier::Fable, "All of the effort was asked"),
        Some(Effort::ExtraHigh) => (Tier::Opus, "Much effort was asked"),
        Some(Effort::High) if by_text.0 < Tier::Sonnet => (Tier::Sonnet, "High effort was asked"),
        Some(Effort::Low) => (Tier::Haiku, "Little effort was asked"),
        Some(Effort::High | Effort::Medium) | None => by_text,
    }
}

fn tier_by_text(case: &Case<'_>) -> (Tier, &'static str) {
    let last = case.request.messages.iter().zip(case.facts).rev();
    let mut heard = Hints::default();
    for (message, facts) in last.take(MESSAGES_READ) {
        // Claude's own words of reasoning say nothing of what is asked; its code does.
        let is_users = message.role == Role::User;
        heard = heard.plus(facts.hints, is_users);
    }
    let question = case.facts.last().map_or(0, |facts| facts.bytes);
    let reasons = heard.reasoning_words();
    match (heard.has_code(), reasons > 0) {
        (true, true) => (Tier::Opus, "It asks to reason about code"),
        (false, true) if reasons >= WORDS_OF_A_HARD_QUESTION => {
            (Tier::Opus, "It asks for much reasoning")
        }
        (true, false) => (Tier::Sonnet, "It is about code"),
        (false, true) => (Tier::Sonnet, "It asks for reasoning"),
        (false, false) if question >= LONG_QUESTION => (Tier::Sonnet, "The question is long"),
        (false, false) => (Tier::Haiku, "The question is short and plain"),
    }
}
