//! The preflight in full: a column on a wide screen, a sheet from below on a narrow one.

use leptos::prelude::*;
use shared::models::Catalogue;
use shared::money::{NanoUsd, TokenCount};
use shared::preflight::{Estimate, Fix};

use super::button::Button;
use super::icon::{Icon, draw};
use super::part::{IntoPart, Part, nothing, redrawn, several};
use super::preflight_costs::{draw_costs, draw_route, draw_trim};
use crate::state::draft::{Stage, Verdict};
use crate::state::words;

/// The panel's element id, to move the focus to.
pub(crate) const PANEL_ID: &str = "preflight";

/// What can be done in the panel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PanelActions {
    /// Changes the request.
    pub(crate) mend: Callback<Fix>,
    /// Sends again what was left out.
    pub(crate) bring_back: Callback<()>,
    /// Has the prompt counted.
    pub(crate) count: Callback<()>,
    /// Closes the panel.
    pub(crate) close: Callback<()>,
}

/// The panel.
#[component]
pub(crate) fn PreflightPanel(
    /// The verdict; absent until the server told its policy.
    verdict: RwSignal<Option<Verdict>>,
    /// What is left to spend.
    budget_left: Memo<Option<NanoUsd>>,
    /// How many messages are left out of what is sent.
    left_out: Memo<usize>,
    /// Whether the prompt is being counted.
    #[prop(into)]
    is_counting: Signal<bool>,
    /// Why it was not, when that was asked last.
    not_counted: RwSignal<String>,
    /// What can be done here.
    actions: PanelActions,
) -> Part {
    let state = redrawn(move || verdict.with(|verdict| headline(verdict.as_ref())));
    let body = redrawn(move || {
        verdict.with(|verdict| {
            let verdict = verdict.as_ref();
            let estimate = verdict.and_then(|verdict| verdict.estimate.as_ref());
            match (verdict, estimate) {
                (Some(verdict), Some(estimate)) => {
                    let rows = several(particulars(verdict, estimate, budget_left.get()));
                    several(vec![
                        draw_route(verdict),
                        view! { <dl class="rows">{rows}</dl> }.part(),
                        draw_trim(verdict, left_out.get(), actions),
                        draw_costs(verdict, actions.mend),
                    ])
                }
                _ => nothing(),
            }
        })
    });
    let may_not_count = Signal::derive(move || {
        let may_count =
            |verdict: &Option<Verdict>| verdict.as_ref().is_some_and(Verdict::may_count);
        is_counting.get() || !verdict.with(may_count)
    });
    view! {
        <aside class="panel" id=PANEL_ID tabindex="-1" aria-label="Preflight in full">
            <header>
                <h2>"Preflight"</h2>
                <Button look="bare" icon=Icon::Cross label="Close the preflight" on_press=actions.close />
            </header>
            <p class="verdict">
                {state}
                <Button
                    look="quiet"
                    test_id="count"
                    icon=Icon::Count
                    label="Count exactly"
                    is_disabled=may_not_count
                    on_press=actions.count
                />
            </p>
            <p class="note">{not_counted}</p>
            {body}
            <p class="aside">
                "Checked in this tab before anything leaves it, and again by the server with the same code. The worst case counts every byte as a token and the whole output cap; what an answer really took replaces it."
            </p>
        </aside>
    }
    .part()
}

/// The verdict in words, with a shape of its own.
fn headline(verdict: Option<&Verdict>) -> Part {
    let (icon, words, name) = match verdict {
        None => (Icon::Info, "Waiting for the server's policy", "idle"),
        Some(verdict) if verdict.stage == Stage::Sent => (Icon::Send, "Sent", "ready"),
        Some(verdict) if verdict.is_blocked() => (Icon::Barrier, "Must not be sent", "block"),
        Some(verdict) if verdict.may_send() => (Icon::Check, "Ready to send", "ready"),
        Some(_) => (Icon::Info, "Nothing to send yet", "idle"),
    };
    view! { <span class="state" data-state=name>{draw(icon)} {words}</span> }.part()
}

fn particulars(verdict: &Verdict, estimate: &Estimate, left: Option<NanoUsd>) -> Vec<Part> {
    let input = estimate.input;
    let tokens = |tokens: TokenCount| format!("{} tokens", words::count(tokens.0));
    let prompt = match verdict.exact {
        Some(exact) => row("Prompt, counted", tokens(exact)),
        None => row(
            "Prompt, probably",
            format!("{} tokens", words::range(input.low.0, input.high.0)),
        ),
    };
    let with_this = verdict.spent.saturating_add(estimate.likely);
    let mut rows = vec![
        row("Model", words::model_name(&verdict.model)),
        prompt,
        row("Prompt, at most", tokens(estimate.input_bound)),
        row("Answer, at most", tokens(estimate.output_max)),
        row("Likely cost", words::money(estimate.likely)),
        row("Worst case", words::money(estimate.worst_case)),
        row("Conversation with this turn", words::money(with_this)),
    ];
    if let Some(left) = left {
        let after = left.saturating_sub(estimate.worst_case);
        rows.push(row("Left today", words::money_left(left)));
        rows.push(row("Left after the worst case", words::money_left(after)));
    }
    rows.extend(context(verdict, estimate));
    rows
}

/// How much of the model's context prompt and answer may fill together.
fn context(verdict: &Verdict, estimate: &Estimate) -> Option<Part> {
    let catalogue = Catalogue::builtin();
    let holds = u64::from(catalogue.find(&verdict.model)?.context_tokens);
    let fills = estimate.input.high.saturating_add(estimate.output_max);
    let view = view! {
        <div class="wide">
            <dt>"Context, up to"</dt>
            <dd>
                {format!("{} of {}", words::count(fills.0), words::count(holds))}
                <meter
                    aria-label="Context filled at most"
                    min="0"
                    max=holds.to_string()
                    value=fills.0.to_string()
                ></meter>
            </dd>
        </div>
    };
    Some(view.part())
}

fn row(name: &'static str, figure: String) -> Part {
    view! {
        <div>
            <dt>{name}</dt>
            <dd>{figure}</dd>
        </div>
    }
    .part()
}
