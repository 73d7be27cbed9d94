//! What is about to be sent, and what the preflight says of it.

use shared::api::chat::{ChatMessage, ChatRequest, Role};
use shared::api::count::TokensCounted;
use shared::models::Catalogue;
use shared::money::{NanoUsd, TokenCount, TokenUsage};
use shared::policy::Policy;
use shared::preflight::{Estimate, Finding, Memo, ModelCost, Preflight, Route, Severity, Trim};
use shared::time::UnixMillis;

use super::chat::ChatState;
use super::settings::Settings;
use super::underline::{Piece, pieces};

/// The request that sends `messages` by the person's choices, within `policy`.
pub(crate) fn request(
    messages: Vec<ChatMessage>,
    settings: &Settings,
    policy: &Policy,
) -> ChatRequest {
    let model = settings.model_under(policy);
    ChatRequest {
        effort: settings.effort_for(&model, &Catalogue::builtin()),
        max_tokens: Some(settings.output_cap_under(policy)),
        model,
        messages,
    }
}

/// Judges what is about to be sent, and remembers what it read, so that a letter more costs a look at the draft alone.
#[derive(Debug)]
pub(crate) struct Judge {
    memo: Memo,
    /// What was judged last.
    request: ChatRequest,
    /// The prompt's tokens as the upstream counted them, while the request says what it said then.
    exact: Option<Exact>,
}

/// A prompt that was counted exactly.
#[derive(Debug)]
struct Exact {
    /// What it says.
    messages: Vec<ChatMessage>,
    /// How many tokens that is, and for which model.
    counted: TokensCounted,
}

/// The verdict on what stands in the composer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// The model that would be asked.
    pub(crate) model: String,
    /// How that was chosen, where the choice was left to the rules.
    pub(crate) route: Option<Route>,
    /// What it will take; absent where the model is unknown.
    pub(crate) estimate: Option<Estimate>,
    /// The prompt's tokens, where the upstream has counted them.
    pub(crate) exact: Option<TokenCount>,
    /// What each model that may be asked would take.
    pub(crate) costs: Vec<ModelCost>,
    /// Which old turns could be left out.
    pub(crate) trim: Option<Trim>,
    /// What was found, what blocks first.
    pub(crate) findings: Vec<Finding>,
    /// The draft in pieces, where something in it was found.
    pub(crate) pieces: Vec<Piece>,
    /// What the conversation's answers have cost so far.
    pub(crate) spent: NanoUsd,
    /// What has become of the draft.
    pub(crate) stage: Stage,
}

/// What has become of a draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stage {
    /// There is nothing to send yet.
    #[default]
    Empty,
    /// There are words.
    Written,
    /// It was sent, and its answer is on its way.
    Sent,
}

impl Default for Judge {
    fn default() -> Self {
        Self {
            memo: Memo::default(),
            request: ChatRequest {
                model: String::new(),
                messages: Vec::new(),
                max_tokens: None,
                effort: None,
            },
            exact: None,
        }
    }
}

impl Judge {
    /// Judges the request that asks `draft` next in `chat`.
    pub(crate) fn verdict(
        &mut self,
        chat: &ChatState,
        draft: &str,
        settings: &Settings,
        policy: &Policy,
        now: UnixMillis,
    ) -> Verdict {
        self.put_together(chat, draft, settings, policy);
        let (request, catalogue) = (&self.request, &Catalogue::builtin());
        let Preflight {
            findings,
            estimate,
            route,
            ..
        } = self.memo.check(request, policy, catalogue, now);
        let costs = self.memo.compare(request, policy, catalogue, now);
        let trim = self.memo.trim(request, policy, catalogue, now);
        let has_words = !draft.trim().is_empty();
        // An empty draft is no mistake yet: what the rules say of its emptiness would only be in the way.
        let last = request.messages.len().saturating_sub(1);
        let findings: Vec<_> = findings
            .into_iter()
            .filter(|finding| has_words || finding.message() != Some(last))
            .collect();
        let model = route.as_ref().map_or(&request.model, |route| &route.model);
        let exact = self.exact_still(request, model);
        Verdict {
            model: model.clone(),
            estimate: estimate.map(|estimate| narrowed(estimate, exact, model, now)),
            route,
            exact,
            costs,
            trim,
            pieces: pieces(draft, last, &findings),
            findings,
            spent: chat.spent(),
            stage: if has_words {
                Stage::Written
            } else {
                Stage::Empty
            },
        }
    }

    /// What `request` will take, and the model that it goes to.
    ///
    /// # Errors
    ///
    /// The first finding for which it must not be sent.
    pub(crate) fn foresee(
        &mut self,
        request: &ChatRequest,
        policy: &Policy,
        now: UnixMillis,
    ) -> Result<(Option<Estimate>, String), Box<Finding>> {
        let report = self.memo.check(request, policy, &Catalogue::builtin(), now);
        let mut findings = report.findings.into_iter();
        if let Some(blocking) = findings.find(|finding| finding.severity == Severity::Block) {
            return Err(Box::new(blocking));
        }
        let model = report.route.map(|route| route.model);
        let model = model.unwrap_or_else(|| request.model.clone());
        Ok((report.estimate, model))
    }

    /// What was judged last.
    pub(crate) const fn request(&self) -> &ChatRequest {
        &self.request
    }

    /// Takes in how many tokens the upstream counted in a prompt that says `messages`.
    pub(crate) fn know(&mut self, messages: Vec<ChatMessage>, counted: TokensCounted) {
        self.exact = Some(Exact { messages, counted });
    }

    /// Makes the request the one that asks `draft` next. Texts that are in it already are not copied again.
    fn put_together(
        &mut self,
        chat: &ChatState,
        draft: &str,
        settings: &Settings,
        policy: &Policy,
    ) {
        let mut messages = std::mem::take(&mut self.request.messages);
        let said = chat.sent().map(|message| (message.role, &*message.text));
        let mut count = 0;
        for (role, text) in said.chain([(Role::User, draft)]) {
            match messages.get_mut(count) {
                Some(message) => {
                    message.role = role;
                    if message.content != text {
                        text.clone_into(&mut message.content);
                    }
                }
                None => messages.push(ChatMessage {
                    role,
                    content: text.to_owned(),
                }),
            }
            count += 1;
        }
        messages.truncate(count);
        self.request = request(messages, settings, policy);
    }

    /// The exact count, while it is that of `request` for `model`.
    fn exact_still(&self, request: &ChatRequest, model: &str) -> Option<TokenCount> {
        let Exact { messages, counted } = self.exact.as_ref()?;
        let model = Catalogue::builtin().find(model)?.id;
        let is_same = counted.model == model && *messages == request.messages;
        is_same.then_some(counted.input_tokens)
    }
}

/// The estimate, of which the prompt's part is no estimate any more once it was counted.
fn narrowed(
    mut estimate: Estimate,
    exact: Option<TokenCount>,
    model: &str,
    now: UnixMillis,
) -> Estimate {
    let Some(exact) = exact else {
        return estimate;
    };
    let usage = TokenUsage {
        input: exact,
        output: estimate.output_likely,
        ..TokenUsage::default()
    };
    estimate.input.low = exact;
    estimate.input.likely = exact;
    estimate.input.high = exact;
    let catalogue = Catalogue::builtin();
    let cost = catalogue
        .find(model)
        .and_then(|model| model.cost(now, &usage));
    estimate.likely = cost.unwrap_or(estimate.likely);
    estimate
}

impl Verdict {
    /// The verdict on what was sent, while its answer is on its way.
    #[must_use]
    pub(crate) fn sent(self) -> Self {
        Self {
            stage: Stage::Sent,
            ..self
        }
    }

    /// Whether it must not be sent.
    pub(crate) fn is_blocked(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.severity == Severity::Block)
    }

    /// Whether the server may be asked to count it: what must not be sent does not leave the tab to be counted either.
    pub(crate) fn may_count(&self) -> bool {
        self.may_send() && self.exact.is_none()
    }

    /// Whether Send may be pressed.
    pub(crate) fn may_send(&self) -> bool {
        self.stage == Stage::Written && !self.is_blocked()
    }
}

#[cfg(test)]
#[path = "draft_tests.rs"]
mod tests;
