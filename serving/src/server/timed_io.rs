//! A socket that does not wait for ever for a reader that takes nothing, and that says what passes through it.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::patience::Stages;
use crate::clock::{Clock, Deadline};

/// A socket whose peer must take something now and then while there is something to send. If it does not, writing fails, and with it
/// the connection. A silent answer is no such thing: nothing waits to be sent then.
#[derive(Debug)]
pub(super) struct TimedIo<T> {
    socket: T,
    stages: Stages,
    stalled: Deadline,
    stall_max: Duration,
}

impl<T> TimedIo<T> {
    pub(super) const fn new(socket: T, stages: Stages, stall_max: Duration, clock: Clock) -> Self {
        Self {
            socket,
            stages,
            stalled: Deadline::unset(clock),
            stall_max,
        }
    }

    /// The socket itself, for its settings.
    pub(super) const fn socket(&self) -> &T {
        &self.socket
    }

    /// Judges one attempt to write.
    fn written(
        &mut self,
        attempt: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        if attempt.is_ready() {
            self.stalled.clear();
            self.stages.something_went();
            return attempt;
        }
        if !self.stalled.is_set() {
            self.stalled.set_in(self.stall_max);
        }
        ready!(self.stalled.poll_reached(context));
        Poll::Ready(Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "the client takes nothing of its answer",
        )))
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for TimedIo<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.socket).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.stages.something_came();
        }
        read
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for TimedIo<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let attempt = Pin::new(&mut self.socket).poll_write(context, bytes);
        self.written(attempt, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let attempt = Pin::new(&mut self.socket).poll_write_vectored(context, pieces);
        self.written(attempt, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}
