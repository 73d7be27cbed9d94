//! The preflight in one line under the composer: what a request takes, what it can cost, and what stands in its way.

use leptos::prelude::*;
use shared::money::NanoUsd;
use shared::preflight::{Finding, Severity};

use super::button::Button;
use super::icon::{Icon, draw};
use super::part::{IntoPart, Part, nothing, redrawn, several};
use super::preflight_panel::PANEL_ID;
use crate::state::draft::{Stage, Verdict};
use crate::state::words;

/// The strip, with its findings above it.
#[component]
pub(crate) fn PreflightStrip(
    /// The verdict; absent until the server told its policy.
    verdict: Memo<Option<Verdict>>,
    /// What is left to spend.
    budget_left: Memo<Option<NanoUsd>>,
    /// Whether the panel with the particulars is open.
    #[prop(into)]
    is_open: Signal<bool>,
    /// Opens or closes the panel.
    on_toggle: Callback<()>,
) -> Part {
    let findings = redrawn(move || {
        verdict.with(|verdict| {
            let found = verdict.iter().flat_map(|verdict| &verdict.findings);
            several(found.map(draw_finding).collect())
        })
    });
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
            <ul class="findings">{findings}</ul>
            <p class="figures">
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

/// One finding. Its severity has a shape and a word of its own, not only a colour.
fn draw_finding(finding: &Finding) -> Part {
    let (icon, word, name) = match finding.severity {
        Severity::Info => (Icon::Info, "Note", "info"),
        Severity::Warn => (Icon::Warning, "Warning", "warn"),
        Severity::Block => (Icon::Barrier, "Blocked", "block"),
    };
    let what = format!("{word}: {}", finding.what);
    view! {
        <li class="finding" data-testid="finding" data-severity=name>
            {draw(icon)}
            <span>
                <strong>{what}</strong>
                {format!(" {}", finding.why)}
            </span>
        </li>
    }
    .part()
}

/// The prompt's size as a range, and what the request can cost at most.
fn summary(verdict: &Verdict) -> Option<Part> {
    let estimate = verdict.estimate.as_ref()?;
    let input = estimate.input;
    let tokens = format!("≈ {}", words::range(input.low.0, input.high.0));
    let cost = words::money(estimate.worst_case);
    let view = view! {
        <span>{tokens}</span>
        <span data-testid="preflight-cost">"at most " {cost}</span>
    };
    (verdict.stage != Stage::Empty).then(|| view.part())
}
