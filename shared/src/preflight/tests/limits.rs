//! The exact bounds of the rules, and what the estimate says.

use super::*;

#[test]
fn a_plain_question_passes_without_a_finding() {
    assert_eq!(blocks(&hello()), []);
}

#[test]
fn an_unknown_model_is_blocked_and_has_no_estimate() {
    let request = ChatRequest {
        model: "claude-haiku-5-6".to_owned(),
        ..hello()
    };
    let preflight = check(&request, &policy(), &Catalogue::builtin(), now());
    assert_eq!(preflight.findings[0].rule, Rule::ModelUnknown);
    assert_eq!(preflight.estimate, None);
}

#[test]
fn a_retired_model_is_blocked_with_its_successor_named() {
    let request = ChatRequest {
        model: "claude-3-haiku".to_owned(),
        ..hello()
    };
    let preflight = check(&request, &policy(), &Catalogue::builtin(), now());
    assert_eq!(preflight.findings[0].rule, Rule::ModelRetired);
    assert!(preflight.findings[0].what.contains("claude-haiku-5-5"));
    assert!(preflight.is_blocked());
}

#[test]
fn an_ending_model_warns_until_its_last_day() {
    let request = ChatRequest {
        model: "claude-sonnet-4-5".to_owned(),
        ..hello()
    };
    assert_eq!(
        rules(&request, &policy()),
        [(Rule::ModelEnding, Severity::Warn)]
    );
}

#[test]
fn a_model_outside_the_policy_is_blocked_and_an_empty_list_allows_none() {
    let other = ChatRequest {
        model: "claude-opus-5-5".to_owned(),
        ..hello()
    };
    assert_eq!(blocks(&other), [Rule::ModelNotAllowed]);
    let nothing = Policy {
        models: Vec::new(),
        ..policy()
    };
    assert_eq!(
        rules(&hello(), &nothing),
        [(Rule::ModelNotAllowed, Severity::Block)]
    );
}

#[test]
fn effort_is_blocked_only_where_the_model_takes_none() {
    let asks = |model: &str| ChatRequest {
        model: model.to_owned(),
        effort: Some(Effort::Low),
        ..hello()
    };
    assert_eq!(blocks(&asks("claude-haiku-4-5")), [Rule::EffortNotAccepted]);
    assert_eq!(blocks(&asks("claude-haiku-5-5")), []);
}

#[test]
fn a_conversation_needs_a_last_message_of_the_users() {
    assert_eq!(blocks(&request(&[])), [Rule::NoMessages]);
    let carried_on = [(Role::User, "Hello"), (Role::Assistant, "Good")];
    assert_eq!(blocks(&request(&carried_on)), [Rule::LastTurnNotUser]);
    let answered = [carried_on[0], carried_on[1], (Role::User, "And?")];
    assert_eq!(blocks(&request(&answered)), []);
}

#[test]
fn white_space_is_no_text() {
    assert_eq!(
        blocks(&request(&[(Role::User, " \n\u{2003}")])),
        [Rule::EmptyMessage]
    );
    assert_eq!(blocks(&request(&[(Role::User, ".")])), []);
}

#[test]
fn counts_and_sizes_hold_to_the_last_one() {
    let turn = (Role::User, "x");
    assert_eq!(blocks(&request(&[turn; 3])), []);
    assert_eq!(blocks(&request(&[turn; 4])), [Rule::TooManyMessages]);
    assert_eq!(blocks(&request(&[(Role::User, &"x".repeat(100))])), []);
    assert_eq!(
        blocks(&request(&[(Role::User, &"x".repeat(101))])),
        [Rule::RequestTooLarge]
    );
}

#[test]
fn the_output_cap_is_at_least_one_and_at_most_the_policys() {
    for (max_tokens, is_blocked) in [(0, true), (1, false), (1_000, false), (1_001, true)] {
        let request = ChatRequest {
            max_tokens: Some(max_tokens),
            ..hello()
        };
        assert_eq!(!blocks(&request).is_empty(), is_blocked, "{max_tokens}");
    }
}

#[test]
fn the_output_cap_is_never_above_the_models() {
    let generous = Policy {
        output_tokens_max: 1_000_000,
        ..policy()
    };
    let request = ChatRequest {
        model: "claude-haiku-4-5".to_owned(),
        max_tokens: Some(64_001),
        ..hello()
    };
    assert_eq!(
        rules(&request, &generous),
        [(Rule::OutputCap, Severity::Block)]
    );
}

#[test]
fn a_prompt_that_cannot_fit_the_context_is_blocked() {
    let generous = Policy {
        request_bytes_max: u64::MAX,
        ..policy()
    };
    let of_bytes = |bytes: usize| ChatRequest {
        model: "claude-haiku-4-5".to_owned(),
        ..request(&[(Role::User, &"word ".repeat(bytes / 5))])
    };
    assert_eq!(rules(&of_bytes(1_000_000), &generous), []);
    assert_eq!(
        rules(&of_bytes(1_300_000), &generous),
        [(Rule::ContextOverflow, Severity::Block)]
    );
}

#[test]
fn the_budget_holds_the_worst_case_to_the_nano_dollar() {
    let preflight = check(&hello(), &policy(), &Catalogue::builtin(), now());
    let worst_case = preflight.estimate.expect("a known model").worst_case;
    let with_left = |left| Policy {
        budget_left: Some(left),
        ..policy()
    };
    assert_eq!(rules(&hello(), &with_left(worst_case)), []);
    let too_little = worst_case.saturating_sub(NanoUsd(1));
    assert_eq!(
        rules(&hello(), &with_left(too_little)),
        [(Rule::OverBudget, Severity::Block)]
    );
}

#[test]
fn the_bound_counts_text_frames_and_the_servers_system_prompt() {
    let with_system = Policy {
        system_bytes: 1_000,
        ..policy()
    };
    let estimate = check(&hello(), &with_system, &Catalogue::builtin(), now())
        .estimate
        .expect("a known model");
    assert_eq!(estimate.input_bound, TokenCount(5 + 1_000 + 16 + 64));
    assert_eq!(estimate.output_max, TokenCount(500));
    // 200 nano-dollars is Haiku's one-hour cache write, the dearest class of input; 500 its output.
    assert_eq!(estimate.worst_case, NanoUsd(1_085 * 200 + 500 * 500));
}

#[test]
fn the_range_stays_below_the_bound() {
    for bytes in [1, 5, 100] {
        let request = request(&[(Role::User, &"x".repeat(bytes))]);
        let estimate = check(&request, &policy(), &Catalogue::builtin(), now())
            .estimate
            .expect("a known model");
        let TokenRange { low, likely, high } = estimate.input;
        assert!(low <= likely && likely <= high && high <= estimate.input_bound);
    }
}

proptest::proptest! {
    #[test]
    fn no_request_makes_it_fail(
        model in "[a-z0-9-]{0,20}",
        texts in proptest::collection::vec(".{0,30}", 0..6),
        max_tokens in proptest::option::of(proptest::num::u32::ANY),
    ) {
        let request = ChatRequest {
            model,
            messages: texts.iter().map(|text| message(Role::User, text)).collect(),
            max_tokens,
            effort: None,
        };
        let once = check(&request, &policy(), &Catalogue::builtin(), now());
        proptest::prop_assert_eq!(&once, &check(&request, &policy(), &Catalogue::builtin(), now()));
    }
}
