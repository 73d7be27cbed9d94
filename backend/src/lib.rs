//! Airlock's server: it holds the key, checks every request again, limits, meters and forwards to Claude.

pub mod clock;
pub mod stand_in;
pub mod tasks;
