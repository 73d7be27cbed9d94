//! An error as a person can use it: what happened, why, what to do, how to see that it helped.

use leptos::prelude::*;
use shared::error::ApiError;

use super::button::Button;
use super::copy_button::CopyButton;
use super::icon::{Icon, draw};
use super::part::{IntoPart, Part, nothing};

/// What can be done about an error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Remedies {
    /// Tries again, with the hook for tests; absent where that is not offered.
    pub(crate) on_retry: Option<(&'static str, Callback<()>)>,
    /// The request as a command; absent where there is none to repeat.
    pub(crate) curl: Option<Callback<(), String>>,
    /// Copies.
    pub(crate) on_copy: Callback<String>,
}

/// Draws one error.
pub(crate) fn draw_error(error: &ApiError, remedies: Remedies) -> Part {
    let kind = error.kind;
    let found = error.findings.iter().map(|finding| {
        let words = format!("{} {}", finding.what, finding.why);
        view! { <p class="detail">{words}</p> }.part()
    });
    let detail = error
        .detail
        .clone()
        .map(|detail| view! { <p class="detail">{detail}</p> }.part());
    let details: Vec<_> = detail.into_iter().chain(found).collect();
    let request_id = error.request_id.map_or_else(nothing, |id| {
        row(
            "Request",
            view! { <code data-testid="request-id">{id.to_string()}</code> }.part(),
        )
    });
    view! {
        <section class="error-card" data-testid="error-card" data-code=kind.code() aria-label="Error">
            <p class="title">{draw(Icon::Barrier)} <strong>{kind.title()}</strong></p>
            {details}
            <dl>
                {row("Cause", kind.cause().part())} {row("Fix", kind.fix().part())}
                {row("Verify", kind.verify().part())} {request_id}
            </dl>
            <p class="actions">{actions(remedies)}</p>
        </section>
    }
    .part()
}

fn actions(remedies: Remedies) -> Vec<Part> {
    let on_copy = remedies.on_copy;
    let retry = remedies.on_retry.map(|(test_id, on_press)| {
        view! { <Button look="solid" test_id icon=Icon::Again label="Try again" on_press /> }
    });
    let copy = remedies.curl.map(|text| {
        view! { <CopyButton label="Copy as cURL" test_id="copy-curl" text on_copy /> }
    });
    let actions = [retry.map(IntoPart::part), copy.map(IntoPart::part)];
    actions.into_iter().flatten().collect()
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
