//! The ways that the same load takes to the stand-in: straight, through nginx, through the bare forwarder, through Airlock.

use std::fmt::Write as _;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use serving::clock::Clock;
use serving::tasks::Tasks;
use sha2::{Digest as _, Sha256};
use stand_in::{Control, Limits, Settings, StandIn};
use tempfile::TempDir;

use crate::process::ServerProcess;

/// What the stand-in takes for a key.
pub(crate) const KEY: &str = "bench";

/// What Airlock takes for an access token.
const TOKEN: &str = "airlock_bench";

/// Who stands between the load and the stand-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    Direct,
    Nginx,
    Forwarder,
    Airlock,
}

/// One way.
#[derive(Debug)]
pub(crate) struct Way {
    pub(crate) name: Name,
    pub(crate) address: SocketAddr,
    /// What a request shows to be let in; the key itself on the straight way.
    pub(crate) credential: &'static str,
    /// Who stands between; nobody on the straight way.
    pub(crate) server: Option<ServerProcess>,
}

/// All ways that this machine has, and the stand-in at their end.
#[derive(Debug)]
pub(crate) struct Ways {
    pub(crate) all: Vec<Way>,
    pub(crate) control: Control,
    stand_in: SocketAddr,
    tasks: Tasks,
    folder: TempDir,
}

impl Ways {
    /// Starts the stand-in, which answers at once and without limits, and the servers before it. Without an nginx on the path its way
    /// is left out.
    pub(crate) async fn start(airlock: &Path) -> Result<Self> {
        let tasks = Tasks::default();
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let settings = Settings {
            limits: Limits::UNREACHABLE,
            requests_kept: 0,
            ..Settings::instant()
        };
        let stand_in = StandIn::start(listener, settings, Clock::system(), &tasks).await?;
        let folder = tempfile::tempdir().context("no temporary folder")?;
        let mut ways = Self {
            all: Vec::new(),
            control: stand_in.control().clone(),
            stand_in: stand_in.address(),
            tasks,
            folder,
        };
        ways.add(Name::Direct, ways.stand_in, KEY, None);
        if let Some(nginx) = ways.start_nginx()? {
            ways.add(Name::Nginx, nginx.address, KEY, Some(nginx));
        }
        let forwarder = ways.start_forwarder()?;
        ways.add(Name::Forwarder, forwarder.address, KEY, Some(forwarder));
        let airlock = ways.start_airlock(airlock)?;
        ways.add(Name::Airlock, airlock.address, TOKEN, Some(airlock));
        Ok(ways)
    }

    /// The way with this name, where this machine has it.
    pub(crate) fn get(&self, name: Name) -> Option<&Way> {
        self.all.iter().find(|way| way.name == name)
    }

    /// What runs beside the measurement: connections, the stand-in.
    pub(crate) const fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    fn add(
        &mut self,
        name: Name,
        address: SocketAddr,
        credential: &'static str,
        server: Option<ServerProcess>,
    ) {
        self.all.push(Way {
            name,
            address,
            credential,
            server,
        });
    }

    fn start_forwarder(&self) -> Result<ServerProcess> {
        let own = std::env::current_exe().context("this program cannot find itself")?;
        let upstream = self.stand_in.to_string();
        ServerProcess::start(Command::new(own).args(["forwarder", &upstream]))
    }

    /// Starts Airlock as people run it, every check on, with limits that the load does not reach.
    pub(crate) fn start_airlock(&self, binary: &Path) -> Result<ServerProcess> {
        let settings = self.folder.path().join("airlock.toml");
        fs::write(&settings, airlock_settings()).context("the settings could not be written")?;
        // Each has a ledger of its own, as one folder is for one server.
        let data = tempfile::tempdir_in(self.folder.path())?.keep();
        let mut command = Command::new(binary);
        command
            .env("AIRLOCK__STORE__PATH", data)
            .args(["serve", "--listen", "127.0.0.1:0", "--config"])
            .arg(&settings)
            .env("ANTHROPIC_API_KEY", KEY)
            .env("ANTHROPIC_BASE_URL", format!("http://{}", self.stand_in));
        ServerProcess::start(&mut command)
    }

    /// Starts nginx with one worker, as the other servers are one process; nothing where there is no nginx.
    fn start_nginx(&self) -> Result<Option<ServerProcess>> {
        // It cannot say which port it took, so it is told one that is free now.
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let settings = self.folder.path().join("nginx.conf");
        fs::write(
            &settings,
            nginx_settings(address, self.stand_in, self.folder.path()),
        )?;
        let mut command = Command::new("nginx");
        command
            .arg("-p")
            .arg(self.folder.path())
            .arg("-c")
            .arg(&settings)
            .args(["-e", "/dev/null"]);
        match ServerProcess::start_silent(&mut command, address) {
            Ok(nginx) => Ok(Some(nginx)),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Drop for Ways {
    fn drop(&mut self) {
        self.tasks.stop();
    }
}

fn is_missing(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == std::io::ErrorKind::NotFound)
}

fn airlock_settings() -> String {
    let digest = Sha256::digest(TOKEN);
    format!(
        r#"[access]
token_sha256 = "{digest}"
requests_per_minute = 100000000
streams = 100000

[limits]
requests_per_address = 100000000
requests_overall = 100000000
streams_overall = 100000

[server]
connections_max = 100000
connections_per_address_max = 100000

[budget]
per_day = "1000000"
"#,
        digest = shared::hex::hex(&digest)
    )
}

fn nginx_settings(address: SocketAddr, upstream: SocketAddr, folder: &Path) -> String {
    let folder = folder.display();
    let mut text = format!(
        "daemon off; master_process off; worker_processes 1; worker_rlimit_nofile 20000; pid {folder}/nginx.pid;\n\
         events {{ worker_connections 19000; }}\n\
         http {{\n  access_log off; tcp_nodelay on; keepalive_requests 1000000;\n"
    );
    for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {kind}_temp_path {folder}/{kind};");
    }
    let _ = write!(
        text,
        "  upstream stand_in {{ server {upstream}; keepalive 64; keepalive_requests 1000000; }}\n\
         \x20 server {{ listen {address};\n\
         \x20   location / {{ proxy_pass http://stand_in; proxy_http_version 1.1; proxy_buffering off;\n\
         \x20     proxy_set_header Connection \"\"; proxy_set_header Authorization \"\"; proxy_set_header x-api-key {KEY}; }}\n\
         \x20 }}\n}}\n"
    );
    text
}
