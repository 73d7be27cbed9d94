//! The meter: counts what an answer uses while it passes, and settles its reservation exactly once: at its end, on an error, or
//! when it is dropped because the caller left.
//!
//! Before it comes the upstream's answer; after it a dialect that writes the events.
#![deny(clippy::arithmetic_side_effects)]

use std::task::{Context, Poll, ready};
use std::time::Duration;

use shared::anthropic::{Delta, StreamEvent, Usage};
use shared::api::chat::{Done, UsageReport};
use shared::ids::RequestId;
use shared::models::Thinking;
use shared::money::{NanoUsd, TokenCount, TokenUsage};

use crate::admission::Admission;
use crate::error::Error;
use crate::turn::{Step, Trace};
use crate::upstream::{Event, EventStream, WholeAnswer};
use metrics::{EndedCall, Metrics};

/// Output tokens that an aborted answer is charged for beyond those seen: what the model had written and the wire not yet
/// delivered.
const UNSEEN_OUTPUT: TokenCount = TokenCount(1_024);

/// The account of one paid call. Whatever way it ends, its reservation is settled once.
#[derive(Debug)]
pub(super) struct Meter {
    request_id: RequestId,
    metrics: Metrics,
    /// Gone once settled.
    admission: Option<Admission>,
    progress: Progress,
    trace: Option<Trace>,
}

/// How far the call has come, and so what it owes.
#[derive(Debug)]
enum Progress {
    /// Nothing was sent.
    Unsent,
    /// The request may have reached the upstream, which may be working for it.
    Sent,
    /// The upstream answers.
    Answering(Box<Answer>),
    /// The upstream refused it, or was not reached: nothing is owed.
    Refused,
}

#[derive(Debug, Default)]
struct Answer {
    usage: Usage,
    stop_reason: Option<String>,
    /// Bytes of output seen: at most one token each.
    output_bytes: u64,
    /// The model can be thinking without a sign of it.
    may_think_unseen: bool,
    /// The model has thought, or may have: what it shows of that is a summary at most, so that its tokens cannot be told by it.
    may_have_thought: bool,
}

/// An answer under way that is being counted. Dropping it closes the call and settles.
#[derive(Debug)]
pub struct Metered {
    meter: Meter,
    first: Option<Event>,
    events: EventStream,
    is_whole: bool,
}

/// What came of an answer, for its reader.
#[derive(Debug)]
pub struct Settled {
    /// What it used and cost.
    pub usage: UsageReport,
    /// Why the model stopped; absent where the answer broke off.
    pub done: Option<Done>,
}

impl Meter {
    pub(super) const fn start(
        admission: Admission,
        request_id: RequestId,
        metrics: Metrics,
    ) -> Self {
        Self {
            request_id,
            metrics,
            admission: Some(admission),
            progress: Progress::Unsent,
            trace: None,
        }
    }

    /// The admission to open the upstream with. From here on the call may cost money.
    pub(super) fn before_sending(&mut self) -> Result<&Admission, Error> {
        self.progress = Progress::Sent;
        self.admission
            .as_ref()
            .ok_or_else(|| Error::Internal("the call is settled already".to_owned()))
    }

    /// The attempt failed with `error`. Where that certainly cost nothing, nothing is owed for it.
    pub(super) fn failed(&mut self, error: &Error) {
        if costs_nothing(error) {
            self.progress = Progress::Refused;
        }
    }

    /// Follows the answer that `events` carries, whose first event may have been read already.
    pub(super) fn follow(
        mut self,
        events: EventStream,
        first: Option<Event>,
        trace: Trace,
    ) -> Metered {
        self.trace = Some(trace);
        Metered {
            meter: self,
            first,
            events,
            is_whole: false,
        }
    }

    /// Counts an answer that came whole, and settles. One that does not say what it used is owed what was reserved.
    pub(super) fn settle_whole(mut self, answer: &WholeAnswer, trace: Trace) {
        self.trace = Some(trace);
        if answer.usage.is_said() {
            self.progress = Progress::Answering(Box::new(Answer {
                usage: answer.usage.clone(),
                stop_reason: answer.stop_reason.clone(),
                ..Answer::default()
            }));
        }
        self.settle();
    }

    const fn has_begun(&self) -> bool {
        matches!(self.progress, Progress::Answering(_))
    }

    fn count(&mut self, event: &StreamEvent) {
        match event {
            StreamEvent::MessageStart(start) => {
                let usage = start.message.usage.clone();
                // A gateway says it last: until then the most that the prompt can have is held.
                if let Some(admission) = &mut self.admission
                    && usage.input_tokens.is_some()
                {
                    admission.prompt_is(&usage.tokens());
                }
                if let Some(trace) = &mut self.trace {
                    // Where the pipeline has waited for it, the first mark counts.
                    trace.mark(Step::FirstEvent);
                }
                let may_think_unseen = self.thinks_on_its_own();
                // A gateway, which does not begin with a count, need not show thoughts at all.
                let may_have_thought = may_think_unseen && usage.input_tokens.is_none();
                self.progress = Progress::Answering(Box::new(Answer {
                    usage,
                    may_think_unseen,
                    may_have_thought,
                    ..Answer::default()
                }));
            }
            StreamEvent::MessageStop
            | StreamEvent::Ping
            | StreamEvent::Error(_)
            | StreamEvent::Unknown => {}
            StreamEvent::ContentBlockStart(_)
            | StreamEvent::ContentBlockDelta(_)
            | StreamEvent::ContentBlockStop(_)
            | StreamEvent::MessageDelta(_) => {
                let thinks_on_its_own = self.thinks_on_its_own();
                if let Progress::Answering(answer) = &mut self.progress {
                    answer.count(event, thinks_on_its_own);
                }
            }
        }
    }

    fn thinks_on_its_own(&self) -> bool {
        self.admission
            .as_ref()
            .is_none_or(|admission| admission.model().thinking != Thinking::Extended)
    }

    /// Settles, unless that was done: books what is owed, logs the call, and says what came of it.
    fn settle(&mut self) -> Option<Settled> {
        let admission = self.admission.take()?;
        let (tokens, owed, is_exact) = self.progress.owed(&admission);
        let reserved = admission.reserved_at_first();
        let uncached = admission.cost(&tokens.without_cache());
        let model = admission.model().id;
        let (charged, left) = admission.settle(owed);
        if let Some(trace) = &mut self.trace {
            trace.mark(Step::Settled);
        }
        let call = self.ended(model, tokens, charged);
        self.metrics.ended(&call);
        self.log(&call, is_exact);
        Some(Settled {
            usage: UsageReport {
                tokens,
                cost_nano_usd: charged,
                reserved_nano_usd: reserved,
                saved_nano_usd: uncached.saturating_sub(charged),
                budget_left_nano_usd: left,
            },
            done: self.progress.stop_reason().map(|reason| Done {
                stop_reason: reason.to_owned(),
            }),
        })
    }

    /// The call as it is counted and logged.
    fn ended(&self, model: &'static str, tokens: TokenUsage, charged: NanoUsd) -> EndedCall {
        let at = |step| self.trace.as_ref().and_then(|trace| trace.at(step));
        EndedCall {
            model,
            outcome: self.progress.outcome(),
            tokens,
            charged,
            first_event: at(Step::FirstEvent),
            duration: at(Step::Settled),
        }
    }

    fn log(&self, call: &EndedCall, is_exact: bool) {
        let ms = |passed: Duration| u64::try_from(passed.as_millis()).unwrap_or(u64::MAX);
        tracing::info!(
            request.id = %self.request_id,
            model = call.model,
            is_auto = self.trace.as_ref().is_some_and(|trace| trace.at(Step::Routed).is_some()),
            tokens.prompt = call.tokens.prompt().0,
            tokens.output = call.tokens.output.0,
            cost_nano_usd = call.charged.0,
            cost.is_exact = is_exact,
            first_event_ms = call.first_event.map(ms),
            duration_ms = call.duration.map(ms),
            stop_reason = self.progress.stop_reason(),
            "a call was settled"
        );
        if self.progress.stop_reason().is_some() && !is_exact {
            tracing::warn!(
                request.id = %self.request_id,
                "the upstream did not count this answer's tokens: it is charged the most that it can have cost"
            );
        }
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.settle();
    }
}

/// Whether a call that failed to open certainly cost nothing: the upstream said no, or it was never reached. In every other case it
/// may have worked for us.
fn costs_nothing(error: &Error) -> bool {
    match error {
        Error::Refused(_) | Error::Upstream(_) | Error::Unreachable(_) | Error::Internal(_) => true,
        Error::Timeout(_) | Error::Stalled(_) | Error::Protocol(_) | Error::Interrupted(_) => false,
    }
}

impl Progress {
    /// The tokens to show, what is owed for them, and whether that is exact.
    fn owed(&self, admission: &Admission) -> (TokenUsage, NanoUsd, bool) {
        match self {
            Self::Unsent | Self::Refused => (TokenUsage::default(), NanoUsd::ZERO, true),
            Self::Sent => (TokenUsage::default(), admission.reserved(), false),
            Self::Answering(answer) => {
                let (tokens, is_exact) = answer.tokens();
                let owed = if is_exact {
                    admission.cost(&tokens)
                } else if answer.may_think_unseen || answer.may_have_thought {
                    admission.reserved()
                } else if answer.usage.input_tokens.is_none() {
                    admission.worst_case(tokens.output)
                } else {
                    admission.cost(&tokens)
                };
                (tokens, owed, is_exact)
            }
        }
    }

    /// How the call ended, in a word.
    const fn outcome(&self) -> &'static str {
        match self {
            Self::Unsent => "unsent",
            Self::Sent => "unanswered",
            Self::Answering(answer) if answer.stop_reason.is_some() => "whole",
            Self::Answering(_) => "broken_off",
            Self::Refused => "refused",
        }
    }

    fn stop_reason(&self) -> Option<&str> {
        match self {
            Self::Answering(answer) => answer.stop_reason.as_deref(),
            Self::Unsent | Self::Sent | Self::Refused => None,
        }
    }
}

impl Answer {
    fn count(&mut self, event: &StreamEvent, thinks_on_its_own: bool) {
        match event {
            StreamEvent::ContentBlockStart(start) => {
                self.may_think_unseen = start.content_block.r#type.ends_with("thinking");
                self.may_have_thought |= self.may_think_unseen;
            }
            StreamEvent::ContentBlockStop(_) => self.may_think_unseen = thinks_on_its_own,
            StreamEvent::ContentBlockDelta(delta) => {
                let piece = match &delta.delta {
                    Delta::TextDelta { text } => text.len(),
                    Delta::ThinkingDelta { thinking } => thinking.len(),
                    Delta::InputJsonDelta { partial_json } => partial_json.len(),
                    Delta::SignatureDelta { .. } | Delta::Unknown => 0,
                };
                self.output_bytes = self.output_bytes.saturating_add(piece as u64);
            }
            StreamEvent::MessageDelta(delta) => {
                self.usage.merge(delta.usage.clone());
                if delta.delta.stop_reason.is_some() {
                    self.stop_reason.clone_from(&delta.delta.stop_reason);
                }
            }
            StreamEvent::MessageStart(_)
            | StreamEvent::MessageStop
            | StreamEvent::Ping
            | StreamEvent::Error(_)
            | StreamEvent::Unknown => {}
        }
    }

    /// The tokens used, and whether the upstream has said its last word on them. Until it has, the output counts as the larger of the
    /// last count and one token a byte, and some that may be on their way. A gateway that counts nothing never says it.
    fn tokens(&self) -> (TokenUsage, bool) {
        let counted = self.usage.tokens();
        if self.stop_reason.is_some() && self.usage.is_said() {
            return (counted, true);
        }
        let seen = counted.output.max(TokenCount(self.output_bytes));
        let tokens = TokenUsage {
            output: seen.saturating_add(UNSEEN_OUTPUT),
            ..counted
        };
        (tokens, false)
    }
}

impl Metered {
    /// The next event, counted, in the poll that completed it. After `message_stop` it gives only bytes that are passed on as they
    /// come, but reads the upstream's bytes to their end, so that the connection can serve again.
    ///
    /// # Errors
    ///
    /// As [`EventStream::poll_next`]; and [`Error::Interrupted`] where the answer ends before `message_stop`.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Event, Error>>> {
        loop {
            let event = match self.first.take() {
                Some(first) => Some(Ok(first)),
                None => ready!(self.events.poll_next(context)),
            };
            let mut event = match event {
                Some(Ok(event)) => event,
                Some(Err(_)) | None if self.is_whole => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(Some(Err(Error::Interrupted(None)))),
            };
            let begins_again =
                self.meter.has_begun() && matches!(event.says, StreamEvent::MessageStart(_));
            if self.is_whole || begins_again {
                // An answer begins once and ends once; whatever says so again is passed on at most, and never believed.
                if event.raw.is_none() {
                    continue;
                }
                event.says = StreamEvent::Unknown;
            }
            self.meter.count(&event.says);
            self.is_whole |= matches!(event.says, StreamEvent::MessageStop);
            return Poll::Ready(Some(Ok(event)));
        }
    }

    /// Settles and says what came of the answer; `None` when that was done before.
    pub fn settle(&mut self) -> Option<Settled> {
        self.meter.settle()
    }

    /// Its name in the log.
    pub const fn request_id(&self) -> RequestId {
        self.meter.request_id
    }
}
