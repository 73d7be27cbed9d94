//! Settings: read once before anything starts, judged as a whole, every problem reported at once.
//!
//! Defaults give way to `airlock.toml`, that to `AIRLOCK__SECTION__FIELD` in the environment, that to flags. Keys come from
//! `ANTHROPIC_API_KEY`, for a gateway from `OPENAI_API_KEY`, or from a file. Without a key the embedded stand-in answers.

mod budget;
mod defaults;
pub mod env;
mod nearest;
pub mod origin;
mod problems;
mod sections;
mod settings;
mod store;
mod token;
mod upstream;
mod webhook;

use std::net::SocketAddr;
use std::path::PathBuf;

use shared::models::Catalogue;
use shared::time::UnixMillis;
use toml::Value;

pub use budget::{BudgetConfig, BudgetLimits, DEFAULT_DAILY_BUDGET, Limit};
pub use defaults::defaults;
use env::Environment;
pub use problems::Problems;
pub use sections::{
    AccessConfig, ChatConfig, LimitsConfig, LogConfig, ServerConfig, UpstreamConfig, XrayConfig,
};
use settings::Settings;
pub use store::{DEFAULT_DATA_FOLDER, Durability, LedgerChoice, StoreConfig};
pub use token::TokenDigest;
pub use upstream::UpstreamChoice;
pub use webhook::WebhookUrl;

/// Settings that were judged and hold together.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where Airlock listens.
    pub server: ServerConfig,
    /// Who answers.
    pub upstream: UpstreamChoice,
    /// What may be asked.
    pub chat: ChatConfig,
    /// What programs with the access token may do.
    pub access: AccessConfig,
    /// What may be spent.
    pub budget: BudgetConfig,
    /// How often and how many at once.
    pub limits: LimitsConfig,
    /// Where the ledger is kept.
    pub ledger: LedgerChoice,
    /// Whether people can see how their own requests went.
    pub xray: XrayConfig,
    /// What is logged.
    pub log: LogConfig,
    /// A folder to serve the page from instead of the one inside.
    pub assets: Option<PathBuf>,
    /// What is not wrong and yet may surprise: sentences for the operator, to be said at start.
    pub notices: Vec<String>,
}

/// What the command line says; it has the last word.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--listen`.
    pub listen: Option<SocketAddr>,
    /// `--admin-listen`.
    pub admin_listen: Option<SocketAddr>,
    /// `--stand-in`.
    pub stand_in: bool,
    /// `--data`.
    pub data: Option<PathBuf>,
    /// `--assets`.
    pub assets: Option<PathBuf>,
}

/// The file that is read where `--config` names none and it exists.
const DEFAULT_FILE: &str = "airlock.toml";

impl Config {
    /// Loads and judges all settings. `now` decides which models still answer.
    ///
    /// # Errors
    ///
    /// Every problem found, each with its setting's name and a fix.
    pub fn load(
        flags: &Flags,
        environment: &Environment,
        now: UnixMillis,
    ) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let settings = layered(flags, environment, &mut problems);
        settings.check_sections(&mut problems);
        let server: ServerConfig = settings.section("server", &mut problems);
        let upstream: UpstreamConfig = settings.section("upstream", &mut problems);
        let chat: ChatConfig = settings.section("chat", &mut problems);
        let access: AccessConfig = settings.section("access", &mut problems);
        let budget: BudgetConfig = settings.section("budget", &mut problems);
        let limits: LimitsConfig = settings.section("limits", &mut problems);
        let store: StoreConfig = settings.section("store", &mut problems);
        let xray: XrayConfig = settings.section("xray", &mut problems);
        let log: LogConfig = settings.section("log", &mut problems);
        let mut notices = Vec::new();
        let upstream = upstream::choose(&upstream, environment, &mut problems, &mut notices);
        let ledger = store.choose(&upstream, &mut notices);
        check_chat(&chat, now, &mut problems);
        let mut used = vec![("chat.environment", chat.environment.as_str())];
        if access.token_sha256.is_some() {
            used.push(("access.environment", &access.environment));
        }
        budget.check(&used, &mut problems);
        check_server(&server, &mut problems);
        check_exposure(&server, &upstream, &mut problems);
        check_assets(flags, &server, &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self {
            server,
            upstream,
            chat,
            access,
            budget,
            limits,
            ledger,
            xray,
            log,
            assets: flags.assets.clone(),
            notices,
        })
    }
}

fn layered(flags: &Flags, environment: &Environment, problems: &mut Problems) -> Settings {
    let mut settings = Settings::default();
    let default_file = PathBuf::from(DEFAULT_FILE);
    let found = default_file.is_file().then_some(&default_file);
    if let Some(path) = flags.config.as_ref().or(found) {
        settings.add_file(path, problems);
    }
    settings.add_environment(environment);
    let addresses = [
        ("listen", flags.listen),
        ("admin_listen", flags.admin_listen),
    ];
    for (field, address) in addresses {
        if let Some(address) = address {
            settings.set("server", field, Value::String(address.to_string()));
        }
    }
    if flags.stand_in {
        settings.set("upstream", "stand_in", Value::Boolean(true));
    }
    if let Some(data) = &flags.data {
        let path = data.display().to_string();
        settings.set("store", "path", Value::String(path));
    }
    settings
}

fn check_chat(chat: &ChatConfig, now: UnixMillis, problems: &mut Problems) {
    let catalogue = Catalogue::builtin();
    if chat.models.is_empty() {
        problems.add(
            "chat.models",
            "allows no model",
            "name at least one, such as \"claude-haiku-5-5\"",
        );
    }
    for id in &chat.models {
        match catalogue.find(id) {
            Some(model) if model.id != id => {
                problems.add(
                    "chat.models",
                    format!("{id} is another name"),
                    format!("write {}", model.id),
                );
            }
            Some(model) if model.is_available(now) => {}
            Some(_) => problems.add(
                "chat.models",
                format!("{id} is retired"),
                "name a current model",
            ),
            None => problems.add(
                "chat.models",
                format!("{id} has no price here"),
                nearest::one_of(id, catalogue.iter().map(|model| model.id)),
            ),
        }
    }
    let (default, most) = (chat.output_tokens_default, chat.output_tokens_max);
    if default == 0 || default > most {
        problems.add(
            "chat.output_tokens_default",
            format!("{default} is not between 1 and {most}"),
            "choose a number up to chat.output_tokens_max",
        );
    }
}

fn check_server(server: &ServerConfig, problems: &mut Problems) {
    for (setting, most) in [
        ("server.connections_max", server.connections_max),
        (
            "server.connections_per_address_max",
            server.connections_per_address_max,
        ),
    ] {
        if most == 0 {
            problems.add(setting, "lets nobody in", "choose 1 or more");
        }
    }
    if let Some(address) = server
        .admin_listen
        .filter(|address| !address.ip().is_loopback())
    {
        problems.add(
            "server.admin_listen",
            format!("{address} can be reached by others, who would see what is spent"),
            "listen on 127.0.0.1, and let a scraper of this machine pass the figures on",
        );
    }
    let drain = server.drain();
    if drain.notice > drain.patience {
        problems.add(
            "server.stop_patience_s",
            format!(
                "is over before the {} s of notice are",
                drain.notice.as_secs()
            ),
            "choose at least as much as server.stop_notice_s",
        );
    }
}

/// Off loopback a page needs https and its name; a real key needs more than that, since anybody who opens the page may spend it.
fn check_exposure(server: &ServerConfig, upstream: &UpstreamChoice, problems: &mut Problems) {
    let is_loopback = server.listen.ip().is_loopback();
    if !is_loopback && server.public_origin.is_none() {
        problems.add(
            "server.listen",
            format!("{} can be reached by others, and server.public_origin is not set", server.listen),
            "listen on 127.0.0.1, or set server.public_origin to the https address that people open",
        );
    }
    if upstream.is_real() && (!is_loopback || server.public_origin.is_some()) {
        problems.add(
            "server.public_origin",
            "a real key may be used on this machine alone, since anybody who can open the page could spend its money",
            "listen on 127.0.0.1 without public_origin, or use --stand-in",
        );
    }
}

/// A folder that the page is read from on each request is for those who work on it, on their own machine.
fn check_assets(flags: &Flags, server: &ServerConfig, problems: &mut Problems) {
    if flags.assets.is_some() && !server.listen.ip().is_loopback() {
        problems.add(
            "--assets",
            format!(
                "serves a folder of this machine, and {} can be reached by others",
                server.listen
            ),
            "leave it out, so that the page inside is served, or listen on 127.0.0.1",
        );
    }
}

#[cfg(test)]
mod any_text;
#[cfg(test)]
mod tests;
