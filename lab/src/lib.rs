//! The lab: "Steal this key". A page with a key in it, and the same attacks on it and on Airlock's own page.
//!
//! `/lab` is a page of the main server and obeys its policy. The unsafe half is a server of its own on another loopback port,
//! started by the first visit, with a stand-in Claude of its own: nothing here ever sees the key that Airlock holds. Its keys are
//! made up at each start ([`canary`]) and no other Claude takes them.
//!
//! The lab exists only while the stand-in answers and the page was opened on this machine; with a real key `/lab` says why not.
//! Deleting this folder and the lines marked `lab` leaves a clean starter, which `tests/api/starter.rs` proves.

mod attacks;
mod canary;
mod fixes;
mod loot;
mod page;
mod places;
mod reply;
mod routes;
mod unsafe_half;
mod visits;

use std::io;

use serving::clock::Clock;
use serving::tasks::Tasks;
use tokio::sync::OnceCell;

use canary::Canaries;
pub use routes::open;
use unsafe_half::UnsafeHalf;
use visits::Visits;

/// What the lab's routes share.
#[derive(Debug)]
struct Lab {
    /// Whether the stand-in answers; without it there is no lab.
    is_open: bool,
    clock: Clock,
    tasks: Tasks,
    half: OnceCell<UnsafeHalf>,
}

impl Lab {
    const fn new(is_open: bool, clock: Clock, tasks: Tasks) -> Self {
        Self {
            is_open,
            clock,
            tasks,
            half: OnceCell::const_new(),
        }
    }

    /// The unsafe half, started now if it was not yet.
    async fn half(&self) -> io::Result<&UnsafeHalf> {
        let start = || async {
            let canaries = Canaries::mint().map_err(io::Error::other)?;
            UnsafeHalf::start(canaries, Visits::default(), &self.clock, &self.tasks).await
        };
        self.half.get_or_try_init(start).await
    }
}
