//! How many files and sockets the process may have open.

/// Descriptors for everything that is neither a connection nor an upstream call: log, listeners, the runtime's own, files being read.
const KEPT: u64 = 64;

/// How many of `descriptors` can be connections, so that there are always some left for as many upstream calls. A connection makes one call
/// at a time, so that no more than half is kept for calls, however many are allowed.
pub fn left_for_connections(descriptors: u64, upstream_calls: u64) -> usize {
    let shared = descriptors.saturating_sub(KEPT);
    let left = shared - upstream_calls.min(shared / 2);
    usize::try_from(left).unwrap_or(usize::MAX).max(1)
}

/// Takes as many descriptors as the system grants, and says how many that is; `None` where there is no such limit, or it cannot be known.
///
/// Shells start programs with 1,024, for the sake of old ones that cannot count further, and let them ask for more.
#[cfg(unix)]
pub fn take_all() -> Option<u64> {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};

    let (now, most) = getrlimit(Resource::RLIMIT_NOFILE).ok()?;
    // Some systems name a most that they do not grant; what was there before then stays.
    let taken = if now < most && setrlimit(Resource::RLIMIT_NOFILE, most, most).is_ok() {
        most
    } else {
        now
    };
    Some(taken)
}

/// Takes as many descriptors as the system grants, and says how many that is; `None` where there is no such limit, or it cannot be known.
#[cfg(not(unix))]
pub fn take_all() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upstream_calls_keep_what_they_need_and_half_at_most() {
        assert_eq!(left_for_connections(20_064, 400), 19_600);
        assert_eq!(left_for_connections(20_064, 200_000), 10_000);
        assert_eq!(left_for_connections(1_024, 400), 560);
        assert_eq!(left_for_connections(10, 400), 1);
    }
}
