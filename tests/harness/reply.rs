//! An answer as its reader sees it, event by event.

use std::collections::VecDeque;

use bytes::Bytes;
use reqwest::Response;
use shared::api::chat::{ChatEvent, UsageReport};
use shared::error::ApiError;
use shared::sse::Parser;

/// An event stream of the browser face. Dropping it hangs up.
#[derive(Debug)]
pub struct Reply {
    response: Response,
    parser: Parser,
    waiting: VecDeque<ChatEvent>,
    /// Every byte so far, for tests of what must not be in them.
    pub bytes: Vec<u8>,
}

impl Reply {
    pub(crate) const fn new(response: Response) -> Self {
        Self {
            response,
            parser: Parser::new(1 << 20),
            waiting: VecDeque::new(),
            bytes: Vec::new(),
        }
    }

    /// The header `name`, empty where it is absent.
    pub fn header(&self, name: &str) -> &str {
        let value = self.response.headers().get(name);
        value
            .map(|value| value.to_str().unwrap())
            .unwrap_or_default()
    }

    /// The next event; `None` at the end.
    pub async fn next(&mut self) -> Option<ChatEvent> {
        while self.waiting.is_empty() {
            let chunk = self.next_chunk().await?;
            let mut input = &chunk[..];
            while let Some(event) = self.parser.next(&mut input).expect("events fit") {
                self.waiting
                    .extend(ChatEvent::read(event).expect("events can be read"));
            }
        }
        self.waiting.pop_front()
    }

    /// The next bytes as they come off the wire; `None` at the end.
    pub async fn next_chunk(&mut self) -> Option<Bytes> {
        let chunk = self.response.chunk().await.expect("the connection holds")?;
        self.bytes.extend_from_slice(&chunk);
        Some(chunk)
    }

    /// Reads on until the next piece of text and gives it; the stream must not end before.
    pub async fn next_text(&mut self) -> String {
        loop {
            match self.next().await {
                Some(ChatEvent::Delta(piece)) => return piece.text,
                Some(ChatEvent::Error(error)) => panic!("the answer broke off: {error}"),
                Some(_) => {}
                None => panic!("the answer ended without more text"),
            }
        }
    }

    /// All events to the end.
    pub async fn all(&mut self) -> Vec<ChatEvent> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await {
            events.push(event);
        }
        events
    }

    /// The whole text and what it cost, of an answer that must end well.
    pub async fn whole(mut self) -> (String, UsageReport) {
        let mut text = String::new();
        let mut usage = None;
        let mut is_done = false;
        for event in self.all().await {
            match event {
                ChatEvent::Delta(piece) => text.push_str(&piece.text),
                ChatEvent::Usage(report) => usage = Some(report),
                ChatEvent::Done(_) => is_done = true,
                ChatEvent::Error(error) => panic!("the answer broke off: {error}"),
                ChatEvent::Queued(_) | ChatEvent::Started(_) | ChatEvent::Thinking(_) => {}
            }
        }
        assert!(is_done, "the answer is whole");
        (text, usage.expect("usage is reported"))
    }

    /// The error that the answer must end with, and the usage reported before it.
    pub async fn broken_off(mut self) -> (ApiError, Option<UsageReport>) {
        let mut usage = None;
        let mut errors = Vec::new();
        for event in self.all().await {
            match event {
                ChatEvent::Usage(report) => usage = Some(report),
                ChatEvent::Error(error) => errors.push(*error),
                ChatEvent::Done(_) => panic!("the answer claims to be whole"),
                ChatEvent::Queued(_)
                | ChatEvent::Started(_)
                | ChatEvent::Delta(_)
                | ChatEvent::Thinking(_) => {}
            }
        }
        assert_eq!(errors.len(), 1, "exactly one error ends the answer");
        (errors.remove(0), usage)
    }
}
