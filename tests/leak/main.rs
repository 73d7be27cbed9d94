//! The leak ring: the upstream key, a random word in each run, is in nothing that leaves the server, and nowhere in the browser.
//!
//! Each search is a claim that nothing is there. So each detector also proves, in the same run, that it finds a word that was
//! planted where it looks.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it must be"
)]

mod browser;
mod browser_contents;
mod bundle;
mod needle;
mod scan;
mod scene;
mod startup;
mod wire;
mod words;
mod xray;
