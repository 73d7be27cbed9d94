//! What an empty conversation shows: what this is, and what to try first.

use leptos::prelude::*;

use super::icon::mark;
use super::part::{IntoPart, Part, shown};
use crate::state::examples::{EXAMPLES, Example};

/// The welcome.
#[component]
pub(crate) fn Welcome(
    /// Whether a stand-in answers instead of Claude.
    #[prop(into)]
    is_stand_in: Signal<bool>,
    /// Takes up an example.
    on_example: Callback<Example>,
) -> Part {
    let examples = EXAMPLES.into_iter().map(|example| {
        view! {
            <li>
                <button
                    type="button"
                    class="example"
                    data-testid="example"
                    on:click=move |_| on_example.run(example)
                >
                    <strong>{example.title}</strong>
                    <span>{example.hint}</span>
                </button>
            </li>
        }
        .part()
    });
    let stand_in = shown(is_stand_in, || {
        let words = "No key is set, so a stand-in answers. It behaves like Claude on the wire and costs nothing.";
        view! { <p class="aside">{words}</p> }.part()
    });
    view! {
        <section class="welcome" data-testid="welcome" aria-label="Welcome">
            {mark()}
            <h2>"Talk with Claude. The key stays behind the hatch."</h2>
            <p>
                "What you write goes to this site's own server, which adds the key and asks Claude. Every request is checked and priced here before it leaves."
            </p>
            {stand_in}
            <ul class="examples">{examples.collect::<Vec<_>>()}</ul>
        </section>
    }
    .part()
}
