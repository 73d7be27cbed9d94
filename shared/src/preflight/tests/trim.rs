//! Trimming: whole turns go, oldest first, and no more than has to.

use proptest::prelude::*;

use super::fixes::{models, policies, requests};
use super::*;

fn trim(request: &ChatRequest, policy: &Policy, catalogue: &Catalogue) -> Option<Trim> {
    Memo::default().trim(request, policy, catalogue, now())
}

/// Whether the rules on size have nothing against `request`.
fn fits(request: &ChatRequest, policy: &Policy) -> bool {
    let findings = check(request, policy, &models(), now()).findings;
    !findings.iter().any(|finding| {
        matches!(
            finding.rule,
            Rule::TooManyMessages | Rule::RequestTooLarge | Rule::ContextOverflow
        )
    })
}

/// The request without its first `messages`.
fn without(messages: usize, request: &ChatRequest) -> ChatRequest {
    Fix::DropOldest { messages }.apply(request)
}

/// Whether a turn begins with the message at `index`: it is the user's, and what stands before it is not.
fn begins_turn(request: &ChatRequest, index: usize) -> bool {
    let is_users = |index: usize| request.messages[index].role == Role::User;
    is_users(index) && (index == 0 || !is_users(index - 1))
}

fn turns(request: &ChatRequest) -> Vec<usize> {
    let all = 0..request.messages.len();
    all.filter(|index| begins_turn(request, *index)).collect()
}

proptest! {
    #[test]
    fn whole_turns_go_and_the_last_one_stays(request in requests(), policy in policies()) {
        if let Some(trim) = trim(&request, &policy, &models()) {
            prop_assert!(trim.messages > 0 && begins_turn(&request, trim.messages));
            prop_assert_eq!(&trim.fix, &Fix::DropOldest { messages: trim.messages });
            let trimmed = trim.fix.apply(&request);
            prop_assert_eq!(trimmed.messages.last(), request.messages.last());
        }
    }

    #[test]
    fn what_does_not_fit_is_made_to_fit_with_as_little_loss_as_can_be(
        request in requests(),
        policy in policies(),
    ) {
        if fits(&request, &policy) || request.model == AUTO {
            return Ok(());
        }
        let smallest = turns(&request)
            .into_iter()
            .filter(|turn| *turn > 0)
            .find(|turn| fits(&without(*turn, &request), &policy));
        let trim = trim(&request, &policy, &models());
        prop_assert_eq!(trim.map(|trim| trim.messages), smallest);
    }

    #[test]
    fn what_fits_keeps_its_last_three_turns(request in requests(), policy in policies()) {
        if !fits(&request, &policy) {
            return Ok(());
        }
        let turns = turns(&request);
        let expected = turns.iter().rev().nth(2).filter(|turn| **turn > 0);
        let trim = trim(&request, &policy, &models());
        prop_assert_eq!(trim.map(|trim| trim.messages), expected.copied());
    }

    #[test]
    fn what_is_saved_is_what_the_rest_costs_less(request in requests(), policy in policies()) {
        if request.model != AUTO
            && let Some(trim) = trim(&request, &policy, &models())
        {
            let likely = |request: &ChatRequest| {
                let estimate = check(request, &policy, &models(), now()).estimate;
                estimate.map_or(NanoUsd::ZERO, |estimate| estimate.likely)
            };
            let rest = likely(&trim.fix.apply(&request));
            prop_assert_eq!(trim.saved, likely(&request).saturating_sub(rest));
        }
    }
}

#[test]
fn old_turns_are_worth_a_word_from_a_cent_and_half_the_cost_on() {
    let old = "word ".repeat(2_000);
    let messages = |old_turns: usize| {
        let mut messages = [(Role::User, old.as_str()), (Role::Assistant, &old)].repeat(old_turns);
        messages.extend([(Role::User, "?"), (Role::Assistant, "!")].repeat(2));
        messages.push((Role::User, "And?"));
        messages
    };
    let generous = Policy {
        messages_max: 100,
        request_bytes_max: 1_000_000,
        ..policy()
    };
    let long = |model: &str, old_turns: usize, max_tokens: u32| {
        let request = ChatRequest {
            model: model.to_owned(),
            max_tokens: Some(max_tokens),
            ..request(&messages(old_turns))
        };
        let found = rules(&request, &generous);
        found.contains(&(Rule::LongConversation, Severity::Info))
    };
    assert!(!long("claude-haiku-4-5", 0, 10));
    // Ten thousand bytes are two to three thousand tokens, and a thousand tokens a tenth of a cent: a pair has half a cent.
    assert!(!long("claude-haiku-4-5", 1, 10));
    assert!(long("claude-haiku-4-5", 4, 10));
    // The same words cost Haiku 5.5 a tenth of that.
    assert!(!long("claude-haiku-5-5", 4, 10));
}
