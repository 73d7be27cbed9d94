//! What a request costs: with each model, with a cache, and together with the turns before it.

use proptest::prelude::{prop_assert, proptest};

use super::*;

/// A policy whose sizes are in no test's way.
fn generous() -> Policy {
    Policy {
        messages_max: 2_000,
        request_bytes_max: 1_000_000,
        ..policy()
    }
}

fn estimate(request: &ChatRequest) -> Estimate {
    let preflight = check(request, &generous(), &Catalogue::builtin(), now());
    preflight.estimate.expect("a price")
}

#[test]
fn each_model_of_the_policy_is_compared_in_its_order() {
    let mixed = Policy {
        models: [
            "claude-sonnet-5-5",
            "unheard-of",
            "claude-3-opus",
            "claude-haiku-5-5",
        ]
        .map(str::to_owned)
        .to_vec(),
        ..generous()
    };
    let costs = Memo::default().compare(&hello(), &mixed, &Catalogue::builtin(), now());
    let models: Vec<&str> = costs.iter().map(|cost| cost.model.as_str()).collect();
    assert_eq!(models, ["claude-sonnet-5-5", "claude-haiku-5-5"]);
    assert_eq!(costs[1].estimate, estimate(&hello()));
}

#[test]
fn a_likely_answer_is_what_is_asked_for_and_never_above_the_cap() {
    let briefly = request(&[(Role::User, "Why is the sky blue? Briefly, please.")]);
    assert_eq!(estimate(&briefly).output_likely, TokenCount(80));
    let essay = request(&[(Role::User, "Write an essay on the sky.")]);
    assert_eq!(estimate(&essay).output_likely, TokenCount(500));
    let capped = ChatRequest {
        max_tokens: Some(20),
        ..briefly
    };
    assert_eq!(estimate(&capped).output_likely, TokenCount(20));
}

proptest! {
    #[test]
    fn a_longer_prompt_never_costs_less_at_worst_and_probably_less_than_that(
        text in "\\PC{0,60}",
        more in "\\PC{0,60}",
    ) {
        let shorter = estimate(&request(&[(Role::User, &text)]));
        let longer = estimate(&request(&[(Role::User, &format!("{text}{more}"))]));
        prop_assert!(shorter.worst_case <= longer.worst_case);
        prop_assert!(shorter.input_bound <= longer.input_bound);
        prop_assert!(longer.likely <= longer.worst_case);
        prop_assert!(longer.output_likely <= longer.output_max);
    }
}
