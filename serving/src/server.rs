//! Our own accept loop, so that every connection has our timers and ends when the server does.

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use crate::clock::Clock;
use crate::tasks::Tasks;

/// How long a client may take to send a request's headers. Slower ones hold a connection on purpose.
const HEADER_READ_MAX: Duration = Duration::from_secs(10);

/// Headers in one request at most; browsers send about twenty.
const HEADERS_MAX: usize = 64;

/// Bytes of headers in one request at most.
const HEADER_BYTES_MAX: usize = 32 * 1_024;

/// How long to wait after accepting failed, which is when descriptors have run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Who is at the other end of a request's connection; every request has it among its extensions.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

type AnyError = Box<dyn Error + Send + Sync>;

/// Serves `listener` until the tasks are asked to stop; connections are tasks of their own.
pub async fn serve<S, B>(listener: TcpListener, service: S, clock: Clock, tasks: Tasks)
where
    S: Service<Request<Incoming>, Response = Response<B>, Error: Into<AnyError>, Future: Send>
        + Clone
        + Send
        + 'static,
    B: Body<Data: Send, Error: Into<AnyError>> + Send + 'static,
{
    let http = http(clock.clone());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = tasks.stopping() => return,
        };
        match accepted {
            Ok((stream, peer)) => {
                let (http, stopping) = (http.clone(), tasks.clone());
                let service = WithPeer(service.clone(), Peer(peer));
                tasks.spawn(async move { connection(&http, stream, service, &stopping).await });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                clock.sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// A service whose requests say who is at the other end.
#[derive(Clone)]
struct WithPeer<S>(S, Peer);

impl<S: Service<Request<Incoming>>> Service<Request<Incoming>> for WithPeer<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn call(&self, mut request: Request<Incoming>) -> S::Future {
        request.extensions_mut().insert(self.1);
        self.0.call(request)
    }
}

fn http(clock: Clock) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(clock)
        .header_read_timeout(HEADER_READ_MAX)
        .max_headers(HEADERS_MAX)
        .max_buf_size(HEADER_BYTES_MAX);
    http
}

/// Serves one connection to its end. When the server stops, the request under way finishes and no new one begins.
async fn connection<S, B>(http: &http1::Builder, stream: TcpStream, service: S, tasks: &Tasks)
where
    S: Service<Request<Incoming>, Response = Response<B>, Error: Into<AnyError>>,
    B: Body<Error: Into<AnyError>> + 'static,
{
    // Events are small and must not wait for each other. Without this they are late, not lost.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection keeps its delay");
    }
    let connection = http.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = tasks.stopping() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}
