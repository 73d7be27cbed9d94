//! How a stand-in behaves: what a run can choose.

use std::sync::Arc;

/// The choices of one stand-in. The default is what a visitor of the demo meets; [`Settings::instant`] is for tests and the bench.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Everything that looks random follows from it: ids, the size of the pieces, pauses, the choice of words.
    pub seed: u64,
    /// How fast answers come.
    pub pace: Pace,
    /// Whether a visitor can ask in words for an error: `overloaded`, `rate limit`, `drop the connection`.
    pub visitor_faults: bool,
    /// How much one key may ask for in a minute.
    pub limits: Limits,
    /// The only keys that are taken; absent, any is that does not contain `invalid`.
    pub keys: Option<Arc<[String]>>,
    /// How many requests the control handle remembers, the newest ones; the counters cover all.
    pub requests_kept: usize,
}

impl Settings {
    /// Answers at once and remembers enough requests for any test.
    pub const fn instant() -> Self {
        Self {
            seed: 1,
            pace: Pace::Instant,
            visitor_faults: false,
            limits: Limits::START,
            keys: None,
            requests_kept: 1_000,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            pace: Pace::Human,
            visitor_faults: true,
            // Nobody looks at a demo's requests through the control handle, but whoever runs `airlock stand-in` beside another server
            // may want the last few.
            requests_kept: 16,
            ..Self::instant()
        }
    }
}

/// How fast answers come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// As Claude's own do: the first words after 400 ms, then 20 to 60 words a second in uneven steps.
    Human,
    /// Without a pause.
    Instant,
}

/// What one key may ask for in a minute. A bucket holds a minute's worth and fills evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests.
    pub requests: u32,
    /// Prompt tokens that were not read from a cache.
    pub input_tokens: u32,
    /// Tokens of answers.
    pub output_tokens: u32,
}

impl Limits {
    /// Those of the API's lowest tier, Start.
    pub const START: Self = Self {
        requests: 1_000,
        input_tokens: 2_000_000,
        output_tokens: 400_000,
    };
    /// More than two cores can ask for: the bench's.
    pub const UNREACHABLE: Self = Self {
        requests: u32::MAX,
        input_tokens: u32::MAX,
        output_tokens: u32::MAX,
    };
}
