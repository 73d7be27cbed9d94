//! The upstream's answer as events: parsed as the bytes come, bounded in size and in silence.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::Body as _;
use shared::anthropic::StreamEvent;
use shared::sse::Parser;

use super::refusal;
use crate::error::Error;
use serving::clock::{Clock, IdleAlarm};

/// Bytes that one event may have. Events of text have some hundred; the largest, a whole tool input, stays below this.
const EVENT_BYTES_MAX: usize = 1_024 * 1_024;

/// How long the upstream may be silent inside an answer. It sends a ping every few seconds.
const SILENCE_MAX: Duration = Duration::from_secs(90);

/// An answer under way. Dropping it closes the call.
#[derive(Debug)]
pub struct EventStream {
    body: reqwest::Body,
    parser: Parser,
    /// Bytes that came and were not parsed yet.
    chunk: Bytes,
    silence: IdleAlarm,
}

impl EventStream {
    pub(super) fn new(body: reqwest::Body, clock: Clock) -> Self {
        Self {
            body,
            parser: Parser::new(EVENT_BYTES_MAX),
            chunk: Bytes::new(),
            silence: IdleAlarm::new(clock, SILENCE_MAX),
        }
    }

    /// Waits for the first event that says something; pings are passed over.
    ///
    /// # Errors
    ///
    /// As [`EventStream::poll_next`]; and [`Error::Interrupted`] where there is none.
    pub async fn first(&mut self) -> Result<StreamEvent, Error> {
        loop {
            match poll_fn(|context| self.poll_next(context)).await {
                Some(Ok(StreamEvent::Ping)) => {}
                Some(event) => return event,
                None => return Err(Error::Interrupted(None)),
            }
        }
    }

    /// The next event, in the poll that completed it. `None` where the bytes ended between two events.
    ///
    /// # Errors
    ///
    /// [`Error::Protocol`] for what cannot be read, [`Error::Interrupted`] for a connection that broke or ended inside an event,
    /// [`Error::Stalled`] for silence, and the upstream's own error event. After an error nothing more can be read.
    pub fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<StreamEvent, Error>>> {
        loop {
            match self.take_event() {
                Ok(Some(StreamEvent::Error(error))) => {
                    return Poll::Ready(Some(Err(refusal::from_event(error))));
                }
                Ok(Some(event)) => return Poll::Ready(Some(Ok(event))),
                Ok(None) => {}
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
            match ready!(self.poll_chunk(context)) {
                Some(Ok(chunk)) => self.chunk = chunk,
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None if self.parser.is_inside_event() => {
                    return Poll::Ready(Some(Err(Error::Interrupted(None))));
                }
                None => return Poll::Ready(None),
            }
        }
    }

    /// Parses the next event out of the bytes at hand.
    fn take_event(&mut self) -> Result<Option<StreamEvent>, Error> {
        if self.chunk.is_empty() {
            return Ok(None);
        }
        let mut rest = &self.chunk[..];
        let event = match self.parser.next(&mut rest) {
            Ok(Some(event)) => Some(serde_json::from_slice(event.data).map_err(|error| {
                Error::Protocol(format!("an event's data cannot be read: {error}"))
            })?),
            Ok(None) => None,
            Err(error) => return Err(Error::Protocol(error.to_string())),
        };
        let taken = self.chunk.len() - rest.len();
        bytes::Buf::advance(&mut self.chunk, taken);
        Ok(event)
    }

    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        loop {
            let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) else {
                ready!(self.silence.poll_ring(context));
                return Poll::Ready(Some(Err(Error::Stalled(SILENCE_MAX))));
            };
            match frame {
                Some(Ok(frame)) => {
                    // Trailers say nothing that we need.
                    if let Ok(chunk) = frame.into_data() {
                        self.silence.touch();
                        return Poll::Ready(Some(Ok(chunk)));
                    }
                }
                Some(Err(error)) => {
                    return Poll::Ready(Some(Err(Error::Interrupted(Some(error.without_url())))));
                }
                None => return Poll::Ready(None),
            }
        }
    }
}
