//! An error as a person can use it: what happened, why, what to do, how to see that it helped.

use leptos::prelude::*;
use shared::error::ApiError;

use super::button::Button;
use super::copy_button::CopyButton;
use super::dynamic::nothing;
use super::icon::{Icon, draw};

/// What can be done about an error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Remedies {
    /// Tries again; absent where that is not offered.
    pub(crate) on_retry: Option<Callback<()>>,
    /// The request as a command; absent where there is none to repeat.
    pub(crate) curl: Option<Callback<(), String>>,
    /// Copies.
    pub(crate) on_copy: Callback<String>,
}

/// Draws one error.
pub(crate) fn draw_error(error: &ApiError, remedies: Remedies) -> AnyView {
    let kind = error.kind;
    let found = error.findings.iter().map(|finding| {
        let words = format!("{} {}", finding.what, finding.why);
        view! { <p class="detail">{words}</p> }.into_any()
    });
    let detail = error.detail.clone().map(|detail| view! { <p class="detail">{detail}</p> }.into_any());
    let details: Vec<_> = detail.into_iter().chain(found).collect();
    let request_id = error.request_id.map_or_else(nothing, |id| {
        row("Request", view! { <code data-testid="request-id">{id.to_string()}</code> }.into_any())
    });
    view! {
        <section class="error-card" data-testid="error-card" data-code=kind.code() aria-label="Error">
            <p class="title">{draw(Icon::Barrier)} <strong>{kind.title()}</strong></p>
            {details}
            <dl>
                {row("Cause", kind.cause().into_any())} {row("Fix", kind.fix().into_any())}
                {row("Verify", kind.verify().into_any())} {request_id}
            </dl>
            <p class="actions">{actions(remedies)}</p>
        </section>
    }
    .into_any()
}

fn actions(remedies: Remedies) -> Vec<AnyView> {
    let on_copy = remedies.on_copy;
    let retry = remedies.on_retry.map(|on_press| {
        view! { <Button look="solid" test_id="retry" icon=Icon::Again label="Try again" on_press /> }
    });
    let copy = remedies.curl.map(|text| {
        view! { <CopyButton label="Copy as cURL" test_id="copy-curl" text on_copy /> }
    });
    let actions = [retry.map(IntoAny::into_any), copy.map(IntoAny::into_any)];
    actions.into_iter().flatten().collect()
}

fn row(name: &'static str, value: AnyView) -> AnyView {
    view! {
        <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
        </div>
    }
    .into_any()
}
