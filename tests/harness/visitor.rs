//! Somebody who opened the page: a session cookie, and requests that look as a browser's do.

use std::fmt::Display;
use std::net::SocketAddr;

use hyper::header::{CONTENT_TYPE, COOKIE, HOST, ORIGIN, SET_COOKIE};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use shared::api::chat::{ChatMessage, ChatRequest, Role};
use shared::api::count::TokensCounted;
use shared::api::paths;
use shared::api::session::SessionInfo;
use shared::api::xray::Xray;
use shared::error::ApiError;

use crate::Reply;

/// A visitor with a session of their own.
#[derive(Clone, Debug)]
pub struct Visitor {
    client: Client,
    address: SocketAddr,
    cookie: String,
}

/// What a request came to.
#[derive(Debug)]
pub enum Answer {
    /// An event stream.
    Stream(Reply),
    /// A problem document, and the status that it came with.
    Refused(StatusCode, ApiError),
}

/// A request that asks `text` of the default model.
pub fn question(text: &str) -> ChatRequest {
    ChatRequest {
        model: "claude-haiku-5-5".to_owned(),
        messages: vec![ChatMessage {
            role: Role::User,
            content: text.to_owned(),
        }],
        max_tokens: None,
        effort: None,
    }
}

/// Chunks as a stream, for a body that does not say how long it is.
pub fn stream_of<T: Send + 'static>(chunks: Vec<T>) -> impl futures_util::Stream<Item = T> + Send {
    futures_util::stream::iter(chunks)
}

impl Visitor {
    /// Opens the page of the server at `address`.
    pub async fn arrive(address: SocketAddr) -> Self {
        let mut visitor = Self {
            client: client(),
            address,
            cookie: String::new(),
        };
        let response = visitor.get(paths::SESSION).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let cookie = response.headers()[SET_COOKIE].to_str().unwrap();
        cookie
            .split(';')
            .next()
            .unwrap()
            .clone_into(&mut visitor.cookie);
        visitor
    }

    /// Somebody with this cookie header, whatever it is worth.
    #[must_use]
    pub fn with_cookie(&self, cookie: &str) -> Self {
        Self {
            cookie: cookie.to_owned(),
            ..self.clone()
        }
    }

    /// The cookie as the browser sends it: name and value.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// The same visitor over a new connection. Moving time by more than a connection may idle closes the old one.
    #[must_use]
    pub fn reconnected(&self) -> Self {
        Self {
            client: client(),
            ..self.clone()
        }
    }

    /// The client that makes this visitor's requests.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// A GET with a browser's headers.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.browser_headers(self.client.get(format!("http://{}{path}", self.address)))
    }

    /// A POST of JSON with a browser's headers.
    pub fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
        let request = self.client.post(format!("http://{}{path}", self.address));
        self.browser_headers(request)
            .header(CONTENT_TYPE, "application/json")
            .body(body)
    }

    fn browser_headers(&self, request: RequestBuilder) -> RequestBuilder {
        let host = format!("localhost:{}", self.address.port());
        let request = request
            .header(ORIGIN, format!("http://{host}"))
            .header(HOST, host);
        if self.cookie.is_empty() {
            request
        } else {
            request.header(COOKIE, &self.cookie)
        }
    }

    /// `GET /api/session`.
    pub async fn session(&self) -> SessionInfo {
        let response = self.get(paths::SESSION).send().await.unwrap();
        serde_json::from_slice(&response.bytes().await.unwrap()).expect("session info")
    }

    /// `POST /api/chat`.
    pub async fn chat(&self, request: &ChatRequest) -> Answer {
        let body = serde_json::to_vec(request).unwrap();
        Answer::of(self.post(paths::CHAT, body).send().await.unwrap()).await
    }

    /// `POST /api/count`.
    ///
    /// # Errors
    ///
    /// The problem that it is refused with.
    pub async fn count(&self, request: &ChatRequest) -> Result<TokensCounted, ApiError> {
        let body = serde_json::to_vec(request).unwrap();
        let response = self.post(paths::COUNT, body).send().await.unwrap();
        if response.status() != StatusCode::OK {
            return Err(Answer::of(response).await.problem());
        }
        assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
        Ok(serde_json::from_slice(&response.bytes().await.unwrap()).expect("a count"))
    }

    /// `GET /api/xray/{id}`: what happened to the request `id`.
    ///
    /// # Errors
    ///
    /// The problem that it is refused with.
    pub async fn xray(&self, id: impl Display) -> Result<Xray, ApiError> {
        let path = paths::XRAY.replace("{request_id}", &id.to_string());
        let response = self.get(&path).send().await.unwrap();
        if response.status() != StatusCode::OK {
            return Err(Answer::of(response).await.problem());
        }
        assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
        Ok(serde_json::from_slice(&response.bytes().await.unwrap()).expect("an X-ray"))
    }

    /// `POST /api/chat`, which must be answered with a stream.
    pub async fn ask(&self, text: &str) -> Reply {
        self.chat(&question(text)).await.stream()
    }
}

impl Answer {
    /// Sorts a response by its content type.
    pub async fn of(response: Response) -> Self {
        let status = response.status();
        let kind = response.headers()[CONTENT_TYPE]
            .to_str()
            .unwrap()
            .to_owned();
        if kind.starts_with("text/event-stream") {
            return Self::Stream(Reply::new(response));
        }
        assert_eq!(kind, "application/problem+json");
        let body = response.bytes().await.unwrap();
        let shown: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            shown["status"],
            status.as_u16(),
            "the document repeats its status"
        );
        let problem = serde_json::from_slice(&body).expect("a problem document");
        Self::Refused(status, problem)
    }

    /// The stream that this must be.
    #[track_caller]
    pub fn stream(self) -> Reply {
        match self {
            Self::Stream(reply) => reply,
            Self::Refused(_, problem) => panic!("refused: {problem}"),
        }
    }

    /// The refusal that this must be.
    #[track_caller]
    pub fn problem(self) -> ApiError {
        match self {
            Self::Stream(_) => panic!("it was let through"),
            Self::Refused(_, problem) => problem,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one client that may leave the machine is the server's; this one drives it"
)]
pub(crate) fn client() -> Client {
    // Every client of a process asks for it; the first one gets it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // Without TLS, which it never speaks: reading the system's authorities takes longer than most requests.
    Client::builder()
        .no_proxy()
        .tls_certs_only([])
        .build()
        .unwrap()
}
