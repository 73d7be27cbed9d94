//! The proof of the sums: what the rows add up to, beside what was kept.

use shared::money::NanoUsd;
use shared::time::UnixMillis;

use super::scope::Sums;
use super::{Difference, Payer, Recomputed, Total};

/// Sums that are being added up anew.
#[derive(Debug, Default)]
pub(crate) struct Proof {
    calls: u64,
    by_rows: Sums,
}

impl Proof {
    /// Adds one settled call.
    pub(crate) fn add(&mut self, payer: &Payer, opened_at: UnixMillis, cost: NanoUsd) {
        self.calls = self.calls.saturating_add(1);
        self.by_rows.add(payer, opened_at, cost);
    }

    /// Compares with the sums that are kept: each of these, and each that should be and is not.
    pub(crate) fn compare(self, kept: &Sums) -> Recomputed {
        let missing = self.by_rows.iter().filter(|total| !kept.has(total));
        let all: Vec<Total> = kept.iter().chain(missing).collect();
        let sums = all.len() as u64;
        let differences = all.into_iter().filter_map(|Total { scope, window, .. }| {
            let (kept, by_rows) = (kept.of(&scope, window), self.by_rows.of(&scope, window));
            (kept != by_rows).then_some(Difference {
                scope,
                window,
                kept,
                by_rows,
            })
        });
        Recomputed {
            calls: self.calls,
            sums,
            differences: differences.collect(),
        }
    }
}
