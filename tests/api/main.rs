//! The API ring: the whole server over HTTP, with the stand-in Claude behind it and time moved by hand.

mod books;
mod chat;
mod doors;
mod faults;
mod gates;
mod hang_up;
mod hygiene;
mod limits;
mod pages;
mod refusals;
mod retries;
mod session;
mod shutdown;
