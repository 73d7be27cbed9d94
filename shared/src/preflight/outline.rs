//! The preflight of requests in Claude's own form, of which no more is known than what bounds their cost.
//!
//! Their shape is for Claude to judge, in its own words, which its clients know.
#![deny(clippy::arithmetic_side_effects)]

use super::cost::{self, Output};
use super::{Classes, Estimate, Kept, Preflight, limits, validate, worst_first};
use crate::models::{Catalogue, Model};
use crate::money::TokenCount;
use crate::policy::Policy;
use crate::time::UnixMillis;

/// Tokens that one image has at most: 8,000 pixels square, in tiles of 28.
const TOKENS_PER_IMAGE_MAX: u64 = 286 * 286;

/// Tokens that the API may add of its own for tools and forms of answer; about 700 were seen.
const HIDDEN_TOKENS_MAX: u64 = 2_048;

/// Tokens of one tool whose definition lies at the API and not in the request; about 700 were seen.
const TOKENS_PER_HOSTED_TOOL_MAX: u64 = 4_096;

/// What bounds the cost of a request in Claude's own form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageOutline {
    /// The model's id.
    pub model: String,
    /// Most tokens to answer with; zero only warms the cache.
    pub max_tokens: u32,
    /// Bytes of the body, which its text has no more of.
    pub body_bytes: u64,
    /// Images in it, whose tokens follow from their pixels and not from their bytes.
    pub images: u64,
    /// Tools in it whose definition lies at the API.
    pub hosted_tools: u64,
    /// Whether it holds something that its bytes do not bound, such as a PDF. It counts as filling the model's context.
    pub has_unbounded: bool,
}

impl MessageOutline {
    /// A number of tokens that the prompt cannot pass: no prompt is larger than the model's context.
    fn input_bound(&self, model: &Model) -> TokenCount {
        let context = u64::from(model.context_tokens);
        if self.has_unbounded {
            return TokenCount(context);
        }
        let images = self.images.saturating_mul(TOKENS_PER_IMAGE_MAX);
        let tools = self.hosted_tools.saturating_mul(TOKENS_PER_HOSTED_TOOL_MAX);
        let tokens = self
            .body_bytes
            .saturating_add(images)
            .saturating_add(tools)
            .saturating_add(HIDDEN_TOKENS_MAX);
        TokenCount(tokens.min(context))
    }
}

/// Judges a request in Claude's own form by `policy`, with what `catalogue` says of its model at `now`.
pub fn check_outline(
    outline: &MessageOutline,
    policy: &Policy,
    catalogue: &Catalogue,
    now: UnixMillis,
) -> Preflight {
    let model = catalogue.find(&outline.model);
    let estimate = model.and_then(|model| estimate(outline, model, now));
    let mut findings = Vec::new();
    validate::model(&outline.model, policy, catalogue, now, &mut findings);
    validate::size(outline.body_bytes, policy, None, &mut findings);
    limits::output_cap(outline.max_tokens, 0, policy, model, &mut findings);
    Preflight {
        findings: worst_first(findings),
        estimate,
        route: None,
        // Programs set marks of their own.
        kept: Kept::default(),
    }
}

fn estimate(outline: &MessageOutline, model: &Model, now: UnixMillis) -> Option<Estimate> {
    let input_bound = outline.input_bound(model);
    let range = Classes::of_unseen(outline.body_bytes).tokens(model.tokenizer);
    // Nothing is known of the question, so that any length up to the cap is as likely as another.
    let output_max = TokenCount(u64::from(outline.max_tokens));
    let output = Output {
        likely: output_max,
        max: output_max,
    };
    cost::of(model, range, input_bound, output, now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::NanoUsd;
    use crate::policy::OnSecret;
    use crate::preflight::{Rule, Severity, TokenRange};
    use crate::time::Day;

    fn outline() -> MessageOutline {
        MessageOutline {
            model: "claude-haiku-4-5-20251001".to_owned(),
            max_tokens: 100,
            body_bytes: 1_000,
            images: 0,
            hosted_tools: 0,
            has_unbounded: false,
        }
    }

    fn check(outline: &MessageOutline) -> Preflight {
        let policy = Policy {
            models: vec!["claude-haiku-4-5".to_owned()],
            output_tokens_max: 1_000,
            output_tokens_default: 1_000,
            messages_max: 0,
            request_bytes_max: 2_000,
            system_bytes: 500,
            prompt_caching: false,
            budget_left: None,
            on_secret: OnSecret::Block,
        };
        let now = Day::from_date(2026, 11, 23).start();
        check_outline(outline, &policy, &Catalogue::builtin(), now)
    }

    fn bound(outline: &MessageOutline) -> u64 {
        let estimate = check(outline).estimate.expect("a known model");
        let TokenRange { low, high, .. } = estimate.input;
        assert!(low <= high && high <= estimate.input_bound);
        estimate.input_bound.0
    }

    #[test]
    fn the_bound_counts_what_bytes_do_not_and_ends_at_the_context() {
        let plain = outline();
        assert_eq!(bound(&plain), 1_000 + 2_048);
        let with_images = MessageOutline {
            images: 2,
            ..outline()
        };
        assert_eq!(bound(&with_images), 1_000 + 2_048 + 2 * 286 * 286);
        let with_tools = MessageOutline {
            hosted_tools: 1,
            ..outline()
        };
        assert_eq!(bound(&with_tools), 1_000 + 2_048 + 4_096);
        for full in [
            MessageOutline {
                images: 3,
                ..outline()
            },
            MessageOutline {
                images: u64::MAX,
                ..outline()
            },
            MessageOutline {
                has_unbounded: true,
                ..outline()
            },
        ] {
            assert_eq!(bound(&full), 200_000);
        }
    }

    #[test]
    fn the_worst_case_is_the_bound_and_the_whole_cap_at_the_dearest_prices() {
        let estimate = check(&outline()).estimate.expect("a known model");
        // 2,000 nano-dollars is its one-hour cache write, the dearest class of input; 5,000 its output.
        assert_eq!(estimate.worst_case, NanoUsd(3_048 * 2_000 + 100 * 5_000));
    }

    #[test]
    fn it_is_judged_by_model_size_and_cap_alone() {
        for (changed, rule) in [
            (
                MessageOutline {
                    model: "claude-opus-5-5".to_owned(),
                    ..outline()
                },
                Rule::ModelNotAllowed,
            ),
            (
                MessageOutline {
                    model: "claude-3-opus".to_owned(),
                    ..outline()
                },
                Rule::ModelRetired,
            ),
            (
                MessageOutline {
                    model: "gpt-5".to_owned(),
                    ..outline()
                },
                Rule::ModelUnknown,
            ),
            (
                MessageOutline {
                    body_bytes: 2_001,
                    ..outline()
                },
                Rule::RequestTooLarge,
            ),
            (
                MessageOutline {
                    max_tokens: 1_001,
                    ..outline()
                },
                Rule::OutputCap,
            ),
        ] {
            let preflight = check(&changed);
            assert!(preflight.is_blocked());
            let mut found = preflight.findings.iter();
            let is_it = |finding: &super::super::Finding| {
                finding.rule == rule && finding.severity == Severity::Block
            };
            assert!(found.any(is_it), "{rule:?}: {preflight:?}");
        }
        for near in [
            MessageOutline {
                max_tokens: 0,
                ..outline()
            },
            MessageOutline {
                body_bytes: 2_000,
                max_tokens: 1_000,
                ..outline()
            },
        ] {
            assert_eq!(check(&near).findings, []);
        }
    }
}
