//! Airlock's server: it holds the key, checks every request again, limits, meters and forwards to Claude.
//!
//! The modules are floors of a house; each uses only what lies below it, so that a request falls through and no two rooms need
//! each other. `cargo xtask tidy` checks it.

pub mod access;
pub mod admission;
pub mod app;
mod assets;
pub mod cli;
pub mod commands;
pub mod dialect;
pub mod error;
pub mod extract;
mod handlers;
pub mod keys;
pub mod layers;
pub mod operator;
pub mod proxy;
pub mod routes;
pub mod state;
pub mod telemetry;
pub mod turn;
pub mod upstream;
pub mod usage;
