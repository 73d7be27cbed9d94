//! The endurance ring: what many clients, hostile upstreams and long times leave behind. It prints its figures; with `--soak` it takes
//! its time.
#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test ends at the first thing that is not as it must be, real sockets live in real time, and figures are to be read"
)]

mod aborts;
mod figures;
mod identities;
mod judgements;
mod kills;
mod memory;
mod stop;
