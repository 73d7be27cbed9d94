//! Performance marks: moments that people read in the developer tools and that tests measure from.

/// The person asked for a stop; set in the same task as the abort itself.
pub(crate) const ABORT: &str = "airlock:abort";
/// The request left.
pub(crate) const SENT: &str = "airlock:sent";
/// The first text of the answer arrived.
pub(crate) const FIRST_DELTA: &str = "airlock:first-delta";
/// The answer is over, however it ended.
pub(crate) const ANSWER_END: &str = "airlock:answer-end";

/// Sets a mark at the present moment.
pub(crate) fn set(name: &str) {
    if let Some(performance) = web_sys::window().and_then(|window| window.performance()) {
        // A mark that cannot be set is a measurement less, nothing more.
        performance.mark(name).ok();
    }
}
