//! Somebody whose right to ask has been proved.

use std::fmt;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use shared::policy::Policy;
use store::{Digest, Payer};

use super::AddressKey;
use shared::hex::hex;

/// A proven caller. Only the gate in `layers/caller.rs` puts one into a request, so that a handler that takes a `Caller`
/// cannot be reached without proof.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Which one.
    pub id: CallerId,
    /// What kind.
    pub role: Role,
    /// Where it comes from.
    pub address: AddressKey,
    /// Whose budgets pay for it.
    pub payer: Payer,
    /// Whether it may see what others spend, and stop all spending. The gate decides it.
    pub sees_all: bool,
    /// How often and how many at once it may ask.
    pub limits: CallerLimits,
    /// What it may do. It says nothing of the money left, which is for admission to look at and reserve in one step.
    pub policy: Arc<Policy>,
}

impl Caller {
    /// The address by which its requests are counted. Sessions cost nothing, so that their address counts too; a token is given out
    /// with care and often used from one place for all.
    pub fn counted_address(&self) -> Option<AddressKey> {
        match self.role {
            Role::Visitor => Some(self.address),
            Role::TokenHolder => None,
        }
    }
}

/// What a caller may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Anybody who opened the page.
    Visitor,
    /// A program that holds the access token.
    TokenHolder,
}

/// How often and how many at once one caller may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallerLimits {
    /// Requests a minute.
    pub requests: u32,
    /// Answers under way, and requests that wait for one.
    pub streams: u32,
}

/// Tells callers apart: the SHA-256 of what proved them, never the proof itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CallerId([u8; 32]);

impl CallerId {
    /// The id of whoever holds `proof`.
    pub fn of(proof: &str) -> Self {
        Self(Sha256::digest(proof.as_bytes()).into())
    }

    /// The id of whoever holds the proof with this SHA-256.
    pub(super) const fn of_digest(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// The same for the ledger.
    pub const fn digest(&self) -> Digest {
        Digest(self.0)
    }

    /// An opaque name for the upstream's abuse checks: stable for one caller, of no use to find out which.
    pub fn pseudonym(&self) -> String {
        let mut digest = hex(&Sha256::digest(self.0));
        digest.truncate(32);
        digest
    }
}

impl CallerId {
    /// A word for the caller's share of the limits, of no use to find out anything else. It has twelve letters and digits.
    pub fn partition(&self) -> String {
        let digest = Sha256::new_with_prefix("limits").chain_update(self.0);
        let mut word = hex(&digest.finalize());
        word.truncate(12);
        word
    }
}

impl fmt::Debug for CallerId {
    /// Four bytes: enough to follow one caller through a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second, third, fourth, ..] = self.0;
        f.write_str(&hex(&[first, second, third, fourth]))
    }
}
