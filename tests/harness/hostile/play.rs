//! What can be played on a connection, and the playing of it.

use std::io::ErrorKind;
use std::time::Duration;

use bytes::Bytes;
use serving::clock::Clock;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::{Dialect, Wire};

/// One thing that a hostile upstream does. After the last one it closes the connection.
#[derive(Clone, Debug)]
pub enum Play {
    /// Reads a whole request.
    Hear,
    /// Sends these bytes, as one piece where the system lets it.
    Send(Bytes),
    /// Sends these bytes one at a time.
    Drip(Bytes),
    /// Sends these bytes that many times over.
    Repeat(Bytes, usize),
    /// Lets this much time pass.
    Wait(Duration),
    /// Says nothing more until the other side has gone.
    Silence,
    /// Says that it will send no more, and listens on until the other side has gone.
    HalfClose,
    /// Ends the connection as a crash does: what is under way is lost.
    Reset,
}

/// A connection that is played on.
pub(super) struct Stage<'a> {
    stream: TcpStream,
    clock: Clock,
    waiting: &'a watch::Sender<usize>,
}

/// Counts as waiting until it is dropped.
struct Waiting<'a>(&'a watch::Sender<usize>);

impl<'a> Waiting<'a> {
    fn on(waiting: &'a watch::Sender<usize>) -> Self {
        waiting.send_modify(|waiting| *waiting += 1);
        Self(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|waiting| *waiting -= 1);
    }
}

/// Bytes that a request's head and body may have; those of the tests have some hundred.
const REQUEST_BYTES_MAX: usize = 1 << 20;

impl<'a> Stage<'a> {
    pub(super) fn new(stream: TcpStream, clock: Clock, waiting: &'a watch::Sender<usize>) -> Self {
        Self {
            stream,
            clock,
            waiting,
        }
    }

    pub(super) async fn perform(&mut self, script: &[Play]) -> std::io::Result<()> {
        self.stream.set_nodelay(true)?;
        for play in script {
            self.act(play).await?;
        }
        Ok(())
    }

    /// Answers one request as it should be answered.
    pub(super) async fn behave(&mut self) -> std::io::Result<()> {
        let request = self.hear().await?;
        let wire = Wire {
            dialect: Dialect::of(&request),
            is_streamed: memchr::memmem::find(&request, b"\"stream\":true").is_some(),
        };
        self.stream.write_all(&wire.answer()).await
    }

    async fn act(&mut self, play: &Play) -> std::io::Result<()> {
        match play {
            Play::Hear => self.hear().await.map(drop),
            Play::Send(bytes) => self.send(bytes).await,
            Play::Drip(bytes) => {
                for byte in bytes.chunks(1) {
                    self.send(byte).await?;
                }
                Ok(())
            }
            Play::Repeat(bytes, times) => {
                for _ in 0..*times {
                    self.stream.write_all(bytes).await?;
                }
                Ok(())
            }
            Play::Wait(duration) => {
                let wait = self.clock.sleep(*duration);
                tokio::select! {
                    () = wait => Ok(()),
                    alone = self.until_alone() => alone.and(Err(ErrorKind::BrokenPipe.into())),
                }
            }
            Play::Silence => self.until_alone().await,
            Play::HalfClose => {
                self.stream.shutdown().await?;
                self.until_alone().await
            }
            Play::Reset => self.stream.set_zero_linger(),
        }
    }

    /// Sends `bytes` and lets the others of this thread take them before more is sent.
    async fn send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(bytes).await?;
        tokio::task::yield_now().await;
        Ok(())
    }

    /// Reads until the other side has closed; that it does so by a reset is as good.
    async fn until_alone(&mut self) -> std::io::Result<()> {
        let _waiting = Waiting::on(self.waiting);
        let mut buffer = [0; 1_024];
        while matches!(self.stream.read(&mut buffer).await, Ok(1..)) {}
        Ok(())
    }

    /// Reads one request: its head, and the body whose length the head says.
    async fn hear(&mut self) -> std::io::Result<Vec<u8>> {
        let mut request = Vec::new();
        while request.len() < REQUEST_BYTES_MAX {
            if self.stream.read_buf(&mut request).await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            if let Some(head) = memchr::memmem::find(&request, b"\r\n\r\n")
                && request.len() >= head + 4 + content_length(&request[..head])
            {
                return Ok(request);
            }
        }
        Err(ErrorKind::InvalidData.into())
    }
}

fn content_length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let length = head.split("content-length:").nth(1).unwrap_or("0");
    let length = length.lines().next().unwrap_or_default();
    length.trim().parse().unwrap_or(0)
}
