//! The one thread that writes. Whatever waits while it writes is written next, in one transaction: the busier it is, the larger its groups
//! and the less each call costs.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::checkpoints::Reminder;
use super::line::{Command, Line, OpenCall, Refusals, Request, Settled, not_writable};
use super::statements::{Changes, Numbers, Statements};
use crate::StoreError;

/// Calls in one group: what is written in a few milliseconds.
const GROUP_MAX: usize = 256;
/// Refusals that come alone are written once a second.
const IDLE: Duration = Duration::from_secs(1);
/// How long a store that cannot be written is left alone before it is tried again: at first as long as a short fault lasts, then twice as
/// long each time, and never so long that somebody who made room has to wonder.
const REST_FIRST: Duration = Duration::from_millis(50);
const REST_MAX: Duration = Duration::from_secs(1);

/// The writer at its work.
#[derive(Debug)]
struct Writer<'c> {
    statements: Statements<'c>,
    commands: Receiver<Command>,
    line: Arc<Line>,
    reminder: Reminder,
    /// Settlements that are not written. They wait for as long as that cannot be done.
    settled: Vec<Settled>,
    requests: Vec<Request>,
    closing: Option<oneshot::Sender<Result<(), StoreError>>>,
}

/// Says that nothing can be written any more, once the writer is gone.
#[derive(Debug)]
struct Closed(Arc<Line>);

impl Drop for Closed {
    fn drop(&mut self) {
        self.0.set_writable(false);
    }
}

/// Writes what comes until it is asked to end.
pub(super) fn run(
    connection: &Connection,
    commands: Receiver<Command>,
    line: Arc<Line>,
    reminder: Reminder,
) {
    let _closed = Closed(Arc::clone(&line));
    let statements = match Statements::prepare(connection) {
        Ok(statements) => statements,
        Err(error) => return tracing::error!(%error, "the ledger's writer could not begin"),
    };
    let mut writer = Writer {
        statements,
        commands,
        line,
        reminder,
        settled: Vec::new(),
        requests: Vec::new(),
        closing: None,
    };
    while writer.closing.is_none() {
        writer.wait();
        writer.write_group();
    }
    writer.end();
}

impl Writer<'_> {
    /// Waits for something to do, and takes what else is there.
    fn wait(&mut self) {
        match self.commands.recv_timeout(IDLE) {
            Ok(command) => self.take(command),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return,
        }
        self.take_waiting(GROUP_MAX);
    }

    fn take_waiting(&mut self, most: usize) {
        for command in self.commands.try_iter().take(most).collect::<Vec<_>>() {
            self.take(command);
        }
    }

    fn take(&mut self, command: Command) {
        match command {
            Command::Open(request) => self.requests.push(request),
            Command::Settle(settled) => self.settled.push(settled),
            Command::Close(reply) => self.closing = Some(reply),
        }
    }

    fn write_group(&mut self) {
        match self.write(false) {
            Ok(numbers) => self.reply(numbers),
            Err(error) => self.recover(&error),
        }
    }

    /// Writes what is at hand. Where that fails, what was settled and counted is still at hand.
    fn write(&mut self, is_probe: bool) -> rusqlite::Result<Numbers> {
        let refusals = std::mem::take(&mut *self.line.refusals());
        let rows = self.requests.len() + self.settled.len();
        if rows == 0 && refusals.is_empty() && !is_probe {
            return Ok(Vec::new());
        }
        let written = self.statements.write(Changes {
            settled: &self.settled,
            requests: &self.requests,
            refusals: &refusals,
            is_probe,
        });
        if written.is_ok() {
            self.settled.clear();
            self.reminder.written(rows);
        } else {
            self.keep(refusals);
        }
        written
    }

    fn keep(&self, refusals: Refusals) {
        let mut kept = self.line.refusals();
        for (key, count) in refusals {
            let sum = kept.entry(key).or_default();
            *sum = sum.saturating_add(count);
        }
    }

    fn reply(&mut self, numbers: Numbers) {
        for (request, number) in self.requests.drain(..).zip(numbers) {
            let id = request.opening.request_id;
            let Some(number) = number else {
                let known = StoreError(format!("{id} was written down before"));
                // Whoever waited may have left; there is nothing to take back.
                let _ = request.reply.send(Err(known));
                continue;
            };
            let (call, reply) = OpenCall::of(request, number, &self.line);
            // Whoever waited may have left: the handle, dropped here, settles itself.
            let _ = reply.send(Ok(call));
        }
    }

    /// Refuses every call until something can be written again, or the writer is asked to end.
    fn recover(&mut self, error: &rusqlite::Error) {
        tracing::error!(%error, "the ledger cannot be written: nothing can be spent until it can");
        self.line.set_writable(false);
        self.refuse(&StoreError(error.to_string()));
        let mut rest = REST_FIRST;
        while self.closing.is_none() {
            thread::sleep(rest);
            self.take_waiting(usize::MAX);
            self.refuse(&not_writable());
            match self.write(true) {
                Ok(_) => {
                    tracing::info!("the ledger can be written again");
                    return self.line.set_writable(true);
                }
                Err(error) => tracing::warn!(%error, "the ledger still cannot be written"),
            }
            rest = rest.saturating_mul(2).min(REST_MAX);
        }
    }

    fn refuse(&mut self, why: &StoreError) {
        for request in self.requests.drain(..) {
            // Whoever waited may have left.
            let _ = request.reply.send(Err(why.clone()));
        }
    }

    /// Writes what is left, once, and says whether that went well.
    fn end(&mut self) {
        self.line.set_writable(false);
        self.take_waiting(usize::MAX);
        self.refuse(&StoreError("the server is stopping".to_owned()));
        let ended = self.write(false).map(drop).map_err(|error| {
            let left = self.settled.len();
            StoreError(format!("{left} settlements could not be written: {error}"))
        });
        if let Some(reply) = self.closing.take() {
            // Whoever asked may not want to know.
            let _ = reply.send(ended);
        }
    }
}
