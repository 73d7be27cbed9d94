//! Fixes: applied they remove what they were offered for, and on a request that they were not meant for they do no harm.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::models::Model;

/// Models with small contexts beside some of the real ones, so that short texts reach every limit.
pub(super) fn models() -> Catalogue {
    let real = Catalogue::builtin();
    let of = |id: &str| real.find(id).expect(id).clone();
    let small = |id, like: &str, context_tokens, output_tokens_max| Model {
        id,
        also_called: &[],
        context_tokens,
        output_tokens_max,
        ..of(like)
    };
    Catalogue::of(vec![
        small("tiny", "claude-haiku-4-5", 300, 200),
        small("narrow", "claude-sonnet-4-6", 600, 2_000),
        small("wordy", "claude-opus-5-5", 1_500, 1_000),
        of("claude-haiku-5-5"),
        of("claude-sonnet-4-5"),
        of("claude-opus-4-5"),
        of("claude-3-opus"),
    ])
}

const IDS: [&str; 9] = [
    AUTO,
    "tiny",
    "narrow",
    "wordy",
    "claude-haiku-5-5",
    "claude-sonnet-4-5",
    "claude-opus-4-5",
    "claude-3-opus",
    "gpt-5",
];

const TEXTS: [&str; 7] = [
    "Hello",
    "",
    " \n",
    "Prove it: derive the theorem, and evaluate the proof.",
    "```\nlet x = 1;\n```",
    "What follows is a longer text, as people write it when they explain what they want. It has some sentences, and a number: 12,345. \
     Nothing in it is of any interest, but that there is much of it, so that a few of its kind do not fit a small context.",
    "日本語のテキスト、絵文字 🙂 と\u{2028}。",
];

fn messages() -> impl Strategy<Value = Vec<ChatMessage>> {
    let role = prop_oneof![3 => Just(Role::User), 2 => Just(Role::Assistant)];
    let text = prop_oneof![
        6 => proptest::sample::select(&TEXTS[..]).prop_map(str::to_owned),
        1 => ".{0,40}".prop_map(|text| format!("é{text}{}", key())),
        1 => ".{0,40}",
    ];
    let any = vec((role, text), 0..12);
    any.prop_map(|all| {
        all.iter()
            .map(|(role, text)| message(*role, text))
            .collect()
    })
}

pub(super) fn requests() -> impl Strategy<Value = ChatRequest> {
    (
        proptest::sample::select(&IDS[..]),
        messages(),
        option::of(prop_oneof![Just(0), 1..3_000_u32, any::<u32>()]),
        option::of(proptest::sample::select(&Effort::ALL[..])),
    )
        .prop_map(|(model, messages, max_tokens, effort)| ChatRequest {
            model: model.to_owned(),
            messages,
            max_tokens,
            effort,
        })
}

pub(super) fn policies() -> impl Strategy<Value = Policy> {
    (
        proptest::sample::subsequence(&IDS[1..], 0..=8),
        (prop_oneof![Just(0), 1..3_000_u32], 0..3_000_u32),
        prop_oneof![0..12_u32, Just(u32::MAX)],
        prop_oneof![0..2_000_u64, Just(u64::MAX)],
        prop_oneof![0..1_000_u64, any::<u64>()],
        option::of(prop_oneof![0..50_000_000_u64, any::<u64>()]),
    )
        .prop_map(
            |(models, output, messages_max, request_bytes_max, system_bytes, left)| Policy {
                models: models.into_iter().map(str::to_owned).collect(),
                output_tokens_max: output.0,
                output_tokens_default: output.1,
                messages_max,
                request_bytes_max,
                system_bytes,
                budget_left: left.map(NanoUsd),
                on_secret: OnSecret::Block,
                prompt_caching: true,
            },
        )
}

/// How often `rule` has something to say of `request`.
fn count(rule: Rule, request: &ChatRequest, policy: &Policy) -> usize {
    let findings = check(request, policy, &models(), now()).findings;
    findings
        .iter()
        .filter(|finding| finding.rule == rule)
        .count()
}

fn fixes() -> impl Strategy<Value = Fix> {
    prop_oneof![
        Just(Fix::LeaveOutEffort),
        "[a-z0-9-]{0,20}".prop_map(|model| Fix::UseModel { model }),
        any::<u32>().prop_map(|max_tokens| Fix::CapOutput { max_tokens }),
        any::<usize>().prop_map(|messages| Fix::DropOldest { messages }),
        (0..12_usize).prop_map(|message| Fix::LeaveOutMessage { message }),
        (0..12_usize, 0..60_usize, 0..60_usize).prop_map(|(message, start, end)| Fix::Redact {
            message,
            span: Span { start, end },
            with: "[…]".to_owned(),
        }),
    ]
}

proptest! {
    #[test]
    fn a_fix_removes_what_it_is_offered_for(request in requests(), policy in policies()) {
        let findings = check(&request, &policy, &models(), now()).findings;
        for finding in findings {
            let Some(fix) = &finding.fix else { continue };
            let mended = fix.apply(&request);
            let left = count(finding.rule, &mended, &policy);
            // Of these there is one for each place, and a fix mends one place.
            if matches!(finding.rule, Rule::EmptyMessage | Rule::Secret) {
                prop_assert!(left < count(finding.rule, &request, &policy), "{finding:?}");
            } else {
                prop_assert_eq!(left, 0, "{:?}", finding);
            }
        }
    }

    #[test]
    fn the_worst_is_told_first_and_every_place_is_one_of_the_requests(
        request in requests(),
        policy in policies(),
    ) {
        let findings = check(&request, &policy, &models(), now()).findings;
        prop_assert!(findings.is_sorted_by(|one, next| one.severity >= next.severity));
        for place in findings.iter().filter_map(|finding| finding.place) {
            let message = request.messages.get(place.message).expect("a message");
            if let Some(span) = place.span {
                prop_assert!(message.content.get(span.range()).is_some_and(|part| !part.is_empty()));
            }
        }
    }

    #[test]
    fn a_fix_reads_back_as_what_was_written(fix in fixes()) {
        let json = serde_json::to_string(&fix).expect("it writes");
        prop_assert_eq!(serde_json::from_str::<Fix>(&json).expect("it reads"), fix);
    }

    #[test]
    fn a_fix_that_was_meant_for_another_request_does_no_harm(
        request in requests(),
        fix in fixes(),
    ) {
        let mended = fix.apply(&request);
        prop_assert!(mended.messages.len() <= request.messages.len());
    }
}

#[test]
fn a_change_without_its_fields_or_with_an_unknown_one_is_not_read() {
    for json in [
        r#"{"change":"cap_output"}"#,
        r#"{"change":"redact","message":0,"with":"x"}"#,
        r#"{"change":"cap_output","max_tokens":5,"min_tokens":1}"#,
        r#"{"change":"cap"}"#,
        r#"{"max_tokens":5}"#,
    ] {
        assert!(serde_json::from_str::<Fix>(json).is_err(), "{json}");
    }
    let json = r#"{"change":"cap_output","max_tokens":5}"#;
    let fix = serde_json::from_str::<Fix>(json).expect("it reads");
    assert_eq!(fix, Fix::CapOutput { max_tokens: 5 });
}
