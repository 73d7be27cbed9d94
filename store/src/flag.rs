//! What the operator switches, and what a restart must not switch back.

use shared::time::UnixMillis;

/// Something that is on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flag {
    /// Nobody may spend.
    SpendingStopped,
}

impl Flag {
    /// Its name in the store.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::SpendingStopped => "spending_stopped",
        }
    }
}

/// Since when a flag is up; `None` while it is down.
pub type Raised = Option<UnixMillis>;
