//! Who is asking: callers, their sessions, and where they come from.

mod address;
mod caller;
mod send_key;
mod sessions;

pub use address::client_address;
pub use caller::{Caller, CallerId, Role};
pub use send_key::SendKey;
pub use serving::address::AddressKey;
pub use sessions::{COOKIE_NAME, NewSession, SESSION_LIFE, Sessions};
