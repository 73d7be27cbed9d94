//! The preflight in one line under the composer: what a request takes, what it can cost, and what stands in its way.

use leptos::prelude::*;
use shared::money::NanoUsd;

use super::button::Button;
use super::icon::Icon;
use super::part::{IntoPart, Part, nothing, redrawn, several};
use super::preflight_panel::PANEL_ID;
use crate::state::draft::{Stage, Verdict};
use crate::state::words;

/// The strip, with its findings above it.
#[component]
pub(crate) fn PreflightStrip(
    /// The verdict; absent until the server told its policy.
    verdict: RwSignal<Option<Verdict>>,
    /// What was found, drawn.
    findings: Part,
    /// What is left to spend.
    budget_left: Memo<Option<NanoUsd>>,
    /// Whether the panel with the particulars is open.
    #[prop(into)]
    is_open: Signal<bool>,
    /// Opens or closes the panel.
    on_toggle: Callback<()>,
) -> Part {
    let figures = redrawn(move || {
        verdict.with(|verdict| verdict.as_ref().and_then(summary).unwrap_or_else(nothing))
    });
    let left = move || {
        let left = budget_left.get();
        left.map_or_else(String::new, |left| {
            format!("{} left today", words::money_left(left))
        })
    };
    view! {
        <section class="preflight" data-testid="preflight" aria-label="Preflight">
            {findings} <p class="figures">
                {figures} <span>{Signal::derive(left)}</span>
                <Button
                    look="quiet"
                    test_id="preflight-toggle"
                    icon=Icon::Gauge
                    label="Preflight"
                    opens=Some((PANEL_ID, is_open))
                    on_press=on_toggle
                />
            </p>
        </section>
    }
    .part()
}

/// The prompt's size as a range, or as it was counted; what the request will cost, and at most; and who answers, where the rules
/// chose.
fn summary(verdict: &Verdict) -> Option<Part> {
    let estimate = verdict.estimate.as_ref()?;
    let input = estimate.input;
    let tokens = match verdict.exact {
        Some(exact) => format!("{} tokens, counted", words::count(exact.0)),
        None => format!("≈ {} tokens", words::range(input.low.0, input.high.0)),
    };
    let likely = format!("likely {}", words::money(estimate.likely));
    let worst = format!("at most {}", words::money(estimate.worst_case));
    let mut figures = vec![
        figure("preflight-tokens", tokens),
        figure("preflight-likely", likely),
        figure("preflight-cost", worst),
    ];
    if let Some(route) = &verdict.route {
        let words = format!("auto: {}", words::model_name(&route.model));
        figures.push(figure("preflight-route", words));
    }
    (verdict.stage != Stage::Empty).then(|| several(figures))
}

fn figure(test_id: &'static str, words: String) -> Part {
    view! { <span data-testid=test_id>{words}</span> }.part()
}
