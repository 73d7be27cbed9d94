//! The conformance suite: what every store does, run against each of them.
#![expect(
    clippy::expect_used,
    reason = "a test ends at the first thing that is not as it must be"
)]

mod calls;
mod flags;
mod sums;
mod usage;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use shared::ids::RequestId;
use shared::money::{NanoUsd, TokenCount, TokenUsage};
use shared::time::{Day, UnixMillis};
use store::{
    Digest, Durability, MemoryStore, Opening, Outcome, Payer, Scope, Settlement, SqliteStore,
    Store, Total, Window,
};
use tempfile::TempDir;

/// Runs each case against every store.
macro_rules! every_store {
    ($($file:ident: $($case:ident),*;)*) => {
        mod memory {
            $($(#[tokio::test] async fn $case() { super::$file::$case(super::Subject::memory()).await })*)*
        }
        mod sqlite {
            $($(#[tokio::test] async fn $case() { super::$file::$case(super::Subject::sqlite()).await })*)*
        }
    };
}

every_store! {
    calls:
        a_call_costs_what_it_was_settled_at,
        a_call_that_is_dropped_costs_nothing,
        a_call_is_written_down_once,
        nothing_is_opened_after_the_end,
        calls_may_be_settled_in_any_order;
    flags:
        a_flag_stays_as_it_was_set;
    sums:
        a_call_counts_towards_every_scope_that_it_is_in,
        a_call_belongs_to_the_windows_that_it_was_opened_in,
        what_is_kept_is_what_the_rows_add_up_to,
        the_salt_stays_the_same;
    usage:
        a_report_is_what_an_oracle_adds_up,
        the_list_goes_on_where_it_was_cut_and_misses_nothing,
        a_call_under_way_is_listed_and_not_counted,
        a_session_is_told_of_its_own_calls_alone;
}

/// A store that is put to the test, and what it lives in.
#[derive(Debug)]
struct Subject {
    store: Arc<dyn Store>,
    marks: AtomicUsize,
    _folder: Option<TempDir>,
}

impl Subject {
    fn memory() -> Self {
        Self {
            store: Arc::new(MemoryStore::new().expect("randomness")),
            marks: AtomicUsize::new(0),
            _folder: None,
        }
    }

    fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = SqliteStore::open(folder.path(), Durability::Normal, NOON);
        Self {
            store: Arc::new(store.expect("it opens")),
            marks: AtomicUsize::new(0),
            _folder: Some(folder),
        }
    }

    /// The sums of the windows that contain `now`, once everything that was settled is written.
    async fn totals(&self, now: UnixMillis) -> Vec<Total> {
        // What is settled before a call is opened is written with it at the latest.
        let number = self.marks.fetch_add(1, Ordering::Relaxed);
        let mark = self.store.open(opening(u128::MAX - number as u128, 0));
        drop(mark.await.expect("it is written"));
        self.store.totals(now).await.expect("it is read")
    }

    async fn spent(&self, scope: &Scope, window: Window, now: UnixMillis) -> NanoUsd {
        let totals = self.totals(now).await;
        let wanted = |total: &&Total| total.scope == *scope && total.window == window;
        totals
            .iter()
            .find(wanted)
            .map_or(NanoUsd::ZERO, |total| total.spent)
    }

    async fn spent_today(&self) -> NanoUsd {
        let [today, _] = Window::both(NOON);
        self.spent(&Scope::Overall, today, NOON).await
    }
}

/// A Monday noon, as everywhere in the tests.
const NOON: UnixMillis = UnixMillis(Day::from_date(2026, 11, 23).start().0 + 12 * 3_600_000);

/// Some call that reserves so much.
fn opening(id: u128, reserved: u64) -> Opening {
    Opening {
        request_id: RequestId::from_random(id),
        opened_at: NOON,
        payer: Payer {
            environment: "dev".into(),
            token: None,
            session: Some(Digest([1; 32])),
            address: Some(Digest([2; 32])),
        },
        model: "claude-haiku-5-5",
        reserved: NanoUsd(reserved),
    }
}

/// That it came to its end and cost so much.
fn settlement(cost: u64) -> Settlement {
    Settlement {
        settled_at: UnixMillis(NOON.0 + 1_500),
        tokens: TokenUsage {
            input: TokenCount(10),
            output: TokenCount(20),
            ..TokenUsage::default()
        },
        cost: NanoUsd(cost),
        outcome: Outcome::Whole,
        is_estimated: false,
        upstream_request_id: Some("req_of_claude".to_owned()),
        first_event_ms: Some(300),
        duration_ms: 1_500,
    }
}
