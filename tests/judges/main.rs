//! The ring of outside judges: what programs that others trust say of the headers that our page comes with, and of the API.
//!
//! `cargo xtask test judges` gets the judges and says where they are. Each is also shown something bad, since a judge that likes
//! everything proves nothing.

mod content_policy;
mod judge;
mod observatory;
mod schema;
