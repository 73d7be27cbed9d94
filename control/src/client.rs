//! A command's end.

use std::io;
use std::path::Path;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;

use super::NAME;

/// Bytes that an answer may have: a long report in JSON.
const ANSWER_BYTES_MAX: usize = 64 * 1_024 * 1_024;

/// What the server says.
#[derive(Clone, Debug)]
pub struct Answer {
    /// As HTTP has it.
    pub status: StatusCode,
    /// Mostly JSON.
    pub body: Bytes,
}

/// Asks the server that uses `folder`: with `body` as JSON where there is one, which makes it a POST. `None` where no server runs.
///
/// # Errors
///
/// When the connection breaks, or the socket is not this user's.
pub async fn call(folder: &Path, path: &str, body: Option<Vec<u8>>) -> io::Result<Option<Answer>> {
    let stream = match UnixStream::connect(folder.join(NAME)).await {
        Ok(stream) => stream,
        Err(error) => {
            let nobody = [io::ErrorKind::NotFound, io::ErrorKind::ConnectionRefused];
            return if nobody.contains(&error.kind()) {
                Ok(None)
            } else {
                Err(error)
            };
        }
    };
    let request = Request::builder()
        .method(if body.is_some() {
            Method::POST
        } else {
            Method::GET
        })
        .uri(path)
        .header(HOST, "airlock")
        .header(CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(body.unwrap_or_default())))
        .map_err(io::Error::other)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(io::Error::other)?;
    let exchange = async move {
        let response = sender.send_request(request).await?;
        let status = response.status();
        let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX);
        let body = body.collect().await.map_err(io::Error::other);
        Ok::<_, hyper::Error>((status, body))
    };
    // The connection ends with the exchange, which drops its sender.
    let (exchanged, _) = tokio::join!(exchange, connection);
    let (status, body) = exchanged.map_err(io::Error::other)?;
    Ok(Some(Answer {
        status,
        body: body?.to_bytes(),
    }))
}
