//! The preflight as an ES module, for front ends that are not ours: it is at work in the example page, says what the server says, and
//! its types are true.

mod corpus;
mod difference;
mod example;
mod input;
mod module;
mod place;
mod types;
