//! What the stand-in does with one request: read it, judge it, and answer.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value, json};
use shared::models::Catalogue;
use shared::money::{TokenCount, TokenUsage};
use shared::time::UnixMillis;

use super::answer::Answer;
use super::auth::{self, KeySeen};
use super::bucket::{Buckets, ORGANIZATION};
use super::cache::PromptCache;
use super::control::Control;
use super::exchange::Exchange;
use super::log::Received;
use super::models;
use super::random::Random;
use super::refusal::Refusal;
use super::replies::{self, Hearing};
use super::settings::Settings;
use super::stream::{self, Body, Pacer, Sender};
use super::tokens;
use super::validate::{self, Asked, Call, Spoken};
use serving::clock::Clock;

/// Largest body of a request.
const BODY_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Keys whose buckets are remembered; then all start afresh.
const KEYS_MAX: usize = 10_000;

/// Everything that answers share.
#[derive(Debug)]
pub(super) struct Service {
    settings: Settings,
    clock: Clock,
    control: Control,
    catalogue: Catalogue,
    buckets: Mutex<HashMap<String, Buckets>>,
    cache: Mutex<PromptCache>,
    requests: AtomicU64,
}

/// An answer that only waits to be sent.
#[derive(Debug)]
enum Ready {
    Json(Value),
    Message(Box<Answer>, Box<Asked>),
}

/// Why a body is not there.
enum Unread {
    TooLarge,
    ClientLeft,
}

impl Service {
    pub(super) fn new(settings: Settings, clock: Clock, control: Control) -> Self {
        Self {
            settings,
            clock,
            control,
            catalogue: Catalogue::builtin(),
            buckets: Mutex::default(),
            cache: Mutex::default(),
            requests: AtomicU64::new(0),
        }
    }

    /// Answers one request. Dropped with its connection, it leaves an abort in the log.
    pub(super) async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let mut random = Random::new(self.settings.seed, &number.to_le_bytes());
        let request_id = random.id("req_011C", 20);
        let (parts, body) = request.into_parts();
        let received = Received::new(&parts, request_id.clone(), self.clock.instant());
        let key = received.key.clone();
        let mut exchange = Exchange::begin(self.control.clone(), received);
        let ready = match read(body).await {
            Ok(body) => {
                exchange.body_arrived(body.clone());
                self.prepare(&parts, &body, &mut exchange, &mut random)
            }
            Err(Unread::TooLarge) => Err(Refusal::too_large()),
            // Nobody reads this answer; the log has the abort once the exchange is gone.
            Err(Unread::ClientLeft) => return Response::new(Body::default()),
        };
        self.control.pass_headers().await;
        let mut response = match ready {
            Ok(ready) => self.respond(ready, exchange, random).await,
            Err(refusal) => refused(&refusal, &request_id, exchange),
        };
        self.write_headers(
            response.headers_mut(),
            &parts.headers,
            &request_id,
            key.as_ref(),
        );
        response
    }

    /// Everything that is decided before the first byte is sent.
    fn prepare(
        &self,
        parts: &Parts,
        body: &[u8],
        exchange: &mut Exchange,
        random: &mut Random,
    ) -> Result<Ready, Refusal> {
        auth::check_origin(&parts.headers)?;
        let key = auth::check_key(&parts.headers)?;
        let path = parts.uri.path();
        let call = match (&parts.method, path) {
            (&Method::POST, "/v1/messages") => Call::Create,
            (&Method::POST, "/v1/messages/count_tokens") => Call::Count,
            (&Method::GET, _) if path == models::PATH || path.starts_with(models::PATH_OF_ONE) => {
                auth::version(&parts.headers)?;
                return models::answer(&parts.uri, &self.catalogue, self.clock.now())
                    .map(Ready::Json);
            }
            _ => return Err(Refusal::not_found("Not Found")),
        };
        let spoken = Spoken {
            version: auth::version(&parts.headers)?,
            has_beta: parts.headers.contains_key("anthropic-beta"),
        };
        let body = parse(&parts.headers, body)?;
        let asked = validate::check(call, &body, spoken, &self.catalogue, self.clock.now())?;
        let prompt = tokens::prompt(&body, asked.model.tokenizer);
        let input_tokens = tokens::total(&prompt);
        validate::check_length(input_tokens, &asked.model)?;
        if call == Call::Count {
            return Ok(Ready::Json(json!({"input_tokens": input_tokens})));
        }
        let usage = self.take_prompt(&key, &asked, &prompt)?;
        let hearing = Hearing::new(&body, &asked, &parts.headers, key);
        let answer = self.compose(&hearing, &asked, usage, random)?;
        self.take_answer(&hearing.key, &asked, &answer, exchange);
        Ok(Ready::Message(Box::new(answer), Box::new(asked)))
    }

    /// Takes the prompt out of the key's buckets, and through the cache.
    fn take_prompt(
        &self,
        key: &KeySeen,
        asked: &Asked,
        prompt: &[tokens::Part<'_>],
    ) -> Result<TokenUsage, Refusal> {
        let owner = format!("{} {}", key.fingerprint, asked.model_id);
        let mut cache = locked(&self.cache);
        let plan = cache.plan(self.clock.instant(), &owner, prompt);
        let fresh = plan.usage.prompt().0 - plan.usage.cache_read.0;
        self.with_buckets(key, |buckets, now| {
            buckets.admit(now, asked.model_id, fresh)
        })?;
        let usage = plan.usage;
        cache.commit(self.clock.instant(), plan);
        Ok(usage)
    }

    fn compose(
        &self,
        hearing: &Hearing,
        asked: &Asked,
        usage: TokenUsage,
        random: &mut Random,
    ) -> Result<Answer, Refusal> {
        if let Some(mut script) = self.control.next_script() {
            return match script.refusal.take() {
                Some(refusal) => Err(refusal),
                None => Ok(Answer::scripted(script, asked, usage, random)),
            };
        }
        let mut words = Random::new(self.settings.seed, hearing.question.as_bytes());
        let reply = replies::reply(hearing, self.settings.visitor_faults, &mut words)?;
        Ok(Answer::own(&reply, asked, usage, random))
    }

    /// Takes the answer out of the key's buckets and begins its bill. Claude reads the whole prompt before it says a word, and a
    /// whole message is written before any of it is sent: both are owed even if the client leaves now.
    fn take_answer(&self, key: &KeySeen, asked: &Asked, answer: &Answer, exchange: &mut Exchange) {
        let output = answer.usage.output;
        self.with_buckets(key, |buckets, _| buckets.take_output(output.0));
        let mut usage = answer.usage;
        if asked.is_stream {
            usage.output = TokenCount(0);
        }
        exchange.bill(&asked.model, usage);
    }

    async fn respond(
        &self,
        ready: Ready,
        mut exchange: Exchange,
        random: Random,
    ) -> Response<Body> {
        let mut pacer = Pacer::new(self.settings.pace, random);
        match ready {
            Ready::Json(value) => whole(StatusCode::OK, &value, exchange),
            Ready::Message(answer, asked) if asked.is_stream => {
                exchange.stream_begins();
                let sender = Sender::new(exchange, *answer, pacer);
                let mut response = Response::new(stream::events(sender));
                let headers = response.headers_mut();
                let content_type = HeaderValue::from_static("text/event-stream; charset=utf-8");
                headers.insert(header::CONTENT_TYPE, content_type);
                headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
                response
            }
            Ready::Message(answer, _) => {
                stream::pause(&self.clock, pacer.whole(&answer)).await;
                whole(StatusCode::OK, &answer.whole(), exchange)
            }
        }
    }

    fn write_headers(
        &self,
        headers: &mut HeaderMap,
        asked: &HeaderMap,
        request_id: &str,
        key: Option<&KeySeen>,
    ) {
        if let Ok(id) = HeaderValue::try_from(request_id) {
            headers.insert(HeaderName::from_static("request-id"), id);
        }
        let organization = HeaderValue::from_static(ORGANIZATION);
        headers.insert(
            HeaderName::from_static("anthropic-organization-id"),
            organization,
        );
        if asked.contains_key(header::ORIGIN) && auth::opted_into_browser_access(asked) {
            let any = HeaderValue::from_static("*");
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any.clone());
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, any);
        }
        let buckets = locked(&self.buckets);
        if let Some(buckets) = key.and_then(|key| buckets.get(&key.fingerprint)) {
            buckets.write_headers(self.clock.now(), headers);
        }
    }

    fn with_buckets<T>(
        &self,
        key: &KeySeen,
        change: impl FnOnce(&mut Buckets, UnixMillis) -> T,
    ) -> T {
        let now = self.clock.now();
        let mut buckets = locked(&self.buckets);
        if buckets.len() >= KEYS_MAX {
            buckets.clear();
        }
        let fresh = || Buckets::new(self.settings.limits, now);
        change(
            buckets.entry(key.fingerprint.clone()).or_insert_with(fresh),
            now,
        )
    }
}

/// Reads a body. One that is too large is read on a while, so that the client has sent it and listens when the refusal comes.
async fn read(mut body: Incoming) -> Result<Bytes, Unread> {
    let mut read = Vec::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Unread::ClientLeft)?.into_data() else {
            continue;
        };
        length += data.len();
        match length {
            0..=BODY_BYTES_MAX => read.extend_from_slice(&data),
            _ if length > 2 * BODY_BYTES_MAX => break,
            _ => read = Vec::new(),
        }
    }
    if length > BODY_BYTES_MAX {
        return Err(Unread::TooLarge);
    }
    Ok(read.into())
}

fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    let encoding = headers.get(header::CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| encoding != "identity") {
        let message = "Content-Encoding: compressed request bodies are not supported";
        return Err(Refusal::invalid(message).error_code("request_body_encoding_unsupported"));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(Refusal::invalid("Input should be a valid dictionary")),
        Err(error) => Err(Refusal::invalid(format!(
            "The request body is not valid JSON: {error}"
        ))),
    }
}

fn refused(refusal: &Refusal, request_id: &str, mut exchange: Exchange) -> Response<Body> {
    exchange.refuse(refusal.status.as_u16());
    let mut response = whole(refusal.status, &refusal.body(request_id), exchange);
    refusal.write_headers(response.headers_mut());
    response
}

fn whole(status: StatusCode, value: &impl Serialize, exchange: Exchange) -> Response<Body> {
    let bytes = Bytes::from(serde_json::to_vec(value).unwrap_or_default());
    let length = HeaderValue::from(bytes.len());
    let mut response = Response::new(stream::whole(bytes, exchange));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, length);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}

/// A thread that died with the lock in its hand left counts behind that are one request off at most.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
