//! What a request is told that comes too soon, or finds no slot.

use std::time::Duration;

use shared::error::{ApiError, ErrorKind};

use super::StreamLimits;
use super::slots::Full;
use crate::access::CallerLimits;
use crate::error::Error;

/// When to come back where nobody knows how fast answers end: half of what a common one takes, which is about when the next of several
/// ends.
const RETRY_AFTER: Duration = Duration::from_secs(5);

pub(super) fn too_soon(wait: Duration) -> Error {
    ApiError {
        retry_after_ms: Some(retry_after_ms(wait)),
        ..ErrorKind::RateLimited.into()
    }
    .into()
}

pub(super) fn no_seat(full: Full, of_caller: CallerLimits, limits: StreamLimits) -> Error {
    let StreamLimits {
        overall, places, ..
    } = limits;
    let (detail, wait) = match full {
        Full::OfCaller => (
            format!(
                "One caller may have {} answers under way, and has.",
                of_caller.streams
            ),
            None,
        ),
        Full::OfEverybody(wait) => (
            match places {
                0 => format!("All {overall} that there may be are under way."),
                _ => format!(
                    "All {overall} that there may be are under way, and {places} more wait."
                ),
            },
            wait,
        ),
    };
    too_many(detail, wait)
}

pub(super) fn waited_too_long(limits: StreamLimits) -> Error {
    let waited = limits.wait_max.as_secs();
    let detail = format!("It waited {waited} s, and no place came free. Nothing was sent.");
    too_many(detail, None)
}

fn too_many(detail: String, wait: Option<Duration>) -> Error {
    ApiError {
        retry_after_ms: Some(retry_after_ms(wait.unwrap_or(RETRY_AFTER))),
        ..ErrorKind::TooManyStreams.with(detail)
    }
    .into()
}

/// Never zero: who is told to wait must not come back at once.
fn retry_after_ms(wait: Duration) -> u64 {
    u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1)
}
