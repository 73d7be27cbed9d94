//! What a process takes of the machine, as far as the system tells: Linux does.

use std::fs;

/// Bytes of memory that the process holds; `None` where nobody can tell.
pub fn resident_bytes(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1_024)
}

/// Files and sockets that the process has open; `None` where nobody can tell.
pub fn open_descriptors(process: u32) -> Option<usize> {
    fs::read_dir(format!("/proc/{process}/fd"))
        .ok()
        .map(Iterator::count)
}
