//! The second attempt that is made by itself: when, and how long until then.

use shared::error::ErrorKind;
use shared::time::UnixMillis;

use super::message::{Message, MessageId};

/// How long to wait where the server did not say: the first step of the guide's 1, 2, 4 seconds.
const WAIT_MS: u64 = 1_000;

/// The longest wait that somebody sits through. The limits here are by the minute; who is told to wait longer than two goes away,
/// and would be surprised to have sent something meanwhile.
const WAIT_MAX_MS: u64 = 120_000;

/// An answer that was refused and will be asked for once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Retry {
    /// The answer that was refused.
    pub(crate) answer: MessageId,
    /// When to ask again.
    due: UnixMillis,
    /// Whole seconds until then, the one that has begun included.
    pub(crate) left_s: u64,
}

impl Retry {
    /// The second attempt at `answer`, where one is made: it was refused because too much was asked for at the moment, before the
    /// server took it up, so that nothing was paid for it.
    pub(crate) fn of(answer: &Message, now: UnixMillis) -> Option<Self> {
        let error = answer.error.as_ref()?;
        let wait_ms = error.retry_after_ms.unwrap_or(WAIT_MS);
        let is_worth_a_wait = matches!(
            error.kind,
            ErrorKind::RateLimited
                | ErrorKind::TooManyStreams
                | ErrorKind::UpstreamRateLimited
                | ErrorKind::Overloaded
        );
        let may_wait = is_worth_a_wait && wait_ms <= WAIT_MAX_MS && answer.send_key.is_some();
        may_wait.then(|| Self {
            answer: answer.id,
            due: UnixMillis(now.0.saturating_add(wait_ms)),
            left_s: wait_ms.div_ceil(1_000),
        })
    }

    /// The same a little later; `None` when it is time. A clock that is set back does not make the wait longer.
    pub(crate) fn at(self, now: UnixMillis) -> Option<Self> {
        let left_s = now.until_ms(self.due).div_ceil(1_000).min(self.left_s);
        (left_s > 0).then_some(Self { left_s, ..self })
    }
}

#[cfg(test)]
mod tests {
    use shared::error::ApiError;

    use super::*;

    fn refused(error: ApiError) -> Message {
        let mut answer = Message::answer(MessageId(3), "m".to_owned(), "key".to_owned());
        answer.interrupt(Some(error));
        answer
    }

    #[test]
    fn a_full_house_is_tried_again_after_the_time_it_names_or_a_second() {
        for kind in ErrorKind::ALL {
            let is_full = matches!(kind.status(), 429) || kind == ErrorKind::Overloaded;
            let retry = Retry::of(&refused(kind.into()), UnixMillis(10));
            assert_eq!(retry.is_some(), is_full, "{kind:?}");
        }
        let named = ApiError {
            retry_after_ms: Some(7_001),
            ..ErrorKind::RateLimited.into()
        };
        let retry = Retry::of(&refused(named), UnixMillis(0)).expect("waits");
        assert_eq!(retry.left_s, 8);
    }

    #[test]
    fn nobody_is_made_to_wait_for_minutes() {
        let absurd = ApiError {
            retry_after_ms: Some(WAIT_MAX_MS + 1),
            ..ErrorKind::RateLimited.into()
        };
        assert_eq!(Retry::of(&refused(absurd), UnixMillis(0)), None);
    }

    #[test]
    fn what_the_server_took_up_is_not_asked_for_again_by_itself() {
        let mut answer = refused(ErrorKind::Overloaded.into());
        answer.send_key = None;
        assert_eq!(Retry::of(&answer, UnixMillis(0)), None);
    }

    #[test]
    fn the_wait_counts_down_to_its_end_and_never_up() {
        let error = ApiError {
            retry_after_ms: Some(3_000),
            ..ErrorKind::Overloaded.into()
        };
        let retry = Retry::of(&refused(error), UnixMillis(1_000)).expect("waits");
        let left = |now| retry.at(UnixMillis(now)).map(|retry| retry.left_s);
        assert_eq!(left(1_000), Some(3));
        assert_eq!(left(2_001), Some(2));
        assert_eq!(left(3_999), Some(1));
        assert_eq!(left(4_000), None);
        assert_eq!(left(0), Some(3), "the clock was set back");
    }
}
