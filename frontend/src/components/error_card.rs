//! An error as a person can use it: what happened, why, what to do, how to see that it helped.

use leptos::prelude::*;
use shared::error::{ApiError, ErrorKind};

use super::copy_button::CopyButton;
use super::icon::{Icon, draw};
use super::part::{IntoPart, Part, nothing};
use crate::state::words;

/// What can be done about an error.
pub(crate) struct Remedies {
    /// What the person can do, drawn.
    pub(crate) actions: Vec<Part>,
    /// The request as a command; absent where there is none to repeat.
    pub(crate) curl: Option<Callback<(), String>>,
    /// Copies.
    pub(crate) on_copy: Callback<String>,
}

/// Draws one error.
pub(crate) fn draw_error(error: &ApiError, remedies: Remedies) -> Part {
    let kind = error.kind;
    if kind == ErrorKind::DuplicateRequest {
        return draw_notice(error, remedies.actions);
    }
    let found = error.findings.iter().map(|finding| {
        let words = format!("{} {}", finding.what, finding.why);
        view! { <p class="detail">{words}</p> }.part()
    });
    let detail = error
        .detail
        .clone()
        .map(|detail| view! { <p class="detail">{detail}</p> }.part());
    let details: Vec<_> = detail.into_iter().chain(found).collect();
    let wait = error
        .retry_after_ms
        .map(|wait_ms| row("Wait", words::wait(wait_ms).part()));
    let request_id = error.request_id.map(|id| {
        row(
            "Request",
            view! { <code data-testid="request-id">{id.to_string()}</code> }.part(),
        )
    });
    let rows: Vec<_> = [
        Some(row("Cause", kind.cause().part())),
        Some(row("Fix", kind.fix().part())),
        wait,
        Some(row("Verify", kind.verify().part())),
        request_id,
    ]
    .into_iter()
    .flatten()
    .collect();
    let on_copy = remedies.on_copy;
    let copy = remedies.curl.map_or_else(nothing, |text| {
        view! { <CopyButton label="Copy as cURL" test_id="copy-curl" text on_copy /> }.part()
    });
    view! {
        <section class="error-card" data-testid="error-card" data-code=kind.code() aria-label="Error">
            <p class="title">{draw(Icon::Barrier)} <strong>{kind.title()}</strong></p>
            {details}
            <dl>{rows}</dl>
            <div class="actions">{remedies.actions} {copy}</div>
        </section>
    }
    .part()
}

/// Draws what is no failure: the page only did not pay twice.
fn draw_notice(error: &ApiError, actions: Vec<Part>) -> Part {
    let kind = error.kind;
    let detail = error.detail.as_deref().unwrap_or_default();
    let words = format!("{detail} {} {}", kind.cause(), kind.fix());
    view! {
        <section class="error-card calm" data-testid="notice" data-code=kind.code() aria-label="Notice">
            <p class="title">{draw(Icon::Info)} <strong>{kind.title()}</strong></p>
            <p class="detail">{words}</p>
            <div class="actions">{actions}</div>
        </section>
    }
    .part()
}

fn row(name: &'static str, value: Part) -> Part {
    view! {
        <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
        </div>
    }
    .part()
}
