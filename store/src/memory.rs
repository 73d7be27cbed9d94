//! The ledger in memory, for the demo and for tests: it keeps no files, and forgets everything when the server ends.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet, VecDeque};
use std::future::ready;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared::api::usage::{self as report, Cursor, Usage};
use shared::error::ErrorKind;
use shared::ids::RequestId;
use shared::time::UnixMillis;

use super::recompute::Proof;
use super::scope::Sums;
use super::usage::{Added, Additions, Beside, listed};
use super::{
    Flag, Open, Opening, Raised, Recomputed, Reply, Settlement, Store, StoreError, TooManyCalls,
    Total, UsageQuestion, Window,
};

/// Calls that are kept: a demo's day, in some 20 MB. Older ones are forgotten, also by the sums.
const CALLS_MAX: usize = 50_000;

/// A ledger in memory. Cheap to clone; clones share it.
#[derive(Clone, Debug)]
pub struct MemoryStore {
    salt: [u8; 32],
    pages: Arc<Mutex<Pages>>,
}

#[derive(Debug, Default)]
struct Pages {
    is_closed: bool,
    /// Calls from the oldest to the newest, numbered from `first`.
    calls: VecDeque<Call>,
    first: u64,
    known: HashSet<RequestId>,
    sums: Sums,
    refusals: HashMap<(UnixMillis, ErrorKind), u64>,
    flags: HashMap<Flag, UnixMillis>,
}

#[derive(Debug)]
struct Call {
    opening: Opening,
    settlement: Option<Settlement>,
}

/// A call that is written down and not settled.
#[derive(Debug)]
struct OpenCall {
    number: u64,
    opened_at: UnixMillis,
    /// Gone once settled.
    pages: Option<Arc<Mutex<Pages>>>,
}

impl MemoryStore {
    /// An empty ledger.
    ///
    /// # Errors
    ///
    /// Where the system has no randomness to give.
    pub fn new() -> Result<Self, StoreError> {
        let mut salt = [0; 32];
        getrandom::fill(&mut salt).map_err(|error| StoreError(error.to_string()))?;
        Ok(Self {
            salt,
            pages: Arc::default(),
        })
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        lock(&self.pages)
    }

    fn write(&self, opening: Opening) -> Result<Box<dyn Open>, StoreError> {
        let opened_at = opening.opened_at;
        let number = self.pages().open(opening)?;
        Ok(Box::new(OpenCall {
            number,
            opened_at,
            pages: Some(Arc::clone(&self.pages)),
        }))
    }
}

fn lock(pages: &Mutex<Pages>) -> MutexGuard<'_, Pages> {
    pages.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store for MemoryStore {
    fn open(&self, opening: Opening) -> Reply<'_, Box<dyn Open>> {
        Box::pin(ready(self.write(opening)))
    }

    fn count_refusal(&self, at: UnixMillis, kind: ErrorKind) {
        let mut pages = self.pages();
        let count = pages.refusals.entry((at.hour(), kind)).or_default();
        *count = count.saturating_add(1);
    }

    fn totals(&self, now: UnixMillis) -> Reply<'_, Vec<Total>> {
        let windows = Window::both(now);
        let pages = self.pages();
        let all = pages.sums.iter();
        let totals = all.filter(|total| windows.contains(&total.window));
        Box::pin(ready(Ok(totals.collect())))
    }

    fn usage(&self, question: UsageQuestion) -> Reply<'_, Result<Usage, TooManyCalls>> {
        Box::pin(ready(Ok(Ok(self.pages().usage(&question)))))
    }

    fn salt(&self) -> [u8; 32] {
        self.salt
    }

    fn flag(&self, flag: Flag) -> Reply<'_, Raised> {
        let raised = self.pages().flags.get(&flag).copied();
        Box::pin(ready(Ok(raised)))
    }

    fn set_flag(&self, flag: Flag, raised: Raised) -> Reply<'_, ()> {
        let mut pages = self.pages();
        match raised {
            Some(at) => {
                pages.flags.entry(flag).or_insert(at);
            }
            None => {
                pages.flags.remove(&flag);
            }
        }
        Box::pin(ready(Ok(())))
    }

    fn is_writable(&self) -> bool {
        !self.pages().is_closed
    }

    fn recompute(&self) -> Reply<'_, Recomputed> {
        Box::pin(ready(Ok(self.pages().recompute())))
    }

    fn backup(&self, _to: PathBuf) -> Reply<'_, ()> {
        let why = "it is kept in memory alone, and there is nothing to copy; start the server with --data to keep it in files";
        Box::pin(ready(Err(StoreError(why.to_owned()))))
    }

    fn close(&self) -> Reply<'_, ()> {
        self.pages().is_closed = true;
        Box::pin(ready(Ok(())))
    }
}

impl Pages {
    fn open(&mut self, opening: Opening) -> Result<u64, StoreError> {
        if self.is_closed {
            return Err(StoreError("it is closed".to_owned()));
        }
        let id = opening.request_id;
        if !self.known.insert(id) {
            return Err(StoreError(format!("{id} was written down before")));
        }
        if self.calls.len() == CALLS_MAX {
            self.forget_oldest();
        }
        let number = self.first.saturating_add(self.calls.len() as u64);
        self.calls.push_back(Call {
            opening,
            settlement: None,
        });
        Ok(number)
    }

    fn settle(&mut self, number: u64, settlement: Settlement) {
        let Some(call) = number
            .checked_sub(self.first)
            .and_then(|index| usize::try_from(index).ok())
            .and_then(|index| self.calls.get_mut(index))
        else {
            return;
        };
        let Opening {
            payer, opened_at, ..
        } = &call.opening;
        self.sums.add(payer, *opened_at, settlement.cost);
        call.settlement = Some(settlement);
    }

    fn forget_oldest(&mut self) {
        let Some(Call {
            opening,
            settlement,
        }) = self.calls.pop_front()
        else {
            return;
        };
        self.first = self.first.saturating_add(1);
        self.known.remove(&opening.request_id);
        if let Some(settlement) = settlement {
            self.sums
                .take(&opening.payer, opening.opened_at, settlement.cost);
        }
    }

    fn usage(&self, question: &UsageQuestion) -> Usage {
        let is_wanted = |call: &&Call| question.is_about(&call.opening);
        let mut additions = Additions::new(question.period);
        for call in self.calls.iter().filter(is_wanted) {
            if let Some(settlement) = &call.settlement {
                additions.add(call.added(settlement));
            }
        }
        let (calls, older) = question.cut(self.newest(question));
        let [today, this_month] = Window::both(question.now);
        let scope = question.scope();
        additions.finish(Beside {
            spent_today: self.sums.of(&scope, today),
            spent_this_month: self.sums.of(&scope, this_month),
            refusals: self.refusals(question),
            calls,
            older,
        })
    }

    /// The newest calls with their numbers, one more than are listed.
    fn newest(&self, question: &UsageQuestion) -> Vec<(u64, report::Call)> {
        let mut found: Vec<_> = (self.first..)
            .zip(&self.calls)
            .map(|(number, call)| {
                let opened_at = call.opening.opened_at;
                (Cursor { opened_at, number }, call)
            })
            .filter(|(place, call)| {
                question.is_about(&call.opening)
                    && question.before.is_none_or(|before| *place < before)
            })
            .collect();
        found.sort_unstable_by_key(|(place, _)| Reverse(*place));
        let most = usize::try_from(question.calls_max).unwrap_or(usize::MAX);
        let newest = found.into_iter().take(most.saturating_add(1));
        newest
            .map(|(place, call)| {
                (
                    place.number,
                    listed(&call.opening, call.settlement.as_ref()),
                )
            })
            .collect()
    }

    fn refusals(&self, question: &UsageQuestion) -> Vec<report::Refusals> {
        let mut by_kind: HashMap<ErrorKind, u64> = HashMap::new();
        for ((hour, kind), count) in &self.refusals {
            if question.session.is_none() && question.period.contains(*hour) {
                *by_kind.entry(*kind).or_default() += count;
            }
        }
        let told = |(kind, times): (ErrorKind, u64)| report::Refusals {
            code: kind.code().to_owned(),
            times,
        };
        by_kind.into_iter().map(told).collect()
    }

    fn recompute(&self) -> Recomputed {
        let mut proof = Proof::default();
        for call in &self.calls {
            if let Some(settlement) = &call.settlement {
                let Opening {
                    payer, opened_at, ..
                } = &call.opening;
                proof.add(payer, *opened_at, settlement.cost);
            }
        }
        proof.compare(&self.sums)
    }
}

impl Call {
    fn added(&self, settlement: &Settlement) -> Added<'_> {
        Added {
            opened_at: self.opening.opened_at,
            model: self.opening.model,
            environment: &self.opening.payer.environment,
            tokens: settlement.tokens,
            cost: settlement.cost,
            first_event_ms: settlement.first_event_ms,
        }
    }
}

impl OpenCall {
    fn write(&mut self, settlement: Settlement) {
        if let Some(pages) = self.pages.take() {
            lock(&pages).settle(self.number, settlement);
        }
    }
}

impl Open for OpenCall {
    fn settle(mut self: Box<Self>, settlement: Settlement) {
        self.write(settlement);
    }
}

impl Drop for OpenCall {
    fn drop(&mut self) {
        self.write(Settlement::not_sent(self.opened_at));
    }
}
