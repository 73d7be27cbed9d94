//! What the page knows, as plain data with pure transitions: no signals, no browser, tested natively.

pub(crate) mod archive;
pub(crate) mod chat;
pub(crate) mod curl;
pub(crate) mod draft;
pub(crate) mod examples;
pub(crate) mod history;
pub(crate) mod mending;
pub(crate) mod message;
pub(crate) mod retry;
pub(crate) mod server;
pub(crate) mod settings;
pub(crate) mod transcript;
pub(crate) mod underline;
pub(crate) mod words;
pub(crate) mod xray;
