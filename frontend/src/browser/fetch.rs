//! Requests to the page's own server, and replies that are read as they arrive.

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReadableStreamDefaultReader, RequestCredentials, RequestInit, Response,
};

/// Says that no reply came, or that the rest of one did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ConnectionLost;

/// Ends a request from our side: its connection closes at once, and the server sees that.
#[derive(Clone, Debug)]
pub(crate) struct Abort(AbortController);

impl Abort {
    /// Makes a handle for one request; `None` in a browser that cannot abort any.
    pub(crate) fn new() -> Option<Self> {
        AbortController::new().ok().map(Self)
    }

    /// Ends the request that this handle was given to.
    pub(crate) fn abort(&self) {
        self.0.abort();
    }
}

/// A reply whose status and headers have arrived.
#[derive(Debug)]
pub(crate) struct Reply(Response);

/// Asks the page's own server for `path`.
///
/// # Errors
///
/// [`ConnectionLost`] when no reply came, an aborted request's included.
pub(crate) async fn get(path: &str) -> Result<Reply, ConnectionLost> {
    let init = RequestInit::new();
    init.set_method("GET");
    send(path, &init).await
}

/// Sends `json` to `path` at the page's own server, with a header of its own where it needs one. `abort` can end it at any time, also while the reply
/// is read.
///
/// # Errors
///
/// [`ConnectionLost`] when no reply came, an aborted request's included.
pub(crate) async fn post(
    path: &str,
    json: &str,
    header: Option<(&str, &str)>,
    abort: Option<&Abort>,
) -> Result<Reply, ConnectionLost> {
    let headers = web_sys::Headers::new().map_err(|_| ConnectionLost)?;
    let content_type = Some(("content-type", "application/json"));
    for (name, value) in [content_type, header].into_iter().flatten() {
        headers.set(name, value).map_err(|_| ConnectionLost)?;
    }
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&JsValue::from_str(json));
    init.set_signal(abort.map(|abort| abort.0.signal()).as_ref());
    send(path, &init).await
}

async fn send(path: &str, init: &RequestInit) -> Result<Reply, ConnectionLost> {
    init.set_credentials(RequestCredentials::SameOrigin);
    let window = web_sys::window().ok_or(ConnectionLost)?;
    let response = JsFuture::from(window.fetch_with_str_and_init(path, init))
        .await
        .map_err(|_| ConnectionLost)?;
    response.dyn_into().map(Reply).map_err(|_| ConnectionLost)
}

impl Reply {
    /// The HTTP status.
    pub(crate) fn status(&self) -> u16 {
        self.0.status()
    }

    /// The value of the header with this name.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.0.headers().get(name).ok()?
    }

    /// The whole body as text.
    ///
    /// # Errors
    ///
    /// [`ConnectionLost`] when it broke off.
    pub(crate) async fn text(&self) -> Result<String, ConnectionLost> {
        let text = self.0.text().map_err(|_| ConnectionLost)?;
        let text = JsFuture::from(text).await.map_err(|_| ConnectionLost)?;
        text.as_string().ok_or(ConnectionLost)
    }

    /// The body in chunks, as they arrive; `None` where there is no body.
    pub(crate) fn chunks(&self) -> Option<Chunks> {
        let reader = self.0.body()?.get_reader();
        reader.dyn_into().ok().map(Chunks)
    }
}

/// A reply's body in chunks.
#[derive(Debug)]
pub(crate) struct Chunks(ReadableStreamDefaultReader);

impl Chunks {
    /// The next chunk; `None` at the end.
    ///
    /// # Errors
    ///
    /// [`ConnectionLost`] when the body broke off, an aborted request's included.
    pub(crate) async fn next(&self) -> Result<Option<Vec<u8>>, ConnectionLost> {
        let result = JsFuture::from(self.0.read())
            .await
            .map_err(|_| ConnectionLost)?;
        let field = |name: &str| Reflect::get(&result, &JsValue::from_str(name));
        if field("done").is_ok_and(|done| done.is_truthy()) {
            return Ok(None);
        }
        let value = field("value").map_err(|_| ConnectionLost)?;
        let bytes: Uint8Array = value.dyn_into().map_err(|_| ConnectionLost)?;
        Ok(Some(bytes.to_vec()))
    }
}
