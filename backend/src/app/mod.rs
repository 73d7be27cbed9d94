//! The composition root: makes every part of the server from its settings, and runs it.

mod grants;

use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use hyper_util::service::TowerToHyperService;
use shared::api::session::UpstreamInfo;
use shared::error::ErrorKind;
use tokio::net::TcpListener;

use crate::access::{AccessToken, CallerId, Sessions};
use crate::admission::{Alerts, Budgets, Doorkeeper, KillSwitch, Ledger};
use crate::error::Causes;
use crate::handlers::metrics as metrics_page;
use crate::keys::KeyRing;
use crate::layers::{self, CallerGate, Site, TrustedProxies};
use crate::operator;
use crate::proxy::{Proxy, Rules};
use crate::routes;
use crate::state::{AppState, Parts};
use crate::upstream::{FreeCall, Upstream, Webhook};
use crate::usage::UsageDesk;
use configuration::{Config, LedgerChoice, UpstreamChoice, WebhookUrl};
use grants::{limits, token_holder, visitor};
use metrics::Metrics;
use secret::Secret;
use serving::clock::Clock;
use serving::drain::Drain;
use serving::server;
use serving::tasks::Tasks;
use shared::hex::hex;
use shared::time::UnixMillis;
use stand_in::StandIn;
use store::{MemoryStore, SqliteStore, Store};
use xray::Xrays;

/// A whole server, ready to listen.
#[derive(Debug)]
pub struct App {
    router: Router,
    admin: Admin,
    clock: Clock,
    tasks: Tasks,
    limits: server::Limits,
    drain: Drain,
    budgets: Budgets,
    store: Arc<dyn Store>,
    upstream: Upstream,
    /// Lives as long as the app.
    _stand_in: Option<StandIn>,
}

/// What this machine alone is told, and where.
#[derive(Debug)]
struct Admin {
    router: Router,
    /// Absent where nobody asked for it.
    listener: Option<TcpListener>,
}

/// Connections for metrics at once: a scraper has one, and another while it comes back.
const ADMIN_CONNECTIONS_MAX: usize = 8;

impl App {
    /// Makes the server. With no real upstream it starts the embedded stand-in, on a free loopback port.
    ///
    /// # Errors
    ///
    /// When TLS cannot be set up, the stand-in finds no port, or the ledger cannot be opened.
    pub async fn build(config: &Config, clock: Clock) -> anyhow::Result<Self> {
        let tasks = Tasks::default();
        let metrics = Metrics::default();
        let wiring = Wiring::of(&config.upstream, &clock, &tasks).await?;
        let store = ledger(&config.ledger, clock.now())?;
        let (budgets, alerts) = Budgets::new(config.budget.limits(), clock.clone());
        budgets.restore(store.totals(clock.now()).await?);
        let switch =
            KillSwitch::restore(budgets.clone(), Arc::clone(&store), clock.clone()).await?;
        post_alerts(config.budget.alert_webhook.as_ref(), alerts, &clock, &tasks)?;
        let doorkeeper = Doorkeeper::new(
            limits(&config.limits),
            budgets.clone(),
            Ledger::new(Arc::clone(&store), clock.clone()),
            clock.clone(),
            tasks.clone(),
            metrics.clone(),
        );
        let proxy = Arc::new(Proxy::new(
            clock.clone(),
            tasks.clone(),
            Rules::new(clock.clone(), &config.chat.system_prompt, budgets.clone()),
            doorkeeper,
            wiring.upstream.clone(),
        ));
        let xrays = xrays(config, &clock);
        let gate = Arc::new(CallerGate {
            sessions: Arc::new(Sessions::new(clock.clone())),
            visitor: visitor(config),
            token: config.access.token_sha256.map(AccessToken::new),
            token_holder: token_holder(&config.chat, &config.access),
            public: routes::PUBLIC,
            salt: store.salt(),
            is_private: config.server.is_private(),
            xrays: xrays.clone(),
        });
        let parts = Parts {
            clock: clock.clone(),
            metrics: metrics.clone(),
            gate,
            proxy,
            budgets: budgets.clone(),
            usage: UsageDesk::new(Arc::clone(&store), budgets.clone(), clock.clone()),
            switch,
            store: Arc::clone(&store),
            upstream: Arc::new(wiring.info),
            assets: config.assets.clone().into(),
            xrays: xrays.clone(),
            tasks: tasks.clone(),
        };
        let site = Site::new(config.server.public_origin.clone());
        let proxies = TrustedProxies(config.server.trusted_proxies.as_slice().into());
        let state = AppState(Arc::new(parts));
        if let LedgerChoice::Folder(folder, _) = &config.ledger {
            operator::listen(folder, state.clone(), &tasks);
        }
        let router = routes::router(state.clone());
        Ok(Self {
            router: layers::apply(router, site, proxies, metrics.clone(), xrays),
            admin: Admin::new(state, metrics),
            clock,
            tasks,
            limits: config.server.limits(),
            drain: config.server.drain(),
            budgets,
            store,
            upstream: wiring.upstream,
            _stand_in: wiring.stand_in,
        })
    }

    /// The server's background work; asking it to stop stops the server.
    pub fn tasks(&self) -> Tasks {
        self.tasks.clone()
    }

    /// Asks the upstream, beside everything else, whether it takes the key, and logs the answer: the operator should hear it at once
    /// and not from the first visitor. The server runs on either way.
    pub fn verify_key(&self) {
        self.tasks.spawn(verify_key(self.upstream.clone()));
    }

    /// Tells this machine's metrics on `listener` too.
    #[must_use]
    pub fn with_admin(mut self, listener: TcpListener) -> Self {
        self.admin.listener = Some(listener);
        self
    }

    /// Serves `listener` until the tasks are asked to leave, then lets requests under way finish, for a while.
    pub async fn serve(self, listener: TcpListener) {
        let serving = server::serve(
            listener,
            TowerToHyperService::new(self.router),
            self.limits,
            self.clock.clone(),
            self.tasks.clone(),
        );
        let admin = self.admin.serve(self.clock.clone(), self.tasks.clone());
        tokio::join!(serving, admin, self.drain.run(&self.tasks, &self.clock));
        if let Err(error) = self.store.close().await {
            tracing::error!(%error, "the ledger does not say all that was spent: the next start charges what is missing in full");
        }
        let today = self.budgets.today();
        tracing::info!(spent = %today.spent, reserved = %today.reserved, "stopped");
    }
}

impl Admin {
    fn new(state: AppState, counted: Metrics) -> Self {
        // Hosts of this machine's loopback, and no other.
        let site = Site::new(None);
        let router = metrics_page::router(state);
        Self {
            router: layers::apply(
                router,
                site,
                TrustedProxies::default(),
                counted,
                Xrays::off(),
            ),
            listener: None,
        }
    }

    async fn serve(self, clock: Clock, tasks: Tasks) {
        let Some(listener) = self.listener else {
            return;
        };
        let limits = server::Limits {
            connections_max: ADMIN_CONNECTIONS_MAX,
            ..server::Limits::strict()
        };
        let service = TowerToHyperService::new(self.router);
        server::serve(listener, service, limits, clock, tasks).await;
    }
}

/// The ledger, as the settings choose it.
fn ledger(choice: &LedgerChoice, now: UnixMillis) -> anyhow::Result<Arc<dyn Store>> {
    Ok(match choice {
        LedgerChoice::Memory => Arc::new(MemoryStore::new()?),
        LedgerChoice::Folder(path, durability) => {
            Arc::new(SqliteStore::open(path, *durability, now)?)
        }
    })
}

/// Has alerts told to the address that the operator named, if there is one.
fn post_alerts(
    url: Option<&WebhookUrl>,
    alerts: Alerts,
    clock: &Clock,
    tasks: &Tasks,
) -> anyhow::Result<()> {
    if let Some(url) = url {
        let webhook = Webhook::new(url.clone(), clock.clone())
            .context("the client for budget.alert_webhook could not be made")?;
        tasks.spawn(webhook.run(alerts, tasks.clone()));
    }
    Ok(())
}

/// The upstream with what belongs to it.
struct Wiring {
    upstream: Upstream,
    info: UpstreamInfo,
    stand_in: Option<StandIn>,
}

impl Wiring {
    async fn of(choice: &UpstreamChoice, clock: &Clock, tasks: &Tasks) -> anyhow::Result<Self> {
        match choice {
            UpstreamChoice::StandIn => {
                let listener = TcpListener::bind(("127.0.0.1", 0))
                    .await
                    .context("the stand-in found no free loopback port")?;
                let stand_in = StandIn::start(
                    listener,
                    stand_in::Settings::default(),
                    clock.clone(),
                    tasks,
                )
                .await
                .context("the stand-in did not start")?;
                let base_url = format!("http://{}", stand_in.address());
                let key = Arc::new(stand_in_key()?);
                let wiring = Self::anthropic(&base_url, &key, None, clock)?;
                Ok(Self {
                    info: UpstreamInfo {
                        name: "stand-in Claude".to_owned(),
                        is_stand_in: true,
                        ..wiring.info
                    },
                    stand_in: Some(stand_in),
                    ..wiring
                })
            }
            UpstreamChoice::Anthropic {
                base_url,
                key,
                ca_pem,
            } => Self::anthropic(base_url, key, ca_pem.as_deref(), clock),
            UpstreamChoice::OpenAiCompatible {
                base_url,
                key,
                ca_pem,
                model_names,
            } => {
                let upstream = Upstream::openai_compatible(
                    base_url.clone(),
                    ca_pem.as_deref(),
                    KeyRing::new(Arc::clone(key)),
                    Arc::clone(model_names),
                    clock.clone(),
                );
                Self::real(base_url, key, upstream)
            }
        }
    }

    fn anthropic(
        base_url: &str,
        key: &Arc<Secret>,
        ca_pem: Option<&[u8]>,
        clock: &Clock,
    ) -> anyhow::Result<Self> {
        let keys = KeyRing::new(Arc::clone(key));
        let upstream = Upstream::anthropic(base_url.to_owned(), ca_pem, keys, clock.clone());
        Self::real(base_url, key, upstream)
    }

    /// What the page shows of an upstream is its host.
    fn real(
        base_url: &str,
        key: &Secret,
        upstream: reqwest::Result<Upstream>,
    ) -> anyhow::Result<Self> {
        let host = base_url.split("://").nth(1).unwrap_or(base_url);
        let info = UpstreamInfo {
            name: host.split('/').next().unwrap_or(host).to_owned(),
            is_stand_in: false,
            key_fingerprint: key.fingerprint(),
        };
        Ok(Self {
            upstream: upstream.context("the client for the upstream could not be made")?,
            info,
            stand_in: None,
        })
    }
}

/// A key that opens the stand-in and nothing else. It is random, so that its fingerprint is as a real one's.
fn stand_in_key() -> anyhow::Result<Secret> {
    let mut bits = [0_u8; 16];
    getrandom::fill(&mut bits).context("the system has no randomness to give")?;
    Ok(Secret::new(format!("stand-in-{}", hex(&bits))))
}

/// A stand-in's requests are for looking at. With a real key nothing is kept of any unless somebody says so.
fn xrays(config: &Config, clock: &Clock) -> Xrays<CallerId> {
    let is_on = config.xray.enabled;
    if is_on.unwrap_or(!config.upstream.is_real()) {
        Xrays::on(clock.clone())
    } else {
        Xrays::off()
    }
}

async fn verify_key(upstream: Upstream) {
    let key = upstream.lease();
    let key_fingerprint = key.secret().fingerprint();
    match upstream.call_free(&key, FreeCall::VerifyKey).await {
        Ok(_) => tracing::info!(key_fingerprint, "the upstream takes the key"),
        Err(error) if error.kind() == ErrorKind::Misconfigured => {
            tracing::error!(key_fingerprint, error = %Causes(&error), "the upstream does not take the key");
        }
        Err(error) => {
            tracing::warn!(key_fingerprint, error = %Causes(&error), "the key could not be checked");
        }
    }
}
