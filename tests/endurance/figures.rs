//! Figures, and waiting for what a test can only see from outside.

use std::time::{Duration, Instant};

/// How long anything may take to come about on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Durations, from the shortest.
#[derive(Debug)]
pub(crate) struct Durations(Vec<Duration>);

impl Durations {
    pub(crate) fn new(mut durations: Vec<Duration>) -> Self {
        assert!(!durations.is_empty());
        durations.sort_unstable();
        Self(durations)
    }

    /// The one that so many of a hundred do not exceed.
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        let index = (self.0.len() * percent).div_ceil(100).saturating_sub(1);
        self.0.get(index).copied().expect("there are some")
    }
}

/// Bytes as people read them.
pub(crate) fn mebibytes(bytes: u64) -> String {
    format!("{}.{} MiB", bytes >> 20, ((bytes & 0xf_ffff) * 10) >> 20)
}

/// This process's memory; zero where nobody can tell.
pub(crate) fn own_memory() -> u64 {
    tests::process::resident_bytes(std::process::id()).unwrap_or(0)
}

/// Waits until `is_so`, which must come about.
pub(crate) async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
