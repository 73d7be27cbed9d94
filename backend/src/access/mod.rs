//! Who is asking: callers, their sessions, and where they come from.

mod address;
mod caller;
mod sessions;

pub use address::{AddressKey, client_address};
pub use caller::{Caller, CallerId, Role};
pub use sessions::{COOKIE_NAME, NewSession, SESSION_LIFE, Sessions};
