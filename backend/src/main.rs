//! The `airlock` binary: reads the command line and the settings, then runs what they say.

use std::io::{BufWriter, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use backend::app::App;
use backend::cli::{Cli, Command, ScanArgs, Serve, StandInArgs, StopSpendingArgs};
use backend::commands;
use backend::telemetry::{self, redact::Redactor};
use clap::Parser as _;
use configuration::env::Environment;
use configuration::{Config, DEFAULT_DAILY_BUDGET, UpstreamChoice};
use scan::scan;
use serving::clock::Clock;
use serving::descriptors;
use serving::signals::StopSignals;
use serving::tasks::Tasks;
use shared::api::spending::StopSpending;
use stand_in::StandIn;
use tokio::net::TcpListener;

/// What ends with a message and a fix rather than with a fault: the settings are wrong.
const EXIT_CONFIGURATION: u8 = 2;

/// A look that found something.
const EXIT_FINDINGS: u8 = 1;

/// A look that could not see everything, or could not say what it saw.
const EXIT_UNSEEN: u8 = 2;

fn main() -> ExitCode {
    let ended = match Cli::parse().command {
        None => serve(&Serve::default()),
        Some(Command::Serve(arguments)) => serve(&arguments),
        Some(Command::StandIn(arguments)) => run_stand_in(arguments),
        Some(Command::Scan(arguments)) => Ok(look_for_keys(&arguments)),
        Some(Command::StopSpending(arguments)) => stop_spending(&arguments),
    };
    ended.unwrap_or_else(|error| {
        complain(&format!("{error:#}"));
        ExitCode::FAILURE
    })
}

fn serve(arguments: &Serve) -> anyhow::Result<ExitCode> {
    let clock = Clock::system();
    let mut config = match Config::load(&arguments.flags(), &Environment::read(), clock.now()) {
        Ok(config) => config,
        Err(problems) => {
            complain(&problems.to_string());
            return Ok(ExitCode::from(EXIT_CONFIGURATION));
        }
    };
    start_logging(&config.log.filter, redactor(&config))?;
    use_ring()?;
    fit_descriptors(&mut config);
    runtime()?.block_on(async {
        let app = App::build(&config, clock).await?;
        let listener = listen(config.server.listen).await?;
        let app = with_admin(app, &config).await?;
        introduce(&config);
        introduce_programs(&config);
        let (signals, tasks) = (stop_signals()?, app.tasks());
        announce(&listener)?;
        if config.upstream.is_real() {
            app.verify_key();
        }
        tokio::select! {
            () = app.serve(listener) => Ok(ExitCode::SUCCESS),
            never = signals.obey(&tasks) => match never {},
        }
    })
}

/// Has the metrics told where the settings say.
async fn with_admin(app: App, config: &Config) -> anyhow::Result<App> {
    let Some(address) = config.server.admin_listen else {
        return Ok(app);
    };
    let listener = listen(address).await?;
    let address = listener.local_addr()?;
    tracing::info!("metrics are at http://{address}/metrics");
    Ok(app.with_admin(listener))
}

fn run_stand_in(arguments: StandInArgs) -> anyhow::Result<ExitCode> {
    start_logging("info", Redactor::default())?;
    runtime()?.block_on(async {
        let tasks = Tasks::default();
        let listener = listen(arguments.listen).await?;
        let signals = stop_signals()?;
        announce(&listener)?;
        let settings = stand_in::Settings::default();
        let _stand_in = StandIn::start(listener, settings, Clock::system(), &tasks).await?;
        tokio::select! {
            () = tasks.leaving() => Ok(ExitCode::SUCCESS),
            never = signals.obey(&tasks) => match never {},
        }
    })
}

fn stop_spending(arguments: &StopSpendingArgs) -> anyhow::Result<ExitCode> {
    let clock = Clock::system();
    let flags = arguments.server.flags();
    let config = match Config::load(&flags, &Environment::read(), clock.now()) {
        Ok(config) => config,
        Err(problems) => {
            complain(&problems.to_string());
            return Ok(ExitCode::from(EXIT_CONFIGURATION));
        }
    };
    let folder = commands::data_folder(&config)?;
    let wish = StopSpending {
        is_stopped: !arguments.lift,
    };
    let state = runtime()?.block_on(commands::stop_spending(&folder, wish, clock.now()))?;
    let mut stdout = std::io::stdout().lock();
    if arguments.json {
        serde_json::to_writer(&mut stdout, &state)?;
        writeln!(stdout)?;
    } else if let Some(since) = state.stopped_since {
        writeln!(
            stdout,
            "All spending is stopped since {since}. `airlock stop-spending --lift` lets it go on."
        )?;
    } else {
        writeln!(stdout, "Spending goes on, within the budgets.")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn look_for_keys(arguments: &ScanArgs) -> ExitCode {
    let report = scan(&arguments.paths, std::io::stdin().lock());
    let mut stdout = BufWriter::new(std::io::stdout().lock());
    let written = if arguments.json {
        report.write_json(&mut stdout)
    } else {
        for problem in &report.problems {
            complain(&format!("{}: {}", problem.path, problem.error));
        }
        complain(&report.summary());
        report.write_text(&mut stdout)
    };
    if !report.findings.is_empty() {
        return ExitCode::from(EXIT_FINDINGS);
    }
    if written.is_err() || !report.problems.is_empty() {
        return ExitCode::from(EXIT_UNSEEN);
    }
    ExitCode::SUCCESS
}

/// Says on standard error what is wrong, before there is a log or beside it.
fn complain(message: &str) {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(std::io::stderr(), "airlock: {message}");
}

fn redactor(config: &Config) -> Redactor {
    Redactor::new(config.upstream.key().map(Arc::clone))
}

fn start_logging(filter: &str, redactor: Redactor) -> anyhow::Result<()> {
    telemetry::start(filter, redactor)
        .map_err(|error| anyhow::anyhow!("log.filter = {filter:?} cannot be used: {error}"))
}

/// The cryptography of every TLS connection. Without a choice the client would panic at its first.
fn use_ring() -> anyhow::Result<()> {
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| anyhow::anyhow!("another cryptography was chosen first"))
}

/// Takes no more connections than the system lets the process have, so that there are always descriptors left to reach the upstream.
fn fit_descriptors(config: &mut Config) {
    let Some(descriptors) = descriptors::take_all() else {
        return;
    };
    // The embedded stand-in is the other end of its own upstream calls.
    let upstream_calls = u64::from(config.limits.streams_overall).saturating_mul(2);
    let left = descriptors::left_for_connections(descriptors, upstream_calls);
    let most = &mut config.server.connections_max;
    if left < *most {
        *most = left;
        tracing::warn!(
            descriptors,
            connections_max = *most,
            "the system lets this process have few descriptors; raise the limit (`ulimit -n`, or LimitNOFILE of systemd)"
        );
    }
}

fn stop_signals() -> anyhow::Result<StopSignals> {
    StopSignals::listen().context("signals cannot be listened to")
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime did not start")
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("{address} cannot be listened on; another server may run there. Choose another with --listen, such as --listen 127.0.0.1:0")
    })
}

/// Tells the operator how things stand.
fn introduce(config: &Config) {
    for notice in &config.notices {
        tracing::warn!("{notice}");
    }
    match &config.upstream {
        UpstreamChoice::StandIn => {
            tracing::info!("no key is set: the embedded stand-in answers, and nothing costs money");
        }
        UpstreamChoice::Anthropic { base_url, key, .. } => tracing::info!(
            base_url,
            key_fingerprint = key.fingerprint(),
            "requests go to Claude"
        ),
        UpstreamChoice::OpenAiCompatible { base_url, key, .. } => tracing::info!(
            base_url,
            key_fingerprint = key.fingerprint(),
            "requests go to an OpenAI-compatible gateway; what they cost is reckoned by Anthropic's prices"
        ),
    }
    if config.upstream.is_real() && !config.budget.is_chosen() {
        tracing::warn!(
            per_day = %DEFAULT_DAILY_BUDGET,
            "no budget was chosen; set AIRLOCK__BUDGET__PER_DAY to another amount of dollars"
        );
    }
}

/// Tells the operator whether programs are let in, and how to let them.
fn introduce_programs(config: &Config) {
    if let Some(digest) = config.access.token_sha256 {
        tracing::info!(token_sha256 = ?digest, "programs with the access token may use /v1/messages");
    } else {
        tracing::info!(
            "/v1/messages lets nobody in: set access.token_sha256 to the SHA-256 of a token of your choice, as docs/programs.md shows"
        );
    }
}

/// Prints the one line that scripts wait for.
fn announce(listener: &TcpListener) -> anyhow::Result<()> {
    let address = listener.local_addr()?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "airlock: listening on http://{address}")?;
    stdout.flush().context("standard output is closed")
}
