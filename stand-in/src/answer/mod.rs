//! One answer: its blocks, what it used, and how either dialect writes it, whole or event by event.

mod completion;
mod message;

use serde_json::json;
use shared::models::Tokenizer;
use shared::money::{TokenCount, TokenUsage};
use shared::time::UnixMillis;

use crate::random::Random;
use crate::refusal;
use crate::replies::Reply;
use crate::script::{Block, Fault, FaultKind, Script};
use crate::tokens;
use crate::validate::{Asked, Thinks};

/// An answer that is ready to be sent, at once or event by event.
#[derive(Debug)]
pub(crate) struct Answer {
    form: Form,
    id: String,
    model_id: &'static str,
    tokenizer: Tokenizer,
    pub(crate) blocks: Vec<Block>,
    signature: String,
    /// What the whole answer uses.
    pub(crate) usage: TokenUsage,
    stop_reason: String,
    stop_sequence: Option<String>,
    pub(crate) fault: Option<Fault>,
}

/// How an answer is written down.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    /// As Anthropic's message, or its events.
    Message,
    /// As OpenAI's chat completion, or its chunks.
    Completion(Completion),
}

/// What a chat completion says besides the answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Completion {
    pub(crate) created: UnixMillis,
    /// Whether the last chunk of a stream says what was used.
    pub(crate) has_usage: bool,
}

/// One event on the wire.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Event {
    /// OpenAI's have none.
    pub(crate) name: Option<&'static str>,
    pub(crate) data: Vec<u8>,
}

/// One step of a streamed answer, which a dialect writes as one event or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    MessageStart,
    BlockStart(usize),
    Ping,
    /// A piece, by its block and its place in it.
    Piece(usize, usize),
    Seal(usize),
    BlockStop(usize),
    MessageDelta,
    /// What was used, where the dialect says it apart.
    Usage,
    MessageStop,
}

impl Answer {
    /// The answer that a test dictated.
    pub(crate) fn scripted(
        script: Script,
        asked: &Asked,
        prompt: TokenUsage,
        random: &mut Random,
    ) -> Self {
        let is_tool_use = matches!(script.blocks.last(), Some(Block::ToolUse { .. }));
        let reason = if is_tool_use { "tool_use" } else { "end_turn" };
        let mut answer = Self::new(script.blocks, asked, prompt, random);
        answer.usage = script.usage.unwrap_or(answer.usage);
        answer.stop_reason = script.stop_reason.unwrap_or_else(|| reason.to_owned());
        answer.stop_sequence = script.stop_sequence;
        answer.fault = script.fault;
        answer
    }

    /// The stand-in's own answer, cut at `max_tokens`.
    pub(crate) fn own(
        reply: &Reply,
        asked: &Asked,
        prompt: TokenUsage,
        random: &mut Random,
    ) -> Self {
        let (text, stop_sequence) = until_stop(&reply.text, &asked.stop_sequences);
        let mut room = asked.max_tokens;
        let mut pieces = |text: &str| {
            let kept = cut(text, tokens::bytes_within(asked.model.tokenizer, room));
            room -= tokens::of_bytes(asked.model.tokenizer, kept.len() as u64).min(room);
            pieces_of(kept, random)
        };
        let mut blocks = Vec::new();
        let mut wanted = text.len();
        if asked.thinks != Thinks::No {
            wanted += reply.thoughts.len();
            blocks.push(Block::Thinking {
                pieces: pieces(&reply.thoughts),
                is_shown: asked.thinks == Thinks::Openly,
            });
        }
        blocks.push(Block::Text(pieces(text)));
        blocks.retain(|block| !block.pieces().is_empty());
        let said: usize = blocks.iter().map(bytes).sum();
        let mut answer = Self::new(blocks, asked, prompt, random);
        if said < wanted {
            "max_tokens".clone_into(&mut answer.stop_reason);
        } else if let Some(sequence) = stop_sequence {
            "stop_sequence".clone_into(&mut answer.stop_reason);
            answer.stop_sequence = Some(sequence.to_owned());
        } else if reply.is_broken_off {
            // The last block stays open: its stop and what follows are never sent.
            let is_stop = |step: &Step| matches!(step, Step::BlockStop(_));
            answer.fault = answer.steps().iter().rposition(is_stop).map(|stop| Fault {
                after_events: stop,
                kind: FaultKind::Close,
            });
        }
        answer
    }

    fn new(blocks: Vec<Block>, asked: &Asked, prompt: TokenUsage, random: &mut Random) -> Self {
        let mut answer = Self {
            form: asked.form,
            id: random.id("msg_01", 22),
            model_id: asked.model_id,
            tokenizer: asked.model.tokenizer,
            blocks,
            signature: random.id("", 64),
            usage: prompt,
            stop_reason: "end_turn".to_owned(),
            stop_sequence: None,
            fault: None,
        };
        answer.usage.output = TokenCount(answer.tokens_of(answer.blocks.len()));
        answer
    }

    /// The steps of the answer, in order.
    pub(crate) fn steps(&self) -> Vec<Step> {
        let mut steps = vec![Step::MessageStart];
        for (place, block) in self.blocks.iter().enumerate() {
            steps.push(Step::BlockStart(place));
            if place == 0 {
                steps.push(Step::Ping);
            }
            let pieces = 0..block.pieces_shown();
            steps.extend(pieces.map(|piece| Step::Piece(place, piece)));
            if matches!(block, Block::Thinking { .. }) {
                steps.push(Step::Seal(place));
            }
            steps.push(Step::BlockStop(place));
        }
        steps.push(Step::MessageDelta);
        if matches!(self.form, Form::Completion(completion) if completion.has_usage) {
            steps.push(Step::Usage);
        }
        steps.push(Step::MessageStop);
        steps
    }

    /// The event that `step` writes, if it writes one.
    pub(crate) fn event(&self, step: Step) -> Option<Event> {
        match self.form {
            Form::Message => {
                let (name, event) = self.message_event(step)?;
                Some(Event {
                    name: Some(name),
                    data: serde_json::to_vec(&event).unwrap_or_default(),
                })
            }
            Form::Completion(completion) => Some(Event {
                name: None,
                data: self.chunk(completion, step)?,
            }),
        }
    }

    /// The event that ends a stream with an error of Anthropic's class `kind`.
    pub(crate) fn error_event(&self, kind: &str, message: &str) -> Event {
        let (name, data) = match self.form {
            Form::Message => {
                let error = json!({"type": kind, "message": message});
                (Some("error"), json!({"type": "error", "error": error}))
            }
            Form::Completion(_) => (None, refusal::openai_error(kind, message, None)),
        };
        Event {
            name,
            data: data.to_string().into_bytes(),
        }
    }

    /// The whole answer as JSON.
    pub(crate) fn whole(&self) -> Vec<u8> {
        let json = match self.form {
            Form::Message => serde_json::to_vec(&self.whole_message()),
            Form::Completion(completion) => serde_json::to_vec(&self.completion(completion)),
        };
        json.unwrap_or_default()
    }

    /// What is used once `step` was sent.
    pub(crate) fn usage_after(&self, step: Step) -> TokenUsage {
        let output = match step {
            Step::MessageStart | Step::Ping => 0,
            Step::BlockStart(block) => self.tokens_of(block),
            Step::Piece(block, piece) => {
                let pieces = self.blocks.get(block).map_or(&[][..], Block::pieces);
                let bytes = pieces.iter().take(piece + 1).map(String::len).sum();
                self.tokens_of(block) + self.tokens(bytes)
            }
            Step::Seal(block) | Step::BlockStop(block) => self.tokens_of(block + 1),
            Step::MessageDelta | Step::Usage | Step::MessageStop => self.usage.output.0,
        };
        TokenUsage {
            // The first event already counts one, as the API's does.
            output: TokenCount(output.max(1).min(self.usage.output.0)),
            ..self.usage
        }
    }

    /// The tokens of the first `blocks` blocks.
    fn tokens_of(&self, blocks: usize) -> u64 {
        let blocks = self.blocks.iter().take(blocks);
        blocks.map(|block| self.tokens(bytes(block))).sum()
    }

    /// The tokens of what is thought, which the answer's own are never fewer than.
    fn tokens_thought(&self) -> u64 {
        let thoughts = self.blocks.iter();
        let thoughts = thoughts.filter(|block| matches!(block, Block::Thinking { .. }));
        let thought: u64 = thoughts.map(|block| self.tokens(bytes(block))).sum();
        thought.min(self.usage.output.0)
    }

    const fn tokens(&self, bytes: usize) -> u64 {
        tokens::of_bytes(self.tokenizer, bytes as u64)
    }
}

fn bytes(block: &Block) -> usize {
    block.pieces().iter().map(String::len).sum()
}

/// `text` up to the first of `sequences` in it, and that one.
fn until_stop<'a>(text: &'a str, sequences: &'a [String]) -> (&'a str, Option<&'a str>) {
    let found = sequences
        .iter()
        .filter_map(|sequence| Some((text.find(sequence.as_str())?, sequence)));
    match found.min_by_key(|(place, _)| *place) {
        Some((place, sequence)) => (text.get(..place).unwrap_or_default(), Some(sequence)),
        None => (text, None),
    }
}

/// The beginning of `text`, at most `bytes` long and never cut inside a character.
fn cut(text: &str, bytes: u64) -> &str {
    let end = usize::try_from(bytes).unwrap_or(usize::MAX);
    text.get(..text.floor_char_boundary(end))
        .unwrap_or_default()
}

/// Cuts `text` into pieces of one to four words.
fn pieces_of(text: &str, random: &mut Random) -> Vec<String> {
    let mut words = text.split_inclusive(char::is_whitespace).peekable();
    let mut pieces = Vec::new();
    while words.peek().is_some() {
        let count = usize::try_from(random.between(1, 4)).unwrap_or(1);
        pieces.push(words.by_ref().take(count).collect());
    }
    pieces
}
