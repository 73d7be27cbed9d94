//! Claude's own dialect, for programs: a request's bytes travel on as they are, and so do the answer's.
//!
//! Only what bounds the cost is read of a request, and of its headers only those of Claude's API travel on.

mod outline;
mod weight;

use bytes::Bytes;
use hyper::header::{HeaderName, HeaderValue, USER_AGENT};
use hyper::{HeaderMap, Uri};
use shared::anthropic::StreamEvent;
use shared::error::ErrorKind;
use shared::ids::RequestId;
use shared::sse;

use crate::error::Error;
use crate::turn::{Dialect, Trace, Turn, View};

/// What of a request goes along with its body.
const ANTHROPIC: &str = "anthropic-";

/// Says that a browser holds the key, which is what this server is there to prevent.
const BROWSER_ACCESS: &str = "anthropic-dangerous-direct-browser-access";

/// Our name behind a client's own.
const PRODUCT: &str = concat!("airlock/", env!("CARGO_PKG_VERSION"));

/// Headers that go along, as a rule, at most: official clients send a version, a list of betas and their name. More make the map grow.
const PICKED_USUAL: usize = 6;

/// Says nothing; the connection lives.
pub const PING: &[u8] = b"event: ping\ndata: {\"type\": \"ping\"}\n\n";

/// Makes a turn of a program's request.
///
/// # Errors
///
/// [`ErrorKind::InvalidRequest`] for a body that cannot be read, and for what would cost an amount that nobody can bound.
pub fn decode(
    raw: Bytes,
    uri: &Uri,
    headers: &HeaderMap,
    request_id: RequestId,
    trace: Trace,
) -> Result<Turn<View>, Error> {
    let is_beta = match uri.query() {
        None | Some("") => false,
        Some("beta=true") => true,
        Some(_) => return Err(invalid("Of query parameters only beta=true is known here.")),
    };
    let (outline, is_streamed) = outline::read(&raw)?;
    Ok(Turn {
        request_id,
        dialect: Dialect::Anthropic,
        send_key: None,
        is_streamed,
        is_beta,
        headers: picked(headers),
        trace,
        content: View::Message(outline, raw),
    })
}

/// The headers that go along: those of Claude's API, and who asks.
fn picked(headers: &HeaderMap) -> HeaderMap {
    let is_picked =
        |name: &HeaderName| name.as_str().starts_with(ANTHROPIC) && name.as_str() != BROWSER_ACCESS;
    let mut picked = HeaderMap::with_capacity(PICKED_USUAL);
    for (name, value) in headers.iter().filter(|(name, _)| is_picked(name)) {
        picked.append(name.clone(), value.clone());
    }
    let client = headers.get(USER_AGENT).and_then(|name| name.to_str().ok());
    let product = client.and_then(|name| HeaderValue::try_from(format!("{name} {PRODUCT}")).ok());
    if let Some(product) = product {
        picked.insert(USER_AGENT, product);
    }
    picked
}

/// Writes an event that the upstream did not say in this dialect.
///
/// # Errors
///
/// [`Error::Internal`] when it cannot be written, which no event can cause.
pub fn encode(event: &StreamEvent) -> Result<Bytes, Error> {
    let data = serde_json::to_vec(event).map_err(|error| Error::Internal(error.to_string()))?;
    let mut bytes = Vec::with_capacity(data.len() + 48);
    sse::write_event(&mut bytes, event.name(), &data);
    Ok(Bytes::from(bytes))
}

fn invalid(detail: impl Into<String>) -> Error {
    ErrorKind::InvalidRequest.with(detail).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FM-41: of a program's headers only those of Claude's API travel on, and none that opens a door.
    #[test]
    fn headers_that_are_not_the_apis_stay_here() {
        let headers: HeaderMap = [
            ("anthropic-version", "2023-06-01"),
            ("anthropic-beta", "one"),
            ("anthropic-beta", "two"),
            ("anthropic-dangerous-direct-browser-access", "true"),
            ("authorization", "Bearer t"),
            ("x-api-key", "t"),
            ("cookie", "c"),
            ("origin", "http://localhost"),
            ("x-stainless-lang", "python"),
            ("user-agent", "Anthropic/Python 2.12.0"),
        ]
        .into_iter()
        .map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        })
        .fold(HeaderMap::new(), |mut map, (name, value)| {
            map.append(name, value);
            map
        });
        let picked = picked(&headers);
        let seen: Vec<_> = picked
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().expect("text")))
            .collect();
        assert_eq!(seen.len(), 4, "{seen:?}");
        assert_eq!(picked.get_all("anthropic-beta").iter().count(), 2);
        let product = format!("Anthropic/Python 2.12.0 {PRODUCT}");
        assert_eq!(picked[USER_AGENT], product);
    }
}
