//! The browser itself: the only module that names `web_sys` and `js_sys`.
//!
//! Everything here is small and says what happened in our own types, so that the rest of the crate compiles and is
//! tested natively. Where the browser offers no way to do a thing (a page in a sandbox without storage, say), the
//! functions do nothing or say so; none of them panics.

pub(crate) mod clipboard;
pub(crate) mod clock;
pub(crate) mod fetch;
pub(crate) mod files;
pub(crate) mod frame;
pub(crate) mod keys;
pub(crate) mod marks;
pub(crate) mod page;
pub(crate) mod random;
pub(crate) mod scroll;
pub(crate) mod storage;
