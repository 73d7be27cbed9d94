//! The ledger in SQLite: one file in a data folder, written by one thread, read by others.
//!
//! What is written down survives the end of the process at any moment; see `migrations/0001_ledger.sql` for what stands where.

mod checkpoints;
mod connection;
mod copy;
mod flags;
mod folder;
mod line;
mod migrations;
mod rows;
mod statements;
mod usage;
mod writer;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

pub use connection::Durability;
use folder::Folder;
use line::{Line, Refusals};
use rusqlite::{Connection, ErrorCode};
use shared::api::usage::Usage;
use shared::error::ErrorKind;
use shared::time::UnixMillis;
use statements::{Changes, Statements};

use crate::{
    Flag, Open, Opening, Raised, Recomputed, Reply, Store, StoreError, TooManyCalls, Total,
    UsageQuestion, Window,
};

/// A ledger that survives.
#[derive(Debug)]
pub struct SqliteStore {
    salt: [u8; 32],
    line: Arc<Line>,
    reader: Arc<Mutex<Connection>>,
    path: PathBuf,
    threads: Vec<JoinHandle<()>>,
    /// The last to go: nobody else may begin before the writer has ended.
    _folder: Folder,
}

/// Why a ledger cannot be used, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum CannotStart {
    /// Another server has it.
    #[error("{} is used by another Airlock ({holder}): stop that one first, or choose another folder with --data", folder.display())]
    InUse {
        /// The data folder.
        folder: PathBuf,
        /// Who says to have it.
        holder: String,
    },
    /// The folder or a file in it cannot be read and written.
    #[error("the data folder {} cannot be used: {source}; let this user write there, or choose another folder with --data", folder.display())]
    Unusable {
        /// The data folder.
        folder: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It was written by a later version.
    #[error(
        "the ledger has form {found}, and this version of Airlock knows up to {known}: run the version that wrote it, or a later one"
    )]
    Newer {
        /// The form that it has.
        found: usize,
        /// The last form that is known here.
        known: usize,
    },
    /// It is a file of something else.
    #[error(
        "the file ledger.db is a database of another program: choose another folder with --data"
    )]
    NotALedger,
    /// It is not whole.
    #[error(
        "the ledger is damaged ({0}): put the copy that `airlock backup` made in its place, or move ledger.db away and begin a new one"
    )]
    Damaged(#[source] rusqlite::Error),
    /// SQLite has another complaint.
    #[error("the ledger cannot be opened: {0}")]
    Failed(#[source] rusqlite::Error),
    /// There is nothing to make a salt of.
    #[error("the system has no randomness to give: {0}")]
    NoRandomness(getrandom::Error),
}

impl From<rusqlite::Error> for CannotStart {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::Damaged(error),
            _ => Self::Failed(error),
        }
    }
}

impl SqliteStore {
    /// Opens the ledger in `folder`, which is made where there is none. Calls that a crash left open are settled first, at what was
    /// reserved for them.
    ///
    /// # Errors
    ///
    /// Each says what to do.
    pub fn open(
        folder: &Path,
        durability: Durability,
        now: UnixMillis,
    ) -> Result<Self, CannotStart> {
        let folder = Folder::take(folder)?;
        let path = folder.ledger()?;
        let mut connection = connection::writer(&path, durability)?;
        migrations::migrate(&mut connection)?;
        let salt = salt(&connection)?;
        settle_orphans(&connection, now)?;
        let checkpointing = connection::checkpointer(&path)?;
        let reader = Arc::new(Mutex::new(connection::reader(&path)?));
        let (commands, waiting) = channel();
        let (due, told) = sync_channel(1);
        let line = Arc::new(Line::new(commands));
        let reminder = checkpoints::Reminder::new(due);
        let shared = Arc::clone(&line);
        let threads = vec![
            thread::spawn(move || writer::run(&connection, waiting, shared, reminder)),
            thread::spawn(move || checkpoints::run(&checkpointing, &told)),
        ];
        Ok(Self {
            salt,
            line,
            reader,
            path,
            threads,
            _folder: folder,
        })
    }

    /// Reads with the one connection that reads, on a thread where that may take its time.
    fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Reply<'_, T> {
        let reader = Arc::clone(&self.reader);
        let read = move || read(&mut reader.lock().unwrap_or_else(PoisonError::into_inner));
        let reading = tokio::task::spawn_blocking(read);
        Box::pin(async {
            reading
                .await
                .map_err(|error| StoreError(error.to_string()))?
        })
    }
}

/// The ledger's salt, which is made when it is first opened.
fn salt(connection: &Connection) -> Result<[u8; 32], CannotStart> {
    let mut salt = [0; 32];
    getrandom::fill(&mut salt).map_err(CannotStart::NoRandomness)?;
    connection.execute(
        "INSERT INTO ledger (one, salt, probes) VALUES (1, ?1, 0) ON CONFLICT DO NOTHING",
        [salt],
    )?;
    Ok(connection.query_row("SELECT salt FROM ledger", [], |row| row.get(0))?)
}

fn settle_orphans(connection: &Connection, now: UnixMillis) -> Result<(), CannotStart> {
    let orphans = rows::orphans(connection, now)?;
    if orphans.is_empty() {
        return Ok(());
    }
    Statements::prepare(connection)?.write(Changes {
        settled: &orphans,
        requests: &[],
        refusals: &Refusals::default(),
        is_probe: false,
    })?;
    tracing::warn!(
        calls = orphans.len(),
        "the server ended in the middle of calls the last time: they were charged what was reserved for them"
    );
    Ok(())
}

fn unreadable(error: &rusqlite::Error) -> StoreError {
    StoreError(error.to_string())
}

impl Store for SqliteStore {
    fn open(&self, opening: Opening) -> Reply<'_, Box<dyn Open>> {
        let opened = Arc::clone(&self.line).open(opening);
        Box::pin(async { Ok(Box::new(opened.await?) as Box<dyn Open>) })
    }

    fn count_refusal(&self, at: UnixMillis, kind: ErrorKind) {
        let mut refusals = self.line.refusals();
        let count = refusals.entry((at.hour(), kind)).or_default();
        *count = count.saturating_add(1);
    }

    fn totals(&self, now: UnixMillis) -> Reply<'_, Vec<Total>> {
        let windows = Window::both(now);
        self.read(move |connection| {
            rows::totals(connection, windows).map_err(|error| unreadable(&error))
        })
    }

    fn usage(&self, question: UsageQuestion) -> Reply<'_, Result<Usage, TooManyCalls>> {
        self.read(move |connection| {
            usage::usage(connection, &question).map_err(|error| unreadable(&error))
        })
    }

    fn salt(&self) -> [u8; 32] {
        self.salt
    }

    fn flag(&self, flag: Flag) -> Reply<'_, Raised> {
        self.read(move |connection| {
            flags::read(connection, flag).map_err(|error| unreadable(&error))
        })
    }

    fn set_flag(&self, flag: Flag, raised: Raised) -> Reply<'_, ()> {
        let path = self.path.clone();
        let writing = tokio::task::spawn_blocking(move || flags::write(&path, flag, raised));
        Box::pin(async {
            let written = writing
                .await
                .map_err(|error| StoreError(error.to_string()))?;
            written.map_err(|error| unreadable(&error))
        })
    }

    fn is_writable(&self) -> bool {
        self.line.is_writable()
    }

    fn recompute(&self) -> Reply<'_, Recomputed> {
        self.read(|connection| rows::recompute(connection).map_err(|error| unreadable(&error)))
    }

    fn backup(&self, to: PathBuf) -> Reply<'_, ()> {
        self.read(move |connection| copy::copy(connection, &to))
    }

    fn close(&self) -> Reply<'_, ()> {
        Box::pin(self.line.close())
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        self.line.ask_to_close();
        for thread in self.threads.drain(..) {
            // A thread that panicked has said so.
            let _ = thread.join();
        }
    }
}
