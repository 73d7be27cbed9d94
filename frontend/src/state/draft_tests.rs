//! What may be sent, and that a verdict is that on what stands there now, whatever was judged before.

use shared::policy::OnSecret;
use shared::preflight::{AUTO, Rule, check};

use super::*;
use crate::state::chat::ChatId;

const NOW: UnixMillis = UnixMillis(1_795_000_000_000);

fn policy(budget_left: u64) -> Policy {
    Policy {
        models: vec!["claude-haiku-5-5".to_owned(), "claude-opus-5-5".to_owned()],
        output_tokens_max: 16_384,
        output_tokens_default: 4_096,
        messages_max: 10,
        request_bytes_max: 10_000,
        system_bytes: 0,
        budget_left: Some(NanoUsd(budget_left)),
        on_secret: OnSecret::Block,
        prompt_caching: false,
    }
}

fn verdict(draft: &str, budget_left: u64) -> Verdict {
    let chat = ChatState::new(ChatId(1));
    let settings = Settings::default();
    Judge::default().verdict(&chat, draft, &settings, &policy(budget_left), NOW)
}

fn counted_for(model: &str) -> TokensCounted {
    TokensCounted {
        input_tokens: TokenCount(436),
        model: model.to_owned(),
    }
}

#[test]
fn words_within_the_policy_may_be_sent() {
    let verdict = verdict("Hello?", 1_000_000_000);
    assert!(verdict.may_send());
    assert!(verdict.estimate.is_some());
    assert_eq!(verdict.costs.len(), 2);
}

#[test]
fn an_empty_draft_may_not_be_sent_and_is_not_blamed_for_it() {
    let verdict = verdict("  ", 1_000_000_000);
    assert!(!verdict.may_send());
    assert_eq!(verdict.findings, []);
}

#[test]
fn a_budget_below_the_worst_case_blocks() {
    let verdict = verdict("Hello?", 1_000);
    assert!(!verdict.may_send());
    assert_eq!(verdict.findings[0].rule, Rule::OverBudget);
}

#[test]
fn a_judge_that_has_judged_before_says_what_a_new_one_says() {
    let (policy, settings) = (policy(1_000_000_000), Settings::default());
    let mut judge = Judge::default();
    let mut chat = ChatState::new(ChatId(1));
    for draft in ["", "Hello", "Hello there", "Hell", "", "Something else"] {
        let again = judge.verdict(&chat, draft, &settings, &policy, NOW);
        let new = Judge::default().verdict(&chat, draft, &settings, &policy, NOW);
        assert_eq!(again, new, "{draft:?}");
        let report = check(judge.request(), &policy, &Catalogue::builtin(), NOW);
        assert_eq!(again.estimate, report.estimate);
        if draft.len() % 2 == 1 {
            chat.ask(draft.to_owned());
        } else {
            chat.leave_out(0, 1);
        }
    }
}

#[test]
fn an_exact_count_stands_until_the_request_says_something_else() {
    let (policy, mut settings) = (policy(1_000_000_000), Settings::default());
    let chat = ChatState::new(ChatId(1));
    let mut judge = Judge::default();
    let before = judge.verdict(&chat, "Hello", &settings, &policy, NOW);
    assert_eq!(before.exact, None);
    judge.know(judge.request().messages.clone(), counted_for(&before.model));
    let counted = judge.verdict(&chat, "Hello", &settings, &policy, NOW);
    assert_eq!(counted.exact, Some(TokenCount(436)));
    let estimate = counted.estimate.expect("has a price");
    assert_eq!(estimate.input.low, estimate.input.high);
    assert_eq!(
        estimate.worst_case,
        before.estimate.expect("has a price").worst_case
    );

    let changed = judge.verdict(&chat, "Hello!", &settings, &policy, NOW);
    assert_eq!(changed.exact, None);
    let back = judge.verdict(&chat, "Hello", &settings, &policy, NOW);
    assert_eq!(back.exact, Some(TokenCount(436)));
    settings.model = Some("claude-opus-5-5".to_owned());
    let dearer = judge.verdict(&chat, "Hello", &settings, &policy, NOW);
    assert_eq!(dearer.exact, None, "another model counts otherwise");
}

#[test]
fn the_rules_choose_where_they_are_asked_to() {
    let settings = Settings {
        model: Some(AUTO.to_owned()),
        ..Settings::default()
    };
    let chat = ChatState::new(ChatId(1));
    let mut judge = Judge::default();
    let verdict = judge.verdict(&chat, "Hello", &settings, &policy(1_000_000_000), NOW);
    assert_eq!(judge.request().model, AUTO);
    assert!(verdict.may_send(), "{:?}", verdict.findings);
    let route = verdict.route.expect("a route");
    assert_eq!(route.model, verdict.model);

    for (model, is_shown) in [(&*route.model, true), ("claude-opus-5-5", false)] {
        judge.know(judge.request().messages.clone(), counted_for(model));
        let counted = judge.verdict(&chat, "Hello", &settings, &policy(1_000_000_000), NOW);
        assert_eq!(counted.exact.is_some(), is_shown, "{model}");
    }
}

#[test]
fn what_must_not_be_sent_is_not_foreseen() {
    let foreseen = |question: String, budget_left| {
        let mut chat = ChatState::new(ChatId(1));
        chat.ask(question);
        let policy = policy(budget_left);
        let request = request(chat.to_request(), &Settings::default(), &policy);
        let foreseen = Judge::default().foresee(&request, &policy, NOW);
        foreseen.map(|_| ()).map_err(|finding| finding.rule)
    };
    assert_eq!(foreseen("Hello?".to_owned(), 1_000_000_000), Ok(()));
    assert_eq!(foreseen("Hello?".to_owned(), 1_000), Err(Rule::OverBudget));
    let key = format!("My key is AKIA{}.", "Q3EGRIV7M2XKTW5B");
    assert_eq!(foreseen(key, 1_000_000_000), Err(Rule::Secret));
}
