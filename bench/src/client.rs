//! The load: one keep-alive connection, requests one after the other.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serving::tasks::Tasks;
use tokio::net::TcpStream;

use crate::process::now;
use crate::ways::Way;

/// A connection to one way.
#[derive(Debug)]
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: HeaderValue,
    credential: HeaderValue,
}

/// An answer that streams.
#[derive(Debug)]
pub(crate) struct Stream {
    body: Incoming,
    /// Whether the byte before ended a line: an event ends with an empty one.
    after_line_end: bool,
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(way: &Way, tasks: &Tasks) -> Result<Self> {
        let stream = connect(way.address).await?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tasks.spawn(async move {
            // It ends when either side closes; a request then says so.
            let _ = connection.await;
        });
        Ok(Self {
            sender,
            host: HeaderValue::try_from(way.address.to_string())?,
            credential: HeaderValue::try_from(format!("Bearer {}", way.credential))?,
        })
    }

    /// One whole answer, and how long it took.
    pub(crate) async fn whole(&mut self, body: &Bytes) -> Result<Duration> {
        let started = now();
        let response = self.send(body).await?;
        response.into_body().collect().await?;
        Ok(started.elapsed())
    }

    /// One answer that streams, and how long its first event took.
    pub(crate) async fn stream(&mut self, body: &Bytes) -> Result<(Stream, Duration)> {
        let started = now();
        let response = self.send(body).await?;
        let mut stream = Stream {
            body: response.into_body(),
            after_line_end: false,
        };
        stream.events(1).await?;
        Ok((stream, started.elapsed()))
    }

    async fn send(&mut self, body: &Bytes) -> Result<Response<Incoming>> {
        let request = Request::post("/v1/messages")
            .header(HOST, &self.host)
            .header(AUTHORIZATION, &self.credential)
            .header("anthropic-version", shared::anthropic::VERSION)
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(body.clone()))?;
        self.sender.ready().await.context("the connection closed")?;
        let response = self.sender.send_request(request).await?;
        let status = response.status();
        if !status.is_success() {
            let body = response.into_body().collect().await?.to_bytes();
            bail!("answered {status}: {}", String::from_utf8_lossy(&body));
        }
        Ok(response)
    }
}

impl Stream {
    /// Reads until `count` more events are whole, and says when the last of them was.
    pub(crate) async fn events(&mut self, count: usize) -> Result<Instant> {
        let mut seen = 0;
        while seen < count {
            let frame = self.body.frame().await.context("the stream ended")??;
            let data = frame.into_data().unwrap_or_default();
            for byte in data {
                let is_line_end = byte == b'\n';
                seen += usize::from(is_line_end && self.after_line_end);
                self.after_line_end = is_line_end;
            }
        }
        Ok(now())
    }

    /// Reads to the end.
    pub(crate) async fn rest(self) -> Result<()> {
        self.body.collect().await?;
        Ok(())
    }

    /// Whether it has not ended: what came meanwhile is a sign of life, and nothing at all is none of its end.
    pub(crate) async fn is_open(&mut self) -> bool {
        loop {
            let next = tokio::time::timeout(Duration::ZERO, self.body.frame()).await;
            match next {
                Ok(Some(Ok(_))) => {}
                Ok(Some(Err(_)) | None) => return false,
                Err(_) => return true,
            }
        }
    }
}

async fn connect(address: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect(address)
        .await
        .with_context(|| format!("{address} takes no connection"))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}
