//! What every server of Airlock's stands on: a clock that tests can move, background work that shutdown can wait for, an accept
//! loop with our own timers, and the way to stop.
//!
//! The backend and the stand-in both build on it and on nothing else of each other's.

pub mod address;
pub mod clock;
pub mod descriptors;
pub mod drain;
pub mod server;
pub mod signals;
pub mod tasks;
