//! One step: a program that runs to its end while its output is kept, counted and summed up in one line.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::advice;
use super::display::Display;
use super::meter::Meter;
use crate::process;

/// How many of the last lines a failure shows: enough for a compiler error with its notes, not a screen full of its way there.
const TAIL_LINES: usize = 40;
/// How often a step that prints nothing is looked at, so that the clock on the screen moves.
const TICK: Duration = Duration::from_millis(500);

/// What a step is called and what is known of it beforehand.
#[derive(Debug)]
pub(crate) struct Step<'a> {
    /// The name of its log file, without the extension.
    pub(crate) log: &'a str,
    /// What it does, for people, with how long the first time takes where that is long.
    pub(crate) title: &'a str,
    /// About how many crates it compiles when nothing was compiled before.
    pub(crate) crates: Option<usize>,
}

/// Which of a program's two outputs a line came from.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Source {
    Output,
    Errors,
}

/// What is kept of a program's output while it runs.
struct Record {
    file: File,
    tail: VecDeque<String>,
    advice: Option<&'static str>,
    output: Vec<String>,
}

impl Step<'_> {
    /// Runs the program to its end and returns what it printed to its standard output.
    pub(super) fn run(&self, logs: &Path, command: &mut Command) -> Result<Vec<String>> {
        let log = logs.join(format!("{}.log", self.log));
        let mut record = Record::create(&log)?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| {
                format!(
                    "{}: `{}` could not be started",
                    self.title,
                    process::describe(command)
                )
            })?;
        let mut display = Display::start();
        let seen = follow(
            &mut child,
            Meter::expecting(self.crates),
            &mut record,
            &mut display,
        );
        let status = child
            .wait()
            .with_context(|| format!("{}: the end was not seen", self.title));
        display.finish(status.as_ref().is_ok_and(ExitStatus::success));
        seen.with_context(|| format!("{} could not be written", log.display()))?;
        let status = status?;
        if !status.success() {
            bail!(record.failure(self.title, &status.to_string(), &log));
        }
        Ok(record.output)
    }
}

/// Reads both outputs until the program has closed them.
fn follow(
    child: &mut Child,
    mut meter: Meter,
    record: &mut Record,
    display: &mut Display,
) -> std::io::Result<()> {
    let (sender, lines) = mpsc::channel();
    if let Some(output) = child.stdout.take() {
        read_lines(output, Source::Output, sender.clone());
    }
    if let Some(errors) = child.stderr.take() {
        read_lines(errors, Source::Errors, sender.clone());
    }
    drop(sender);
    loop {
        match lines.recv_timeout(TICK) {
            Ok((Source::Output, line)) if is_cargo_message(&line) => record.output.push(line),
            Ok((source, line)) => {
                meter.see(&line);
                record.keep(source, line)?;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
        display.show(&meter);
    }
}

/// Whether cargo meant the line for a program: it is returned, and neither logged nor shown.
fn is_cargo_message(line: &str) -> bool {
    line.starts_with(r#"{"reason":"#)
}

fn read_lines(from: impl Read + Send + 'static, source: Source, to: Sender<(Source, String)>) {
    thread::spawn(move || {
        let mut reader = BufReader::new(from);
        let mut line = Vec::new();
        // A read error is the end of what can be read; the program's exit status tells the rest.
        while reader
            .read_until(b'\n', &mut line)
            .is_ok_and(|length| length > 0)
        {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            if to.send((source, text)).is_err() {
                return;
            }
            line.clear();
        }
    });
}

impl Record {
    fn create(log: &Path) -> Result<Self> {
        let folder = log.parent().map(PathBuf::from).unwrap_or_default();
        fs::create_dir_all(&folder)
            .with_context(|| format!("{} could not be created", folder.display()))?;
        let file =
            File::create(log).with_context(|| format!("{} could not be created", log.display()))?;
        Ok(Self {
            file,
            tail: VecDeque::new(),
            advice: None,
            output: Vec::new(),
        })
    }

    fn keep(&mut self, source: Source, line: String) -> std::io::Result<()> {
        writeln!(self.file, "{line}")?;
        self.advice = self.advice.or_else(|| advice::on(&line));
        if self.tail.len() == TAIL_LINES {
            self.tail.pop_front();
        }
        self.tail.push_back(line.clone());
        if source == Source::Output {
            self.output.push(line);
        }
        Ok(())
    }

    fn failure(&self, title: &str, status: &str, log: &Path) -> String {
        let tail: Vec<_> = self.tail.iter().map(|line| format!("    {line}")).collect();
        let mut text = format!(
            "{title}: failed ({status})\n\n{}\n\n  full output: {}",
            tail.join("\n"),
            log.display()
        );
        if let Some(advice) = self.advice {
            text.push_str("\n  what to do: ");
            text.push_str(advice);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: Step<'_> = Step {
        log: "step",
        title: "Trying",
        crates: None,
    };

    fn shell(logs: &str, script: &str) -> (PathBuf, Result<Vec<String>>) {
        let logs =
            std::env::temp_dir().join(format!("airlock-xtask-{}-{logs}", std::process::id()));
        let result = STEP.run(&logs, process::tool("sh").args(["-c", script]));
        let text = fs::read_to_string(logs.join("step.log")).unwrap().into();
        fs::remove_dir_all(&logs).unwrap();
        (text, result)
    }

    #[test]
    fn both_outputs_are_logged_and_one_is_returned() {
        let (log, output) = shell("both", "echo one; echo two >&2");
        assert_eq!(output.unwrap(), ["one"]);
        let log = log.to_string_lossy().into_owned();
        assert!(log.contains("one\n") && log.contains("two\n"), "{log}");
    }

    #[test]
    fn what_cargo_tells_programs_is_returned_and_not_logged() {
        let (log, output) = shell(
            "messages",
            r#"echo '{"reason":"build-finished"}'; echo words"#,
        );
        assert_eq!(output.unwrap(), [r#"{"reason":"build-finished"}"#, "words"]);
        assert_eq!(log.to_string_lossy(), "words\n");
    }

    #[test]
    fn a_failure_shows_its_last_lines_its_log_and_what_to_do() {
        let (_, result) = shell(
            "failure",
            "seq 1 60; echo 'error: No space left on device' >&2; exit 7",
        );
        let error = result.unwrap_err().to_string();
        assert!(
            error.starts_with("Trying: failed (exit status: 7)"),
            "{error}"
        );
        assert!(
            error.contains("    60\n") && !error.contains("    20\n"),
            "{error}"
        );
        assert!(
            error.contains("step.log") && error.contains("what to do: free some disk space"),
            "{error}"
        );
    }
}
