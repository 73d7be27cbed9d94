//! The pages, one file an address. They put components together and connect them to the store.
#![expect(
    unreachable_pub,
    reason = "the component macro repeats the function's name in a public item of its own"
)]

pub(crate) mod chat;
pub(crate) mod xray;
