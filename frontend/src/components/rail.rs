//! The rail: the pages, and what concerns all of them. On a phone it is the bar at the bottom.

use leptos::prelude::*;

use super::button::Button;
use super::history_list::HISTORY_ID;
use super::icon::{Icon, draw, mark};
use super::part::{IntoPart, Part};
use crate::route::Route;

/// The rail.
#[component]
pub(crate) fn Rail(
    /// The page that is shown.
    current: Route,
    /// What the button for the colours says.
    theme: Signal<String>,
    /// Whether the list of chats is shown.
    #[prop(into)]
    shows_history: Signal<bool>,
    /// Shows or hides the list of chats.
    on_history: Callback<()>,
    /// Chooses the next colours.
    on_theme: Callback<()>,
) -> Part {
    let pages = Route::ALL.into_iter().map(|route| {
        let icon = match route {
            Route::Chat => Icon::Chat,
        };
        let is_current = if route == current { "page" } else { "false" };
        view! {
            <a href=route.path() aria-current=is_current>
                {draw(icon)}
                <span>{route.label()}</span>
            </a>
        }
        .part()
    });
    view! {
        <nav class="rail" aria-label="Airlock">
            <span class="brand" title="Airlock">{mark()}</span>
            {pages.collect::<Vec<_>>()}
            <a href="/lab">{draw(Icon::Lock)}<span>"Lab"</span></a> // lab
            <Button
                look="place"
                test_id="history"
                icon=Icon::History
                label="Chats"
                opens=Some((HISTORY_ID, shows_history))
                on_press=on_history
            />
            <Button
                look="last"
                test_id="theme"
                icon=Icon::Theme
                label=theme
                on_press=on_theme
            />
        </nav>
    }
    .part()
}
