//! The meter: counts what an answer uses while it passes, and settles its reservation exactly once: at its end, on an error, or
//! when it is dropped because the caller left.
//!
//! Before it comes the upstream's answer; after it a dialect that writes the events.
#![deny(clippy::arithmetic_side_effects)]

mod progress;

use std::task::{Context, Poll, ready};
use std::time::Duration;

use shared::anthropic::StreamEvent;
use shared::api::chat::{Done, UsageReport};
use shared::ids::RequestId;
use shared::models::Thinking;
use shared::money::{NanoUsd, TokenUsage};

use crate::admission::{Admission, Ending};
use crate::error::Error;
use crate::turn::Trace;
use crate::upstream::{Event, EventStream, WholeAnswer};
use metrics::{EndedCall, Metrics};
use progress::{Answer, Progress};
use xray::Recording;

/// The account of one paid call. Whatever way it ends, its reservation is settled once.
#[derive(Debug)]
pub(super) struct Meter {
    request_id: RequestId,
    metrics: Metrics,
    /// Gone once settled.
    admission: Option<Admission>,
    progress: Progress,
    /// The upstream failed, rather than the caller having left.
    has_failed: bool,
    upstream_request_id: Option<String>,
    trace: Option<Trace>,
    xray: Recording,
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
    pub(super) fn start(
        admission: Admission,
        request_id: RequestId,
        metrics: Metrics,
        trace: &Trace,
    ) -> Self {
        Self {
            request_id,
            metrics,
            admission: Some(admission),
            progress: Progress::Unsent,
            has_failed: false,
            upstream_request_id: None,
            trace: None,
            xray: trace.xray.clone(),
        }
    }

    /// The admission to open the upstream with. From here on the call may cost money.
    pub(super) fn before_sending(&mut self) -> Result<&Admission, Error> {
        self.progress = Progress::Sent;
        self.has_failed = false;
        self.admission
            .as_ref()
            .ok_or_else(|| Error::Internal("the call is settled already".to_owned()))
    }

    /// The attempt failed with `error`. Where that certainly cost nothing, nothing is owed for it.
    pub(super) fn failed(&mut self, error: &Error) {
        self.has_failed = true;
        if let Error::Upstream(refusal) = error {
            self.upstream_request_id.clone_from(&refusal.request_id);
        }
        if error.costs_nothing() {
            self.progress = Progress::Refused;
        }
    }

    /// The upstream took the request, and calls it by this name.
    pub(super) fn is_taken(&mut self, request_id: Option<String>) {
        self.upstream_request_id = request_id;
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
                    self.xray.shrunk_to(admission.reserved());
                }
                if let Some(trace) = &mut self.trace {
                    // Where the pipeline has waited for it, the time then counts.
                    trace.begins();
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
        let (charged, left) = admission.settle(Ending {
            tokens,
            owed,
            outcome: self.progress.outcome(self.has_failed),
            is_estimated: !is_exact,
            upstream_request_id: self.upstream_request_id.take(),
            first_event_after: self.trace.as_ref().and_then(Trace::first_event),
        });
        self.xray.settled(tokens, charged, is_exact);
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
        let trace = self.trace.as_ref();
        EndedCall {
            model,
            outcome: self.progress.outcome(self.has_failed).code(),
            tokens,
            charged,
            first_event: trace.and_then(Trace::first_event),
            duration: trace.map(Trace::passed),
        }
    }

    fn log(&self, call: &EndedCall, is_exact: bool) {
        let ms = |passed: Duration| u64::try_from(passed.as_millis()).unwrap_or(u64::MAX);
        tracing::info!(
            request.id = %self.request_id,
            model = call.model,
            is_auto = self.trace.as_ref().is_some_and(|trace| trace.is_routed),
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
                Some(Err(error)) => return Poll::Ready(Some(Err(self.broken_off(error)))),
                None => {
                    let error = Error::Interrupted(None);
                    return Poll::Ready(Some(Err(self.broken_off(error))));
                }
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
            self.meter.xray.event(&event.says);
            self.is_whole |= matches!(event.says, StreamEvent::MessageStop);
            return Poll::Ready(Some(Ok(event)));
        }
    }

    fn broken_off(&mut self, error: Error) -> Error {
        self.meter.has_failed = true;
        error
    }

    /// Settles and says what came of the answer; `None` when that was done before.
    pub fn settle(&mut self) -> Option<Settled> {
        self.meter.settle()
    }

    /// Its name in the log.
    pub const fn request_id(&self) -> RequestId {
        self.meter.request_id
    }

    /// Where it is written down how it ends.
    pub(super) const fn xray(&self) -> &Recording {
        &self.meter.xray
    }
}
