//! The stand-in's HTTP server: one connection after the other, one request after the other.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use super::service::Service;
use crate::clock::Clock;
use crate::tasks::Tasks;

/// How long answers may go on once everything has been asked to stop.
const DRAIN: Duration = Duration::from_secs(5);

/// How long to wait after a connection could not be accepted, which happens where file descriptors run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Takes connections until everything is asked to stop.
pub(super) async fn accept(
    listener: TcpListener,
    service: Arc<Service>,
    clock: Clock,
    tasks: Tasks,
) {
    loop {
        let accepted = tokio::select! {
            () = tasks.stopping() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let connection = serve(stream, Arc::clone(&service), clock.clone(), tasks.clone());
                tasks.spawn(connection);
            }
            Err(error) => {
                tracing::warn!(%error, "the stand-in could not accept a connection");
                tokio::select! {
                    () = tasks.stopping() => return,
                    () = clock.sleep(ACCEPT_PAUSE) => {}
                }
            }
        }
    }
}

/// Serves one connection. It ends with the client, or when everything stops: then a begun answer has [`DRAIN`] to end.
async fn serve(stream: TcpStream, service: Arc<Service>, clock: Clock, tasks: Tasks) {
    // Events are small and must not wait for one another.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "the stand-in's client has gone already");
        return;
    }
    let answer = service_fn(move |request| {
        let service = Arc::clone(&service);
        async move { Ok::<_, Infallible>(service.answer(request).await) }
    });
    // Without a timer there is no timeout: a test that lets an hour pass must not find its idle connections closed.
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = tasks.stopping() => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                ended = connection => ended,
                () = clock.sleep(DRAIN) => Ok(()),
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection to the stand-in broke");
    }
}
