//! The types and rules that Airlock's page and server both run.
//!
//! This crate decides; it never acts. It has no IO, no clock, no randomness and no floating point, so that the same
//! input gives the same verdict in the browser tab and on the server. What it needs from the world, the time of day
//! included, comes in as an argument.
#![deny(clippy::float_arithmetic)]

pub mod anthropic;
#[cfg(test)]
mod any_json;
pub mod api;
pub mod error;
pub mod hex;
pub mod ids;
pub mod json;
pub mod models;
pub mod money;
pub mod openai;
pub mod policy;
pub mod preflight;
pub mod sse;
pub mod time;
