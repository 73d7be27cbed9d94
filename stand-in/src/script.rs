//! Answers that a test writes itself: what to say, what to charge, and how to go wrong.

use std::time::Duration;

use hyper::StatusCode;
use serde_json::Value;
use shared::money::TokenUsage;

use super::refusal::Refusal;

/// One answer, word for word, not cut at `max_tokens` or a stop sequence. Usage and stop reason are filled in where it leaves them out.
/// What goes wrong in the middle of a stream does not concern an answer that is asked for whole.
///
/// It is told in Anthropic's terms and works in either dialect. A place in a stream is counted in Anthropic's events: a start, the
/// blocks with a ping in the first one, a `message_delta` and a stop. The OpenAI dialect goes wrong at the same place of the answer.
#[derive(Clone, Debug, Default)]
pub struct Script {
    pub(super) blocks: Vec<Block>,
    pub(super) usage: Option<TokenUsage>,
    pub(super) stop_reason: Option<String>,
    pub(super) stop_sequence: Option<String>,
    pub(super) refusal: Option<Refusal>,
    pub(super) fault: Option<Fault>,
}

/// One block of an answer, in the pieces that it is streamed in.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Block {
    /// What the model thinks before it answers.
    Thinking {
        pieces: Vec<String>,
        /// Whether more is sent of it than the seal. It is billed either way.
        is_shown: bool,
    },
    /// What it answers.
    Text(Vec<String>),
    /// A tool that it wants to have called.
    ToolUse {
        name: String,
        /// The tool's input as JSON text.
        input: Vec<String>,
    },
}

impl Block {
    pub(super) fn pieces(&self) -> &[String] {
        match self {
            Self::Thinking { pieces, .. }
            | Self::Text(pieces)
            | Self::ToolUse { input: pieces, .. } => pieces,
        }
    }

    /// How many of its pieces are sent.
    pub(super) fn pieces_shown(&self) -> usize {
        match self {
            Self::Thinking {
                is_shown: false, ..
            } => 0,
            Self::Thinking { .. } | Self::Text(_) | Self::ToolUse { .. } => self.pieces().len(),
        }
    }
}

/// How a stream goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// It happens when this many events were sent.
    pub(super) after_events: usize,
    pub(super) kind: FaultKind,
}

/// What goes wrong in the middle of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FaultKind {
    /// An `error` event ends the stream.
    ErrorEvent { r#type: String, message: String },
    /// The connection is closed without a word.
    Close,
}

impl Fault {
    /// Whether an error comes in place of the first event, which is a refusal in all but its status.
    pub(super) const fn is_refusal(&self) -> bool {
        self.after_events == 0 && matches!(self.kind, FaultKind::ErrorEvent { .. })
    }
}

impl Script {
    /// An answer of one text block, streamed in these pieces.
    pub fn text<P: Into<String>>(pieces: impl IntoIterator<Item = P>) -> Self {
        Self::default().and_text(pieces)
    }

    /// An error in place of an answer. The OpenAI dialect translates the classes that it knows, and repeats all others.
    pub fn refuse(
        status: StatusCode,
        error_type: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            refusal: Some(Refusal::new(status, error_type, message)),
            ..Self::default()
        }
    }

    /// Adds a text block.
    #[must_use]
    pub fn and_text<P: Into<String>>(mut self, pieces: impl IntoIterator<Item = P>) -> Self {
        let pieces = pieces.into_iter().map(Into::into).collect();
        self.blocks.push(Block::Text(pieces));
        self
    }

    /// Adds a thinking block that is shown.
    #[must_use]
    pub fn and_thinking<P: Into<String>>(mut self, pieces: impl IntoIterator<Item = P>) -> Self {
        self.blocks.push(Block::Thinking {
            pieces: pieces.into_iter().map(Into::into).collect(),
            is_shown: true,
        });
        self
    }

    /// Adds a thinking block of which only the seal is sent, though all of it is billed.
    #[must_use]
    pub fn and_unseen_thinking(mut self, text: impl Into<String>) -> Self {
        self.blocks.push(Block::Thinking {
            pieces: vec![text.into()],
            is_shown: false,
        });
        self
    }

    /// Adds a call of the tool `name`. Its input comes in two pieces after an empty one, as the API sends it.
    #[must_use]
    pub fn and_tool_use(mut self, name: impl Into<String>, input: &Value) -> Self {
        let json = input.to_string();
        let (first, second) = json.split_at(json.floor_char_boundary(json.len() / 2));
        self.blocks.push(Block::ToolUse {
            name: name.into(),
            input: vec![String::new(), first.to_owned(), second.to_owned()],
        });
        self
    }

    /// Says what the answer used, in place of counting it.
    #[must_use]
    pub const fn usage(mut self, usage: TokenUsage) -> Self {
        self.usage = Some(usage);
        self
    }

    /// Says why the answer ends: `end_turn`, `refusal`, `pause_turn` and others.
    #[must_use]
    pub fn stop_reason(mut self, reason: impl Into<String>) -> Self {
        self.stop_reason = Some(reason.into());
        self
    }

    /// Ends the answer at a stop sequence of the request.
    #[must_use]
    pub fn stop_sequence(mut self, sequence: impl Into<String>) -> Self {
        self.stop_sequence = Some(sequence.into());
        self.stop_reason("stop_sequence")
    }

    /// Adds `retry-after` to an error.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.refusal = self.refusal.map(|refusal| refusal.retry_after(wait));
        self
    }

    /// Adds `details.error_code` to an error; in the OpenAI dialect, `code`.
    #[must_use]
    pub fn error_code(mut self, code: impl Into<String>) -> Self {
        self.refusal = self.refusal.map(|refusal| refusal.error_code(code));
        self
    }

    /// Ends the stream with an `error` event once `events` were sent.
    #[must_use]
    pub fn error_after(
        mut self,
        events: usize,
        error_type: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        self.fault = Some(Fault {
            after_events: events,
            kind: FaultKind::ErrorEvent {
                r#type: error_type.into(),
                message: message.into(),
            },
        });
        self
    }

    /// Closes the connection, without a word, once `events` were sent.
    #[must_use]
    pub fn close_after(mut self, events: usize) -> Self {
        self.fault = Some(Fault {
            after_events: events,
            kind: FaultKind::Close,
        });
        self
    }
}
