//! What would cost something else: another model, the one that the rules chose, fewer old turns.

use leptos::prelude::*;
use shared::preflight::{Fix, ModelCost};

use super::button::Button;
use super::icon::Icon;
use super::part::{IntoPart, Part, nothing, several};
use super::preflight_panel::PanelActions;
use crate::state::draft::Verdict;
use crate::state::words;

/// Draws which model the rules chose and why; nothing where the person chose.
pub(super) fn draw_route(verdict: &Verdict) -> Part {
    let Some(route) = &verdict.route else {
        return nothing();
    };
    let mut why = route.why.clone();
    if let Some(instead) = &route.instead {
        let name = words::model_name(&instead.model);
        let cost = words::money(instead.likely);
        why = format!("{why} {name} would probably cost {cost}.");
    }
    view! { <p class="note" data-testid="route">{why}</p> }.part()
}

/// Draws which old turns could be left out and what that saves, and which are.
pub(super) fn draw_trim(verdict: &Verdict, left_out: usize, actions: PanelActions) -> Part {
    let mut parts = Vec::new();
    if left_out > 0 {
        let words = format!(
            "Left out of what is sent: {}.",
            words::messages_of(left_out)
        );
        let on_press = actions.bring_back;
        let back = view! {
            <Button look="quiet" test_id="bring-back" icon=Icon::Undo label="Send them again" on_press />
        };
        parts.push(advice("left-out", words, back.part()));
    }
    if let Some(trim) = &verdict.trim {
        let words = format!(
            "Without the oldest {}: about {} tokens and {} less.",
            words::messages_of(trim.messages),
            words::count(trim.tokens.0),
            words::money(trim.saved)
        );
        let fix = trim.fix.clone();
        let on_press = move |()| actions.mend.run(fix.clone());
        let drop = view! {
            <Button look="quiet" test_id="trim-apply" icon=Icon::Mend label="Leave them out" on_press />
        };
        parts.push(advice("trim", words, drop.part()));
    }
    several(parts)
}

fn advice(test_id: &'static str, words: String, button: Part) -> Part {
    view! { <p class="note advice" data-testid=test_id><span>{words}</span> {button}</p> }.part()
}

/// Draws what each model would take, where there are several. A press on one chooses it.
pub(super) fn draw_costs(verdict: &Verdict, mend: Callback<Fix>) -> Part {
    if verdict.costs.len() < 2 {
        return nothing();
    }
    let rows = verdict.costs.iter();
    let rows: Vec<_> = rows
        .map(|cost| draw_cost(cost, cost.model == verdict.model, mend))
        .collect();
    view! {
        <table class="costs" data-testid="costs">
            <thead>
                <tr>
                    <th scope="col">"Model"</th>
                    <th scope="col">"Likely"</th>
                    <th scope="col">"At most"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .part()
}

fn draw_cost(cost: &ModelCost, is_chosen: bool, mend: Callback<Fix>) -> Part {
    let ModelCost { model, estimate } = cost;
    let fix = Fix::UseModel {
        model: model.clone(),
    };
    view! {
        <tr>
            <th scope="row">
                <button
                    type="button"
                    class="quiet"
                    data-testid="cost"
                    aria-pressed=is_chosen.to_string()
                    on:click=move |_| mend.run(fix.clone())
                >
                    {words::model_name(model)}
                </button>
            </th>
            <td>{words::money(estimate.likely)}</td>
            <td>{words::money(estimate.worst_case)}</td>
        </tr>
    }
    .part()
}
