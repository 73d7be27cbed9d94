//! The SDK ring: the official clients of both dialects, straight against the stand-in, and Anthropic's through Airlock. What they
//! understand, the protocol allows. And what Anthropic published of a tokenizer: beside it the estimator is judged.
//!
//! `cargo xtask test sdk` gets the clients and says where they are.

mod answers;
mod client;
mod completions;
mod failures;
mod programs;
mod tokens;
