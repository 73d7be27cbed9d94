//! Our own accept loop, so that every connection has our timers, is one of a bounded number, and ends when the server does.

mod exchange;
mod limits;
mod patience;
mod places;
mod timed_io;

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::body::Body;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use self::exchange::Attended;
pub use self::exchange::{BodyError, RequestBody};
use self::limits::{BUFFER_BYTES_MAX, HEADERS_MAX};
pub use self::limits::{BodyTime, Limits};
use self::patience::{Patience, Stages};
use self::places::Places;
use self::timed_io::TimedIo;
use crate::clock::Clock;
use crate::tasks::Tasks;

/// How long to wait after accepting failed, which is when descriptors have run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How often the log is told of connections that were turned away: a flood of them must not become one of lines.
const TELL_EVERY: Duration = Duration::from_mins(1);

/// Who is at the other end of a request's connection; every request has it among its extensions.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

type AnyError = Box<dyn Error + Send + Sync>;

/// Serves `listener` until the tasks are asked to stop; connections are tasks of their own.
///
/// A connection beyond the limits is closed at once and without a word: to answer it, its request would have to be read first, and
/// that is the place and the time which it must not get.
pub async fn serve<S, B>(
    listener: TcpListener,
    service: S,
    limits: Limits,
    clock: Clock,
    tasks: Tasks,
) where
    S: Service<Request<RequestBody>, Response = Response<B>, Error: Into<AnyError>, Future: Send>
        + Clone
        + Send
        + 'static,
    B: Body<Data: Send, Error: Into<AnyError>> + Send + 'static,
{
    let limits = Arc::new(limits);
    let places = Places::new(Arc::clone(&limits));
    let mut turned_away = TurnedAway::default();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = tasks.stopping() => return,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                turned_away.tell(&clock, &error);
                clock.sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let place = match places.take(peer.ip()) {
            Ok(place) => place,
            Err(full) => {
                turned_away.tell(&clock, &full);
                continue;
            }
        };
        let stages = Stages::of_new_connection();
        let io = TimedIo::new(stream, stages.clone(), limits.write_stall, clock.clone());
        let patience = Patience::new(stages.clone(), &limits, clock.clone());
        let service = Attended {
            service: service.clone(),
            peer: Peer(peer),
            stages,
            body_time: limits.body,
            clock: clock.clone(),
        };
        let stopping = tasks.clone();
        tasks.spawn(async move {
            connection(io, service, patience, &stopping).await;
            drop(place);
        });
    }
}

/// Connections that were not taken.
#[derive(Debug, Default)]
struct TurnedAway {
    count: u64,
    told: Option<Instant>,
}

impl TurnedAway {
    /// One more, for this reason.
    fn tell(&mut self, clock: &Clock, reason: &dyn std::fmt::Display) {
        self.count += 1;
        let now = clock.instant();
        if self.told.is_none_or(|told| now >= told + TELL_EVERY) {
            self.told = Some(now);
            tracing::warn!(count = self.count, %reason, "connections were turned away");
        }
    }
}

/// Serves one connection to its end. When the server stops, the request under way finishes and no new one begins.
async fn connection<S, B>(
    io: TimedIo<TcpStream>,
    service: Attended<S>,
    mut patience: Patience,
    tasks: &Tasks,
) where
    S: Service<Request<RequestBody>, Response = Response<B>, Error: Into<AnyError>>,
    B: Body<Error: Into<AnyError>> + 'static,
{
    if let Err(error) = prepare(io.socket()) {
        tracing::debug!(%error, "a connection keeps the system's ways");
    }
    let connection = http1::Builder::new()
        .header_read_timeout(None)
        .max_headers(HEADERS_MAX)
        .max_header_size(BUFFER_BYTES_MAX)
        .max_buf_size(BUFFER_BYTES_MAX)
        .serve_connection(TokioIo::new(io), service);
    tokio::pin!(connection);
    let mut is_stopping = false;
    loop {
        tokio::select! {
            // In this order, since the connection's progress decides how long it is waited for.
            biased;
            ended = &mut connection => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended early");
                }
                return;
            }
            stage = patience.over() => {
                tracing::debug!(?stage, "a connection was waited for long enough");
                return;
            }
            () = tasks.stopping(), if !is_stopping => {
                is_stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// Sets how the system treats a connection. Where it will not, events are late and slow readers cost more; nothing is lost.
fn prepare(stream: &TcpStream) -> io::Result<()> {
    // Events are small and must not wait for each other.
    stream.set_nodelay(true)?;
    #[cfg(any(target_os = "linux", target_os = "android"))]
    socket2::SockRef::from(stream).set_tcp_notsent_lowat(limits::UNSENT_BYTES_MAX)?;
    Ok(())
}
