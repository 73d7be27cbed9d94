//! The line to the writer: what callers put in, and what they share with it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared::error::ErrorKind;
use shared::time::UnixMillis;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::{Open, Opening, Payer, Settlement, StoreError};

/// Calls that may be open or waiting to be written: ten times as many as a large server has under way, in some 50 MB.
const PLACES: usize = 100_000;

/// Refusals by the hour and the kind, not written yet.
pub(super) type Refusals = HashMap<(UnixMillis, ErrorKind), u64>;

/// What callers and the writer share. The line itself has no bound; the places do, and nothing about a call goes in without one.
#[derive(Debug)]
pub(super) struct Line {
    commands: Sender<Command>,
    places: Arc<Semaphore>,
    is_writable: AtomicBool,
    refusals: Mutex<Refusals>,
}

/// What the writer is asked to do.
#[derive(Debug)]
pub(super) enum Command {
    /// Write down a call before it is made.
    Open(Request),
    /// Write down what came of it.
    Settle(Settled),
    /// Write down what waits, say whether that could be done, and end.
    Close(oneshot::Sender<Result<(), StoreError>>),
}

/// A call that somebody waits to make.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) opening: Opening,
    pub(super) place: OwnedSemaphorePermit,
    /// Whoever waits may have left by the time it is written: the handle that comes back then settles itself.
    pub(super) reply: oneshot::Sender<Result<OpenCall, StoreError>>,
}

/// A call that has ended.
#[derive(Debug)]
pub(super) struct Settled {
    pub(super) call: i64,
    pub(super) payer: Payer,
    pub(super) opened_at: UnixMillis,
    pub(super) settlement: Settlement,
    /// Held until it is written.
    pub(super) _place: Option<OwnedSemaphorePermit>,
}

/// A call that is written down and not settled.
#[derive(Debug)]
pub(super) struct OpenCall {
    call: i64,
    payer: Payer,
    opened_at: UnixMillis,
    line: Arc<Line>,
    /// Gone once settled.
    place: Option<OwnedSemaphorePermit>,
}

impl Line {
    /// A line to the writer at the other end of `commands`.
    pub(super) fn new(commands: Sender<Command>) -> Self {
        Self {
            commands,
            places: Arc::new(Semaphore::new(PLACES)),
            is_writable: AtomicBool::new(true),
            refusals: Mutex::default(),
        }
    }

    /// Asks the writer to write `opening` down.
    pub(super) async fn open(self: Arc<Self>, opening: Opening) -> Result<OpenCall, StoreError> {
        if !self.is_writable() {
            return Err(not_writable());
        }
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| StoreError("too many calls are open".to_owned()))?;
        let (reply, written) = oneshot::channel();
        self.send(Command::Open(Request {
            opening,
            place,
            reply,
        }))?;
        written.await.map_err(|_| closed())?
    }

    /// Asks the writer to end, and waits until it has.
    pub(super) async fn close(&self) -> Result<(), StoreError> {
        let (reply, ended) = oneshot::channel();
        if self.send(Command::Close(reply)).is_err() {
            // It has ended before.
            return Ok(());
        }
        ended.await.unwrap_or(Ok(()))
    }

    /// Asks the writer to end, without waiting.
    pub(super) fn ask_to_close(&self) {
        // Whoever has ended already need not be asked.
        let _ = self.send(Command::Close(oneshot::channel().0));
    }

    fn send(&self, command: Command) -> Result<(), StoreError> {
        self.commands.send(command).map_err(|_| closed())
    }

    /// Whether the last attempt to write went well.
    pub(super) fn is_writable(&self) -> bool {
        self.is_writable.load(Ordering::Acquire)
    }

    pub(super) fn set_writable(&self, is_writable: bool) {
        self.is_writable.store(is_writable, Ordering::Release);
    }

    /// Refusals that nobody has written yet.
    pub(super) fn refusals(&self) -> MutexGuard<'_, Refusals> {
        self.refusals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is said while the store cannot be written.
pub(super) fn not_writable() -> StoreError {
    StoreError("it could not be written a moment ago, and is tried again".to_owned())
}

fn closed() -> StoreError {
    StoreError("it is closed".to_owned())
}

impl OpenCall {
    /// The handle of the call that `request` asked for, with the number that it was written down under; and who waits for it.
    pub(super) fn of(
        request: Request,
        call: i64,
        line: &Arc<Line>,
    ) -> (Self, oneshot::Sender<Result<Self, StoreError>>) {
        let Request {
            opening,
            place,
            reply,
        } = request;
        let handle = Self {
            call,
            payer: opening.payer,
            opened_at: opening.opened_at,
            line: Arc::clone(line),
            place: Some(place),
        };
        (handle, reply)
    }

    fn send(&mut self, settlement: Settlement) {
        let Some(place) = self.place.take() else {
            return;
        };
        let sent = self.line.send(Command::Settle(Settled {
            call: self.call,
            payer: self.payer.clone(),
            opened_at: self.opened_at,
            settlement,
            _place: Some(place),
        }));
        if sent.is_err() {
            tracing::warn!(
                "a call ended after the ledger was closed: it will be charged in full at the next start"
            );
        }
    }
}

impl Open for OpenCall {
    fn settle(mut self: Box<Self>, settlement: Settlement) {
        self.send(settlement);
    }
}

impl Drop for OpenCall {
    fn drop(&mut self) {
        self.send(Settlement::not_sent(self.opened_at));
    }
}
