//! The running server: its words are passed on, a signal to `xtask` reaches it, and how it ends is how `xtask` ends.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::thread;

use anyhow::{Context as _, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};

use super::address;

/// What a shell adds to the number of the signal that ended a program.
const KILLED_BY_SIGNAL: u8 = 128;

/// Runs the server until it ends, and calls `when_ready` with the page's address once it listens.
pub(super) fn run(command: &mut Command, when_ready: impl Fn(&str)) -> Result<ExitCode> {
    // Caught from before the start on, so that no signal is lost between the two.
    let signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).context("signals cannot be caught")?;
    // In a group of its own, so that Ctrl-C reaches it once, from here, and not a second time from the terminal.
    let mut server = command
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("the server could not be started")?;
    let forwarding = forward(signals, &server)?;
    let was_ready = pass_on_words(&mut server, when_ready);
    let status = server
        .wait()
        .context("the end of the server was not seen")?;
    forwarding.close();
    if !was_ready && !status.success() {
        bail!("the server ended before it listened ({status}); its own words stand above");
    }
    Ok(exit_code(status))
}

/// Hands signals on to the server, on a thread of its own, until the handle is closed.
fn forward(mut signals: Signals, server: &Child) -> Result<Handle> {
    let server = process_id(server)?;
    let forwarding = signals.handle();
    thread::spawn(move || hand_on(signals.forever(), server));
    Ok(forwarding)
}

fn process_id(server: &Child) -> Result<Pid> {
    Ok(Pid::from_raw(i32::try_from(server.id()).context(
        "the server's process id is beyond what the system's own calls take",
    )?))
}

fn hand_on(signals: impl IntoIterator<Item = i32>, server: Pid) {
    for signal in signals
        .into_iter()
        .filter_map(|number| Signal::try_from(number).ok())
    {
        // It may have ended by itself just now: then there is nobody to tell.
        let _ = kill(server, signal);
    }
}

/// Passes on what the server prints until it closes its output; tells whether it said that it listens.
fn pass_on_words(server: &mut Child, when_ready: impl Fn(&str)) -> bool {
    let mut was_ready = false;
    for line in server
        .stdout
        .take()
        .into_iter()
        .flat_map(|output| BufReader::new(output).lines())
        .map_while(Result::ok)
    {
        println!("{line}");
        if let Some(url) = address::page_url(&line).filter(|_| !was_ready) {
            was_ready = true;
            when_ready(&url);
        }
    }
    was_ready
}

fn exit_code(status: ExitStatus) -> ExitCode {
    let by_signal = || {
        status
            .signal()
            .and_then(|signal| u8::try_from(signal).ok()?.checked_add(KILLED_BY_SIGNAL))
    };
    let code = status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .or_else(by_signal);
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn readiness_is_told_once_and_the_exit_code_kept() {
        let urls = RefCell::new(Vec::new());
        let line = "echo airlock: listening on http://127.0.0.1:8080";
        let code = run(
            &mut shell(&format!("echo first; {line}; {line}; exit 3")),
            |url| urls.borrow_mut().push(url.to_owned()),
        );
        assert_eq!(urls.into_inner(), ["http://localhost:8080"]);
        assert_eq!(code.unwrap(), ExitCode::from(3));
    }

    #[test]
    fn a_server_that_never_listened_is_an_error() {
        let error = run(&mut shell("exit 2"), |_| {}).unwrap_err().to_string();
        assert!(
            error.contains("before it listened (exit status: 2)"),
            "{error}"
        );
    }

    #[test]
    fn a_server_that_a_signal_ended_ends_like_in_a_shell() {
        let code = run(
            &mut shell("echo airlock: listening on http://127.0.0.1:8080; kill -KILL $$"),
            |_| {},
        );
        assert_eq!(code.unwrap(), ExitCode::from(137));
    }

    #[test]
    fn a_signal_that_is_handed_on_lets_the_server_end_well() {
        let mut command = shell("trap 'exit 5' TERM; echo ready; while :; do sleep 0.01; done");
        let mut server = command.stdout(Stdio::piped()).spawn().unwrap();
        // One line means that the trap is set.
        BufReader::new(server.stdout.take().unwrap())
            .read_line(&mut String::new())
            .unwrap();
        hand_on([SIGTERM], process_id(&server).unwrap());
        assert_eq!(exit_code(server.wait().unwrap()), ExitCode::from(5));
    }
}
