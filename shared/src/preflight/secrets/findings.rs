//! The rule on keys in messages: each is a finding, and is mended by cutting it out.

use super::Secret;
use crate::policy::OnSecret;
use crate::preflight::facts::Facts;
use crate::preflight::{Finding, Fix, Place, Rule, Severity};

/// Keys that are named one by one. Whoever pastes more has pasted a file of keys, and knows it by then; what is redacted is all of them.
const FINDINGS_MAX: usize = 100;

/// Keys in the texts of which `facts` tell.
pub(in crate::preflight) fn findings(
    facts: &[&Facts],
    on_secret: OnSecret,
    findings: &mut Vec<Finding>,
) {
    let texts = facts.iter().enumerate();
    let secrets = texts.flat_map(|(message, facts)| {
        let secrets = facts.secrets.iter();
        secrets.map(move |secret| (message, secret))
    });
    findings.extend(
        secrets
            .take(FINDINGS_MAX)
            .map(|(message, secret)| finding(message, secret, on_secret)),
    );
}

fn finding(message: usize, secret: &Secret, on_secret: OnSecret) -> Finding {
    let (severity, why) = match on_secret {
        OnSecret::Block => (
            Severity::Block,
            "Whoever reads this chat could use it, so it is not sent. Cut it out; if it is real and others have seen it, replace it with a new one.",
        ),
        OnSecret::Redact => (
            Severity::Warn,
            "The server cuts it out before anything goes to Claude. If it is real and others have seen it, replace it with a new one.",
        ),
        OnSecret::Warn => (
            Severity::Warn,
            "It is sent as it stands. Cut it out unless Claude must see it; if it is real, replace it with a new one afterwards.",
        ),
    };
    let what = ["This looks like ", secret.kind.name(), "."].concat();
    let fix = Fix::Redact {
        message,
        span: secret.span,
        with: secret.replacement(),
    };
    Finding {
        severity,
        place: Some(Place {
            message,
            span: Some(secret.span),
        }),
        ..Finding::new(Rule::Secret, what, why).mended_by(Some(fix))
    }
}
