//! The ring of the scanner: how many keys it finds in how many forms, what it takes for a key and is none, and what the scanners that
//! others trust make of the same files.
//!
//! `cargo xtask test scanner` gets the others and says where they are; with `--write` the table goes into `docs/secrets.md`. All keys
//! are made up while it runs, from a seed, so that every run has the same ones and the checkout has none.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "what sets the stage for a test must end it, loudly"
)]

mod benign;
mod comparison;
mod forms;
mod keys;
mod others;
mod recall;
mod table;
