//! The `airlock` binary as people run it: a process of its own, set up through its environment, heard through its log.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

/// What it prints once it takes connections.
const READY: &str = "airlock: listening on http://";

/// A running one. Dropping it kills it.
#[derive(Debug)]
pub struct Binary {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
    said: Arc<Mutex<Vec<u8>>>,
    listening: Option<JoinHandle<()>>,
    /// Its data folder, unless its environment names one.
    _data: TempDir,
}

impl Binary {
    /// Starts `program` with these arguments, on a free port, in an environment that holds these variables and nothing else.
    pub fn start<V: AsRef<OsStr>>(
        program: &Path,
        arguments: &[&str],
        environment: &[(&str, V)],
    ) -> Self {
        let data = TempDir::new().expect("a folder");
        let mut child = command(program, arguments, environment, data.path())
            .args(["--listen", "127.0.0.1:0"])
            .spawn()
            .expect("the binary starts");
        let said = Arc::new(Mutex::new(Vec::new()));
        let (stdout, stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let listening = Some(listen(stderr, Arc::clone(&said)));
        let mut first = String::new();
        BufReader::new(stdout).read_line(&mut first).unwrap();
        let Some(address) = first.trim().strip_prefix(READY) else {
            let said = said.lock().unwrap_or_else(PoisonError::into_inner);
            panic!("it said {first:?} and {}", String::from_utf8_lossy(&said));
        };
        Self {
            address: address.parse().unwrap(),
            child,
            said,
            listening,
            _data: data,
        }
    }

    /// Its process, for a look from outside.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Its address, as a person types it.
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }

    /// All that it has logged so far.
    pub fn log(&self) -> Vec<u8> {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.clone()
    }

    /// Asks it to end, as a service manager does.
    pub fn ask_to_end(&self) {
        let process = Pid::from_raw(i32::try_from(self.child.id()).unwrap());
        kill(process, Signal::SIGTERM).unwrap();
    }

    /// Asks it to end, and gives all that it ever logged.
    pub fn end(self) -> Vec<u8> {
        self.ask_to_end();
        self.ended()
    }

    /// Waits until it has ended, well, and gives all that it ever logged.
    pub fn ended(mut self) -> Vec<u8> {
        let status = self.child.wait().unwrap();
        assert!(status.success(), "it ended with {status}");
        if let Some(listening) = self.listening.take() {
            listening.join().unwrap();
        }
        self.log()
    }
}

impl Drop for Binary {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs `program` to its end, which must come by itself, and gives its exit status and everything that it said.
pub fn run_to_the_end<V: AsRef<OsStr>>(
    program: &Path,
    arguments: &[&str],
    environment: &[(&str, V)],
) -> (ExitStatus, Vec<u8>) {
    let data = TempDir::new().expect("a folder");
    let mut command = command(program, arguments, environment, data.path());
    let output = command.output().unwrap();
    (output.status, [output.stdout, output.stderr].concat())
}

fn command<V: AsRef<OsStr>>(
    program: &Path,
    arguments: &[&str],
    environment: &[(&str, V)],
    data: &Path,
) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env_clear()
        .env("AIRLOCK__STORE__PATH", data)
        .envs(environment.iter().map(|(name, value)| (name, value)))
        // Away from the checkout, whose settings are none of ours.
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Takes down all that is said, so that the speaker never has to wait for a listener.
fn listen(mut speaker: impl Read + Send + 'static, into: Arc<Mutex<Vec<u8>>>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let mut words = [0; 16_384];
        while let Ok(length @ 1..) = speaker.read(&mut words) {
            let mut said = into.lock().unwrap_or_else(PoisonError::into_inner);
            said.extend_from_slice(words.get(..length).unwrap_or_default());
        }
    })
}
