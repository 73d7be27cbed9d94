//! Performance marks: moments that people read in the developer tools and that tests measure from.

/// The person asked for a stop; set in the same task as the abort itself.
pub(crate) const ABORT: &str = "airlock:abort";
/// The request left.
pub(crate) const SENT: &str = "airlock:sent";
/// The first text of the answer arrived.
pub(crate) const FIRST_DELTA: &str = "airlock:first-delta";
/// The answer is over, however it ended.
pub(crate) const ANSWER_END: &str = "airlock:answer-end";

/// One run of the preflight: what a change of the draft costs.
pub(crate) const PREFLIGHT: &str = "airlock:preflight";

/// Sets a mark at the present moment.
pub(crate) fn set(name: &str) {
    if let Some(performance) = web_sys::window().and_then(|window| window.performance()) {
        // A mark that cannot be set is a measurement less, nothing more.
        performance.mark(name).ok();
    }
}

/// Runs `action`, and tells the developer tools how long it took. Whoever observes measures gets each; none is kept, since there is
/// one for every letter.
pub(crate) fn measured<T>(name: &str, action: impl FnOnce() -> T) -> T {
    set(name);
    let value = action();
    if let Some(performance) = web_sys::window().and_then(|window| window.performance()) {
        performance.measure_with_start_mark(name, name).ok();
        performance.clear_marks_with_mark_name(name);
        performance.clear_measures_with_measure_name(name);
    }
    value
}
