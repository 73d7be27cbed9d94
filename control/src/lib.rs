//! The socket in the data folder: how commands reach a server that runs.
//!
//! It speaks HTTP. Whoever may read the folder is its owner, so that nobody else is asked who they are: the folder is 0700 and the socket
//! 0600.

mod client;
mod socket;

pub use client::{Answer, call};
pub use socket::Socket;

/// The socket's name in the data folder.
const NAME: &str = "control.sock";

#[cfg(test)]
mod tests;
