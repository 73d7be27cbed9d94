//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use configuration::Flags;

/// The safe way from a browser to Claude.
#[derive(Debug, Parser)]
#[command(name = "airlock", version)]
pub struct Cli {
    /// What to do; `serve` where absent.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What Airlock can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the page and its API. Without a key the embedded stand-in answers.
    Serve(Serve),
    /// Run the stand-in Claude alone, for tests and for trying out clients. It takes any key that does not contain "invalid".
    StandIn(StandInArgs),
    /// Look for keys in files, in folders with all that is in them, or in standard input.
    ///
    /// Prints `path:line:column` and the kind of each key, and never the key. Keys are found by their shape, by the same scanner that the page
    /// runs: also percent-encoded, escaped, split by what nobody sees, in UTF-16 and in base64. A password that looks like no key is not
    /// found, and neither is what is compressed or encrypted. In folders, `.git`, `node_modules`, `target`, binary files and links are left
    /// out; a file that is named is looked through whatever it is. A file of more than 64 MiB is not, which is said.
    ///
    /// Exit status: 0 when there is no key, 1 when there is one, 2 when there is none in what could be read and something could not be.
    #[command(verbatim_doc_comment)]
    Scan(ScanArgs),
    /// Stop all spending at once: every request is refused, over restarts too, and answers under way come to their end.
    ///
    /// Asks the running server through its data folder; where none runs, the next one will find it stopped.
    StopSpending(StopSpendingArgs),
}

/// How to serve.
#[derive(Args, Clone, Debug, Default)]
pub struct Serve {
    /// Address and port to listen on; port 0 takes a free one [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Loopback address and port to tell Prometheus at, under `/metrics`; nowhere where absent.
    #[arg(long, value_name = "ADDR")]
    pub admin_listen: Option<SocketAddr>,
    /// Let the embedded stand-in answer, also when a key is set.
    #[arg(long)]
    pub stand_in: bool,
    /// The settings file [default: airlock.toml, if it is there].
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The data folder, which holds the ledger [default: airlock-data; memory alone for the stand-in].
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Serve the page from a folder, read anew for each request, instead of the one inside: to work on it, on loopback alone.
    #[arg(long, value_name = "DIR")]
    pub assets: Option<PathBuf>,
}

/// How to run the stand-in.
#[derive(Args, Clone, Copy, Debug)]
pub struct StandInArgs {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8081")]
    pub listen: SocketAddr,
}

/// Which server, and what of it.
#[derive(Args, Clone, Debug)]
pub struct StopSpendingArgs {
    /// Let spending go on.
    #[arg(long)]
    pub lift: bool,
    /// Print one JSON object with `stopped_since`.
    #[arg(long)]
    pub json: bool,
    /// Where the server is found.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// Where a command finds its server.
#[derive(Args, Clone, Debug, Default)]
pub struct ServerArgs {
    /// The server's data folder [default: that of the settings].
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The server's settings file [default: airlock.toml, if it is there].
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl ServerArgs {
    /// As settings.
    pub fn flags(&self) -> Flags {
        Flags {
            config: self.config.clone(),
            data: self.data.clone(),
            ..Flags::default()
        }
    }
}

/// What to look through.
#[derive(Args, Clone, Debug)]
pub struct ScanArgs {
    /// Files and folders; `-` is standard input.
    #[arg(value_name = "PATHS", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Print one JSON object with `findings`, `problems`, `files` and `binary_files`.
    #[arg(long)]
    pub json: bool,
}

impl Serve {
    /// As settings.
    pub fn flags(&self) -> Flags {
        Flags {
            config: self.config.clone(),
            listen: self.listen,
            admin_listen: self.admin_listen,
            stand_in: self.stand_in,
            data: self.data.clone(),
            assets: self.assets.clone(),
        }
    }
}
