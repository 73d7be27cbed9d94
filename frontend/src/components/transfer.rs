//! Chats out to a file and in from one, and what came of it.

use leptos::prelude::*;

use super::button::Button;
use super::icon::{Icon, draw};
use super::part::{IntoPart, Part, nothing, redrawn};
use crate::browser::files::Chosen;

/// Draws the two ways, and what came of the last one: in words, and whether it went wrong.
pub(crate) fn draw_transfer(
    moved: Signal<String>,
    has_failed: Signal<bool>,
    on_export: Callback<()>,
    on_import: impl Fn(Chosen) + 'static,
) -> Part {
    let outcome = redrawn(move || {
        let words = moved.get();
        if words.is_empty() {
            return nothing();
        }
        let (icon, severity) = if has_failed.get() {
            (Icon::Barrier, "block")
        } else {
            (Icon::Check, "info")
        };
        view! {
            <p class="finding" data-testid="moved" data-severity=severity>
                {draw(icon)}
                <span>{words}</span>
            </p>
        }
        .part()
    });
    view! {
        <div class="transfer">
            {outcome}
            <div class="actions">
                <Button look="quiet" test_id="export-all" icon=Icon::Export label="Export all" on_press=on_export />
                <label class="quiet">
                    <input
                        type="file"
                        class="unseen"
                        accept=".json,application/json"
                        data-testid="import"
                        on:change:target=move |event| {
                            if let Some(file) = Chosen::in_input(&event.target()) {
                                on_import(file);
                            }
                        }
                    />
                    {draw(Icon::Import)}
                    <span>"Import"</span>
                </label>
            </div>
        </div>
    }
    .part()
}
