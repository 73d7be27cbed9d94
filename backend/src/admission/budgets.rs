//! Money: what may be spent, what is held for requests under way, and what was spent.
//!
//! A request reserves the most that it could cost before a byte goes upstream. It gives back what it turns out not to need, and
//! is settled once. All of it is integers under one lock, held for a few additions and never across an await.
#![deny(clippy::arithmetic_side_effects)]

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared::api::session::BudgetInfo;
use shared::money::NanoUsd;
use shared::time::Day;

use serving::clock::Clock;

/// The budget of a UTC day, for everybody together. Cheap to clone; clones share the books.
#[derive(Clone, Debug)]
pub struct Budgets(Arc<Books>);

#[derive(Debug)]
struct Books {
    clock: Clock,
    limit: NanoUsd,
    window: Mutex<Window>,
}

/// One day's books.
#[derive(Clone, Copy, Debug)]
struct Window {
    day: Day,
    spent: NanoUsd,
    reserved: NanoUsd,
}

/// Money held for one request. Whatever becomes of the request, it is given back once: settled, or on drop unspent.
#[derive(Debug)]
pub(super) struct Reservation {
    books: Arc<Books>,
    day: Day,
    held: NanoUsd,
}

impl Budgets {
    /// Empty books with a limit for each UTC day.
    pub fn new(limit: NanoUsd, clock: Clock) -> Self {
        let window = Window::opened(clock.now().day());
        Self(Arc::new(Books {
            clock,
            limit,
            window: Mutex::new(window),
        }))
    }

    /// Where today's spending stands.
    pub fn today(&self) -> BudgetInfo {
        self.0.info(*self.0.window())
    }

    /// Whether the day's budget could hold `amount` once everything that is held now were given back.
    ///
    /// # Errors
    ///
    /// Where spending stands, when it could not.
    pub(super) fn could_hold(&self, amount: NanoUsd) -> Result<(), BudgetInfo> {
        let info = self.today();
        if amount > info.limit.saturating_sub(info.spent) {
            return Err(info);
        }
        Ok(())
    }

    /// Holds `amount` if the day's budget has it, in one step with looking.
    ///
    /// # Errors
    ///
    /// Where spending stands, when it does not.
    pub(super) fn reserve(&self, amount: NanoUsd) -> Result<Reservation, BudgetInfo> {
        let mut window = self.0.window();
        let info = self.0.info(*window);
        if amount > info.left() {
            return Err(info);
        }
        window.reserved = window.reserved.saturating_add(amount);
        Ok(Reservation {
            books: Arc::clone(&self.0),
            day: window.day,
            held: amount,
        })
    }
}

impl Books {
    /// Today's books; a new day's are empty.
    fn window(&self) -> MutexGuard<'_, Window> {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        let today = self.clock.now().day();
        if window.day < today {
            *window = Window::opened(today);
        }
        window
    }

    fn info(&self, window: Window) -> BudgetInfo {
        BudgetInfo {
            limit: self.limit,
            spent: window.spent,
            reserved: window.reserved,
            resets_at: window.day.next().start(),
        }
    }
}

impl Window {
    const fn opened(day: Day) -> Self {
        Self {
            day,
            spent: NanoUsd::ZERO,
            reserved: NanoUsd::ZERO,
        }
    }
}

impl Reservation {
    /// What is held.
    pub(super) const fn held(&self) -> NanoUsd {
        self.held
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

    /// Holds `amount` instead, with `spent` booked in the same step. What was opened on an earlier day is of that day's books, which
    /// are closed.
    fn exchange(&mut self, amount: NanoUsd, spent: NanoUsd) {
        let mut window = self.books.window();
        if window.day == self.day {
            window.reserved = window
                .reserved
                .saturating_sub(self.held)
                .saturating_add(amount);
            window.spent = window.spent.saturating_add(spent);
        }
        self.held = amount;
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.exchange(NanoUsd::ZERO, NanoUsd::ZERO);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use serving::clock::ManualClock;

    fn budgets(limit: u64) -> (ManualClock, Budgets) {
        let clock = ManualClock::starting_at(Day::from_date(2026, 11, 23).start());
        (clock.clone(), Budgets::new(NanoUsd(limit), clock.into()))
    }

    #[test]
    fn what_is_reserved_cannot_be_reserved_again_until_it_is_given_back() {
        let (_, budgets) = budgets(10);
        let first = budgets.reserve(NanoUsd(7)).expect("fits");
        assert!(budgets.reserve(NanoUsd(4)).is_err());
        let second = budgets.reserve(NanoUsd(3)).expect("fits to the last");
        drop(first);
        assert_eq!(second.settle(NanoUsd(2)), NanoUsd(2));
        let today = budgets.today();
        assert_eq!(
            (today.spent, today.reserved, today.left()),
            (NanoUsd(2), NanoUsd(0), NanoUsd(8))
        );
    }

    #[test]
    fn a_charge_never_passes_what_was_held() {
        let (_, budgets) = budgets(10);
        let mut reservation = budgets.reserve(NanoUsd(8)).expect("fits");
        reservation.shrink_to(NanoUsd(5));
        reservation.shrink_to(NanoUsd(9));
        assert_eq!(reservation.held(), NanoUsd(5));
        assert_eq!(reservation.settle(NanoUsd(100)), NanoUsd(5));
        assert_eq!(budgets.today().spent, NanoUsd(5));
    }

    /// FM-11: a day's books open and close at midnight UTC, and a request belongs to the day that it began on.
    #[test]
    fn a_request_across_midnight_touches_only_its_own_day() {
        let (clock, budgets) = budgets(10);
        clock.advance(Duration::from_millis(86_399_999));
        let yesterday = budgets.reserve(NanoUsd(6)).expect("fits");
        assert_eq!(budgets.today().reserved, NanoUsd(6));
        clock.advance(Duration::from_millis(1));
        assert_eq!(budgets.today().left(), NanoUsd(10));
        let today = budgets.reserve(NanoUsd(10)).expect("a new day");
        yesterday.settle(NanoUsd(6));
        let books = budgets.today();
        assert_eq!((books.spent, books.reserved), (NanoUsd(0), NanoUsd(10)));
        drop(today);
    }

    /// FM-1: at any concurrency exactly as many are let in as the money holds.
    #[test]
    fn a_crowd_at_the_door_is_let_in_exactly_as_far_as_the_money_goes() {
        let (_, budgets) = budgets(3_000);
        let admitted: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        let held: Vec<_> = (0..100)
                            .filter_map(|_| budgets.reserve(NanoUsd(7)).ok())
                            .collect();
                        let count = held.len();
                        for reservation in held {
                            reservation.settle(NanoUsd(7));
                        }
                        count
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().expect("no panic"))
                .sum()
        });
        assert_eq!(admitted, 3_000 / 7);
        let books = budgets.today();
        assert_eq!(
            (books.spent, books.reserved),
            (NanoUsd(428 * 7), NanoUsd::ZERO)
        );
    }
}
