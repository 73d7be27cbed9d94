//! Who is asking: callers, their sessions or tokens, and where they come from.

mod address;
mod caller;
mod send_key;
mod sessions;
mod token;

pub use address::client_address;
pub use caller::{Caller, CallerId, CallerLimits, Role};
pub use send_key::SendKey;
pub use serving::address::AddressKey;
pub use sessions::{COOKIE_NAME, NewSession, SESSION_LIFE, Sessions};
pub use token::AccessToken;
