//! What Claude is asked to keep: only what comes again, is long enough, and costs less that way.

use super::*;
use crate::money::TokenUsage;

fn caching() -> Policy {
    Policy {
        messages_max: 100,
        request_bytes_max: 1_000_000,
        models: ["claude-opus-5", "claude-haiku-4-5"]
            .map(str::to_owned)
            .to_vec(),
        prompt_caching: true,
        ..policy()
    }
}

/// A conversation of this many messages, about a thousand tokens each, that asks `model`.
fn conversation(model: &str, messages: usize) -> ChatRequest {
    let text = "one two three four ".repeat(250);
    let turn = [(Role::User, text.as_str()), (Role::Assistant, &text)];
    let messages: Vec<_> = turn.into_iter().cycle().take(messages).collect();
    ChatRequest {
        model: model.to_owned(),
        ..request(&messages)
    }
}

fn kept(request: &ChatRequest, policy: &Policy) -> Kept {
    check(request, policy, &Catalogue::builtin(), now()).kept
}

fn messages(model: &str, messages: usize) -> usize {
    kept(&conversation(model, messages), &caching()).messages
}

#[test]
fn all_but_the_last_message_is_kept_from_the_second_question_on() {
    assert_eq!(messages("claude-opus-5", 1), 0);
    assert_eq!(messages("claude-opus-5", 3), 2);
    assert_eq!(messages("claude-opus-5", 13), 12);
}

#[test]
fn what_is_shorter_than_the_model_keeps_is_not_marked() {
    // Haiku 4.5 keeps 4,096 tokens and more, Opus 5 an eighth of that.
    assert_eq!(messages("claude-haiku-4-5", 3), 0);
    assert_eq!(messages("claude-haiku-4-5", 9), 8);
    assert_eq!(kept(&hello(), &caching()), Kept::default());
}

#[test]
fn a_system_prompt_is_kept_for_the_first_question_too_if_it_is_long() {
    let behind = |system_bytes| Policy {
        system_bytes,
        ..caching()
    };
    let of_first = |system_bytes| kept(&conversation("claude-opus-5", 1), &behind(system_bytes));
    assert!(!of_first(0).system);
    assert!(!of_first(400).system);
    let kept = of_first(10_000);
    assert_eq!((kept.system, kept.messages), (true, 0));
}

#[test]
fn nothing_is_kept_where_the_policy_says_so_or_programs_ask() {
    let off = Policy {
        prompt_caching: false,
        system_bytes: 50_000,
        ..caching()
    };
    let long = conversation("claude-opus-5", 13);
    assert_eq!(kept(&long, &off), Kept::default());
    let found = rules(&long, &off);
    assert!(!found.contains(&(Rule::ConversationKept, Severity::Info)));
}

#[test]
fn what_is_kept_is_told_with_its_price() {
    let told = |model| {
        let verdict = check(
            &conversation(model, 13),
            &caching(),
            &Catalogue::builtin(),
            now(),
        );
        let mut findings = verdict.findings.into_iter();
        findings.find(|finding| finding.rule == Rule::ConversationKept)
    };
    let finding = told("claude-opus-5").expect("it is kept");
    assert_eq!(
        finding.what,
        "Claude is asked to keep the first 12 messages for five minutes, in which they cost 1/10 of the price."
    );
    assert_eq!(finding.fix, None);
}

/// Whatever is written to a cache or read from one, the bound holds it, since it takes every token at its dearest.
#[test]
fn marks_never_make_a_request_dearer_than_its_bound() {
    for model in Catalogue::builtin().iter() {
        let tokens = TokenCount(10_000);
        let Some(worst_case) = model.worst_case(now(), tokens, TokenCount(0)) else {
            continue;
        };
        for written in [0, 1, 5_000, 10_000] {
            let usage = TokenUsage {
                cache_write_5m: TokenCount(written),
                cache_read: TokenCount(tokens.0 - written),
                ..TokenUsage::default()
            };
            let cost = model.cost(now(), &usage).expect("it has prices");
            assert!(cost <= worst_case, "{}", model.id);
        }
        let once = |usage: TokenUsage| model.cost(now(), &usage).expect("it has prices").0;
        let fresh = once(TokenUsage {
            input: tokens,
            ..TokenUsage::default()
        });
        let write = once(TokenUsage {
            cache_write_5m: tokens,
            ..TokenUsage::default()
        });
        let read = once(TokenUsage {
            cache_read: tokens,
            ..TokenUsage::default()
        });
        assert!(
            write + read < 2 * fresh,
            "{}: it pays at the second use",
            model.id
        );
    }
}
