//! The browser ring: the real page, from the real server, in a real browser; only Claude is a stand-in.
//!
//! Beside its own rule, every test holds three that the harness judges at its end: no error in the console, no violation of the
//! content security policy, no request to another origin.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it must be"
)]

mod binary;
mod bytes;
mod carrying_on;
mod choices;
mod conversation;
mod faults;
mod fixes;
mod history;
mod hostile_output;
mod keyboard;
mod looks;
mod markdown;
mod moving;
mod other_front_ends;
mod other_sites;
mod preflight;
mod queue;
mod second_attempts;
mod second_thoughts;
mod secrets;
mod sent_once;
mod states;
mod stops;
mod typing;
mod weight;
mod widths;
mod xray;
