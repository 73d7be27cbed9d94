//! The preflight: the rules that the page runs too, run again, since the browser's run is never trusted.
//!
//! What they let pass becomes what goes upstream: with the model that they chose where that was left to them, and without keys where the
//! policy cuts them out. Money is left to admission, which looks and reserves in one step.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use shared::api::chat::ChatRequest;
use shared::error::{ApiError, ErrorKind};
use shared::models::{Catalogue, Model};
use shared::policy::{OnSecret, Policy};
use shared::preflight::{
    self, AUTO, Estimate, Finding, Kept, MessageOutline, Preflight, Rule, Severity, secrets,
};

use crate::access::Caller;
use crate::admission::Budgets;
use crate::dialect::browser;
use crate::error::Error;
use crate::turn::{Dialect, Judged, Turn, View};
use serving::clock::Clock;

/// Judges requests.
#[derive(Debug)]
pub struct Rules {
    clock: Clock,
    catalogue: Catalogue,
    /// What the operator puts in front of every conversation; empty for nothing.
    system_prompt: Arc<str>,
    /// What bounds the choice of a model, where that is left to the rules.
    budgets: Budgets,
}

/// A turn that may go upstream, and what bounds its cost.
#[derive(Debug)]
pub(super) struct Passed<'a> {
    pub(super) model: &'a Model,
    pub(super) estimate: Estimate,
    pub(super) turn: Turn<Judged>,
}

/// A request of the page's that may go upstream, as it goes there.
struct PassedChat<'a> {
    model: &'a Model,
    estimate: Estimate,
    request: ChatRequest,
    /// Whether the rules chose the model.
    is_routed: bool,
    /// How many things were found, none of which blocks it.
    findings: usize,
    /// What Claude is asked to keep of it.
    kept: Kept,
}

impl Rules {
    /// The rules for conversations behind `system_prompt`, paid from `budgets`.
    pub fn new(clock: Clock, system_prompt: &str, budgets: Budgets) -> Self {
        Self {
            clock,
            catalogue: Catalogue::builtin(),
            system_prompt: system_prompt.into(),
            budgets,
        }
    }

    /// Judges a turn by the rules of its face.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PreflightRefused`] with the findings; programs know some of its reasons by kinds of their own.
    pub(super) fn judge(&self, caller: &Caller, turn: Turn<View>) -> Result<Passed<'_>, Error> {
        let (mut turn, view) = turn.swap(());
        let (model, estimate, judged) = match view {
            View::Chat(request) => {
                let chat = self.judge_chat(caller, request)?;
                turn.trace.is_routed = chat.is_routed;
                let judged = Judged {
                    model: chat.request.model.clone(),
                    raw: browser::body(chat.request, chat.kept, caller, &self.system_prompt)?,
                };
                let (model, estimate) = (chat.model, chat.estimate);
                turn.trace.xray.passed(chat.findings, estimate, model.id);
                (model, estimate, judged)
            }
            View::Message(outline, raw) => {
                let (model, estimate) = self.judge_outline(&caller.policy, &outline)?;
                let judged = Judged {
                    model: outline.model,
                    raw,
                };
                (model, estimate, judged)
            }
        };
        let (turn, ()) = turn.swap(judged);
        Ok(Passed {
            model,
            estimate,
            turn,
        })
    }

    /// Judges what the page asks, and gives it as it may go upstream. What is judged is what goes there: where keys were cut out, the rules
    /// are run again on the rest.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PreflightRefused`] with the findings.
    fn judge_chat(
        &self,
        caller: &Caller,
        mut request: ChatRequest,
    ) -> Result<PassedChat<'_>, ApiError> {
        let now = self.clock.now();
        let policy = self.policy_for(&request, caller);
        let mut verdict = preflight::check(&request, &policy, &self.catalogue, now);
        if policy.on_secret == OnSecret::Redact && has_secret(&verdict) {
            redact(&mut request);
            // What is left has no key; should one be left all the same, it goes nowhere.
            let strict = Policy {
                on_secret: OnSecret::Block,
                ..policy.into_owned()
            };
            verdict = preflight::check(&request, &strict, &self.catalogue, now);
        }
        let findings = &mut verdict.findings;
        findings.retain(|finding| finding.rule != Rule::OverBudget);
        let route = verdict.route.take();
        let is_routed = route.is_some();
        let findings = findings.len();
        if let Some(route) = route {
            request.model = route.model;
        }
        let kept = verdict.kept;
        let (model, estimate) = self.pass(&request.model, verdict, Dialect::Browser)?;
        Ok(PassedChat {
            model,
            estimate,
            request,
            is_routed,
            findings,
            kept,
        })
    }

    /// What `request` is judged by. What is left to spend bounds the choice of a model, as it does on the page; whether it holds the worst
    /// case is admission's to say.
    fn policy_for<'c>(&self, request: &ChatRequest, caller: &'c Caller) -> Cow<'c, Policy> {
        if request.model != AUTO {
            return Cow::Borrowed(&caller.policy);
        }
        Cow::Owned(Policy {
            budget_left: self.budgets.left(&caller.payer),
            ..Policy::clone(&caller.policy)
        })
    }

    /// Judges what the page wants counted, as if it were sent: a key must not leave by this door either. Gives the model that it is counted
    /// for, and the body.
    ///
    /// # Errors
    ///
    /// As [`Rules::judge_chat`].
    pub(super) fn judge_count(
        &self,
        caller: &Caller,
        request: ChatRequest,
    ) -> Result<(&Model, Bytes), Error> {
        let chat = self.judge_chat(caller, request)?;
        let body = browser::count_body(chat.request, &self.system_prompt)?;
        Ok((chat.model, body))
    }

    fn judge_outline(
        &self,
        policy: &Policy,
        outline: &MessageOutline,
    ) -> Result<(&Model, Estimate), ApiError> {
        let verdict = preflight::check_outline(outline, policy, &self.catalogue, self.clock.now());
        self.pass(&outline.model, verdict, Dialect::Anthropic)
    }

    /// The model called `id` and what bounds the cost, if the verdict lets the request pass.
    fn pass(
        &self,
        id: &str,
        verdict: Preflight,
        dialect: Dialect,
    ) -> Result<(&Model, Estimate), ApiError> {
        match (self.catalogue.find(id), verdict.estimate) {
            (Some(model), Some(estimate)) if !verdict.is_blocked() => Ok((model, estimate)),
            _ => Err(refused(verdict, dialect)),
        }
    }
}

fn has_secret(verdict: &Preflight) -> bool {
    let mut findings = verdict.findings.iter();
    findings.any(|finding| finding.rule == Rule::Secret)
}

/// Cuts all keys out of what was said.
fn redact(request: &mut ChatRequest) {
    for message in &mut request.messages {
        if let Cow::Owned(redacted) = secrets::redact(&message.content) {
            message.content = redacted;
        }
    }
    tracing::info!("keys were cut out of a request");
}

/// What the caller is told of a verdict. Programs know some of its reasons by kinds of their own.
fn refused(verdict: Preflight, dialect: Dialect) -> ApiError {
    let blocks = |finding: &&Finding| finding.severity == Severity::Block;
    let reason = verdict.findings.iter().find(blocks);
    let kind = match (dialect, reason.map(|finding| finding.rule)) {
        (Dialect::Anthropic, Some(Rule::ModelUnknown | Rule::ModelRetired)) => {
            ErrorKind::ModelNotFound
        }
        (Dialect::Anthropic, Some(Rule::ModelNotAllowed)) => ErrorKind::ModelNotAllowed,
        (Dialect::Anthropic, Some(Rule::RequestTooLarge)) => ErrorKind::TooLarge,
        _ => ErrorKind::PreflightRefused,
    };
    ApiError {
        detail: reason.map(|finding| finding.what.clone()),
        findings: verdict.findings,
        ..kind.into()
    }
}
