//! The unsafe half: a page with a key in it, on a loopback port of its own, as many are deployed today.
//!
//! It has no content security policy, ships its source map and has a proxy without limits: everything that the lab takes apart. Its
//! Claude is a stand-in on a third port that takes the lab's keys and no others.

mod collector;
mod files;
mod proxy;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{StatusCode, Uri};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use hyper_util::service::TowerToHyperService;
use serving::clock::Clock;
use serving::server::{self, Limits};
use serving::tasks::Tasks;
use shared::money::NanoUsd;
use stand_in::{Control, Pace, Settings, StandIn};
use tokio::net::TcpListener;

use crate::canary::{Canaries, Hiding};
use crate::loot::Loot;
use crate::visits::Visits;
use crate::{attacks, reply};

/// Bytes of a body at most: the megabyte that an attack on the proxy sends, and some more.
const BODY_BYTES_MAX: usize = 2 * 1_024 * 1_024;
/// Requests that the lab's Claude remembers: more than one run of all attacks makes.
const REQUESTS_KEPT: usize = 256;
/// The one model that the page asks; an answer of another was stolen through the proxy.
const MODEL_OF_THE_PAGE: &str = "claude-haiku-5-5";

/// The running half.
#[derive(Debug)]
pub(crate) struct UnsafeHalf {
    address: SocketAddr,
    /// What its routes know.
    pub(crate) shared: Arc<Shared>,
}

/// What its routes know.
#[derive(Debug)]
pub(crate) struct Shared {
    /// The keys that it gives away.
    pub(crate) canaries: Canaries,
    /// What was reported from its tab.
    pub(crate) visits: Visits,
    /// What answers carried away from its page, or from Airlock's.
    pub(crate) loot: Loot,
    /// Where its Claude listens.
    claude: SocketAddr,
    control: Control,
    tasks: Tasks,
}

impl UnsafeHalf {
    /// Starts it on a free loopback port, with a Claude of its own on another.
    ///
    /// # Errors
    ///
    /// There is no port left.
    pub(crate) async fn start(
        canaries: Canaries,
        visits: Visits,
        clock: &Clock,
        tasks: &Tasks,
    ) -> io::Result<Self> {
        let settings = Settings {
            pace: Pace::Instant,
            keys: Some(canaries.all().into()),
            requests_kept: REQUESTS_KEPT,
            ..Settings::default()
        };
        let claude = TcpListener::bind(("127.0.0.1", 0)).await?;
        let claude = StandIn::start(claude, settings, clock.clone(), tasks).await?;
        let shared = Arc::new(Shared {
            canaries,
            visits,
            loot: Loot::default(),
            claude: claude.address(),
            control: claude.control().clone(),
            tasks: tasks.clone(),
        });
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let router = TowerToHyperService::new(router(Arc::clone(&shared)));
        let limits = Limits::strict();
        tasks.spawn(server::serve(
            listener,
            router,
            limits,
            clock.clone(),
            tasks.clone(),
        ));
        tracing::info!(%address, "the lab's unsafe half listens, with made-up keys");
        Ok(Self { address, shared })
    }

    /// Where its page is, as a browser on this machine names it.
    pub(crate) fn origin(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }
}

impl Shared {
    /// What was spent with the lab's keys, and in how many requests.
    pub(crate) fn bill(&self) -> (NanoUsd, u64) {
        self.control.look(|log| (log.billed(), log.received()))
    }

    /// Whether Claude answered that request of the proxy's with a model that the page never asks, so that its owner pays for it.
    pub(crate) fn paid_for(&self, request_id: &str) -> bool {
        self.control.requests().iter().any(|request| {
            let model = request.json();
            let model = model.get("model").and_then(serde_json::Value::as_str);
            request.request_id == request_id
                && request.cost > NanoUsd::ZERO
                && model.is_some_and(|model| model != MODEL_OF_THE_PAGE)
        })
    }
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/reports/{visit}/{attack}", post(report))
        .route("/proxy", post(proxy::forward))
        .route("/loot", post(collector::take_loot))
        .route("/collect", get(collector::collect))
        .route("/collected", get(collector::collected))
        .fallback(file)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn(for_this_machine))
        .with_state(shared)
}

/// Lax towards pages, but not reachable by a foreign name.
async fn for_this_machine(request: Request, next: Next) -> Response {
    if reply::is_for_this_machine(request.headers()) {
        next.run(request).await
    } else {
        StatusCode::MISDIRECTED_REQUEST.into_response()
    }
}

async fn file(State(shared): State<Arc<Shared>>, uri: Uri) -> Response {
    let name = uri.path().trim_start_matches('/');
    files::serve(&shared, name).unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

/// What the tab's attacks came to. The tab reports to its own server, so that the main one needs no door for foreign pages.
async fn report(
    State(shared): State<Arc<Shared>>,
    Path((visit, attack)): Path<(String, String)>,
    body: Bytes,
) -> StatusCode {
    let Ok(report) = serde_json::from_slice(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    let kept =
        attacks::find(&attack).and_then(|attack| shared.visits.report(&visit, attack, report));
    kept.map_or(StatusCode::NOT_FOUND, |()| StatusCode::NO_CONTENT)
}

/// The key that the proxy pays with.
fn key_of_the_proxy(shared: &Shared) -> &str {
    shared.canaries.get(Hiding::Proxy)
}
