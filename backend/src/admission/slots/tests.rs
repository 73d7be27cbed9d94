//! Slots and places over many callers: who is called, what is given back, and that nothing is left behind.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;

use shared::time::UnixMillis;

use super::*;
use serving::clock::ManualClock;

/// Slots of which each caller may have the same number.
struct Limited {
    slots: Slots,
    per_caller: u32,
}

impl Limited {
    fn take(&self, caller: CallerId) -> Result<Seat, Full> {
        self.slots.take(caller, self.per_caller)
    }
}

fn slots(per_caller: u32, overall: u32, places: u32) -> Limited {
    let limits = StreamLimits {
        overall,
        places,
        wait_max: Duration::from_secs(20),
    };
    Limited {
        slots: Slots::new(limits, ManualClock::starting_at(UnixMillis(0)).into()),
        per_caller,
    }
}

fn caller(n: u32) -> CallerId {
    CallerId::of(&n.to_string())
}

/// What a seat's owner sees when it looks: the place, or that it is called.
fn place(seat: &mut Seat) -> Option<u32> {
    let context = Context::from_waker(Waker::noop());
    seat.poll(&context).map(|queued| queued.place)
}

/// Slots taken, seats of callers, and how many wait.
fn held(limited: &Limited) -> (u32, u32, usize) {
    let house = limited.slots.0.house();
    (
        house.taken,
        house.by_caller.values().sum(),
        house.line.len(),
    )
}

#[test]
fn a_slot_is_free_again_when_its_answer_is_gone_and_nothing_is_left_behind() {
    let slots = slots(2, 3, 0);
    let two = [slots.take(caller(1)), slots.take(caller(1))];
    assert!(two.iter().all(Result::is_ok));
    assert_eq!(slots.take(caller(1)).err(), Some(Full::OfCaller));
    let third = slots.take(caller(2)).expect("the last one");
    assert_eq!(slots.take(caller(3)).err(), Some(Full::OfEverybody(None)));
    drop(third);
    drop(two);
    assert_eq!(held(&slots), (0, 0, 0));
    assert!(slots.slots.0.house().by_caller.is_empty());
}

#[test]
fn who_came_first_is_called_first_and_nobody_who_comes_later_is_faster() {
    let slots = slots(9, 1, 9);
    let first = slots.take(caller(0)).expect("the slot");
    let mut line: Vec<Seat> = (1..=3)
        .map(|n| slots.take(caller(n)).expect("a place"))
        .collect();
    assert_eq!(
        line.iter_mut().map(place).collect::<Vec<_>>(),
        [1, 2, 3].map(Some)
    );
    drop(first);
    let mut late = slots.take(caller(4)).expect("a place");
    assert_eq!(place(&mut late), Some(3), "the free slot was taken already");
    line.push(late);
    for left in (0..4).rev() {
        let called = line.remove(0);
        assert_eq!(held(&slots), (1, left + 1, left as usize));
        drop(called);
    }
    assert_eq!(held(&slots), (0, 0, 0));
}

#[test]
fn a_place_counts_as_one_of_its_callers_streams() {
    let slots = slots(2, 1, 9);
    let _slot = slots.take(caller(0)).expect("the slot");
    let seats = [slots.take(caller(1)), slots.take(caller(1))];
    assert_eq!(slots.take(caller(1)).err(), Some(Full::OfCaller));
    drop(seats);
    assert_eq!(held(&slots), (1, 1, 0));
}

#[test]
fn the_line_is_as_long_as_it_has_places_and_a_house_without_slots_has_none() {
    let crowded = slots(9, 1, 1);
    let _seats = [crowded.take(caller(0)), crowded.take(caller(1))];
    assert_eq!(crowded.take(caller(2)).err(), Some(Full::OfEverybody(None)));
    let closed = slots(9, 0, 9);
    assert_eq!(closed.take(caller(0)).err(), Some(Full::OfEverybody(None)));
}

#[test]
fn who_is_called_and_has_gone_without_hearing_it_passes_the_slot_on() {
    let slots = slots(9, 1, 9);
    let first = slots.take(caller(0)).expect("the slot");
    let second = slots.take(caller(1)).expect("a place");
    let mut third = slots.take(caller(2)).expect("a place");
    assert_eq!(place(&mut third), Some(2));
    drop(first);
    drop(second);
    assert_eq!(place(&mut third), None, "its turn has come");
    assert_eq!(held(&slots), (1, 1, 0));
}

#[test]
fn who_waits_is_told_the_place_once_for_each_change() {
    let slots = slots(9, 1, 9);
    let first = slots.take(caller(0)).expect("the slot");
    let second = slots.take(caller(1)).expect("a place");
    let seat = slots.take(caller(2)).expect("a place");
    let mut shown = Vec::new();
    {
        let mut turn = pin!(seat.turn(|queued| shown.push(queued.place)));
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..3 {
            assert!(turn.as_mut().poll(&mut context).is_pending());
        }
        drop(second);
        assert!(turn.as_mut().poll(&mut context).is_pending());
        drop(first);
        assert!(turn.as_mut().poll(&mut context).is_ready());
    }
    assert_eq!(shown, [2, 1]);
    assert_eq!(held(&slots), (0, 0, 0));
}

/// FM-15: what panics gives its slot back too.
#[test]
fn a_panic_gives_its_slot_back() {
    let slots = slots(1, 1, 0);
    let caught = catch_unwind(AssertUnwindSafe(|| {
        let _seat = slots.take(caller(1)).expect("the slot");
        panic!("a fault of ours");
    }));
    assert!(caught.is_err());
    assert_eq!(held(&slots), (0, 0, 0));
    assert!(slots.take(caller(1)).is_ok());
}

#[test]
fn a_crowd_on_many_threads_never_holds_more_than_there_is_and_leaves_nothing_behind() {
    let slots = slots(40, 3, 50);
    std::thread::scope(|scope| {
        for n in 0..8 {
            let slots = &slots;
            scope.spawn(move || {
                for round in 0..500_u32 {
                    let mut seats: Vec<_> =
                        (0..4).filter_map(|_| slots.take(caller(n)).ok()).collect();
                    let (taken, _, waiting) = held(slots);
                    assert!(taken <= 3 && waiting <= 50);
                    assert!(
                        waiting == 0 || taken == 3,
                        "nobody waits while a slot is free"
                    );
                    // Whom it hits first differs from round to round.
                    if round % 3 == 0 {
                        seats.reverse();
                    }
                    drop(seats);
                }
            });
        }
    });
    assert_eq!(held(&slots), (0, 0, 0));
}
