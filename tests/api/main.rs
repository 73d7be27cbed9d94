//! The API ring: the whole server over HTTP, with the stand-in Claude behind it and time moved by hand.
#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "a test ends at the first thing that is not as it must be, and its tasks end with it"
)]

mod alerts;
mod any_bytes;
mod books;
mod caching;
mod chat;
mod connections;
mod count;
mod doors;
mod exactness;
mod fault_table;
mod faults;
mod gates;
mod gateway;
mod hang_up;
mod health;
mod hygiene;
mod idempotency;
mod ledger;
mod limits;
mod messages;
mod metrics;
mod mixed_run;
mod openapi;
mod pages;
mod queue;
mod quotas;
mod refusals;
mod retries;
mod routing;
mod scopes;
mod secrets;
mod session;
mod shutdown;
mod slots;
mod stop_spending;
mod timeouts;
mod tls;
mod usage;
mod xray;
