//! What time it is: the browser's clock, for prices by date and for the order of chats.

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
