//! The upstream keys: held here, leased to one call at a time, shown nowhere.

use std::sync::Arc;

use secret::Secret;

/// The keys of one upstream. New calls get the newest.
#[derive(Clone, Debug)]
pub struct KeyRing {
    key: Arc<Secret>,
}

/// The right to use one key for one call. The call keeps it even when the ring changes.
#[derive(Clone, Debug)]
pub struct KeyLease {
    key: Arc<Secret>,
}

impl KeyRing {
    /// A ring of one key.
    pub const fn new(key: Arc<Secret>) -> Self {
        Self { key }
    }

    /// Leases the key that new calls should use.
    pub fn lease(&self) -> KeyLease {
        KeyLease {
            key: Arc::clone(&self.key),
        }
    }
}

impl KeyLease {
    /// The leased key.
    pub fn secret(&self) -> &Secret {
        &self.key
    }
}
