//! A whole Airlock on a port of its own, with a stand-in Claude on another.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use backend::app::App;
use configuration::env::Environment;
use configuration::{
    AccessConfig, BudgetConfig, Config, Flags, LedgerChoice, LimitsConfig, TokenDigest,
    UpstreamChoice, XrayConfig,
};
use reqwest::Response;
use secret::Secret;
use serving::clock::{Clock, ManualClock};
use serving::tasks::Tasks;
use sha2::{Digest as _, Sha256};
use shared::money::NanoUsd;
use shared::policy::OnSecret;
use shared::time::{Day, UnixMillis};
use stand_in::{Control, Settings, StandIn};
use store::Durability;
use tokio::net::TcpListener;

use crate::visitor::client;
use crate::{RawUpstream, TokenHolder, Visitor};

/// How a test wants its Airlock. The default is what a fresh clone runs, with time standing still and an upstream key of its own.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question that a test may answer otherwise"
)]
pub struct Setup {
    /// What may be spent in a day.
    pub budget: NanoUsd,
    /// What else bounds spending.
    pub budgets: BudgetConfig,
    /// What the operator puts in front of every conversation.
    pub system_prompt: String,
    /// What becomes of a message with a key in it.
    pub on_secret: OnSecret,
    /// Whether metrics are told, on a port of their own.
    pub has_metrics: bool,
    /// Whether Claude is asked to keep what may come again.
    pub prompt_caching: bool,
    /// How often and how many at once; more than any test needs, unless it is about that.
    pub limits: LimitsConfig,
    /// What programs may do. The digest stands for [`TokenHolder::TOKEN`] unless a test takes it away.
    pub access: AccessConfig,
    /// Whether X-ray is on.
    pub xray: XrayConfig,
    /// Proxies whose word on addresses is taken.
    pub trusted_proxies: Vec<String>,
    /// Connections that are held at once; more than any test needs, unless it is about that.
    pub connections_max: usize,
    /// Connections from one address, which all tests share.
    pub connections_per_address_max: usize,
    /// How long the server says that it will stop before it does.
    pub stop_notice_s: u16,
    /// The data folder; the ledger is kept in memory where absent.
    pub data: Option<PathBuf>,
    /// A folder to serve the page from instead of the one inside.
    pub assets: Option<PathBuf>,
    /// The upstream key.
    pub key: String,
    /// Where the upstream is; a stand-in of the harness where absent.
    pub base_url: Option<String>,
    /// Whether the server's own stand-in answers, as it does without a key; the harness then holds no handle of the one that does.
    pub has_own_stand_in: bool,
    /// Whether the upstream is spoken to as an OpenAI-compatible gateway. The stand-in speaks both dialects.
    pub is_gateway: bool,
    /// The gateway's names of models, by ours.
    pub model_names: BTreeMap<String, String>,
    /// The clock of the server and its stand-in, which a test may share with others before they start.
    pub clock: ManualClock,
    /// Real time instead of time that tests move by hand, for tests in which a browser takes part.
    pub is_real_time: bool,
    /// How the stand-in behaves.
    pub stand_in: Settings,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            budget: NanoUsd::from_usd(100),
            budgets: BudgetConfig::default(),
            system_prompt: String::new(),
            on_secret: OnSecret::default(),
            prompt_caching: true,
            has_metrics: false,
            limits: LimitsConfig {
                requests_per_session: 1_000_000,
                requests_per_address: 1_000_000,
                requests_overall: 1_000_000,
                streams_per_session: 1_000,
                streams_overall: 1_000,
                ..LimitsConfig::default()
            },
            access: AccessConfig {
                token_sha256: Some(TokenDigest(Sha256::digest(TokenHolder::TOKEN).into())),
                requests_per_minute: 1_000_000,
                streams: 1_000,
                ..AccessConfig::default()
            },
            xray: XrayConfig::default(),
            trusted_proxies: Vec::new(),
            connections_max: 10_000,
            connections_per_address_max: 10_000,
            stop_notice_s: 0,
            data: None,
            assets: None,
            key: "key-of-the-harness".to_owned(),
            base_url: None,
            has_own_stand_in: false,
            is_gateway: false,
            model_names: BTreeMap::new(),
            clock: ManualClock::starting_at(START),
            is_real_time: false,
            stand_in: Settings::instant(),
        }
    }
}

/// A running Airlock and its stand-in. Dropping it stops both.
#[derive(Debug)]
pub struct Airlock {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where it tells its metrics, if it does.
    pub admin: Option<SocketAddr>,
    /// The stand-in's control handle.
    pub stand_in: Control,
    /// The clock of both, unless time is real.
    pub clock: ManualClock,
    tasks: Tasks,
    /// The server as a whole, which waits for its own tasks.
    serving: Tasks,
    stand_in_tasks: Tasks,
    _stand_in: StandIn,
}

/// When manual time begins: a Monday noon.
pub const START: UnixMillis = UnixMillis(Day::from_date(2026, 11, 23).start().0 + 12 * 3_600_000);

impl Airlock {
    /// Starts one as a fresh clone runs it.
    pub async fn start() -> Self {
        Self::start_with(Setup::default()).await
    }

    /// Starts one in front of `upstream` instead of its stand-in.
    pub async fn in_front_of(upstream: &RawUpstream) -> Self {
        Self::start_with(Setup {
            base_url: Some(format!("http://{}", upstream.address)),
            ..Setup::default()
        })
        .await
    }

    /// Starts one that speaks to its stand-in, or to `upstream`, as to a gateway.
    pub async fn behind_a_gateway(upstream: Option<&RawUpstream>) -> Self {
        Self::start_with(Setup {
            base_url: upstream.map(|upstream| format!("http://{}", upstream.address)),
            is_gateway: true,
            ..Setup::default()
        })
        .await
    }

    /// Starts one as `setup` says.
    pub async fn start_with(setup: Setup) -> Self {
        // Every test of a process asks for it; the first one gets it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let manual = setup.clock.clone();
        let clock = if setup.is_real_time {
            Clock::system()
        } else {
            Clock::from(manual.clone())
        };
        let stand_in_tasks = Tasks::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stand_in = StandIn::start(
            listener,
            setup.stand_in.clone(),
            clock.clone(),
            &stand_in_tasks,
        )
        .await
        .expect("the stand-in starts");
        let config = config(&setup, stand_in.address());
        let app = App::build(&config, clock).await.expect("the app builds");
        let listener = TcpListener::bind(config.server.listen).await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut admin = None;
        let app = if setup.has_metrics {
            let listener = TcpListener::bind(config.server.listen).await.unwrap();
            admin = Some(listener.local_addr().unwrap());
            app.with_admin(listener)
        } else {
            app
        };
        let tasks = app.tasks();
        let serving = Tasks::default();
        serving.spawn(app.serve(listener));
        Self {
            address,
            admin,
            stand_in: stand_in.control().clone(),
            clock: manual,
            tasks,
            serving,
            stand_in_tasks,
            _stand_in: stand_in,
        }
    }

    /// How many tasks of the server run: connections, first of all.
    pub fn running_tasks(&self) -> usize {
        self.tasks.running()
    }

    /// The address of the page, as a person types it.
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }

    /// What it tells Prometheus.
    pub async fn metrics(&self) -> Response {
        let admin = self.admin.expect("the setup asks for metrics");
        let request = client().get(format!("http://{admin}/metrics"));
        request.send().await.expect("metrics")
    }

    /// Asks the server to stop, as a termination signal does; the stand-in runs on.
    pub fn stop(&self) {
        self.tasks.leave();
        self.serving.stop();
    }

    /// Waits until the server has stopped.
    pub async fn stopped(&self) {
        self.serving.ended().await;
    }

    /// Connections and other work that the server has under way.
    pub fn tasks_running(&self) -> usize {
        self.tasks.running()
    }

    /// Opens the page in a new browser, as far as HTTP goes: a visitor with a session.
    pub async fn visitor(&self) -> Visitor {
        Visitor::arrive(self.address).await
    }

    /// A program of the team's own, with the access token.
    pub fn token_holder(&self) -> TokenHolder {
        TokenHolder::new(self.address)
    }

    /// Waits for `outcome` while time passes a hundred times as fast as outside: for what waits on the server's clock in places that a
    /// test cannot see.
    #[expect(
        clippy::disallowed_methods,
        reason = "the sockets between the test and the server need real time"
    )]
    pub async fn while_time_passes<T>(&self, outcome: impl Future<Output = T>) -> T {
        tokio::pin!(outcome);
        loop {
            tokio::select! {
                biased;
                outcome = &mut outcome => return outcome,
                () = tokio::time::sleep(Duration::from_millis(1)) => self.advance(Duration::from_millis(100)),
            }
        }
    }

    /// The time of day by the server's clock, in milliseconds; it moves only as the test moves it.
    pub fn now(&self) -> u64 {
        Clock::from(self.clock.clone()).now().0
    }

    /// Lets time pass for the server and the stand-in.
    pub fn advance(&self, duration: Duration) {
        self.clock.advance(duration);
    }
}

impl Drop for Airlock {
    fn drop(&mut self) {
        self.stop();
        self.stand_in_tasks.stop();
    }
}

fn config(setup: &Setup, stand_in: SocketAddr) -> Config {
    let mut config =
        Config::load(&Flags::default(), &Environment::default(), START).expect("defaults hold");
    config.server.listen = SocketAddr::from(([127, 0, 0, 1], 0));
    config.chat.system_prompt.clone_from(&setup.system_prompt);
    config.chat.on_secret = setup.on_secret;
    config.chat.prompt_caching = setup.prompt_caching;
    config.budget = BudgetConfig {
        per_day: setup.budgets.per_day.or(Some(setup.budget)),
        ..setup.budgets.clone()
    };
    if let Some(data) = &setup.data {
        config.ledger = LedgerChoice::Folder(data.clone(), Durability::Normal);
    }
    config.assets.clone_from(&setup.assets);
    config.limits = setup.limits;
    config.access = setup.access.clone();
    config.xray = setup.xray;
    let proxies = setup.trusted_proxies.iter();
    config.server.trusted_proxies = proxies.map(|network| network.parse().unwrap()).collect();
    config.server.connections_max = setup.connections_max;
    config.server.connections_per_address_max = setup.connections_per_address_max;
    config.server.stop_notice_s = Some(setup.stop_notice_s);
    let base_url = setup.base_url.clone();
    let base_url = base_url.unwrap_or_else(|| format!("http://{stand_in}"));
    let key = Arc::new(Secret::new(setup.key.clone()));
    config.upstream = if setup.has_own_stand_in {
        UpstreamChoice::StandIn
    } else if setup.is_gateway {
        UpstreamChoice::OpenAiCompatible {
            base_url: format!("{base_url}/v1"),
            key,
            ca_pem: None,
            model_names: Arc::new(setup.model_names.clone()),
        }
    } else {
        UpstreamChoice::Anthropic {
            base_url,
            key,
            ca_pem: None,
        }
    };
    config
}
