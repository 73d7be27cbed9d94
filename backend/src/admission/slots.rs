//! How many at once: a slot for each answer under way, owned by it and free again when it is gone, however it went.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::access::CallerId;

/// Answers under way at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamLimits {
    /// For one caller.
    pub per_caller: u32,
    /// For everybody together.
    pub overall: u32,
}

/// Gives out slots. Cheap to clone; clones share them.
#[derive(Clone, Debug)]
pub(super) struct Slots(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    limits: StreamLimits,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    overall: u32,
    by_caller: HashMap<CallerId, u32>,
}

/// One answer's slot.
#[derive(Debug)]
pub(super) struct Slot {
    shared: Arc<Shared>,
    caller: CallerId,
}

impl Slots {
    pub(super) fn new(limits: StreamLimits) -> Self {
        Self(Arc::new(Shared {
            limits,
            taken: Mutex::default(),
        }))
    }

    /// Takes a slot for `caller`, if there is one.
    pub(super) fn take(&self, caller: CallerId) -> Option<Slot> {
        let limits = self.0.limits;
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_caller = taken.by_caller.get(&caller).copied().unwrap_or(0);
        if taken.overall >= limits.overall || of_caller >= limits.per_caller {
            return None;
        }
        taken.overall = taken.overall.saturating_add(1);
        taken.by_caller.insert(caller, of_caller.saturating_add(1));
        Some(Slot {
            shared: Arc::clone(&self.0),
            caller,
        })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self
            .shared
            .taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        taken.overall = taken.overall.saturating_sub(1);
        if let Some(of_caller) = taken.by_caller.get_mut(&self.caller) {
            *of_caller = of_caller.saturating_sub(1);
            if *of_caller == 0 {
                taken.by_caller.remove(&self.caller);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_free_again_when_its_answer_is_gone_and_nothing_is_left_behind() {
        let slots = Slots::new(StreamLimits {
            per_caller: 2,
            overall: 3,
        });
        let (one, other) = (CallerId::of("1"), CallerId::of("2"));
        let held = [slots.take(one), slots.take(one)];
        assert!(held.iter().all(Option::is_some));
        assert!(slots.take(one).is_none(), "two are this caller's all");
        let third = slots.take(other).expect("the last one");
        assert!(
            slots.take(CallerId::of("3")).is_none(),
            "three are everybody's all"
        );
        drop(third);
        drop(held);
        let taken = slots.0.taken.lock().expect("no panic");
        assert_eq!((taken.overall, taken.by_caller.len()), (0, 0));
    }
}
