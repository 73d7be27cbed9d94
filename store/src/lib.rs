//! What must survive a crash: every paid call, written down before a byte goes upstream and again when it is settled.
//!
//! A [`Store`] is memory or SQLite; both pass one conformance suite. It writes and adds up, and decides nothing: what may be spent is the
//! backend's `admission`, which keeps its sums in memory and reads them from here once, at start. Times come in as arguments.

mod flag;
mod memory;
mod recompute;
mod record;
mod scope;
mod sqlite;
mod usage;

use std::fmt;
use std::path::PathBuf;
use std::pin::Pin;

pub use flag::{Flag, Raised};
pub use memory::MemoryStore;
pub use record::{Opening, Outcome, Payer, Settlement};
pub use scope::{Digest, Scope, Total, Window};
use shared::api::usage::Usage;
use shared::error::ErrorKind;
use shared::money::NanoUsd;
use shared::time::UnixMillis;
pub use sqlite::{CannotStart, Durability, SqliteStore};
pub use usage::{TooManyCalls, UsageQuestion, csv};

/// Says that the store cannot be written or read: nothing may be spent while that lasts.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the ledger cannot be used: {0}")]
pub struct StoreError(pub String);

/// What a store is about to say.
pub type Reply<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// The ledger and the sums over it. Shared by all that run; cheap calls, none of which blocks the caller's thread for the disk.
pub trait Store: fmt::Debug + Send + Sync {
    /// Writes down that a call may cost up to `opening.reserved`. What comes back has taken its place in the writer's line already, so that
    /// settling it later cannot fail.
    ///
    /// # Errors
    ///
    /// Where it cannot be written: the call must not be made.
    fn open(&self, opening: Opening) -> Reply<'_, Box<dyn Open>>;

    /// Counts one refusal, for the usage page. Not money: it may be lost in a crash.
    fn count_refusal(&self, at: UnixMillis, kind: ErrorKind);

    /// What was spent in the windows that contain `now`, by scope: what the budgets begin with. Calls that a crash left open were settled at
    /// their reserved amount when the store was opened.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    fn totals(&self, now: UnixMillis) -> Reply<'_, Vec<Total>>;

    /// What was spent in a period, on what and when. It may lag behind what was settled by as long as one group of writes takes.
    ///
    /// # Errors
    ///
    /// Where it cannot be read; and within, where there is too much to look at.
    fn usage(&self, question: UsageQuestion) -> Reply<'_, Result<Usage, TooManyCalls>>;

    /// 256 random bits that stay the same for this store's life: what addresses are hashed with, so that nobody can read them back.
    fn salt(&self) -> [u8; 32];

    /// Since when `flag` is up, if it is.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    fn flag(&self, flag: Flag) -> Reply<'_, Raised>;

    /// Raises `flag` or lowers it. It is so from then on, over restarts too; raised again it keeps its moment.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    fn set_flag(&self, flag: Flag, raised: Raised) -> Reply<'_, ()>;

    /// Whether calls can be written down. A store that cannot be written finds out by itself when it can again.
    fn is_writable(&self) -> bool;

    /// Adds up all rows anew and compares the sums with those that are kept.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    fn recompute(&self) -> Reply<'_, Recomputed>;

    /// Writes a copy of everything, as of one moment, into the new file `to`, while calls go on.
    ///
    /// # Errors
    ///
    /// Where there is such a file already, or it cannot be written; and where the store keeps nothing in files.
    fn backup(&self, to: PathBuf) -> Reply<'_, ()>;

    /// Writes down what is still waiting, and ends. Nothing can be opened afterwards.
    ///
    /// # Errors
    ///
    /// Where not all could be written: what is missing will be charged in full at the next start.
    fn close(&self) -> Reply<'_, ()>;
}

/// A call that is written down and not settled.
pub trait Open: fmt::Debug + Send + Sync {
    /// Writes down what came of it, soon; this cannot fail and does not wait. Dropped instead, it is settled as [`Outcome::NotSent`], which
    /// costs nothing.
    fn settle(self: Box<Self>, settlement: Settlement);
}

/// What the rows add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recomputed {
    /// Calls that were added up.
    pub calls: u64,
    /// Sums that were compared.
    pub sums: u64,
    /// Sums that are not what the rows say; none, or something is wrong.
    pub differences: Vec<Difference>,
}

/// A sum that is not what the rows say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Who.
    pub scope: Scope,
    /// When.
    pub window: Window,
    /// The sum that is kept.
    pub kept: NanoUsd,
    /// What the rows add up to.
    pub by_rows: NanoUsd,
}
