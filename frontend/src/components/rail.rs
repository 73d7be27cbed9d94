//! The rail: the pages, and what concerns all of them. On a phone it is the bar at the bottom.

use leptos::prelude::*;

use super::icon::{Icon, draw, mark};
use crate::route::Route;
use crate::state::settings::Theme;

/// The rail.
#[component]
pub(crate) fn Rail(
    /// The page that is shown.
    current: Route,
    /// The colours that are chosen.
    #[prop(into)]
    theme: Signal<Theme>,
    /// Whether the list of chats is shown.
    #[prop(into)]
    shows_history: Signal<bool>,
    /// Shows or hides the list of chats.
    on_history: Callback<()>,
    /// Chooses the next colours.
    on_theme: Callback<()>,
) -> impl IntoView {
    let pages = Route::ALL.into_iter().map(|route| {
        let icon = match route {
            Route::Chat => Icon::Chat,
        };
        view! {
            <a href=route.path() aria-current=(route == current).then_some("page")>
                {draw(icon)}
                <span>{route.label()}</span>
            </a>
        }
    });
    let next_theme = move || format!("Theme: {}. Change it", theme.get().label());
    view! {
        <nav class="rail" aria-label="Airlock">
            <span class="brand" title="Airlock">{mark()}</span>
            {pages.collect::<Vec<_>>()}
            <button
                type="button"
                data-testid="history"
                aria-expanded=move || shows_history.get().to_string()
                on:click=move |_| on_history.run(())
            >
                {draw(Icon::History)}
                <span>"Chats"</span>
            </button>
            <button
                type="button"
                class="last"
                data-testid="theme"
                aria-label=next_theme
                on:click=move |_| on_theme.run(())
            >
                {draw(Icon::Theme)}
                <span aria-hidden="true">{move || theme.get().label()}</span>
            </button>
        </nav>
    }
}
