//! The composition root: makes the store, wires it to the browser, shows the page.

mod judging;
mod keeping;
mod moving;
mod retrying;
mod store;
mod turn;
mod xray;

use leptos::prelude::*;

use crate::browser;
use crate::pages::chat::ChatPage;

pub(crate) use store::Store;

/// Puts the application in the place of the static shell.
pub fn start() {
    console_error_panic_hook::set_once();
    browser::page::remove_shell();
    mount_to_body(App);
}

/// The whole page.
#[component]
fn App() -> impl IntoView {
    let store = Store::restored();
    store.refresh_session();
    store.keep_choices();
    store.keep_draft();
    store.keep_judging();
    store.keep_when_leaving();
    store.follow_once_drawn();
    view! { <ChatPage store /> }
}
