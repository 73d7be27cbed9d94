//! Our own accept loop, so that every connection has our timers and ends when the server does.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
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

/// Serves `router` on `listener` until the tasks are asked to stop; connections are tasks of their own.
pub async fn serve(listener: TcpListener, router: Router, clock: Clock, tasks: Tasks) {
    let connections = Arc::new(Connections {
        http: http(clock.clone()),
        router,
        tasks: tasks.clone(),
    });
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = tasks.stopping() => return,
        };
        match accepted {
            Ok((stream, _peer)) => {
                let connections = Arc::clone(&connections);
                tasks.spawn(async move { connections.serve(stream).await });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                clock.sleep(ACCEPT_PAUSE).await;
            }
        }
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

struct Connections {
    http: http1::Builder,
    router: Router,
    tasks: Tasks,
}

impl Connections {
    /// Serves one connection to its end. When the server stops, requests under way finish and no new one begins.
    async fn serve(&self, stream: TcpStream) {
        // Events are small and must not wait for each other. Without this they are late, not lost.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
        let service = TowerToHyperService::new(self.router.clone());
        let connection = self.http.serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        let ended = tokio::select! {
            ended = &mut connection => ended,
            () = self.tasks.stopping() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}
