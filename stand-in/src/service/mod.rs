//! What the stand-in does with one request: read it, judge it, and answer.

mod body;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};
use serde_json::{Map, Value, json};
use shared::models::Catalogue;
use shared::money::{TokenCount, TokenUsage};
use shared::time::UnixMillis;

use super::answer::Answer;
use super::auth::{self, KeySeen};
use super::bucket::{Buckets, ORGANIZATION};
use super::cache::PromptCache;
use super::chat;
use super::control::Control;
use super::exchange::Exchange;
use super::log::Received;
use super::models;
use super::random::Random;
use super::refusal::Refusal;
use super::replies::{self, Hearing};
use super::route::{Dialect, Route};
use super::script::Fault;
use super::settings::Settings;
use super::stream::{self, Body, Pacer, Sender};
use super::tokens;
use super::validate::{self, Asked, Call, Spoken};
use serving::clock::Clock;
use serving::server::RequestBody;

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
    pub(super) async fn answer(&self, request: Request<RequestBody>) -> Response<Body> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let mut random = Random::new(self.settings.seed, &number.to_le_bytes());
        let request_id = random.id("req_011C", 20);
        let (parts, body) = request.into_parts();
        if auth::is_preflight(&parts) {
            return may_be_sent();
        }
        let route = Route::of(&parts);
        let dialect = route.dialect();
        let received = Received::new(dialect, &parts, request_id.clone(), self.clock.instant());
        let key = received.key.clone();
        let mut exchange = Exchange::begin(self.control.clone(), received);
        let ready = match body::read(body).await {
            Ok(body) => {
                exchange.body_arrived(body.clone());
                self.prepare(route, &parts, &body, &mut exchange, &mut random)
            }
            Err(body::Unread::TooLarge) => Err(Refusal::too_large()),
            // Nobody reads this answer; the log has the abort once the exchange is gone.
            Err(body::Unread::ClientLeft) => return Response::new(Body::default()),
        };
        self.control.pass_headers().await;
        let mut response = match ready {
            Ok(ready) => self.respond(ready, exchange, random).await,
            Err(refusal) => body::refused(&refusal, dialect, &request_id, exchange),
        };
        let headers = response.headers_mut();
        match dialect {
            Dialect::Anthropic => write_anthropic_headers(headers, &parts.headers, &request_id),
            Dialect::OpenAi => write_openai_headers(headers, &request_id),
        }
        self.write_rate_headers(headers, dialect, key.as_ref());
        response
    }

    /// Everything that is decided before the first byte is sent.
    fn prepare(
        &self,
        route: Route,
        parts: &Parts,
        body: &[u8],
        exchange: &mut Exchange,
        random: &mut Random,
    ) -> Result<Ready, Refusal> {
        let key = auth::admit(
            route.dialect(),
            &parts.headers,
            self.settings.keys.as_deref(),
        )?;
        let (body, asked) = match route {
            Route::Messages => self.judge(Call::Create, parts, body)?,
            Route::CountTokens => self.judge(Call::Count, parts, body)?,
            Route::ChatCompletions => {
                let body = body::parse(&parts.headers, body)?;
                chat::check(&body, &self.catalogue, self.clock.now())?
            }
            Route::Models(dialect) => return self.models(dialect, parts),
            Route::Unknown => return Err(Refusal::not_found("Not Found")),
        };
        let prompt = tokens::prompt(&body, asked.model.tokenizer);
        let input_tokens = tokens::total(&prompt);
        validate::check_length(input_tokens, &asked.model)?;
        if route == Route::CountTokens {
            if let Some(refusal) = self.control.next_refusal() {
                return Err(refusal);
            }
            exchange.counted();
            let counted = json!({"input_tokens": input_tokens});
            return Ok(Ready::Json(counted));
        }
        let usage = self.take_prompt(&key, &asked, &prompt)?;
        let hearing = Hearing::new(&body, &asked, &parts.headers, key);
        let answer = self.compose(&hearing, &asked, usage, random)?;
        self.take_answer(&hearing.key, &asked, &answer, exchange);
        Ok(Ready::Message(Box::new(answer), Box::new(asked)))
    }

    /// Judges a body of Anthropic's dialect.
    fn judge(
        &self,
        call: Call,
        parts: &Parts,
        body: &[u8],
    ) -> Result<(Map<String, Value>, Asked), Refusal> {
        let spoken = Spoken {
            version: auth::version(&parts.headers)?,
            has_beta: parts.headers.contains_key("anthropic-beta"),
        };
        let body = body::parse(&parts.headers, body)?;
        let asked = validate::check(call, &body, spoken, &self.catalogue, self.clock.now())?;
        Ok((body, asked))
    }

    fn models(&self, dialect: Dialect, parts: &Parts) -> Result<Ready, Refusal> {
        if dialect == Dialect::Anthropic {
            auth::version(&parts.headers)?;
        }
        models::answer(dialect, &parts.uri, &self.catalogue, self.clock.now()).map(Ready::Json)
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
    /// whole message is written before any of it is sent: both are owed even if the client leaves now. For a refusal nothing is.
    fn take_answer(&self, key: &KeySeen, asked: &Asked, answer: &Answer, exchange: &mut Exchange) {
        let output = answer.usage.output;
        self.with_buckets(key, |buckets, _| buckets.take_output(output.0));
        if asked.is_stream && answer.fault.as_ref().is_some_and(Fault::is_refusal) {
            return;
        }
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
            Ready::Json(value) => body::whole(StatusCode::OK, value.to_string(), exchange),
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
                body::whole(StatusCode::OK, answer.whole(), exchange)
            }
        }
    }

    /// Where the key stands, if it has ever been let in.
    fn write_rate_headers(&self, headers: &mut HeaderMap, dialect: Dialect, key: Option<&KeySeen>) {
        let buckets = locked(&self.buckets);
        let Some(buckets) = key.and_then(|key| buckets.get(&key.fingerprint)) else {
            return;
        };
        match dialect {
            Dialect::Anthropic => buckets.write_anthropic_headers(self.clock.now(), headers),
            Dialect::OpenAi => buckets.write_openai_headers(self.clock.now(), headers),
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

/// What a browser hears that asks in advance: any page may send anything. Whether it gets an answer depends on what it then sends.
fn may_be_sent() -> Response<Body> {
    let mut response = Response::new(Body::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let any = HeaderValue::from_static("*");
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any.clone());
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, any.clone());
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, any);
    response
}

fn write_anthropic_headers(headers: &mut HeaderMap, asked: &HeaderMap, request_id: &str) {
    if let Ok(id) = HeaderValue::try_from(request_id) {
        headers.insert(HeaderName::from_static("request-id"), id);
    }
    headers.insert(
        HeaderName::from_static("anthropic-organization-id"),
        HeaderValue::from_static(ORGANIZATION),
    );
    if asked.contains_key(header::ORIGIN) && auth::opted_into_browser_access(asked) {
        let any = HeaderValue::from_static("*");
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any.clone());
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, any);
    }
}

fn write_openai_headers(headers: &mut HeaderMap, request_id: &str) {
    if let Ok(id) = HeaderValue::try_from(request_id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
    headers.insert(
        HeaderName::from_static("openai-organization"),
        HeaderValue::from_static(ORGANIZATION),
    );
}

/// A thread that died with the lock in its hand left counts behind that are one request off at most.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
