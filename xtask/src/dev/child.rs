//! A program that runs beside `xtask` for as long as it is wanted.

use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::process;

/// How long it may take to end when asked to. The server would let answers under way finish, and nobody waits for those here.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often it is looked at meanwhile.
const PERIOD: Duration = Duration::from_millis(20);

/// A running program, in a group of its own with all that it starts. Dropping it ends them.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    group: Pid,
}

impl Running {
    /// Starts it. It reads nothing, and says what it says where `xtask` does.
    pub(super) fn start(command: &mut Command) -> Result<Self> {
        let child = command
            .process_group(0)
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| format!("`{}` could not be started", process::describe(command)))?;
        let id = i32::try_from(child.id()).context("a process id beyond what the system takes")?;
        Ok(Self {
            child,
            group: Pid::from_raw(id),
        })
    }

    /// How it ended, if it did.
    pub(super) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        let ended = self.child.try_wait();
        ended.context("a program that was started cannot be looked at")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A group that is gone already has nobody to tell.
        let _ = killpg(self.group, Signal::SIGTERM);
        let mut waited = Duration::ZERO;
        while waited < PATIENCE && matches!(self.child.try_wait(), Ok(None)) {
            thread::sleep(PERIOD);
            waited += PERIOD;
        }
        let _ = killpg(self.group, Signal::SIGKILL);
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader};

    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdout(Stdio::piped());
        command
    }

    #[test]
    fn what_it_started_ends_with_it() {
        let mut running = Running::start(&mut shell("sleep 600 & echo ready; wait")).unwrap();
        let mut words = BufReader::new(running.child.stdout.take().unwrap());
        words.read_line(&mut String::new()).unwrap();
        assert!(running.ended().unwrap().is_none());
        drop(running);
        // Everybody who could write has closed the pipe.
        assert_eq!(words.read_line(&mut String::new()).unwrap(), 0);
    }

    #[test]
    fn an_end_of_its_own_is_seen() {
        let mut running = Running::start(&mut shell("exit 3")).unwrap();
        running.child.wait().unwrap();
        assert_eq!(
            running.ended().unwrap().and_then(|status| status.code()),
            Some(3)
        );
    }
}
