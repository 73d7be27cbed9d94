//! An error as a person can use it: what happened, why, what to do, how to see that it helped.

use leptos::prelude::*;
use shared::error::ApiError;

use super::copy_button::CopyButton;
use super::icon::{Icon, draw};

/// One error.
#[component]
pub(crate) fn ErrorCard(
    /// What happened.
    error: ApiError,
    /// The request as a command; absent where there is none to repeat.
    #[prop(default = None)]
    curl: Option<Callback<(), String>>,
    /// Tries again; absent where that is not offered.
    #[prop(default = None)]
    on_retry: Option<Callback<()>>,
    /// Copies.
    on_copy: Callback<String>,
) -> impl IntoView {
    let kind = error.kind;
    let findings = error.findings.iter().map(|finding| {
        view! { <li>{finding.what.clone()} " " {finding.why.clone()}</li> }
    });
    let findings = findings.collect::<Vec<_>>();
    let request_id = error.request_id.map(|id| {
        view! {
            <div>
                <dt>"Request"</dt>
                <dd>
                    <code data-testid="request-id">{id.to_string()}</code>
                </dd>
            </div>
        }
    });
    let retry = on_retry.map(|on_retry| {
        view! {
            <button type="button" class="solid" on:click=move |_| on_retry.run(())>
                {draw(Icon::Again)}
                <span>"Try again"</span>
            </button>
        }
    });
    let copy = curl.map(|text| {
        view! { <CopyButton label="Copy as cURL" test_id="copy-curl" text on_copy /> }
    });
    view! {
        <section class="error-card" data-testid="error-card" data-code=kind.code() aria-label="Error">
            <p class="title">{draw(Icon::Barrier)} <strong>{kind.title()}</strong></p>
            {error.detail.map(|detail| view! { <p class="detail">{detail}</p> })}
            <ul class="details">{findings}</ul>
            <dl>
                <div>
                    <dt>"Cause"</dt>
                    <dd>{kind.cause()}</dd>
                </div>
                <div>
                    <dt>"Fix"</dt>
                    <dd>{kind.fix()}</dd>
                </div>
                <div>
                    <dt>"Verify"</dt>
                    <dd>{kind.verify()}</dd>
                </div>
                {request_id}
            </dl>
            <p class="actions">{retry} {copy}</p>
        </section>
    }
}
