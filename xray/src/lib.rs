//! The X-ray: what happened to each of the page's requests, step by step, kept for a while for whoever made it.
//!
//! A [`Recording`] goes with a request, and each step writes into it; whoever asks meanwhile sees how far it has come. Where X-ray is
//! switched off a recording is nothing, and writing into it costs as much.

mod record;
mod recording;
mod ring;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use shared::api::xray::Xray;
use shared::ids::RequestId;
use shared::time::UnixMillis;

use recording::Entry;
pub use recording::Recording;
use ring::Ring;
use serving::clock::Clock;

/// The requests of the last while, each with its owner. Cheap to clone; clones share them.
#[derive(Debug)]
pub struct Xrays<O>(Option<Arc<Kept<O>>>);

#[derive(Debug)]
struct Kept<O> {
    clock: Clock,
    ring: Mutex<Ring<O>>,
}

impl<O> Clone for Xrays<O> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// When a request arrived, and how far it came before anybody knew whose it is.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    instant: Instant,
    time_of_day: UnixMillis,
    passed_gates: Instant,
}

impl<O: Copy + Eq> Xrays<O> {
    /// Keeps what it is told.
    pub fn on(clock: Clock) -> Self {
        Self(Some(Arc::new(Kept {
            clock,
            ring: Mutex::new(Ring::new()),
        })))
    }

    /// Keeps nothing.
    pub const fn off() -> Self {
        Self(None)
    }

    /// Whether anything is kept.
    pub const fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Notes that a request arrives now, if anything is kept.
    pub fn arrival(&self) -> Option<Arrival> {
        let kept = self.0.as_ref()?;
        let instant = kept.clock.instant();
        Some(Arrival {
            instant,
            time_of_day: kept.clock.now(),
            passed_gates: instant,
        })
    }

    /// The same request, which has passed the gates now.
    pub fn passed_gates(&self, arrival: Option<&Arrival>) -> Option<Arrival> {
        let kept = self.0.as_ref()?;
        Some(Arrival {
            passed_gates: kept.clock.instant(),
            ..*arrival?
        })
    }

    /// Begins to record the request `id` of `owner`, who is proved now.
    pub fn begin(&self, id: RequestId, owner: O, arrival: Arrival) -> Recording {
        let Some(kept) = &self.0 else {
            return Recording::default();
        };
        let clock = kept.clock.clone();
        let entry = Arc::new(Entry::new(id, clock, arrival));
        let mut ring = kept.ring.lock().unwrap_or_else(PoisonError::into_inner);
        ring.add(id, owner, Arc::clone(&entry));
        drop(ring);
        Recording::of(entry)
    }

    /// What happened to the request `id`, as far as it has come, if it was `owner`'s and is still kept.
    pub fn find(&self, id: RequestId, owner: O) -> Option<Xray> {
        let kept = self.0.as_ref()?;
        let ring = kept.ring.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = ring.find(id, owner)?;
        drop(ring);
        Some(entry.seen())
    }
}
