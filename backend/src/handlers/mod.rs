//! Handlers: each takes what it needs, calls one thing, and returns.

pub(crate) mod chat;
pub(crate) mod count;
pub(crate) mod health;
pub(crate) mod messages;
pub(crate) mod metrics;
pub(crate) mod openapi;
pub(crate) mod quotas;
pub(crate) mod session;
pub(crate) mod stop_spending;
pub(crate) mod usage;
pub(crate) mod xray;
