//! An answer's body as it comes, chunk by chunk, bounded in silence.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::Body as _;

use crate::error::Error;
use serving::clock::{Clock, IdleAlarm};

/// How long the upstream may be silent inside an answer. It sends a ping every few seconds.
const SILENCE_MAX: Duration = Duration::from_secs(90);

/// The body of one answer. Dropping it closes the call.
#[derive(Debug)]
pub(super) struct Chunks {
    body: reqwest::Body,
    silence: IdleAlarm,
}

impl Chunks {
    pub(super) fn new(response: reqwest::Response, clock: Clock) -> Self {
        Self {
            body: hyper::Response::from(response).into_body(),
            silence: IdleAlarm::new(clock, SILENCE_MAX),
        }
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Interrupted`] for a connection that broke, [`Error::Stalled`] for silence.
    pub(super) fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Error>>> {
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
