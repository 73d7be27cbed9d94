//! Bytes to a turn and events back to bytes, one file for each way to speak to Airlock.

pub mod anthropic;
pub mod browser;
