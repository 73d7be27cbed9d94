//! The browser ring: the real page, from the real server, in a real browser; only Claude is a stand-in.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is not as it must be"
)]

mod conversation;
