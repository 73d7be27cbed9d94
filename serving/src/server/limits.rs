//! What a server grants each connection, and how many it holds.

use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;

/// Headers in one request at most; browsers send about twenty.
pub(super) const HEADERS_MAX: usize = 64;

/// Bytes of headers in one request at most, and of an answer that wait in memory for a slow reader.
pub(super) const BUFFER_BYTES_MAX: usize = 32 * 1_024;

/// Bytes of an answer that the system may hold unsent for a slow reader. Left alone it takes millions for each.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) const UNSENT_BYTES_MAX: u32 = 32 * 1_024;

/// The limits of one server.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How long a client may take from its connection, or from a later request's first byte, to the end of the request's headers.
    pub head: Duration,
    /// How long a request's body may take.
    pub body: BodyTime,
    /// How long a connection may lie idle between two requests.
    pub idle: Duration,
    /// How long a client may take nothing while there is something to send to it. A silent answer is none of this: nothing waits then.
    pub write_stall: Duration,
    /// Connections at once.
    pub connections_max: usize,
    /// Connections at once from one address; an IPv6 network of 64 bits counts as one.
    pub connections_per_address_max: usize,
    /// Networks of proxies that many clients share, to which the limit for one address does not apply.
    pub proxies: Arc<[IpNet]>,
}

/// How long a request's body may take: the more has come, the longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyTime {
    /// Grace before the least rate counts.
    pub grace: Duration,
    /// Bytes a second that must come at least, on average and after the grace.
    pub least_rate: u32,
    /// Time in all, for bodies of usual size.
    pub whole: Duration,
    /// Bytes a second that a large body must reach: each such part adds a second to `whole`.
    pub large_rate: u32,
}

impl Limits {
    /// For clients whom nobody knows.
    pub fn strict() -> Self {
        Self {
            // A head fits into one packet or a few; three losses in a row are made up for within seven seconds.
            head: Duration::from_secs(10),
            body: BodyTime {
                // As for the head: whoever can send that can send as much of the body.
                grace: Duration::from_secs(10),
                // What the slowest phone line carries; a slowloris lives on a few bytes every ten seconds.
                least_rate: 1_024,
                // The page's largest body, 512 KiB, at the 18 KiB/s of a bad mobile network.
                whole: Duration::from_secs(30),
                // An SDK's largest body, 32 MiB, over an uplink of 2 Mbit/s.
                large_rate: 256 * 1_024,
            },
            // Somebody reads an answer and types the next message. A new connection then costs a round trip and no more.
            idle: Duration::from_mins(1),
            // A phone changes from one network to another within seconds; what takes nothing for longer has gone.
            write_stall: Duration::from_secs(30),
            // Half of the 20,000 descriptors that common systems let a process have. Idle, a connection costs less than 16 KiB.
            connections_max: 10_000,
            // An office of forty behind one address: a browser opens six.
            connections_per_address_max: 256,
            proxies: Arc::default(),
        }
    }

    /// For clients of our own on this machine: whoever is slow has been stopped by a debugger.
    pub fn generous() -> Self {
        let patience = Duration::from_mins(10);
        Self {
            head: patience,
            body: BodyTime {
                grace: patience,
                whole: patience,
                ..Self::strict().body
            },
            idle: patience,
            write_stall: patience,
            connections_max: usize::MAX,
            connections_per_address_max: usize::MAX,
            proxies: Arc::default(),
        }
    }
}

impl BodyTime {
    /// How long after its head a request's body must have come, if `bytes` of it have come so far.
    pub(super) fn allowed(&self, bytes: u64) -> Duration {
        let at_rate = |rate: u32| {
            let millis = bytes.saturating_mul(1_000) / u64::from(rate.max(1));
            Duration::from_millis(millis)
        };
        let by_least_rate = self.grace.saturating_add(at_rate(self.least_rate));
        let in_all = self.whole.saturating_add(at_rate(self.large_rate));
        by_least_rate.min(in_all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_gets_ten_seconds_then_a_second_for_each_kibibyte_then_thirty_in_all() {
        let allowed = |bytes| Limits::strict().body.allowed(bytes).as_millis();
        assert_eq!(allowed(0), 10_000);
        assert_eq!(allowed(5 * 1_024), 15_000);
        assert_eq!(allowed(512 * 1_024), 32_000);
        assert_eq!(allowed(32 * 1_024 * 1_024), 158_000);
        assert!(Limits::strict().body.allowed(u64::MAX) > Duration::from_hours(1));
    }
}
