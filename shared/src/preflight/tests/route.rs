//! The model that the rules choose, and why.

use super::*;

const ALL: [&str; 4] = [
    "claude-sonnet-5-5",
    "claude-haiku-5-5",
    "claude-opus-5-5",
    "claude-fable-5-2",
];

fn open(models: &[&str]) -> Policy {
    Policy {
        models: models.iter().map(|id| (*id).to_owned()).collect(),
        request_bytes_max: u64::MAX,
        ..policy()
    }
}

fn auto(question: &str) -> ChatRequest {
    ChatRequest {
        model: AUTO.to_owned(),
        ..request(&[(Role::User, question)])
    }
}

fn routed(request: &ChatRequest, policy: &Policy) -> Route {
    let preflight = check(request, policy, &Catalogue::builtin(), now());
    let route = preflight.route.clone().expect("a choice");
    assert_eq!(preflight.model(request), route.model);
    let named = ChatRequest {
        model: route.model.clone(),
        ..request.clone()
    };
    let of_named = check(&named, policy, &Catalogue::builtin(), now());
    assert_eq!(preflight.estimate, of_named.estimate);
    assert_eq!(of_named.route, None);
    route
}

fn chosen(request: &ChatRequest) -> String {
    routed(request, &open(&ALL)).model
}

#[test]
fn a_short_plain_question_goes_to_the_smallest_and_the_next_one_is_priced() {
    let route = routed(&auto("What is the capital of France?"), &open(&ALL));
    assert_eq!(route.model, "claude-haiku-5-5");
    assert_eq!(route.why, "The question is short and plain.");
    let instead = route.instead.expect("there are others");
    assert_eq!(instead.model, "claude-sonnet-5-5");
    let named = ChatRequest {
        model: instead.model,
        ..auto("What is the capital of France?")
    };
    let preflight = check(&named, &open(&ALL), &Catalogue::builtin(), now());
    assert_eq!(preflight.estimate.expect("a price").likely, instead.likely);
}

#[test]
fn code_reasoning_and_length_ask_for_more() {
    let code = "Why does this not compile?\n```rust\nfn main() {}\n```";
    assert_eq!(chosen(&auto(code)), "claude-sonnet-5-5");
    assert_eq!(chosen(&auto("a = 1;\nb = 2;\nc = 3;")), "claude-sonnet-5-5");
    assert_eq!(
        chosen(&auto("He came; he saw;\nhe left;")),
        "claude-haiku-5-5"
    );
    assert_eq!(chosen(&auto("Prove that it ends.")), "claude-sonnet-5-5");
    assert_eq!(chosen(&auto("It proved to be fine.")), "claude-haiku-5-5");
    let hard = "Analyse the architecture, evaluate the strategy.";
    assert_eq!(chosen(&auto(hard)), "claude-opus-5-5");
    let both = format!("Debug this:\n{code}");
    assert_eq!(chosen(&auto(&both)), "claude-opus-5-5");
    assert_eq!(chosen(&auto(&"word ".repeat(400))), "claude-sonnet-5-5");
    assert_eq!(chosen(&auto(&"word ".repeat(399))), "claude-haiku-5-5");
}

#[test]
fn effort_that_is_asked_for_decides_before_the_text_does() {
    let asked = |effort| {
        chosen(&ChatRequest {
            effort: Some(effort),
            ..auto("What is the capital of France?")
        })
    };
    let models = Effort::ALL.map(asked);
    assert_eq!(
        models,
        [
            "claude-haiku-5-5",
            "claude-haiku-5-5",
            "claude-sonnet-5-5",
            "claude-opus-5-5",
            "claude-fable-5-2",
        ]
    );
    let little_for_hard_work = ChatRequest {
        effort: Some(Effort::Low),
        ..auto("Analyse, prove, derive.")
    };
    assert_eq!(chosen(&little_for_hard_work), "claude-haiku-5-5");
}

#[test]
fn a_short_question_stays_with_the_work_that_it_follows() {
    let follows = |question: &str, answer: &str| {
        chosen(&ChatRequest {
            model: AUTO.to_owned(),
            ..request(&[
                (Role::User, question),
                (Role::Assistant, answer),
                (Role::User, "Shorter, please."),
            ])
        })
    };
    assert_eq!(follows("Hi!", "```\nx\n```"), "claude-sonnet-5-5");
    assert_eq!(follows("Prove it.", "Well."), "claude-sonnet-5-5");
    // That Claude says what a proof is does not make the question one.
    assert_eq!(
        follows("Hi!", "I prove, derive, evaluate."),
        "claude-haiku-5-5"
    );
}

#[test]
fn the_policy_bounds_the_choice_and_its_order_decides_among_equals() {
    let hard = auto("Analyse, prove, derive.");
    let route = routed(&hard, &open(&["claude-haiku-5-5", "claude-sonnet-5-5"]));
    assert_eq!(route.model, "claude-sonnet-5-5");
    assert_eq!(
        route.why,
        "It asks for much reasoning; no larger model that is allowed can take it."
    );
    let plain = auto("Hello");
    let route = routed(&plain, &open(&["claude-opus-5", "claude-opus-5-5"]));
    assert_eq!(route.model, "claude-opus-5");
    assert_eq!(
        route.why,
        "The question is short and plain; no smaller model that is allowed can take it."
    );
    let route = routed(&plain, &open(&["claude-opus-5"]));
    assert_eq!(route.instead, None);
}

#[test]
fn no_model_that_answers_is_no_choice() {
    for models in [&[][..], &["claude-3-opus"], &["gpt-5"], &[AUTO]] {
        let preflight = check(&auto("Hello"), &open(models), &Catalogue::builtin(), now());
        assert_eq!(preflight.route, None);
        assert_eq!(preflight.estimate, None);
        assert_eq!(preflight.findings[0].rule, Rule::ModelNotAllowed);
        assert!(preflight.is_blocked());
    }
}

#[test]
fn what_a_model_cannot_take_excludes_it() {
    // Haiku 4.5 has the smaller context, takes no effort, and answers with fewer tokens; Sonnet 4.5 ends soon.
    let models = open(&["claude-haiku-4-5", "claude-sonnet-4-5", "claude-sonnet-5-5"]);
    assert_eq!(routed(&auto("Hello"), &models).model, "claude-haiku-4-5");
    let large = auto(&"word ".repeat(300_000));
    assert_eq!(routed(&large, &models).model, "claude-sonnet-5-5");
    let with_effort = ChatRequest {
        effort: Some(Effort::Low),
        ..auto("Hello")
    };
    assert_eq!(routed(&with_effort, &models).model, "claude-sonnet-5-5");
    let long_answer = ChatRequest {
        max_tokens: Some(64_001),
        ..auto("Hello")
    };
    assert_eq!(routed(&long_answer, &models).model, "claude-sonnet-5-5");
    assert_eq!(
        routed(&auto("Prove it."), &models).model,
        "claude-sonnet-5-5"
    );
}

#[test]
fn the_budget_excludes_what_it_cannot_pay_and_falls_to_the_cheapest() {
    let hard = auto("Analyse, prove, derive.");
    let with_left = |left| Policy {
        budget_left: Some(NanoUsd(left)),
        ..open(&ALL)
    };
    // 500 tokens of answer cost Opus a cent, Sonnet half a cent, Haiku a fortieth.
    let route = routed(&hard, &with_left(8_000_000));
    assert_eq!(route.model, "claude-sonnet-5-5");
    assert_eq!(
        route.why,
        "It asks for much reasoning; the budget left pays for no larger model."
    );
    assert_eq!(
        routed(&hard, &with_left(1_000_000)).model,
        "claude-haiku-5-5"
    );
    let nothing = with_left(0);
    assert_eq!(routed(&hard, &nothing).model, "claude-haiku-5-5");
    assert!(rules(&hard, &nothing).contains(&(Rule::OverBudget, Severity::Block)));
}
