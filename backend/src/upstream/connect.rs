//! How long a connection to the upstream may take, by our own clock: the client's own timer would ask another.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use serving::clock::Clock;
use tower_layer::Layer;
use tower_service::Service;

/// How long name, TCP and TLS may take together. Around the world and back is a third of a second and TLS asks for three such ways;
/// the rest is for one packet that was lost and came again after a second. Nothing was asked by then, so that giving up costs
/// nothing and another try, which may find another address, comes while a person still waits.
const CONNECT_MAX: Duration = Duration::from_secs(5);

/// No connection came about in time. It is a cause of [`crate::error::Error::Unreachable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectTimeout;

impl fmt::Display for ConnectTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no connection within {} s", CONNECT_MAX.as_secs())
    }
}

impl Error for ConnectTimeout {}

/// Bounds the time of every connection that the client makes.
#[derive(Clone, Debug)]
pub(super) struct ConnectDeadline(pub(super) Clock);

/// A connector that gives up in time.
#[derive(Clone, Debug)]
pub(super) struct DeadlinedConnector<S> {
    connector: S,
    clock: Clock,
}

type BoxError = Box<dyn Error + Send + Sync>;

impl<S> Layer<S> for ConnectDeadline {
    type Service = DeadlinedConnector<S>;

    fn layer(&self, connector: S) -> Self::Service {
        DeadlinedConnector {
            connector,
            clock: self.0.clone(),
        }
    }
}

impl<S, R> Service<R> for DeadlinedConnector<S>
where
    S: Service<R, Error = BoxError, Future: Send + 'static>,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, target: R) -> Self::Future {
        let connected = self.connector.call(target);
        let too_late = self.clock.sleep(CONNECT_MAX);
        Box::pin(async move {
            tokio::select! {
                connected = connected => connected,
                () = too_late => Err(ConnectTimeout.into()),
            }
        })
    }
}
