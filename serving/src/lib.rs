//! What every server of Airlock's stands on: a clock that tests can move, background work that shutdown can wait for, and an accept
//! loop with our own timers.
//!
//! The backend and the stand-in both build on it and on nothing else of each other's.

pub mod clock;
pub mod server;
pub mod tasks;
