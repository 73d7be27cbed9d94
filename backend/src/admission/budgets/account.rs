//! What one scope spent and holds, and the accounts of scopes of which there may be any number.

use std::collections::HashMap;

use shared::api::budget::{BudgetInfo, BudgetScope, BudgetWindow};
use shared::money::NanoUsd;
use store::Digest;

use super::Spans;
use configuration::Limit;

/// One scope's sums in the windows that are open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) day: Sums,
    pub(super) month: Sums,
}

/// One window's sums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) spent: NanoUsd,
    pub(super) reserved: NanoUsd,
    /// The highest mark of spending that people were told of, in percent.
    pub(super) told: u8,
}

/// A scope that is always there.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Book {
    pub(super) limit: Limit,
    pub(super) account: Account,
}

/// The accounts of one kind of scope, told apart by digests: a bounded number of them.
///
/// Only who spends gets one, and it goes with its windows. Where there are too many all the same, the eighth that spent least goes, and
/// whoever has no account from then on counts as having spent what the last of these had. So nobody who is forgotten can spend more than
/// the limit; and newcomers can spend less, but by no more than all that was spent divided by seven eighths of the room (the bound of the
/// `SpaceSaving` algorithm: Metwally, Agrawal, El Abbadi 2005).
#[derive(Debug)]
pub(super) struct Crowd {
    pub(super) limit: Limit,
    capacity: usize,
    accounts: HashMap<Digest, Account>,
    /// What a new account begins with.
    floor: Account,
}

impl Sums {
    pub(super) fn hold(&mut self, amount: NanoUsd) {
        self.reserved = self.reserved.saturating_add(amount);
    }

    /// Holds `kept` in place of `held`, with `spent` booked in the same step.
    pub(super) fn exchange(&mut self, held: NanoUsd, kept: NanoUsd, spent: NanoUsd) {
        self.reserved = self.reserved.saturating_sub(held).saturating_add(kept);
        self.spent = self.spent.saturating_add(spent);
    }

    fn beginning_with(spent: NanoUsd) -> Self {
        Self {
            spent,
            ..Self::default()
        }
    }
}

impl Account {
    pub(super) fn hold(&mut self, amount: NanoUsd) {
        self.day.hold(amount);
        self.month.hold(amount);
    }

    /// Where it stands in the windows that `limit` bounds.
    pub(super) fn standings(
        self,
        scope: BudgetScope,
        limit: Limit,
        spans: Spans,
    ) -> impl Iterator<Item = BudgetInfo> {
        let window = move |window, limit: Option<NanoUsd>, sums: Sums, resets_at| {
            Some(BudgetInfo {
                scope,
                window,
                limit: limit?,
                spent: sums.spent,
                reserved: sums.reserved,
                resets_at,
            })
        };
        let day_ends = spans.day.next().start();
        let month_ends = spans.day.next_month().start();
        [
            window(BudgetWindow::Day, limit.per_day, self.day, day_ends),
            window(BudgetWindow::Month, limit.per_month, self.month, month_ends),
        ]
        .into_iter()
        .flatten()
    }

    /// The budgets that spending has carried over a mark since this was asked last.
    pub(super) fn newly_reached(
        &mut self,
        scope: BudgetScope,
        limit: Limit,
        spans: Spans,
    ) -> impl Iterator<Item = BudgetInfo> {
        self.standings(scope, limit, spans).filter(|budget| {
            let told = match budget.window {
                BudgetWindow::Day => &mut self.day.told,
                BudgetWindow::Month => &mut self.month.told,
            };
            let mark = budget.mark();
            std::mem::replace(told, mark.max(*told)) < mark
        })
    }

    /// Closes the windows that `now` is not in any more.
    pub(super) fn turn(&mut self, was: Spans, now: Spans) {
        if was.day != now.day {
            self.day = Sums::default();
        }
        if was.month != now.month {
            self.month = Sums::default();
        }
    }

    /// Whether it says something about a window that `limit` bounds.
    fn matters(&self, limit: Limit) -> bool {
        let some = |limit: Option<NanoUsd>, sums: Sums| {
            limit.is_some() && (sums.spent, sums.reserved) != (NanoUsd::ZERO, NanoUsd::ZERO)
        };
        some(limit.per_day, self.day) || some(limit.per_month, self.month)
    }

    fn holds_something(&self) -> bool {
        self.day.reserved > NanoUsd::ZERO || self.month.reserved > NanoUsd::ZERO
    }

    /// What decides who goes first.
    fn spent(&self) -> (NanoUsd, NanoUsd) {
        (self.month.spent, self.day.spent)
    }
}

impl Crowd {
    pub(super) fn new(limit: Limit, capacity: usize) -> Self {
        Self {
            limit,
            capacity,
            accounts: HashMap::new(),
            floor: Account::default(),
        }
    }

    /// The account of `id`, or what it would begin with.
    pub(super) fn account(&self, id: Digest) -> Account {
        self.accounts.get(&id).copied().unwrap_or(self.floor)
    }

    /// The account of `id` if it has one.
    pub(super) fn existing(&mut self, id: Digest) -> Option<&mut Account> {
        self.accounts.get_mut(&id)
    }

    /// The account of `id`, opened if need be; `None` where nothing bounds this kind.
    pub(super) fn opened(&mut self, id: Digest) -> Option<&mut Account> {
        if self.limit == Limit::default() {
            return None;
        }
        if self.accounts.len() >= self.capacity && !self.accounts.contains_key(&id) {
            self.make_room();
        }
        Some(self.accounts.entry(id).or_insert(self.floor))
    }

    /// Every account.
    pub(super) fn all(&mut self) -> impl Iterator<Item = &mut Account> {
        self.accounts.values_mut()
    }

    pub(super) fn turn(&mut self, was: Spans, now: Spans) {
        let limit = self.limit;
        self.floor.turn(was, now);
        self.accounts.retain(|_, account| {
            account.turn(was, now);
            account.matters(limit)
        });
    }

    /// Forgets the eighth that spent least among those that hold nothing, and lets newcomers begin with the most that any of them spent.
    /// Whoever holds something stays: there are no more of them than answers under way.
    fn make_room(&mut self) {
        let idle = self.accounts.iter();
        let mut idle: Vec<_> = idle
            .filter(|(_, account)| !account.holds_something())
            .map(|(id, account)| (account.spent(), *id))
            .collect();
        let eighth = (idle.len() / 8).max(1).min(idle.len());
        if eighth < idle.len() {
            idle.select_nth_unstable(eighth);
        }
        for (_, id) in idle.drain(..eighth) {
            let Some(gone) = self.accounts.remove(&id) else {
                continue;
            };
            let highest =
                |floor: Sums, gone: Sums| Sums::beginning_with(floor.spent.max(gone.spent));
            self.floor.day = highest(self.floor.day, gone.day);
            self.floor.month = highest(self.floor.month, gone.month);
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.accounts.len()
    }
}
