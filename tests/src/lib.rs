//! Airlock.
