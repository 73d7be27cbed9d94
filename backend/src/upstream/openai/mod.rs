//! Gateways that speak as OpenAI's API does: the only place that writes their `Authorization`.
//!
//! Anthropic's dialect stays the inner language: a request is converted on its way out and its answer on the way back. What a gateway
//! has no word for is refused before anything is sent.

mod answer;
mod messages;
mod request;
mod stream;
mod tools;
mod whole;
mod written;

use std::sync::Arc;

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Response, Url};
use shared::anthropic::MessageCreateParams;
use shared::error::ErrorKind;
use shared::openai::{CHAT_COMPLETIONS_PATH, MODELS_PATH};

use super::endpoint::{EVENT_STREAM, Endpoint, JSON, is_kind};
use super::events::EventStream;
use super::whole::{WholeAnswer, read};
use super::{Answer, Content, FreeCall, refusal};
use crate::error::Error;
use crate::keys::KeyLease;
use crate::turn::{Dialect, Judged, Turn};
pub use request::ModelNames;
use secret::Secret;
pub(super) use stream::Translator;

/// The dialect has no word for it, and a gateway does not say how the models behind it cut text.
const CANNOT_COUNT: &str = "Tokens are counted by Claude's own API alone, and an OpenAI-compatible gateway answers here. Go by the estimate; each answer says what it took.";

/// One gateway. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct OpenAi {
    endpoint: Endpoint,
    completions: Url,
    models: Url,
    names: Arc<ModelNames>,
}

impl OpenAi {
    /// # Errors
    ///
    /// When the endpoint's address is none.
    pub(super) fn new(endpoint: Endpoint, names: Arc<ModelNames>) -> reqwest::Result<Self> {
        Ok(Self {
            completions: endpoint.url(CHAT_COMPLETIONS_PATH)?,
            models: endpoint.url(MODELS_PATH)?,
            endpoint,
            names,
        })
    }

    /// Sends a turn and gives its answer: events once the headers are there, a whole one once it is.
    pub(super) async fn open(&self, key: &KeyLease, turn: &Turn<Judged>) -> Result<Answer, Error> {
        let model = turn.content.model.clone();
        let (headers, body) = (headers(key.secret())?, self.body(turn)?);
        let xray = &turn.trace.xray;
        xray.sends(|| key.secret().fingerprint(), &headers, body.len());
        let request = Endpoint::post(&self.completions, headers, body);
        let response = self.endpoint.send(request, turn.is_streamed).await?;
        xray.answered(response.status().as_u16(), || {
            refusal::request_id(response.headers())
        });
        if !response.status().is_success() {
            return Err(self.refused(response).await);
        }
        let request_id = refusal::request_id(response.headers());
        let content = if turn.is_streamed {
            if is_kind(response.headers(), JSON) {
                return Err(self.refused_with_success(response).await);
            }
            let (_, chunks) = self.endpoint.read(response, EVENT_STREAM)?;
            let translator = Translator::new(model, turn.dialect == Dialect::Anthropic);
            Content::Events(EventStream::translated(chunks, translator))
        } else {
            let (_, chunks) = self.endpoint.read(response, JSON)?;
            let body = read(chunks).await?;
            let message = whole::convert(&body, model)?;
            Content::Whole(WholeAnswer {
                bytes: written::message(&message),
                usage: message.usage,
                stop_reason: message.stop_reason,
            })
        };
        Ok(Answer {
            request_id,
            headers: HeaderMap::new(),
            content,
        })
    }

    /// Makes a call that costs nothing.
    pub(super) async fn call_free(&self, key: &KeyLease, call: FreeCall) -> Result<Bytes, Error> {
        let url = match call {
            FreeCall::VerifyKey => &self.models,
            FreeCall::CountTokens(_) => return Err(ErrorKind::NotFound.with(CANNOT_COUNT).into()),
        };
        let request = Endpoint::get(url, headers(key.secret())?);
        let response = self.endpoint.send(request, true).await?;
        if response.status().is_success() {
            return Ok(Bytes::new());
        }
        Err(self.refused(response).await)
    }

    /// The turn's body in the gateway's dialect.
    fn body(&self, turn: &Turn<Judged>) -> Result<Vec<u8>, Error> {
        let params: MessageCreateParams = serde_json::from_slice(&turn.content.raw)
            .map_err(|error| ErrorKind::InvalidRequest.with(error.to_string()))?;
        let request = request::convert(params, &self.names)
            .map_err(|part| ErrorKind::InvalidRequest.with(format!("{part}.")))?;
        serde_json::to_vec(&request).map_err(|error| Error::Internal(error.to_string()))
    }

    /// What is wrong with JSON in place of a stream. Some gateways say so in it, under a status of success.
    async fn refused_with_success(&self, response: Response) -> Error {
        let said = async {
            let (_, chunks) = self.endpoint.read(response, JSON)?;
            let body = read(chunks).await?;
            whole::convert(&body, String::new())
        };
        match said.await {
            Err(error) => error,
            Ok(_) => Error::Protocol("a stream was asked for, and the answer is whole".to_owned()),
        }
    }

    async fn refused(&self, response: Response) -> Error {
        let answer = self.endpoint.read_error(response).await;
        refusal::from_answer(answer.status, &answer.headers, &answer.body, None)
    }
}

/// All headers of a request, from an empty map: a gateway knows none of those that Anthropic's clients send.
fn headers(key: &Secret) -> Result<HeaderMap, Error> {
    let mut bearer = HeaderValue::try_from(format!("Bearer {}", key.expose()))
        .map_err(|_| Error::Internal("the key cannot stand in a header".to_owned()))?;
    bearer.set_sensitive(true);
    Ok(HeaderMap::from_iter([
        (AUTHORIZATION, bearer),
        (CONTENT_TYPE, HeaderValue::from_static(JSON)),
        (ACCEPT, HeaderValue::from_static(JSON)),
        (ACCEPT_ENCODING, HeaderValue::from_static("identity")),
    ]))
}

#[cfg(test)]
mod tests;
