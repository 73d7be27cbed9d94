//! The bytes of good answers and of errors in both dialects, whole and streamed, in pieces that faults can be put between.

use shared::money::NanoUsd;

/// The text of every good answer, with characters of two, three and four bytes in it.
pub const ANSWER: &str = "Grüße, 北京 🙂.";

/// The text's first part.
const FIRST: &str = "Grüße, ";

/// The text's other part.
const SECOND: &str = "北京 🙂.";

/// What a good answer costs: seven tokens in at 100 and two out at 500 nano-dollars, Haiku's prices.
pub const COST: NanoUsd = NanoUsd(7 * 100 + 2 * 500);

/// Words that stand in every error of an upstream's and that no visitor may get to see.
pub const NOBODYS_BUSINESS: &str = "organization of somebody";

/// Whose API an upstream speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Anthropic's messages.
    Anthropic,
    /// OpenAI's chat completions.
    OpenAi,
}

impl Dialect {
    /// The dialect of a request, by its path.
    pub(super) fn of(request: &[u8]) -> Self {
        let line = request.split(|byte| *byte == b'\n').next();
        if memchr::memmem::find(line.unwrap_or_default(), b"/chat/completions").is_some() {
            Self::OpenAi
        } else {
            Self::Anthropic
        }
    }
}

/// How an upstream answers one request: in which dialect, and whether as events or as one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wire {
    /// The dialect.
    pub dialect: Dialect,
    /// Whether as events.
    pub is_streamed: bool,
}

impl Wire {
    /// One of two, by dialect.
    pub fn dialect<T>(self, anthropic: T, openai: T) -> T {
        match self.dialect {
            Dialect::Anthropic => anthropic,
            Dialect::OpenAi => openai,
        }
    }

    /// One of two, by manner.
    pub fn manner<T>(self, streamed: T, whole: T) -> T {
        if self.is_streamed { streamed } else { whole }
    }

    /// A good answer, head and body.
    pub fn answer(self) -> Vec<u8> {
        [self.head(), self.body()].concat()
    }

    /// The head of an answer that ends when its connection does.
    pub fn head(self) -> Vec<u8> {
        self.head_with("")
    }

    /// The head of an answer with more header lines, each ended by CRLF.
    pub fn head_with(self, lines: &str) -> Vec<u8> {
        let kind = self.content_type();
        head("200 OK", &format!("content-type: {kind}\r\n{lines}"))
    }

    /// What a good answer's `content-type` is.
    pub fn content_type(self) -> &'static str {
        self.manner("text/event-stream; charset=utf-8", "application/json")
    }

    /// A good answer's body.
    pub fn body(self) -> Vec<u8> {
        [self.opening(), self.ending()].concat()
    }

    /// The body up to the middle of the text: between two events, or inside the document.
    pub fn opening(self) -> Vec<u8> {
        let first = if self.is_streamed {
            self.piece(FIRST.as_bytes(), "")
        } else {
            FIRST.as_bytes().to_vec()
        };
        [self.before_text().into_bytes(), first].concat()
    }

    /// The rest of the body.
    pub fn ending(self) -> Vec<u8> {
        let second = if self.is_streamed {
            self.piece(SECOND.as_bytes(), "")
        } else {
            [SECOND.as_bytes(), b"\""].concat()
        };
        [second, self.after_text().into_bytes()].concat()
    }

    /// A body whose text stands in its JSON as `raw`, in an object that has the members `more` too; they begin with a comma.
    pub fn body_with(self, raw: &[u8], more: &str) -> Vec<u8> {
        let text = if self.is_streamed {
            self.piece(raw, more)
        } else {
            [raw, b"\"", more.as_bytes()].concat()
        };
        [
            self.before_text().into_bytes(),
            text,
            self.after_text().into_bytes(),
        ]
        .concat()
    }

    /// One event.
    pub fn event(self, name: &str, data: &str) -> String {
        match self.dialect {
            Dialect::Anthropic => format!("event: {name}\ndata: {data}\n\n"),
            Dialect::OpenAi => format!("data: {data}\n\n"),
        }
    }

    /// An error as an event's data or as a body: the class is the same word for both dialects where a row does not care.
    pub fn error(self, class: &str, message: &str) -> String {
        match self.dialect {
            Dialect::Anthropic => format!(
                r#"{{"type":"error","error":{{"type":"{class}","message":"{message} ({NOBODYS_BUSINESS})"}},"request_id":"req_1"}}"#
            ),
            Dialect::OpenAi => format!(
                r#"{{"error":{{"message":"{message} ({NOBODYS_BUSINESS})","type":"{class}","param":null,"code":"{class}"}}}}"#
            ),
        }
    }

    /// An error answer: `status` as on the status line, more header lines, and a JSON body.
    pub fn refusal(self, status: &str, lines: &str, body: &str) -> Vec<u8> {
        let length = body.len();
        let lines =
            format!("content-type: application/json\r\ncontent-length: {length}\r\n{lines}");
        [head(status, &lines), body.as_bytes().to_vec()].concat()
    }

    /// An event that carries a piece of text.
    fn piece(self, raw: &[u8], more: &str) -> Vec<u8> {
        const HERE: &str = "\u{1}";
        let data = match self.dialect {
            Dialect::Anthropic => format!(
                r#"{{"type":"content_block_delta","index":0,"delta":{{"type":"text_delta","text":"{HERE}"{more}}}}}"#
            ),
            Dialect::OpenAi => chunk(&format!(
                r#"{{"index":0,"delta":{{"content":"{HERE}"{more}}},"finish_reason":null}}"#
            )),
        };
        let event = self.event("content_block_delta", &data);
        let (before, after) = event.split_once(HERE).unwrap_or_default();
        [before.as_bytes(), raw, after.as_bytes()].concat()
    }

    fn before_text(self) -> String {
        match (self.dialect, self.is_streamed) {
            (Dialect::Anthropic, true) => [
                self.event("message_start", r#"{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-5-5","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":7,"output_tokens":1}}}"#),
                self.event("content_block_start", r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#),
                self.event("ping", r#"{"type": "ping"}"#),
            ]
            .concat(),
            (Dialect::Anthropic, false) => r#"{"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-5-5","content":[{"type":"text","text":""#.to_owned(),
            (Dialect::OpenAi, true) => self.event(
                "",
                &chunk(r#"{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}"#),
            ),
            (Dialect::OpenAi, false) => r#"{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"claude-haiku-5-5","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":""#.to_owned(),
        }
    }

    fn after_text(self) -> String {
        match (self.dialect, self.is_streamed) {
            (Dialect::Anthropic, true) => [
                self.event("content_block_stop", r#"{"type":"content_block_stop","index":0}"#),
                self.event("message_delta", r#"{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":2}}"#),
                self.event("message_stop", r#"{"type":"message_stop"}"#),
            ]
            .concat(),
            (Dialect::Anthropic, false) => r#"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":7,"output_tokens":2}}"#.to_owned(),
            (Dialect::OpenAi, true) => [
                self.event("", &chunk(r#"{"index":0,"delta":{},"finish_reason":"stop"}"#)),
                self.event("", r#"{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"claude-haiku-5-5","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9}}"#),
                self.event("", "[DONE]"),
            ]
            .concat(),
            (Dialect::OpenAi, false) => r#"}}],"usage":{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9}}"#.to_owned(),
        }
    }
}

/// A chunk of OpenAI's with this choice.
fn chunk(choice: &str) -> String {
    format!(
        r#"{{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"claude-haiku-5-5","choices":[{choice}],"usage":null}}"#
    )
}

/// A head that closes its connection behind the answer.
fn head(status: &str, lines: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nconnection: close\r\n{lines}\r\n").into_bytes()
}
