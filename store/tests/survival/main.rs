//! What only a ledger in files does: it survives, it belongs to one server, and it stops all spending while it cannot be written.
#![expect(
    clippy::expect_used,
    reason = "a test ends at the first thing that is not as it must be"
)]

mod copies;
mod damage;
mod faults;
mod restarts;

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use shared::ids::RequestId;
use shared::money::{NanoUsd, TokenUsage};
use shared::time::{Day, UnixMillis};
use store::{
    CannotStart, Digest, Durability, Opening, Outcome, Payer, Scope, Settlement, SqliteStore,
    Store, Window,
};
use tempfile::TempDir;

/// A Monday noon, as everywhere in the tests.
const NOON: UnixMillis = UnixMillis(Day::from_date(2026, 11, 23).start().0 + 12 * 3_600_000);

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn try_to_open(folder: &Path) -> Result<SqliteStore, CannotStart> {
    SqliteStore::open(folder, Durability::Normal, NOON)
}

fn open(folder: &Path) -> SqliteStore {
    try_to_open(folder).expect("it opens")
}

fn file_of(folder: &Path) -> PathBuf {
    folder.join("ledger.db")
}

/// The file as somebody with `sqlite3` sees it.
fn by_hand(folder: &Path) -> Connection {
    Connection::open(file_of(folder)).expect("it opens")
}

fn opening(id: u128) -> Opening {
    Opening {
        request_id: RequestId::from_random(id),
        opened_at: NOON,
        payer: Payer {
            environment: "dev".into(),
            token: Some(Digest([3; 32])),
            session: Some(Digest([1; 32])),
            address: Some(Digest([2; 32])),
        },
        model: "claude-haiku-5-5",
        reserved: NanoUsd(900),
    }
}

fn settlement(cost: u64) -> Settlement {
    Settlement {
        settled_at: NOON,
        tokens: TokenUsage::default(),
        cost: NanoUsd(cost),
        outcome: Outcome::Whole,
        is_estimated: false,
        upstream_request_id: None,
        first_event_ms: None,
        duration_ms: 1_500,
    }
}

/// One call from its beginning to its end.
async fn call(store: &SqliteStore, id: u128, cost: u64) {
    let call = store.open(opening(id)).await.expect("it is written");
    call.settle(settlement(cost));
}

async fn spent(store: &SqliteStore) -> NanoUsd {
    let totals = store.totals(NOON).await.expect("it is read");
    let [today, _] = Window::both(NOON);
    let overall = totals
        .iter()
        .find(|total| total.scope == Scope::Overall && total.window == today);
    overall.map_or(NanoUsd::ZERO, |total| total.spent)
}

async fn assert_proved(store: &SqliteStore) {
    let recomputed = store.recompute().await.expect("it is read");
    assert_eq!(recomputed.differences, []);
}
