//! What becomes of a key that was found: a finding, and text without it.

use std::borrow::Cow;

use proptest::prelude::*;

use super::{Lot, anthropic, found, key};
use crate::policy::OnSecret;
use crate::preflight::facts::Facts;
use crate::preflight::secrets::rules::SHAPES;
use crate::preflight::secrets::{Secret, findings, redact, scan};
use crate::preflight::{Finding, Fix, Severity};

#[test]
fn redaction_leaves_the_prefix_and_what_stands_around() {
    let key = anthropic();
    let text = format!("a {key} b\u{200b} {} c", key.replace('-', "%2D"));
    assert_eq!(
        redact(&text),
        "a sk-ant-…[redacted] b\u{200b} sk-ant-…[redacted] c"
    );
    assert!(matches!(
        redact("nothing to see"),
        Cow::Borrowed("nothing to see")
    ));
}

#[test]
fn halves_do_not_grow_together_where_a_key_was_cut_out() {
    let mut lot = Lot(4);
    let row = |prefix| SHAPES.iter().find(|rule| rule.prefix == prefix).unwrap();
    // The prefix that is left of the inner key would make the outer one whole.
    let (outer, inner) = (key(row("hf_"), &mut lot), key(row("AKIA"), &mut lot));
    let (outer, _) = outer.split_at(outer.len() - "AKIA".len());
    let text = format!("{outer}\u{200b}{inner}");
    assert_eq!(found(&text), [&inner]);
    assert!(scan(&redact(&text)).is_empty());
}

#[test]
fn a_finding_says_what_where_and_how_to_mend_it_and_repeats_nothing() {
    let key = anthropic();
    let text = format!("Hi, {key}!");
    let facts = Facts::of(&text);
    for (on_secret, severity) in [
        (OnSecret::Block, Severity::Block),
        (OnSecret::Redact, Severity::Warn),
        (OnSecret::Warn, Severity::Warn),
    ] {
        let mut all: Vec<Finding> = Vec::new();
        findings(&[&Facts::of("nothing"), &facts], on_secret, &mut all);
        let [finding] = &all[..] else {
            panic!("{all:?}")
        };
        assert_eq!((finding.severity, finding.message()), (severity, Some(1)));
        assert_eq!(finding.what, "This looks like an Anthropic API key.");
        let Some(Fix::Redact { span, with, .. }) = &finding.fix else {
            panic!("{finding:?}")
        };
        assert_eq!(
            (text.get(span.range()), with.as_str()),
            (Some(&*key), "sk-ant-…[redacted]")
        );
        assert!(!format!("{finding:?}").contains(key.split_at(8).1));
    }
}

fn assert_in_order(text: &str, secrets: &[Secret]) {
    let mut from = 0;
    for secret in secrets {
        let span = secret.span;
        assert!(
            from <= span.start && span.start < span.end,
            "{span:?} in {text:?}"
        );
        assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}");
        from = span.end;
    }
}

/// Text made of what the scanner looks for.
fn near_keys() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        (0..SHAPES.len(), any::<u64>()).prop_map(|(row, seed)| key(&SHAPES[row], &mut Lot(seed))),
        (0..SHAPES.len(), any::<u64>(), 0..200_usize).prop_map(|(row, seed, cut)| {
            let key = key(&SHAPES[row], &mut Lot(seed));
            key.split_at(cut.min(key.len())).0.to_owned()
        }),
        (0..SHAPES.len()).prop_map(|row| SHAPES[row].prefix.to_owned()),
        "[ %\\\\&#;ux0-9a-f\u{200b}\u{ad}\u{feff}\n\r\0.=_-]{0,6}",
        "\\PC{0,4}",
    ];
    proptest::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_scanned_and_what_is_left_of_it_has_no_key(text in any::<String>()) {
        assert_in_order(&text, &scan(&text));
        prop_assert!(scan(&redact(&text)).is_empty());
    }

    #[test]
    fn text_full_of_keys_and_halves_of_keys_loses_all_of_them(text in near_keys()) {
        assert_in_order(&text, &scan(&text));
        let redacted = redact(&text).into_owned();
        prop_assert!(scan(&redacted).is_empty(), "{text:?} became {redacted:?}");
    }
}
