//! Airlock's page: it shows what the server and the shared rules decide.
//!
//! It holds no key, has no type that could hold one, and talks to its own server alone. `state` and `markdown` are plain
//! data; `api` asks the server; `browser` is the only module that names the browser's own interfaces; `components` are
//! dumb; `pages` put them together; `app` is the composition root.

mod api;
mod app;
mod browser;
mod components;
mod markdown;
mod pages;
mod route;
mod state;

pub use app::start;
