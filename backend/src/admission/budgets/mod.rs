//! Money: what may be spent, what is held for requests under way, and what was spent.
//!
//! A request reserves the most that it could cost before a byte goes upstream, in every scope that it counts towards, or in none. It gives
//! back what it turns out not to need, and is settled once. All of it is integers under one lock, held for a few additions and never across
//! an await.
#![deny(clippy::arithmetic_side_effects)]

mod account;
mod alert;
mod books;
mod refusal;
#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    reason = "a test that overflows fails, as it should"
)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared::api::budget::{BudgetInfo, BudgetNotice, BudgetScope};
use shared::money::NanoUsd;
use shared::time::UnixMillis;
use store::{Payer, Total};

use alert::Alarm;
pub use alert::Alert;
pub use alert::Alerts;
use books::{Books, CROWD_MAX, Spans};
pub use refusal::Refusal;

use crate::access::Caller;
use configuration::BudgetLimits;
use serving::clock::Clock;

/// The budgets of all scopes. Cheap to clone; clones share the books.
#[derive(Clone, Debug)]
pub struct Budgets(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    clock: Clock,
    books: Mutex<Books>,
    alarm: Alarm,
}

/// Everybody's spending on this day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Today {
    /// What was spent.
    pub spent: NanoUsd,
    /// What requests under way hold.
    pub reserved: NanoUsd,
}

/// What a caller is told of the budgets that hold for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Those whose figures it may see, the one with the least left first.
    pub budgets: Vec<BudgetInfo>,
    /// Those that are spent to a mark. Of budgets that are not its own a visitor is told when they are used up, and nothing else.
    pub notices: Vec<BudgetNotice>,
    /// Whether the operator has stopped all spending.
    pub is_stopped: bool,
}

/// Money held for one request. Whatever becomes of the request, it is given back once: settled, or on drop unspent.
#[derive(Debug)]
pub(super) struct Reservation {
    shared: Arc<Shared>,
    payer: Payer,
    opened_at: UnixMillis,
    held: NanoUsd,
}

impl Budgets {
    /// Empty books with these limits, and what hears of marks that spending reaches.
    pub fn new(limits: BudgetLimits, clock: Clock) -> (Self, Alerts) {
        Self::with_room_for(CROWD_MAX, limits, clock)
    }

    fn with_room_for(crowd_max: usize, limits: BudgetLimits, clock: Clock) -> (Self, Alerts) {
        let (alarm, alerts) = alert::channel();
        let books = Mutex::new(Books::new(limits, clock.now(), crowd_max));
        (
            Self(Arc::new(Shared {
                clock,
                books,
                alarm,
            })),
            alerts,
        )
    }

    /// Takes in what was spent in the open windows before this server began. Whatever mark that had reached was told then.
    pub fn restore(&self, totals: Vec<Total>) {
        self.0.books().restore(totals);
    }

    /// Everybody's spending on this day.
    pub fn today(&self) -> Today {
        let sums = self.0.books().overall().day;
        Today {
            spent: sums.spent,
            reserved: sums.reserved,
        }
    }

    /// Where everybody's budgets and those of environments stand, the latter by their names.
    pub fn common(&self) -> Vec<(Option<Arc<str>>, BudgetInfo)> {
        self.0.books().common()
    }

    /// What may still be spent for `payer`, by the tightest of its budgets; `None` where no budget holds.
    pub fn left(&self, payer: &Payer) -> Option<NanoUsd> {
        self.0
            .books()
            .standings(payer)
            .map(|budget| budget.left())
            .min()
    }

    /// The same as far as its caller may know it: budgets that others share are for those who see all.
    pub fn left_to_tell(&self, payer: &Payer, sees_all: bool) -> Option<NanoUsd> {
        let books = self.0.books();
        let budgets = books.standings(payer);
        let visible = budgets.filter(|budget| sees_all || is_own(budget.scope));
        visible.map(|budget| budget.left()).min()
    }

    /// What `caller` is told of the budgets that hold for it.
    pub fn told_to(&self, caller: &Caller) -> Told {
        let books = self.0.books();
        let mut told = Told {
            budgets: Vec::new(),
            notices: Vec::new(),
            is_stopped: books.is_stopped,
        };
        for budget in books.standings(&caller.payer) {
            let may_see = caller.sees_all || is_own(budget.scope);
            let is_told = |notice: &BudgetNotice| may_see || notice.percent == 100;
            told.notices.extend(budget.notice().filter(is_told));
            if may_see {
                told.budgets.push(budget);
            }
        }
        told.budgets.sort_by_key(BudgetInfo::left);
        told
    }

    /// Where the budgets stand that are `payer`'s alone, whoever asks.
    pub fn own(&self, payer: &Payer) -> Vec<BudgetInfo> {
        let books = self.0.books();
        let budgets = books.standings(payer);
        budgets.filter(|budget| is_own(budget.scope)).collect()
    }

    /// Lets nobody spend any more, or lets them again. What is under way goes on.
    pub fn stop(&self, is_stopped: bool) {
        self.0.books().is_stopped = is_stopped;
    }

    /// Whether nobody may spend.
    pub fn is_stopped(&self) -> bool {
        self.0.books().is_stopped
    }

    /// Whether every budget of `payer` could hold `amount` once everything that is held now were given back.
    ///
    /// # Errors
    ///
    /// Why not.
    pub(super) fn could_hold(&self, payer: &Payer, amount: NanoUsd) -> Result<(), Refusal> {
        self.0.books().check_when_all_is_settled(payer, amount)
    }

    /// Holds `amount` if every budget of `payer` has it, in one step with looking.
    ///
    /// # Errors
    ///
    /// Why not; nothing is held then.
    pub(super) fn reserve(&self, payer: &Payer, amount: NanoUsd) -> Result<Reservation, Refusal> {
        let mut books = self.0.books();
        books.check(payer, amount)?;
        books.hold(payer, amount);
        Ok(Reservation {
            shared: Arc::clone(&self.0),
            payer: payer.clone(),
            opened_at: books.now(),
            held: amount,
        })
    }
}

/// Whether a budget is the caller's alone, so that its figures say nothing of others.
const fn is_own(scope: BudgetScope) -> bool {
    match scope {
        BudgetScope::Overall | BudgetScope::Environment => false,
        BudgetScope::Token | BudgetScope::Address | BudgetScope::Session => true,
    }
}

impl Shared {
    /// The books as they are now.
    fn books(&self) -> MutexGuard<'_, Books> {
        let mut books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
        books.turn(self.clock.now());
        books
    }
}

impl Reservation {
    /// What is held.
    pub(super) const fn held(&self) -> NanoUsd {
        self.held
    }

    /// When it was opened: it belongs to the windows of this moment, whenever it ends.
    pub(super) const fn opened_at(&self) -> UnixMillis {
        self.opened_at
    }

    /// Who pays.
    pub(super) const fn payer(&self) -> &Payer {
        &self.payer
    }

    /// Gives back all but `amount`; holding more than before is not possible.
    pub(super) fn shrink_to(&mut self, amount: NanoUsd) {
        let amount = amount.min(self.held);
        self.exchange(amount, NanoUsd::ZERO);
    }

    /// Gives everything back and books `charge` as spent, at most what was held. Says what was booked.
    pub(super) fn settle(mut self, charge: NanoUsd) -> NanoUsd {
        let charge = charge.min(self.held);
        self.exchange(NanoUsd::ZERO, charge);
        charge
    }

    /// Holds `amount` instead, with `spent` booked in the same step.
    fn exchange(&mut self, amount: NanoUsd, spent: NanoUsd) {
        let mut books = self.shared.books();
        books.exchange(&self.payer, self.opened_at, self.held, amount, spent);
        let reached = if spent > NanoUsd::ZERO {
            books.newly_reached(&self.payer)
        } else {
            Vec::new()
        };
        drop(books);
        self.held = amount;
        self.shared.alarm.ring(reached);
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.exchange(NanoUsd::ZERO, NanoUsd::ZERO);
    }
}
