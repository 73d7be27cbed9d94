//! The way out. There are two doors: [`Upstream::open`], which costs money and takes an [`Admission`], and
//! [`Upstream::call_free`], for the closed list of calls that cost nothing.
//!
//! Before it come admission and the key's lease; after it the meter.

mod anthropic;
mod chunks;
mod client;
mod connect;
mod endpoint;
mod events;
mod openai;
mod refusal;
mod webhook;
mod whole;

use std::sync::Arc;

use bytes::Bytes;
use hyper::HeaderMap;
use shared::anthropic::CountTokensResponse;
use shared::money::TokenCount;

use anthropic::Anthropic;
pub use connect::ConnectTimeout;
use endpoint::Endpoint;
pub use events::{Event, EventStream};
pub use openai::ModelNames;
use openai::OpenAi;
pub use webhook::Webhook;
pub use whole::WholeAnswer;

use crate::admission::Admission;
use crate::error::Error;
use crate::keys::{KeyLease, KeyRing};
use crate::turn::{Judged, Turn};
use serving::clock::Clock;

/// Who answers. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Upstream {
    /// Claude's API, or what speaks as it does, the stand-in included.
    Anthropic(AnthropicUpstream),
    /// A gateway that speaks as OpenAI's API does.
    OpenAiCompatible(OpenAiUpstream),
}

/// An Anthropic-speaking upstream with its keys.
#[derive(Clone, Debug)]
pub struct AnthropicUpstream {
    api: Anthropic,
    keys: KeyRing,
}

/// An OpenAI-compatible gateway with its keys.
#[derive(Clone, Debug)]
pub struct OpenAiUpstream {
    api: OpenAi,
    keys: KeyRing,
}

/// An answer that has begun.
#[derive(Debug)]
pub struct Answer {
    /// The upstream's own name for the request.
    pub request_id: Option<String>,
    /// Headers of the upstream's that the caller may see; none where the two speak different dialects.
    pub headers: HeaderMap,
    /// What it says, or will say.
    pub content: Content,
}

/// What an answer says, in Anthropic's dialect, whatever the upstream speaks.
#[derive(Debug)]
pub enum Content {
    /// Events, for a turn that asked for a stream.
    Events(EventStream),
    /// All of it.
    Whole(WholeAnswer),
}

/// What can be asked of an upstream without an admission, because it costs nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FreeCall {
    /// Whether the upstream takes the key.
    VerifyKey,
    /// How many tokens the body of a request has, in Anthropic's dialect.
    CountTokens(Bytes),
}

impl Upstream {
    /// An upstream that speaks Anthropic's dialect at `base_url`.
    ///
    /// # Errors
    ///
    /// When TLS cannot be set up or `ca_pem` cannot be read.
    pub fn anthropic(
        base_url: String,
        ca_pem: Option<&[u8]>,
        keys: KeyRing,
        clock: Clock,
    ) -> reqwest::Result<Self> {
        let api = Anthropic::new(endpoint(base_url, ca_pem, clock)?)?;
        Ok(Self::Anthropic(AnthropicUpstream { api, keys }))
    }

    /// An OpenAI-compatible gateway at `base_url`, which calls the models of `names` by names of its own.
    ///
    /// # Errors
    ///
    /// As [`Upstream::anthropic`].
    pub fn openai_compatible(
        base_url: String,
        ca_pem: Option<&[u8]>,
        keys: KeyRing,
        names: Arc<ModelNames>,
        clock: Clock,
    ) -> reqwest::Result<Self> {
        let api = OpenAi::new(endpoint(base_url, ca_pem, clock)?, names)?;
        Ok(Self::OpenAiCompatible(OpenAiUpstream { api, keys }))
    }

    /// Leases the key that the next call should use.
    pub fn lease(&self) -> KeyLease {
        match self {
            Self::Anthropic(upstream) => upstream.keys.lease(),
            Self::OpenAiCompatible(upstream) => upstream.keys.lease(),
        }
    }

    /// Sends `turn`, which `admission` paid for, and gives its answer: events once it begins, a whole one once it is there. Dropping
    /// the call or its answer closes it.
    ///
    /// # Errors
    ///
    /// The upstream's refusal, its silence, or that it cannot be reached; nothing of the answer was read then.
    pub async fn open(
        &self,
        _admission: &Admission,
        key: &KeyLease,
        turn: &Turn<Judged>,
    ) -> Result<Answer, Error> {
        match self {
            Self::Anthropic(upstream) => upstream.api.open(key, turn).await,
            Self::OpenAiCompatible(upstream) => upstream.api.open(key, turn).await,
        }
    }

    /// Has the upstream count the tokens of `body`, a request in Anthropic's dialect. It costs nothing.
    ///
    /// # Errors
    ///
    /// As [`Upstream::call_free`].
    pub async fn count_tokens(&self, key: &KeyLease, body: Bytes) -> Result<TokenCount, Error> {
        let answer = self.call_free(key, FreeCall::CountTokens(body)).await?;
        let counted: CountTokensResponse = whole::parse(&answer)?;
        Ok(TokenCount(counted.input_tokens))
    }

    /// Makes a call that costs nothing, and gives the body of its answer; none where the status says all.
    ///
    /// # Errors
    ///
    /// As [`Upstream::open`]; and [`ErrorKind::NotFound`](shared::error::ErrorKind::NotFound) for what this upstream cannot do.
    pub async fn call_free(&self, key: &KeyLease, call: FreeCall) -> Result<Bytes, Error> {
        match self {
            Self::Anthropic(upstream) => upstream.api.call_free(key, call).await,
            Self::OpenAiCompatible(upstream) => upstream.api.call_free(key, call).await,
        }
    }
}

fn endpoint(base_url: String, ca_pem: Option<&[u8]>, clock: Clock) -> reqwest::Result<Endpoint> {
    let client = client::client(base_url.starts_with("https:"), ca_pem, clock.clone())?;
    Ok(Endpoint::new(base_url, client, clock))
}
