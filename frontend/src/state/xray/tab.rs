//! What this tab itself saw of its requests. It stays in the tab's memory: nothing of it is sent or kept.

use shared::ids::RequestId;

/// How many requests are remembered: as many as the server remembers, more than anybody looks back at.
const SEEN_MAX: usize = 256;

/// When things happened to a request in the tab, in microseconds since its preflight began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_field_names,
    reason = "every time says its unit, and here is nothing but times"
)]
pub(crate) struct TabTimes {
    /// The preflight let it go.
    pub(crate) checked_us: u64,
    /// The answer's head was here; absent where none came.
    pub(crate) headed_us: Option<u64>,
    /// It was over, however it ended.
    pub(crate) done_us: u64,
}

/// The requests that this tab sent, the latest last.
#[derive(Debug, Default)]
pub(crate) struct Seen(Vec<(RequestId, TabTimes)>);

impl Seen {
    /// Remembers a request that is over.
    pub(crate) fn note(&mut self, id: RequestId, times: TabTimes) {
        if self.0.len() == SEEN_MAX {
            self.0.remove(0);
        }
        self.0.push((id, times));
    }

    /// What was seen of the request `id`, if this tab sent it.
    pub(crate) fn of(&self, id: RequestId) -> Option<TabTimes> {
        let mut latest_first = self.0.iter().rev();
        let found = latest_first.find(|(seen, _)| *seen == id)?;
        Some(found.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_requests_are_remembered_and_no_more() {
        let mut seen = Seen::default();
        for number in 0..=SEEN_MAX as u64 {
            let times = TabTimes {
                done_us: number,
                ..TabTimes::default()
            };
            seen.note(RequestId::from_random(number.into()), times);
        }
        assert_eq!(seen.0.len(), SEEN_MAX);
        assert_eq!(seen.of(RequestId::from_random(0)), None);
        let last = seen.of(RequestId::from_random(SEEN_MAX as u128));
        assert_eq!(last.map(|times| times.done_us), Some(SEEN_MAX as u64));
    }
}
