//! How many files and sockets the process may have open.

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
