//! Our own browser API: small, strict, the same types on both sides.
//!
//! Requests refuse unknown fields, so that a misspelt one is an error with a name instead of a silent default.

pub mod budget;
pub mod chat;
pub mod count;
pub mod paths;
pub mod session;
pub mod spending;
pub mod usage;
pub mod xray;
