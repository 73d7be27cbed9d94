//! A server as a process of its own, and what the kernel says of it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serving::clock::Clock;

/// A running server. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct ServerProcess {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl ServerProcess {
    /// Starts a server that says `listening on http://ADDRESS` on its standard output once it is ready.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{} did not start", command.get_program().display()))?;
        let stdout = child.stdout.take().context("no standard output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let address = line.trim().rsplit("http://").next().unwrap_or_default();
        let address = address.parse().with_context(|| {
            format!(
                "{} ended without saying where it listens",
                command.get_program().display()
            )
        });
        match address {
            Ok(address) => Ok(Self { child, address }),
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(error)
            }
        }
    }

    /// Starts a server that says nothing, and waits until `address` takes connections.
    pub(crate) fn start_silent(command: &mut Command, address: SocketAddr) -> Result<Self> {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{} did not start", command.get_program().display()))?;
        let server = Self { child, address };
        let deadline = now() + Duration::from_secs(5);
        while std::net::TcpStream::connect(address).is_err() {
            if now() > deadline {
                bail!("{} takes no connections", command.get_program().display());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(server)
    }

    /// The CPU time that all of its threads have used.
    pub(crate) fn cpu_time(&self) -> Result<Duration> {
        let threads = format!("/proc/{}/task", self.child.id());
        let mut nanos = 0;
        for thread in fs::read_dir(&threads).context("CPU time needs Linux's /proc")? {
            // A thread that ended meanwhile has nothing more to say.
            let Ok(text) = fs::read_to_string(thread?.path().join("schedstat")) else {
                continue;
            };
            let on_cpu = text.split(' ').next().unwrap_or_default();
            nanos += on_cpu.parse::<u64>().context("schedstat reads otherwise")?;
        }
        Ok(Duration::from_nanos(nanos))
    }

    /// The memory that it holds in RAM, in bytes.
    pub(crate) fn resident_bytes(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .context("memory needs Linux's /proc")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kibibytes = line
            .and_then(|line| line.trim().strip_suffix(" kB"))
            .and_then(|number| number.trim().parse::<u64>().ok());
        Ok(kibibytes.context("the status has no VmRSS")? * 1_024)
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A moment, for measuring.
pub(crate) fn now() -> Instant {
    Clock::system().instant()
}
