//! An embedded stand-in for Claude: a real HTTP server that speaks Anthropic's Messages API and, as a gateway in front of Claude does,
//! OpenAI's chat completions, for the demo, the tests and the bench.
//!
//! Only the base URL tells it from the real thing. It judges requests as the API does, in the API's words, counts tokens, keeps a
//! prompt cache and rate limits, and streams answers that say that they come from a stand-in. The same seed gives the same bytes.
//! An answer is the same in both dialects, and costs the same; only how it is written differs.
//! Its [`Control`] handle sees what arrived and steers what goes out; whoever holds none can do neither.

mod answer;
mod auth;
mod bucket;
mod cache;
mod chat;
mod control;
mod exchange;
mod log;
mod models;
mod random;
mod refusal;
mod replies;
mod route;
mod script;
mod service;
mod settings;
mod stream;
mod tokens;
mod validate;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use hyper::service::service_fn;
use tokio::net::TcpListener;

pub use self::auth::KeySeen;
pub use self::control::Control;
pub use self::log::{Log, Outcome, Received};
pub use self::script::Script;
pub use self::settings::{Limits, Pace, Settings};
use serving::clock::Clock;
use serving::server::{self, Limits as ServerLimits};
use serving::tasks::Tasks;

/// A running stand-in. It runs until its [`Tasks`] are stopped, dropped or not.
#[derive(Debug)]
pub struct StandIn {
    address: SocketAddr,
    control: Control,
}

impl StandIn {
    /// Takes connections from `listener` from now on.
    ///
    /// # Errors
    ///
    /// The listener has no address.
    #[expect(
        clippy::unused_async,
        reason = "it spawns, which only works inside a runtime; a future cannot be awaited anywhere else"
    )]
    pub async fn start(
        listener: TcpListener,
        settings: Settings,
        clock: Clock,
        tasks: &Tasks,
    ) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let control = Control::new(clock.clone(), settings.requests_kept);
        let service = service::Service::new(settings, clock.clone(), control.clone());
        let service = Arc::new(service);
        let answer = service_fn(move |request| {
            let service = Arc::clone(&service);
            async move { Ok::<_, Infallible>(service.answer(request).await) }
        });
        let limits = ServerLimits::generous();
        tasks.spawn(server::serve(
            listener,
            answer,
            limits,
            clock,
            tasks.clone(),
        ));
        Ok(Self { address, control })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The handle that sees and steers it.
    pub const fn control(&self) -> &Control {
        &self.control
    }
}

#[cfg(test)]
mod tests;
