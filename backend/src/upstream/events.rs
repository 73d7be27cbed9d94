//! The upstream's answer as events: parsed as the bytes come, bounded in size and in silence.

use std::future::poll_fn;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes, BytesMut};
use shared::anthropic::StreamEvent;
use shared::sse::{self, Parser};

use super::chunks::Chunks;
use super::openai::Translator;
use super::refusal;
use crate::error::Error;

/// Bytes that one event may have, and the comments before it. Events of text have some hundred; the largest, a whole tool input,
/// stays below this.
const EVENT_BYTES_MAX: usize = 1_024 * 1_024;

/// One event of an answer.
#[derive(Debug)]
pub struct Event {
    /// What it says.
    pub says: StreamEvent,
    /// The bytes of it as a caller who speaks Anthropic's dialect gets them; absent where nobody asked for them. They are those that
    /// it stood in, with everything between it and the event before; bytes that belong to no event come as a ping. An event that was
    /// translated from another dialect has bytes of our own making.
    pub raw: Option<Bytes>,
}

/// An answer under way. Dropping it closes the call.
#[derive(Debug)]
pub struct EventStream {
    frames: Frames,
    /// Makes the events, where the upstream speaks another dialect.
    translator: Option<Box<Translator>>,
    /// Something was said; pings say nothing.
    has_begun: bool,
}

/// The server-sent events of a body, of whatever dialect.
#[derive(Debug)]
pub(super) struct Frames {
    chunks: Chunks,
    parser: Parser,
    /// Bytes that came and were not parsed yet.
    chunk: Bytes,
    /// Whether the bytes of each event are wanted as they came.
    keeps_raw: bool,
    /// Bytes of an event whose end has not come, where they are wanted.
    begun: BytesMut,
}

/// One server-sent event as its dialect reads it.
#[derive(Debug)]
pub(super) struct Frame<T> {
    /// What was read; absent for bytes that belong to no event.
    pub(super) read: Option<T>,
    /// The bytes, where they are wanted.
    pub(super) raw: Option<Bytes>,
}

impl EventStream {
    /// The events in `chunks`, with their bytes where `keeps_raw`.
    pub(super) fn new(chunks: Chunks, keeps_raw: bool) -> Self {
        Self {
            frames: Frames::new(chunks, keeps_raw),
            translator: None,
            has_begun: false,
        }
    }

    /// The events that `translator` makes of the chunks of another dialect in `chunks`.
    pub(super) fn translated(chunks: Chunks, translator: Translator) -> Self {
        Self {
            frames: Frames::new(chunks, false),
            translator: Some(Box::new(translator)),
            has_begun: false,
        }
    }

    /// Waits for the first event that says something; pings are passed over.
    ///
    /// # Errors
    ///
    /// As [`EventStream::poll_next`]; and [`Error::Interrupted`] where there is none.
    pub async fn first(&mut self) -> Result<Event, Error> {
        loop {
            match poll_fn(|context| self.poll_next(context)).await {
                Some(Ok(event)) if event.says == StreamEvent::Ping => {}
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
    /// [`Error::Timeout`] for silence before the first event and [`Error::Stalled`] for silence after it, and the upstream's own
    /// error event. After an error nothing more can be read.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Event, Error>>> {
        let next = match &mut self.translator {
            None => self.frames.poll_next(context, read).map(own_event),
            Some(translator) => poll_translated(&mut self.frames, translator, context),
        };
        Poll::Ready(match ready!(next) {
            Some(Err(Error::Stalled(_))) if !self.has_begun => {
                Some(Err(Error::Timeout("before its first event")))
            }
            Some(Ok(event)) => {
                self.has_begun |= event.says != StreamEvent::Ping;
                Some(Ok(event))
            }
            other => other,
        })
    }
}

/// An event of Anthropic's own. An error is one.
fn own_event(frame: Option<Result<Frame<StreamEvent>, Error>>) -> Option<Result<Event, Error>> {
    Some(frame?.and_then(
        |Frame { read, raw }| match read.unwrap_or(StreamEvent::Ping) {
            StreamEvent::Error(error) => Err(refusal::from_event(error, raw)),
            says => Ok(Event { says, raw }),
        },
    ))
}

/// One chunk of another dialect may give several events, or none.
fn poll_translated(
    frames: &mut Frames,
    translator: &mut Translator,
    context: &mut Context<'_>,
) -> Poll<Option<Result<Event, Error>>> {
    loop {
        if let Some(event) = translator.next() {
            return Poll::Ready(Some(Ok(event)));
        }
        match ready!(frames.poll_next(context, |event| translator.take(event.data))) {
            Some(Ok(_)) => {}
            Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            None => return Poll::Ready(None),
        }
    }
}

fn read(event: sse::Event<'_>) -> Result<StreamEvent, Error> {
    serde_json::from_slice(event.data)
        .map_err(|error| Error::Protocol(format!("an event's data cannot be read: {error}")))
}

impl Frames {
    pub(super) fn new(chunks: Chunks, keeps_raw: bool) -> Self {
        Self {
            chunks,
            parser: Parser::new(EVENT_BYTES_MAX),
            chunk: Bytes::new(),
            keeps_raw,
            begun: BytesMut::new(),
        }
    }

    /// The next event as `read` understands it, in the poll that completed it. `None` where the bytes ended between two events.
    ///
    /// # Errors
    ///
    /// As [`EventStream::poll_next`], where silence is always [`Error::Stalled`]; and what `read` gives.
    pub(super) fn poll_next<T>(
        &mut self,
        context: &mut Context<'_>,
        mut read: impl FnMut(sse::Event<'_>) -> Result<T, Error>,
    ) -> Poll<Option<Result<Frame<T>, Error>>> {
        loop {
            if let Some(frame) = self.take_frame(&mut read).transpose() {
                return Poll::Ready(Some(frame));
            }
            match ready!(self.chunks.poll_next(context)) {
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
    fn take_frame<T>(
        &mut self,
        read: &mut impl FnMut(sse::Event<'_>) -> Result<T, Error>,
    ) -> Result<Option<Frame<T>>, Error> {
        if self.chunk.is_empty() {
            return Ok(None);
        }
        let mut rest = &self.chunk[..];
        let event = match self.parser.next(&mut rest) {
            Ok(Some(event)) => Some(read(event)?),
            Ok(None) => None,
            Err(error) => return Err(Error::Protocol(error.to_string())),
        };
        let taken = self.chunk.len() - rest.len();
        if !self.keeps_raw {
            self.chunk.advance(taken);
            return Ok(event.map(|event| Frame {
                read: Some(event),
                raw: None,
            }));
        }
        let bytes = self.chunk.split_to(taken);
        if event.is_none() && self.parser.is_inside_event() {
            self.begun.extend_from_slice(&bytes);
            return self.check_size().map(|()| None);
        }
        Ok(Some(Frame {
            read: event,
            raw: Some(self.join(bytes)),
        }))
    }

    /// What had begun in earlier chunks with `end` behind it. An event that lies whole in one chunk is not copied.
    fn join(&mut self, end: Bytes) -> Bytes {
        if self.begun.is_empty() {
            return end;
        }
        self.begun.extend_from_slice(&end);
        self.begun.split().freeze()
    }

    /// The parser counts what it holds, which comments are no part of.
    fn check_size(&self) -> Result<(), Error> {
        if self.begun.len() > 2 * EVENT_BYTES_MAX {
            return Err(Error::Protocol(
                "an event's comments have no end".to_owned(),
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use serving::clock::Clock;

    /// Comments, every line end, padding, a type that nobody knows, characters of several bytes.
    const ODD: &str = concat!(
        ": a comment\n\nevent: ping\r\ndata: {\"type\": \"ping\"}\r\n\r\n",
        "event: brand_new\rdata: {\"type\":\"brand_new\"}\r\r",
        "event: content_block_stop\ndata:{\"type\":\"content_block_stop\",\"index\":0   }\n\n: 北京🙂\n",
        "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n: the end\n",
    );

    fn stream(pieces: impl Iterator<Item = Vec<u8>>, keeps_raw: bool) -> EventStream {
        let pieces: Vec<_> = pieces
            .map(|piece| Ok::<_, Infallible>(Bytes::from(piece)))
            .collect();
        let body = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
        let response = reqwest::Response::from(hyper::Response::new(body));
        EventStream::new(Chunks::new(response, Clock::system()), keeps_raw)
    }

    async fn all(mut events: EventStream) -> Vec<Event> {
        let mut seen = Vec::new();
        while let Some(event) = poll_fn(|context| events.poll_next(context)).await {
            seen.push(event.expect("it can be read"));
        }
        seen
    }

    /// FM-25, FM-26: however the bytes are cut, the events are the same and no byte is lost, added or moved.
    #[tokio::test]
    async fn raw_bytes_are_the_upstreams_however_they_are_cut() {
        for size in 1..=ODD.len() {
            let pieces = ODD.as_bytes().chunks(size).map(<[u8]>::to_vec);
            let seen = all(stream(pieces, true)).await;
            let says: Vec<_> = seen
                .iter()
                .map(|event| &event.says)
                .filter(|says| **says != StreamEvent::Ping)
                .collect();
            assert_eq!(says.len(), 3, "{size}");
            assert!(matches!(says[0], StreamEvent::Unknown), "{size}");
            assert!(matches!(says[2], StreamEvent::MessageStop), "{size}");
            let bytes: Vec<u8> = seen
                .iter()
                .flat_map(|event| event.raw.clone().expect("raw bytes"))
                .collect();
            assert_eq!(bytes, ODD.as_bytes(), "{size}");
        }
    }

    #[tokio::test]
    async fn an_event_that_came_whole_is_a_slice_of_what_came() {
        let chunk =
            Bytes::from_static(b"data: {\"type\":\"ping\"}\r\n\r\ndata: {\"type\":\"ping\"}\n\n");
        let body = reqwest::Body::from(chunk.clone());
        let response = reqwest::Response::from(hyper::Response::new(body));
        let events = EventStream::new(Chunks::new(response, Clock::system()), true);
        let seen = all(events).await;
        let at: Vec<_> = seen
            .iter()
            .map(|event| event.raw.as_ref().expect("raw bytes").as_ptr())
            .collect();
        assert_eq!(at, [chunk.as_ptr(), chunk[25..].as_ptr()]);
    }

    #[tokio::test]
    async fn nobody_pays_for_bytes_that_nobody_wants() {
        let seen = all(stream(ODD.as_bytes().chunks(7).map(<[u8]>::to_vec), false)).await;
        assert_eq!(seen.len(), 4);
        assert!(seen.iter().all(|event| event.raw.is_none()));
    }
}
