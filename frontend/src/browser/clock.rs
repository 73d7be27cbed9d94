//! What time it is: the browser's clock, for prices by date and for the order of chats; and how much of it has passed, for what the
//! page measures itself.

use shared::time::UnixMillis;

/// The present moment by the visitor's clock.
pub(crate) fn now() -> UnixMillis {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole milliseconds since 1970; a clock set before that counts as 1970"
    )]
    UnixMillis(js_sys::Date::now() as u64)
}

/// Microseconds since the page was opened, by a clock that nobody sets; 0 in a browser without one.
pub(crate) fn passed_us() -> u64 {
    let performance = web_sys::window().and_then(|window| window.performance());
    let passed_ms = performance.map_or(0.0, |performance| performance.now());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole microseconds, which count from zero on; a tab would have to be open for ages to lose one"
    )]
    let whole = (passed_ms * 1_000.0) as u64;
    whole
}
