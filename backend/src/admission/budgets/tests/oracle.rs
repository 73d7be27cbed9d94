//! The books against a plain account of what they should say: to the nano-dollar, whatever happens and whatever time passes.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::Index;
use shared::money::NanoUsd;
use shared::time::UnixMillis;

use super::super::Reservation;
use super::{HOUR, opened, payer};
use configuration::{BudgetLimits, Limit};
use serving::clock::Clock;

/// One thing that may happen to the books.
#[derive(Clone, Debug)]
enum Move {
    Reserve(u8, u64),
    Shrink(Index, u64),
    Settle(Index, u64),
    Drop(Index),
    Pass(u32),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let index = any::<Index>;
    vec(
        prop_oneof![
            6 => (0..3_u8, 0..40_u64).prop_map(|(who, amount)| Move::Reserve(who, amount)),
            2 => (index(), 0..40_u64).prop_map(|(which, amount)| Move::Shrink(which, amount)),
            4 => (index(), 0..60_u64).prop_map(|(which, amount)| Move::Settle(which, amount)),
            1 => index().prop_map(Move::Drop),
            1 => (0..400_u32).prop_map(Move::Pass),
            1 => Just(Move::Pass(24 * 31)),
        ],
        0..120,
    )
}

/// A request under way, as the oracle has it.
struct Held {
    reservation: Reservation,
    who: u8,
    opened_at: UnixMillis,
    amount: u64,
}

/// What the oracle has of a request that is over.
struct Charge {
    who: u8,
    opened_at: UnixMillis,
    amount: u64,
}

/// The sums that the books should have, from nothing but the list of what happened.
fn left(
    now: UnixMillis,
    who: u8,
    held: &[Held],
    charges: &[Charge],
    limits: &[(bool, bool, u64)],
) -> u64 {
    let in_window = |moment: UnixMillis, is_month: bool| {
        if is_month {
            moment.day().month() == now.day().month()
        } else {
            moment.day() == now.day()
        }
    };
    let left = limits.iter().map(|(is_own, is_month, limit)| {
        let counts = |of: u8, at: UnixMillis| (!is_own || of == who) && in_window(at, *is_month);
        let held = held
            .iter()
            .filter(|one| counts(one.who, one.opened_at))
            .map(|one| one.amount);
        let spent = charges
            .iter()
            .filter(|one| counts(one.who, one.opened_at))
            .map(|one| one.amount);
        limit - held.chain(spent).sum::<u64>()
    });
    left.min().expect("some limits")
}

proptest! {
    /// FM-1, FM-2, FM-11: whatever is reserved, shrunk, settled, dropped, and whatever time passes, the books agree with a list of all
    /// that happened: they admit what fits into every budget and nothing else, and nothing is held in the end.
    #[test]
    fn the_books_are_the_sum_of_what_happened(moves in moves()) {
        let (clock, budgets, _alerts) = opened(BudgetLimits {
            overall: Limit { per_day: Some(NanoUsd(150)), per_month: Some(NanoUsd(400)) },
            session: Limit { per_day: Some(NanoUsd(80)), per_month: Some(NanoUsd(200)) },
            ..BudgetLimits::default()
        });
        let limits = [(false, false, 150), (false, true, 400), (true, false, 80), (true, true, 200)];
        let time = Clock::from(clock.clone());
        let (mut held, mut charges): (Vec<Held>, Vec<Charge>) = (Vec::new(), Vec::new());
        for step in moves {
            let now = time.now();
            match step {
                Move::Reserve(who, amount) => {
                    let fits = amount <= left(now, who, &held, &charges, &limits);
                    let reserved = budgets.reserve(&payer(who), NanoUsd(amount));
                    prop_assert_eq!(reserved.is_ok(), fits);
                    if let Ok(reservation) = reserved {
                        held.push(Held { reservation, who, opened_at: now, amount });
                    }
                }
                Move::Shrink(which, amount) if !held.is_empty() => {
                    let one = which.index(held.len());
                    held[one].reservation.shrink_to(NanoUsd(amount));
                    held[one].amount = held[one].amount.min(amount);
                }
                Move::Settle(which, amount) if !held.is_empty() => {
                    let Held { reservation, who, opened_at, amount: most } = held.swap_remove(which.index(held.len()));
                    let charged = reservation.settle(NanoUsd(amount)).0;
                    prop_assert_eq!(charged, amount.min(most));
                    charges.push(Charge { who, opened_at, amount: charged });
                }
                Move::Drop(which) if !held.is_empty() => drop(held.swap_remove(which.index(held.len()))),
                Move::Shrink(..) | Move::Settle(..) | Move::Drop(_) => {}
                Move::Pass(hours) => clock.advance(HOUR * hours),
            }
            for who in 0..3 {
                let expected = left(time.now(), who, &held, &charges, &limits);
                prop_assert_eq!(budgets.left(&payer(who)), Some(NanoUsd(expected)));
            }
        }
        held.clear();
        prop_assert_eq!(budgets.today().reserved, NanoUsd::ZERO);
    }
}
