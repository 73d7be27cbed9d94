//! Counts the characters that the scanner reads, so that a test can hold it to linear time without a clock.

use std::cell::Cell;

thread_local! {
    static STEPS: Cell<usize> = const { Cell::new(0) };
}

/// One character was read.
pub(super) fn count() {
    STEPS.set(STEPS.get() + 1);
}

/// The characters that `work` makes the scanner read.
pub(super) fn of(work: impl FnOnce()) -> usize {
    let before = STEPS.get();
    work();
    STEPS.get() - before
}
