//! How many at once: a slot for each answer under way, owned by it and free again when it is gone, however it went; and a place in the
//! line for whoever finds all of them taken.
//!
//! A slot that comes free goes straight to whoever is next in the line, so that nobody who comes later can take it before.

mod line;

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use shared::api::chat::Queued;

use crate::access::CallerId;
use line::{Line, Ticket};
use serving::clock::Clock;

/// Answers under way at most, and who may wait for one to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamLimits {
    /// For everybody together.
    pub overall: u32,
    /// Places in the line; none where a request that finds no slot is refused at once.
    pub places: u32,
    /// How long a request may wait in the line.
    pub wait_max: Duration,
}

/// Gives out slots. Cheap to clone; clones share them.
#[derive(Clone, Debug)]
pub(super) struct Slots(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    clock: Clock,
    limits: StreamLimits,
    house: Mutex<House>,
}

/// Nobody waits while a slot is free.
#[derive(Debug, Default)]
struct House {
    /// Slots given out, also to those who were called and have not heard it yet.
    taken: u32,
    /// Slots and places, by who has them.
    by_caller: HashMap<CallerId, u32>,
    line: Line,
}

/// A slot, or a place in the line for one. When it is dropped it is given back, whichever it is by then.
#[derive(Debug)]
pub(super) struct Seat {
    shared: Arc<Shared>,
    caller: CallerId,
    /// Present until its owner has heard that it is called.
    ticket: Option<Ticket>,
}

/// One answer's slot: a seat whose turn has come.
#[derive(Debug)]
pub(super) struct Slot(
    #[expect(dead_code, reason = "it is held, and given back when dropped")] Seat,
);

/// Why there is neither a slot nor a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// The caller has as many as one may have.
    OfCaller,
    /// All slots are taken, and all places in the line. The wait until the last of them is served, where that is known.
    OfEverybody(Option<Duration>),
}

impl Slots {
    pub(super) fn new(limits: StreamLimits, clock: Clock) -> Self {
        Self(Arc::new(Shared {
            clock,
            limits,
            house: Mutex::default(),
        }))
    }

    /// How many are taken, and how many wait for one.
    pub(super) fn under_way(&self) -> (u32, u32) {
        let house = self.0.house();
        let waiting = u32::try_from(house.line.len()).unwrap_or(u32::MAX);
        (house.taken, waiting)
    }

    /// The limits that it keeps.
    pub(super) fn limits(&self) -> StreamLimits {
        self.0.limits
    }

    /// Takes a slot for `caller`, or the last place in the line. One caller may have `per_caller`, those that wait included.
    pub(super) fn take(&self, caller: CallerId, per_caller: u32) -> Result<Seat, Full> {
        let limits = self.0.limits;
        let mut house = self.0.house();
        let of_caller = house.by_caller.get(&caller).copied().unwrap_or(0);
        if of_caller >= per_caller {
            return Err(Full::OfCaller);
        }
        let ticket = if house.taken < limits.overall {
            house.taken = house.taken.saturating_add(1);
            None
        } else {
            Some(self.0.join(&mut house)?)
        };
        house.by_caller.insert(caller, of_caller.saturating_add(1));
        Ok(Seat {
            shared: Arc::clone(&self.0),
            caller,
            ticket,
        })
    }
}

impl Shared {
    fn house(&self) -> MutexGuard<'_, House> {
        self.house.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last place in the line. Where no slot is ever to be had there is none.
    fn join(&self, house: &mut House) -> Result<Ticket, Full> {
        let limits = self.limits;
        let waiting = u32::try_from(house.line.len()).unwrap_or(u32::MAX);
        if limits.overall == 0 || waiting >= limits.places {
            let wait = house.line.wait(waiting, self.clock.instant());
            return Err(Full::OfEverybody(wait));
        }
        Ok(house.line.join())
    }
}

impl Seat {
    /// Whether it is a place in the line, as far as its owner knows.
    pub(super) const fn is_waiting(&self) -> bool {
        self.ticket.is_some()
    }

    /// Waits until its turn has come; `show` is told of the place at first and whenever it changes.
    pub(super) async fn turn(mut self, mut show: impl FnMut(Queued)) -> Slot {
        let mut shown = None;
        poll_fn(|context| match self.poll(context) {
            Some(queued) => {
                if shown.replace(queued.place) != Some(queued.place) {
                    show(queued);
                }
                Poll::Pending
            }
            None => Poll::Ready(()),
        })
        .await;
        Slot(self)
    }

    /// Where it stands; `None` when its turn has come.
    fn poll(&mut self, context: &Context<'_>) -> Option<Queued> {
        let ticket = self.ticket?;
        let now = self.shared.clock.instant();
        let queued = self.shared.house().line.stand(ticket, context.waker(), now);
        if queued.is_none() {
            self.ticket = None;
        }
        queued
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut woken = Vec::new();
        let mut house = self.shared.house();
        house.leave(self.caller);
        if !self.ticket.is_some_and(|ticket| house.line.leave(ticket)) {
            // It was a slot, whether or not its owner had heard of it.
            house.line.freed(self.shared.clock.instant());
            if !house.line.call_next(&mut woken) {
                house.taken = house.taken.saturating_sub(1);
            }
        }
        house.line.wake_all(&mut woken);
        drop(house);
        // Outside the lock: a waker may run what takes it.
        woken.into_iter().for_each(Waker::wake);
    }
}

impl House {
    /// One slot or place less of `caller`.
    fn leave(&mut self, caller: CallerId) {
        if let Some(of_caller) = self.by_caller.get_mut(&caller) {
            *of_caller = of_caller.saturating_sub(1);
            if *of_caller == 0 {
                self.by_caller.remove(&caller);
            }
        }
    }
}

#[cfg(test)]
mod tests;
