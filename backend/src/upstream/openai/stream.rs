//! A gateway's chunks become Anthropic's events: a state machine without IO, fed with the data of one server-sent event at a time.
//!
//! A chunk has no frame: where the answer and its blocks begin and end has to be told from what the chunks hold. What the prompt
//! used is said last here and first there, so that the answer begins with counts that are unknown and ends with the true ones.

use std::collections::VecDeque;

use serde_json::{Value, json};
use shared::anthropic::{
    ContentBlock, ContentBlockDelta, ContentBlockStart, ContentBlockStop, Delta, MessageDelta,
    MessageDeltaBody, MessageStart, Rest, StreamEvent, Usage,
};
use shared::openai::{ChatCompletionChunk, ChunkDelta, DONE, ToolCallDelta};

use super::super::events::Event;
use super::super::refusal;
use super::{answer, written};
use crate::error::Error;

/// Tool calls of one answer, at most. The dialect takes 128 tools; an answer that calls more than that is out of its mind.
const TOOL_CALLS_MAX: usize = 128;

/// Where a stream of chunks stands.
#[derive(Debug)]
pub(in super::super) struct Translator {
    /// Whether each event's bytes are wanted too.
    is_written: bool,
    /// Events that were made and not taken yet.
    waiting: VecDeque<StreamEvent>,
    /// The model's name where a chunk has none.
    model: String,
    phase: Phase,
    /// The block of text or thoughts that grows at the moment.
    growing: Option<(Growing, u32)>,
    /// Tool calls, all open until the answer ends: their pieces may come in turns.
    calls: Vec<Call>,
    /// The next block's place.
    next_block: u32,
    stop_reason: Option<&'static str>,
    usage: Usage,
}

/// How far the answer has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing was said yet.
    Silent,
    /// It grows.
    Answering,
    /// Its end, as far as it is known, was passed on.
    Told,
    /// Whatever comes behind its end is read over.
    Closed,
}

/// What kind of block grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Growing {
    Text,
    Thoughts,
}

/// A tool call under way.
#[derive(Debug)]
struct Call {
    /// Its place among the calls, as the gateway counts.
    place: u32,
    id: String,
    /// Its block.
    block: u32,
}

impl Translator {
    /// A translator for an answer of the model that the request calls `model`. Where `is_written`, every event comes with its bytes.
    pub(super) fn new(model: String, is_written: bool) -> Self {
        Self {
            is_written,
            waiting: VecDeque::new(),
            model,
            phase: Phase::Silent,
            growing: None,
            calls: Vec::new(),
            next_block: 0,
            stop_reason: None,
            usage: Usage::default(),
        }
    }

    /// The next event that was made of what was taken.
    pub(in super::super) fn next(&mut self) -> Option<Event> {
        let says = self.waiting.pop_front()?;
        let raw = self.is_written.then(|| written::event(&says));
        Some(Event { says, raw })
    }

    /// Takes the data of one server-sent event.
    ///
    /// # Errors
    ///
    /// The gateway's own error; [`Error::Protocol`] for what cannot be read; and [`Error::Interrupted`] where the stream is closed
    /// in good form before the answer has ended, which gateways do when their own upstream is cut.
    pub(in super::super) fn take(&mut self, data: &[u8]) -> Result<(), Error> {
        if self.phase == Phase::Closed {
            return Ok(());
        }
        if data.starts_with(DONE) {
            return self.close();
        }
        let mut chunk: ChatCompletionChunk = serde_json::from_slice(data)
            .map_err(|error| Error::Protocol(format!("a chunk cannot be read: {error}")))?;
        if let Some(error) = chunk.rest.get("error").filter(|error| !error.is_null()) {
            return Err(refusal::from_chunk(error));
        }
        // One answer was asked for; a chunk without any carries counts, or a gateway's notes.
        chunk.choices.retain(|choice| choice.index == 0);
        self.begin(&chunk);
        for choice in chunk.choices {
            self.grow(choice.delta)?;
            let reason = choice.finish_reason.as_deref();
            if let Some(reason) = reason.and_then(answer::stop_reason) {
                self.stop_reason = Some(reason);
                self.end_blocks();
            }
        }
        if let Some(usage) = chunk.usage {
            let says_something = self.next_block > 0;
            self.usage.merge(answer::usage(&usage, says_something));
            if self.stop_reason.is_some() {
                self.tell_end();
            }
        }
        Ok(())
    }

    fn begin(&mut self, chunk: &ChatCompletionChunk) {
        let says_something = !chunk.choices.is_empty() || chunk.usage.is_some();
        if self.phase != Phase::Silent || !says_something {
            return;
        }
        self.phase = Phase::Answering;
        let mut model = std::mem::take(&mut self.model);
        if !chunk.model.is_empty() {
            model.clone_from(&chunk.model);
        }
        let message = answer::empty(&chunk.id, model);
        self.waiting
            .push_back(StreamEvent::MessageStart(MessageStart { message }));
    }

    fn grow(&mut self, delta: ChunkDelta) -> Result<(), Error> {
        if let Some(thoughts) = answer::thoughts(&delta.rest) {
            let block = self.growing_block(Growing::Thoughts);
            let thinking = thoughts.to_owned();
            self.push_delta(block, Delta::ThinkingDelta { thinking });
        }
        // A model that declines says so in a field of its own.
        let refusal = delta.rest.get("refusal").and_then(Value::as_str);
        let texts = [delta.content.as_deref(), refusal];
        for text in texts.into_iter().flatten().filter(|text| !text.is_empty()) {
            let block = self.growing_block(Growing::Text);
            let text = text.to_owned();
            self.push_delta(block, Delta::TextDelta { text });
        }
        for call in delta.tool_calls.unwrap_or_default() {
            self.grow_call(call)?;
        }
        Ok(())
    }

    fn grow_call(&mut self, piece: ToolCallDelta) -> Result<(), Error> {
        let function = piece.function.unwrap_or_default();
        let id = piece.id.filter(|id| !id.is_empty());
        let is_of =
            |call: &&Call| call.place == piece.index && id.as_ref().is_none_or(|id| *id == call.id);
        let block = match self.calls.iter().rev().find(is_of) {
            Some(call) => call.block,
            None => self.begin_call(piece.index, id, function.name)?,
        };
        self.has_grown();
        if let Some(partial_json) = function.arguments.filter(|json| !json.is_empty()) {
            self.push_delta(block, Delta::InputJsonDelta { partial_json });
        }
        Ok(())
    }

    fn begin_call(
        &mut self,
        place: u32,
        id: Option<String>,
        name: Option<String>,
    ) -> Result<u32, Error> {
        if self.calls.len() == TOOL_CALLS_MAX {
            return Err(Error::Protocol(
                "an answer calls tools without end".to_owned(),
            ));
        }
        let name = name.ok_or_else(|| Error::Protocol("a tool call has no name".to_owned()))?;
        self.stop_growing();
        let block = self.next_block;
        let id = id.unwrap_or_else(|| format!("call_{block}"));
        self.begin_block(answer::tool_use(id.clone(), name, json!({})));
        self.calls.push(Call { place, id, block });
        Ok(block)
    }

    /// The block that grows by `kind`; one of the other kind ends.
    fn growing_block(&mut self, kind: Growing) -> u32 {
        self.has_grown();
        match self.growing {
            Some((growing, block)) if growing == kind => block,
            _ => {
                self.stop_growing();
                let block = match kind {
                    Growing::Text => ContentBlock::text(""),
                    Growing::Thoughts => answer::thinking(""),
                };
                let place = self.begin_block(block);
                self.growing = Some((kind, place));
                place
            }
        }
    }

    /// A count of the output, or an end, that came before more of it is out of date.
    const fn has_grown(&mut self) {
        self.usage.output_tokens = None;
        self.phase = Phase::Answering;
    }

    fn begin_block(&mut self, content_block: ContentBlock) -> u32 {
        let index = self.next_block;
        self.next_block = index.saturating_add(1);
        self.waiting
            .push_back(StreamEvent::ContentBlockStart(ContentBlockStart {
                index,
                content_block,
            }));
        index
    }

    fn stop_growing(&mut self) {
        if let Some((_, block)) = self.growing.take() {
            self.push_stop(block);
        }
    }

    fn end_blocks(&mut self) {
        self.stop_growing();
        for call in std::mem::take(&mut self.calls) {
            self.push_stop(call.block);
        }
    }

    /// Says why the answer ends and what it used, as soon as both are known: the stream may be cut before it is closed.
    fn tell_end(&mut self) {
        self.end_blocks();
        self.phase = Phase::Told;
        self.waiting
            .push_back(StreamEvent::MessageDelta(MessageDelta {
                delta: MessageDeltaBody {
                    stop_reason: self.stop_reason.map(str::to_owned),
                    rest: Rest::from_iter([("stop_sequence".to_owned(), Value::Null)]),
                },
                usage: self.usage.clone(),
            }));
    }

    fn close(&mut self) -> Result<(), Error> {
        if self.stop_reason.is_none() {
            return Err(Error::Interrupted(None));
        }
        if self.phase != Phase::Told {
            self.tell_end();
        }
        self.phase = Phase::Closed;
        self.waiting.push_back(StreamEvent::MessageStop);
        Ok(())
    }

    fn push_delta(&mut self, index: u32, delta: Delta) {
        self.waiting
            .push_back(StreamEvent::ContentBlockDelta(ContentBlockDelta {
                index,
                delta,
            }));
    }

    fn push_stop(&mut self, index: u32) {
        self.waiting
            .push_back(StreamEvent::ContentBlockStop(ContentBlockStop { index }));
    }
}
