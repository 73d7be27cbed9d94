//! The heart: one pipeline for every way to speak to Airlock, written as a list.
//!
//! A request comes in as a [`Turn`] that a dialect has read and leaves as a [`Metered`] stream of events that a dialect writes.
//! Each step's result is the next one's argument, so that none can be left out.

mod chat_stream;
mod count;
mod meter;
mod passage;
mod relay;
mod retry;
mod rules;

use std::future::poll_fn;
use std::sync::Arc;

use axum::response::Response;
use bytes::Bytes;
use hyper::HeaderMap;
use shared::api::chat::Queued;
use shared::error::ErrorKind;

pub use chat_stream::ChatStream;
use meter::Meter;
pub use meter::Metered;
use passage::PassedEvents;
use relay::BrowserEvents;
use retry::RetryBudget;
use rules::Passed;
pub use rules::Rules;

use crate::access::Caller;
use crate::admission::{Doorkeeper, Standing};
use crate::error::{Causes, Error};
use crate::turn::{Dialect, Judged, Trace, Turn, View};
use crate::upstream::{Answer, Content, Event, Upstream};
use serving::clock::Clock;
use serving::tasks::Tasks;
use xray::Recording;

/// An answer that has begun, as far as it was read.
#[derive(Debug)]
struct Opened {
    answer: Answer,
    /// The first event, where the pipeline waited for it.
    first: Option<Event>,
}

/// An answer on its way back.
#[derive(Debug)]
pub struct Reply {
    /// The upstream's headers that the caller may see.
    headers: HeaderMap,
    content: ReplyContent,
}

#[derive(Debug)]
enum ReplyContent {
    /// Events, counted as they come.
    Events(Box<Metered>),
    /// All of it, settled.
    Whole(Bytes),
}

impl Reply {
    /// The events that it must be.
    fn into_events(self) -> Result<Metered, Error> {
        match self.content {
            ReplyContent::Events(events) => Ok(*events),
            ReplyContent::Whole(_) => Err(Error::Internal(
                "a stream was asked for, and something else came".to_owned(),
            )),
        }
    }
}

/// Forwards requests to Claude.
#[derive(Debug)]
pub struct Proxy {
    clock: Clock,
    tasks: Tasks,
    rules: Rules,
    doorkeeper: Doorkeeper,
    retries: Arc<RetryBudget>,
    upstream: Upstream,
}

impl Proxy {
    /// A proxy to `upstream` behind `rules` and `doorkeeper`. Its answers end when `tasks` are cut.
    pub fn new(
        clock: Clock,
        tasks: Tasks,
        rules: Rules,
        doorkeeper: Doorkeeper,
        upstream: Upstream,
    ) -> Self {
        Self {
            clock,
            tasks,
            rules,
            doorkeeper,
            retries: Arc::new(RetryBudget::new()),
            upstream,
        }
    }

    /// Sends one turn to Claude and gives its answer: a stream once it begins, a whole one once it is there. `show` is told of its place in
    /// the line while it has to wait.
    ///
    /// # Errors
    ///
    /// A refusal of ours, in which case nothing was sent, or what went wrong upstream before the answer began.
    pub async fn forward(
        &self,
        caller: &Caller,
        turn: Turn<View>,
        show: impl FnMut(Queued),
    ) -> Result<Reply, Error> {
        self.doorkeeper.let_ask(caller, &turn.trace)?;
        let Passed {
            model,
            estimate,
            mut turn,
        } = self.rules.judge(caller, turn)?;
        let entry = self.doorkeeper.enter(caller, model, &estimate, &turn)?;
        let seated = self.doorkeeper.seat(entry, &turn.trace, show).await?;
        let admission = self
            .doorkeeper
            .admit(caller, seated, model, &estimate, &turn)
            .await?;
        let metrics = self.doorkeeper.metrics().clone();
        let mut meter = Meter::start(admission, turn.request_id, metrics, &turn.trace);
        let Opened { answer, first } = self.open(&mut meter, &mut turn).await?;
        let content = match answer.content {
            Content::Events(events) => {
                ReplyContent::Events(Box::new(meter.follow(events, first, turn.trace)))
            }
            Content::Whole(whole) => {
                meter.settle_whole(&whole, turn.trace);
                ReplyContent::Whole(whole.bytes)
            }
        };
        Ok(Reply {
            headers: answer.headers,
            content,
        })
    }

    /// Sends one turn to Claude and gives its answer in the page's dialect once there is something to tell, be it a place in the line.
    ///
    /// # Errors
    ///
    /// As [`Proxy::forward`].
    pub async fn stream(
        self: Arc<Self>,
        caller: Caller,
        turn: Turn<View>,
    ) -> Result<ChatStream, Error> {
        let mut stream = ChatStream::new(self, caller, turn);
        poll_fn(|context| stream.poll_begun(context)).await?;
        Ok(stream)
    }

    /// Sends a program's turn to Claude and passes the answer on as it comes.
    ///
    /// # Errors
    ///
    /// As [`Proxy::forward`]; and [`ErrorKind::Unavailable`] when the server cannot wait for the answer.
    pub async fn pass(&self, caller: &Caller, turn: Turn<View>) -> Result<Response, Error> {
        let Reply { headers, content } = tokio::select! {
            reply = self.forward(caller, turn, |_| ()) => reply?,
            () = self.tasks.cutting() => return Err(ErrorKind::Unavailable.into()),
        };
        Ok(match content {
            ReplyContent::Events(answer) => {
                PassedEvents::new(answer, self.clock.clone(), &self.tasks).into_response(headers)
            }
            ReplyContent::Whole(bytes) => passage::whole(bytes, headers),
        })
    }

    /// Where `caller` stands with answers, and with counts of tokens.
    pub fn standings(&self, caller: &Caller) -> [Standing; 2] {
        self.doorkeeper.standings(caller)
    }

    /// How many answers are under way, and how many requests wait for one to end.
    pub fn under_way(&self) -> (u32, u32) {
        self.doorkeeper.under_way()
    }

    /// Begins a turn's account of what happens to it.
    pub fn trace(&self, xray: Recording) -> Trace {
        Trace::start(self.clock.clone(), xray)
    }

    /// Writes an answer in the page's dialect.
    fn relay(&self, answer: Metered) -> BrowserEvents {
        BrowserEvents::new(answer, self.clock.clone(), &self.tasks)
    }

    /// Opens the upstream and waits for its first event, more than once where that may help. Nothing was passed on until then, so that
    /// no attempt can show.
    async fn open(&self, meter: &mut Meter, turn: &mut Turn<Judged>) -> Result<Opened, Error> {
        let mut attempts = self.retries.begin(self.clock.instant(), turn.dialect);
        loop {
            let error = match self.attempt(meter, turn).await {
                Ok(opened) => return Ok(opened),
                Err(error) => error,
            };
            meter.failed(&error);
            // Without randomness the wait is the longest.
            let random = getrandom::u32().unwrap_or(u32::MAX);
            let wait = attempts.wait_after(&error, self.clock.instant(), random);
            turn.trace.xray.failed(error.kind(), wait);
            let Some(wait) = wait else {
                return Err(error);
            };
            let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
            tracing::info!(error = %Causes(&error), wait_ms, "an attempt failed and is made again");
            self.doorkeeper.metrics().retried();
            self.clock.sleep(wait).await;
        }
    }

    async fn attempt(&self, meter: &mut Meter, turn: &mut Turn<Judged>) -> Result<Opened, Error> {
        let key = self.upstream.lease();
        let admission = meter.before_sending()?;
        let mut answer = self.upstream.open(admission, &key, turn).await?;
        meter.is_taken(answer.request_id.take());
        // The page gets no answer that is an error at once; a program gets what the upstream says, as it says it.
        let first = match &mut answer.content {
            Content::Events(events) if turn.dialect == Dialect::Browser => {
                let first = events.first().await?;
                turn.trace.begins();
                Some(first)
            }
            Content::Events(_) | Content::Whole(_) => None,
        };
        Ok(Opened { answer, first })
    }
}
