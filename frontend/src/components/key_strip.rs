//! Where the key is, always in view: with the server, by its fingerprint, and how much it may still spend.

use leptos::prelude::*;
use shared::api::budget::{BudgetInfo, BudgetWindow};
use shared::api::session::SessionInfo;

use super::icon::{Icon, draw};
use super::part::{IntoPart, Part, nothing, redrawn};
use crate::state::server::ServerState;
use crate::state::words;

/// The strip at the top.
#[component]
pub(crate) fn KeyStrip(
    /// What the server told.
    server: RwSignal<ServerState>,
) -> Part {
    let body = redrawn(move || {
        server.with(|server| match server {
            ServerState::Asking => view! { <p class="where">"Asking the server"</p> }.part(),
            ServerState::Failed(_) => {
                view! { <p class="where">{draw(Icon::Warning)} "The server does not answer"</p> }
                    .part()
            }
            ServerState::Known(session) => known(session),
        })
    });
    view! { <header class="strip" data-testid="key-strip">{body}</header> }.part()
}

fn known(session: &SessionInfo) -> Part {
    let upstream = &session.upstream;
    let (kind, look, title) = if upstream.is_stand_in {
        (
            "Stand-in",
            "badge",
            "Nothing leaves the server and nothing costs money.",
        )
    } else {
        (
            "Real",
            "badge real",
            "Answers come from the real Claude and cost real money.",
        )
    };
    view! {
        <p class="where">
            {draw(Icon::Lock)}
            <span class="claim">
                <span class="long">"The key is "</span>
                <strong>"held by the server"</strong>
            </span>
            <code class="fingerprint" title="The first digits of the key's SHA-256. The key itself never comes here.">
                <span class="long">"fingerprint "</span>
                {upstream.key_fingerprint.clone()}
            </code>
            <span class="upstream">{upstream.name.clone()}</span>
            <span class=look title=title>{kind}</span>
        </p>
        {session.budget.as_ref().map_or_else(nothing, left)}
    }
    .part()
}

fn left(budget: &BudgetInfo) -> Part {
    let left = budget.left();
    let when = match budget.window {
        BudgetWindow::Day => "today",
        BudgetWindow::Month => "this month",
    };
    let words = format!(
        "{} of {} left {when}",
        words::money_left(left),
        words::money(budget.limit)
    );
    // A fifth is when to look up; the stylesheet turns the bar's colour there.
    let (limit, low) = (budget.limit.0, budget.limit.0 / 5);
    view! {
        <p class="budget" data-testid="budget">
            <span>{words}</span>
            <meter
                aria-label=format!("Budget left {when}")
                min="0"
                max=limit.to_string()
                low=low.to_string()
                high=low.to_string()
                optimum=limit.to_string()
                value=left.0.to_string()
            ></meter>
        </p>
    }
    .part()
}
