//! Each rule with a request that it hits and a near miss that it lets pass.

use super::*;

const U: Role = Role::User;
const A: Role = Role::Assistant;

/// A rule's two sides.
struct Sample {
    hit: (ChatRequest, Policy),
    miss: (ChatRequest, Policy),
    severity: Severity,
    /// What mends the hit; nothing where only the person can.
    fix: Option<Fix>,
}

/// The names of all rules, asked of the one who knows them: whoever reads a name that is none is told all that are.
fn all_rules() -> Vec<Rule> {
    let error = serde_json::from_str::<Rule>("\"?\"").expect_err("no rule has this name");
    let told = error.to_string();
    let (_, names) = told.split_once("expected one of").expect("it lists them");
    let names = names.split('`').skip(1).step_by(2);
    names
        .map(|name| serde_json::from_value(name.into()).expect(name))
        .collect()
}

fn of_model(model: &str) -> ChatRequest {
    ChatRequest {
        model: model.to_owned(),
        ..hello()
    }
}

fn with_cap(max_tokens: u32) -> ChatRequest {
    ChatRequest {
        max_tokens: Some(max_tokens),
        ..hello()
    }
}

fn with_effort(model: &str, effort: Effort) -> ChatRequest {
    ChatRequest {
        effort: Some(effort),
        ..of_model(model)
    }
}

/// A policy whose only bounds are the model's.
fn generous() -> Policy {
    Policy {
        messages_max: u32::MAX,
        request_bytes_max: u64::MAX,
        output_tokens_max: u32::MAX,
        ..policy()
    }
}

fn block(hit: ChatRequest, miss: ChatRequest, fix: Option<Fix>) -> Sample {
    Sample {
        hit: (hit, policy()),
        miss: (miss, policy()),
        severity: Severity::Block,
        fix,
    }
}

/// The sample of each rule. A new one does not compile until it has its own.
fn sample(rule: Rule) -> Sample {
    match rule {
        Rule::ModelUnknown => model("claude-haiku-5-6", "claude-haiku-4-5-20251001"),
        Rule::ModelRetired => model("claude-3-haiku", "claude-haiku-4-5"),
        // Sonnet 5.5, which follows, is not among the policy's models: the first of them is the next best.
        Rule::ModelEnding => warning(model("claude-sonnet-4-5", "claude-haiku-4-5")),
        Rule::ModelNotAllowed => model("claude-opus-5-5", "claude-haiku-5-5"),
        Rule::EffortNotAccepted => block(
            with_effort("claude-haiku-4-5", Effort::Low),
            with_effort("claude-haiku-5-5", Effort::Max),
            Some(Fix::LeaveOutEffort),
        ),
        Rule::NoMessages => said(&[], &[(U, "?")], None),
        Rule::TooManyMessages => said(
            &[(U, "1"), (A, "2"), (U, "3"), (A, "4"), (U, "5")],
            &[(U, "1"), (A, "2"), (U, "3")],
            Some(Fix::DropOldest { messages: 2 }),
        ),
        Rule::EmptyMessage => said(
            &[(U, "1"), (A, " \n\u{2003}"), (U, "3")],
            &[(U, "1"), (A, "."), (U, "3")],
            Some(Fix::LeaveOutMessage { message: 1 }),
        ),
        Rule::FirstTurnNotUser => warning(said(
            &[(A, "1"), (A, "2"), (U, "3")],
            &[(U, "1"), (U, "2"), (U, "3")],
            Some(Fix::DropOldest { messages: 2 }),
        )),
        Rule::LastTurnNotUser => said(&[(U, "1"), (A, "2")], &[(U, "1"), (A, "2"), (U, "3")], None),
        Rule::RequestTooLarge => said(
            &[(U, &"x".repeat(50)), (A, &"x".repeat(50)), (U, "x")],
            &[(U, &"x".repeat(50)), (A, &"x".repeat(49)), (U, "x")],
            Some(Fix::DropOldest { messages: 2 }),
        ),
        Rule::OutputCap => block(
            with_cap(1_001),
            with_cap(1_000),
            Some(Fix::CapOutput { max_tokens: 1_000 }),
        ),
        Rule::ContextOverflow => long(Severity::Block, (2, 1), 700_000, 2),
        Rule::OverBudget => budget(),
        Rule::Secret => secret(),
        Rule::LongConversation => long(Severity::Info, (9, 3), 10_000, 12),
        Rule::ConversationKept => kept(),
    }
}

/// A sample of a model that cannot be asked, which the policy's first mends.
fn model(hit: &str, miss: &str) -> Sample {
    let model = "claude-haiku-5-5".to_owned();
    block(of_model(hit), of_model(miss), Some(Fix::UseModel { model }))
}

fn warning(sample: Sample) -> Sample {
    Sample {
        severity: Severity::Warn,
        ..sample
    }
}

fn said(hit: &[(Role, &str)], miss: &[(Role, &str)], fix: Option<Fix>) -> Sample {
    block(request(hit), request(miss), fix)
}

fn budget() -> Sample {
    let preflight = check(&hello(), &policy(), &Catalogue::builtin(), now());
    let worst_case = preflight.estimate.expect("a known model").worst_case;
    let with_left = |left| Policy {
        budget_left: Some(left),
        ..policy()
    };
    let too_little = worst_case.saturating_sub(NanoUsd(1));
    Sample {
        hit: (hello(), with_left(too_little)),
        miss: (hello(), with_left(worst_case)),
        severity: Severity::Block,
        fix: Some(Fix::CapOutput { max_tokens: 499 }),
    }
}

fn secret() -> Sample {
    let key = key();
    let (half, _) = key.split_at(20);
    let says = |key: &str| request(&[(U, &format!("My {key}."))]);
    let span = Span {
        start: 3,
        end: 3 + key.len(),
    };
    let fix = Fix::Redact {
        message: 0,
        span,
        with: "sk-ant-…[redacted]".to_owned(),
    };
    Sample {
        hit: (says(&key), generous()),
        miss: (says(half), generous()),
        severity: Severity::Block,
        fix: Some(fix),
    }
}

/// Conversations of a number of turns each, in messages of `bytes` bytes, the longer of which loses its first `messages`.
fn long(severity: Severity, turns: (usize, usize), bytes: usize, messages: usize) -> Sample {
    let text = "word ".repeat(bytes / 5);
    let conversation = |turns| {
        let turn = [(U, text.as_str()), (A, &text)];
        let messages: Vec<_> = turn.into_iter().cycle().take(turns * 2 - 1).collect();
        ChatRequest {
            model: "claude-haiku-4-5".to_owned(),
            ..request(&messages)
        }
    };
    Sample {
        hit: (conversation(turns.0), generous()),
        miss: (conversation(turns.1), generous()),
        severity,
        fix: Some(Fix::DropOldest { messages }),
    }
}

/// A conversation that goes on, and its first question, with as much text.
fn kept() -> Sample {
    let text = "word ".repeat(4_000);
    let policy = Policy {
        prompt_caching: true,
        ..generous()
    };
    Sample {
        hit: (request(&[(U, &text), (A, &text), (U, "?")]), policy.clone()),
        miss: (request(&[(U, &text)]), policy),
        severity: Severity::Info,
        fix: None,
    }
}

fn find(rule: Rule, (request, policy): &(ChatRequest, Policy)) -> Option<Finding> {
    let preflight = check(request, policy, &Catalogue::builtin(), now());
    let mut found = preflight.findings.into_iter();
    found.find(|finding| finding.rule == rule)
}

#[test]
fn each_rule_hits_what_it_is_for_and_lets_the_near_miss_pass() {
    let rules = all_rules();
    assert_eq!(rules.len(), 17);
    for rule in rules {
        let sample = sample(rule);
        let finding = find(rule, &sample.hit).unwrap_or_else(|| panic!("{rule:?} misses its hit"));
        assert_eq!(finding.severity, sample.severity, "{finding:?}");
        assert_eq!(finding.fix, sample.fix, "{finding:?}");
        assert_eq!(
            find(rule, &sample.miss),
            None,
            "{rule:?} hits its near miss"
        );
    }
}

#[test]
fn each_finding_is_told_in_one_sentence_and_says_why() {
    for rule in all_rules() {
        let finding = find(rule, &sample(rule).hit).expect("it hits");
        let Finding { what, why, .. } = finding;
        for sentence in [what.as_str(), &why] {
            let first = sentence.chars().next().expect("it says something");
            assert!(first.is_uppercase() || first.is_ascii_digit(), "{sentence}");
            assert!(sentence.ends_with('.'), "{sentence}");
        }
        assert!(what.len() <= 120, "{what}");
    }
}
