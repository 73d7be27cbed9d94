//! Who is asking: callers and their sessions.

mod caller;
mod sessions;

pub use caller::{Caller, CallerId, Role};
pub use sessions::{COOKIE_NAME, NewSession, SESSION_LIFE, Sessions};
