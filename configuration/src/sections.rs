//! The sections of `airlock.toml` with their defaults.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use serving::drain::Drain;
use serving::server;
use shared::policy::{OUTPUT_TOKENS_DEFAULT, OUTPUT_TOKENS_MAX, OnSecret};

use super::origin::Origin;
use super::token::TokenDigest;

/// `[server]`: where Airlock listens, and under which address people open it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// Address and port to listen on. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where Prometheus is told how things stand, under `/metrics`, such as `127.0.0.1:9464`. It has to be a loopback address; nothing is told
    /// where it is absent.
    pub admin_listen: Option<SocketAddr>,
    /// The address that people open, where that is not this machine's loopback, such as `https://chat.example.org`. TLS ends in front of
    /// Airlock; Host, Origin, cookies and HSTS follow from this.
    pub public_origin: Option<Origin>,
    /// Networks of reverse proxies, such as `["10.0.0.0/8"]`: what these say of a client's address in `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Connections at once; fewer where the system lets the process have fewer descriptors. What comes beyond is closed at once.
    pub connections_max: usize,
    /// Connections at once from one address; an IPv6 network of 64 bits counts as one, a trusted proxy is exempt. A browser opens six.
    pub connections_per_address_max: usize,
    /// Seconds in which `/readyz` says that the server is about to stop, and new connections are still taken: as long as a load balancer
    /// needs to notice, such as `5`. Where absent, 2 with a `public_origin` and 0 without.
    pub stop_notice_s: Option<u16>,
    /// Seconds that answers under way get to finish once the server was asked to stop, the notice included. One more and the process
    /// has ended, which is before the ten after which Docker kills.
    pub stop_patience_s: u16,
}

impl Default for ServerConfig {
    fn default() -> Self {
        let limits = server::Limits::strict();
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8_080)),
            admin_listen: None,
            public_origin: None,
            trusted_proxies: Vec::new(),
            connections_max: limits.connections_max,
            connections_per_address_max: limits.connections_per_address_max,
            stop_notice_s: None,
            stop_patience_s: 8,
        }
    }
}

/// Two probes of a load balancer that asks every second, as it does of a server that it is told to watch closely.
const STOP_NOTICE_S: u16 = 2;

impl ServerConfig {
    /// What the accept loop is told of this.
    pub fn limits(&self) -> server::Limits {
        server::Limits {
            connections_max: self.connections_max,
            connections_per_address_max: self.connections_per_address_max,
            proxies: self.trusted_proxies.as_slice().into(),
            ..server::Limits::strict()
        }
    }

    /// Whether it is for this machine alone: nobody else can reach it, and no proxy stands in front.
    pub const fn is_private(&self) -> bool {
        self.public_origin.is_none() && self.listen.ip().is_loopback()
    }

    /// How the server stops.
    pub fn drain(&self) -> Drain {
        let usual = self.public_origin.as_ref().map_or(0, |_| STOP_NOTICE_S);
        let notice_s = self.stop_notice_s.unwrap_or(usual);
        Drain {
            notice: Duration::from_secs(notice_s.into()),
            patience: Duration::from_secs(self.stop_patience_s.into()),
        }
    }
}

/// `[upstream]`: who answers, Claude's API or a gateway. The key itself comes from `ANTHROPIC_API_KEY`, `OPENAI_API_KEY` or a file,
/// never from here.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct UpstreamConfig {
    /// Use the embedded stand-in even when a key is there.
    pub stand_in: bool,
    /// Where Claude's API is, such as `https://api.anthropic.com`, which holds where absent. `ANTHROPIC_BASE_URL` sets the same.
    pub base_url: Option<String>,
    /// A file that holds the key, such as `/run/secrets/anthropic-key`. `ANTHROPIC_API_KEY_FILE` sets the same.
    pub key_file: Option<PathBuf>,
    /// Where a gateway is that speaks as OpenAI's API does, mostly with `/v1` at its end, such as `https://gateway.example.org/v1`.
    /// `OPENAI_BASE_URL` sets the same. With it the gateway answers and not Claude's API.
    pub openai_base_url: Option<String>,
    /// A file that holds the gateway's key, such as `/run/secrets/gateway-key`. `OPENAI_API_KEY_FILE` sets the same.
    pub openai_key_file: Option<PathBuf>,
    /// The names that the gateway gives to models, by those of the catalogue, such as
    /// `{ "claude-haiku-5-5" = "anthropic/claude-haiku-5-5" }`. A model that is not listed goes by its own name. Prices stay those
    /// of the catalogue.
    pub model_names: BTreeMap<String, String>,
    /// A PEM file with certificate authorities to trust besides the system's, such as `/etc/ssl/our-authority.pem`.
    pub ca_file: Option<PathBuf>,
}

/// `[chat]`: what visitors may ask.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChatConfig {
    /// Models that may be asked, the default first.
    pub models: Vec<String>,
    /// A system prompt that the server puts in front of every conversation. The page never sees it.
    pub system_prompt: String,
    /// Output tokens where a request asks for no number.
    pub output_tokens_default: u32,
    /// Most output tokens that a request may ask for.
    pub output_tokens_max: u32,
    /// The environment that conversations count towards, by the name that it has in `budget.environments`.
    pub environment: String,
    /// What becomes of a message with a key in it: `"block"` refuses it, `"redact"` cuts the key out before anything goes to Claude, and
    /// `"warn"` sends it as it is. The page tells of the key either way.
    pub on_secret: OnSecret,
    /// Whether Claude is asked to keep the system prompt and long conversations for five minutes, where that pays: keeping costs a
    /// quarter more once, and what is kept a tenth or less when it is sent again. A gateway that speaks as OpenAI's API does is never
    /// asked.
    pub prompt_caching: bool,
}

impl Default for ChatConfig {
    fn default() -> Self {
        let models = ["claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5"];
        Self {
            models: models.map(str::to_owned).into(),
            system_prompt: String::new(),
            output_tokens_default: OUTPUT_TOKENS_DEFAULT,
            output_tokens_max: OUTPUT_TOKENS_MAX,
            environment: DEFAULT_ENVIRONMENT.to_owned(),
            on_secret: OnSecret::default(),
            prompt_caching: true,
        }
    }
}

/// `[access]`: programs of the team's own, which speak Claude's API at `/v1/messages` with an access token in place of a key.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccessConfig {
    /// The SHA-256 of the access token as `printf %s "$TOKEN" | sha256sum` prints it, such as
    /// `"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"`. Where absent, `/v1/messages` lets nobody in.
    pub token_sha256: Option<TokenDigest>,
    /// Requests a minute with the token: ten a second, which a busy team makes. `limits.requests_overall` holds beside it; the limit by
    /// address does not.
    pub requests_per_minute: u32,
    /// Answers under way at once with the token, those that wait included: a tenth of everybody's, so that programs leave room for people.
    pub streams: u32,
    /// Most output tokens that a request may ask for: what agents ask for, 32,000, twice.
    pub output_tokens_max: u32,
    /// The environment that programs' requests count towards, by the name that it has in `budget.environments`.
    pub environment: String,
}

/// What an environment is called where nobody said: the one that a clone begins in.
const DEFAULT_ENVIRONMENT: &str = "dev";

impl Default for AccessConfig {
    fn default() -> Self {
        Self {
            token_sha256: None,
            requests_per_minute: 600,
            streams: 20,
            output_tokens_max: 64_000,
            environment: DEFAULT_ENVIRONMENT.to_owned(),
        }
    }
}

/// `[limits]`: how often and how many at once. Zero lets nobody in.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// Chat requests a minute of one session. A person who types fast makes ten.
    pub requests_per_session: u32,
    /// Chat requests a minute from one address; an IPv6 network of 64 bits counts as one. Two people behind one router, or four.
    pub requests_per_address: u32,
    /// Chat requests a minute of everybody together, and as many counts of tokens.
    pub requests_overall: u32,
    /// Answers under way at once for one session, those that wait included: a few tabs.
    pub streams_per_session: u32,
    /// Answers under way at once for everybody together.
    pub streams_overall: u32,
    /// Requests that may wait while all of these are taken; with 0 they are refused at once. A quarter of the answers under way: the last
    /// in line is called when a quarter of them has ended, which takes a few seconds.
    pub queue_places: u32,
    /// Seconds that a request may wait. In twice what an answer takes every slot should have come free: who waits longer waits for an
    /// upstream that is stuck.
    pub queue_wait_max_s: u32,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            requests_per_session: 60,
            requests_per_address: 120,
            requests_overall: 600,
            streams_per_session: 4,
            streams_overall: 200,
            queue_places: 50,
            queue_wait_max_s: 20,
        }
    }
}

/// `[xray]`: whether people can see how their own requests went.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct XrayConfig {
    /// Whether the newest chat requests are kept in memory for whoever made them: times, sizes, tokens and cost, and never a word of what
    /// was asked or answered. A choice, such as `true`, holds with any key; where absent, the stand-in's are kept and a real key's are not.
    pub enabled: Option<bool>,
}

/// `[log]`: what is logged.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// Levels by module, such as `info` or `warn,backend=debug`.
    pub filter: String,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self {
            filter: "info".to_owned(),
        }
    }
}
