//! What the preflight found, each with the fix that mends it, and the way back from the last one.

use leptos::prelude::*;
use shared::preflight::{Finding, Fix, Rule, Severity};

use super::button::Button;
use super::icon::{Icon, draw};
use super::part::{IntoPart, Part, redrawn, several, shown};
use crate::state::draft::Verdict;
use crate::state::words;

/// Findings that are listed; the rest of a long list would push the conversation away, and most of it says the same again.
const LISTED: usize = 4;

/// What can be done about what was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FindingActions {
    /// Applies a fix.
    pub(crate) mend: Callback<Fix>,
    /// Cuts all keys out and sends.
    pub(crate) redact_and_send: Callback<()>,
    /// Undoes the last fix.
    pub(crate) undo: Callback<()>,
}

/// Draws the findings of `verdict`.
pub(crate) fn draw_findings(
    verdict: RwSignal<Option<Verdict>>,
    may_undo: Signal<bool>,
    actions: FindingActions,
) -> Part {
    let findings = Memo::new(move |_| {
        let all = |verdict: &Option<Verdict>| Some(verdict.as_ref()?.findings.clone());
        verdict.with(all).unwrap_or_default()
    });
    let list = redrawn(move || findings.with(|findings| draw_list(findings, actions)));
    let undo = shown(may_undo, move || {
        let on_press = actions.undo;
        view! {
            <p class="mended">
                {draw(Icon::Check)} <span>"Changed what is sent."</span>
                <Button look="quiet" test_id="undo" icon=Icon::Undo label="Undo" on_press />
            </p>
        }
        .part()
    });
    view! { <div class="found">{list} {undo}</div> }.part()
}

fn draw_list(findings: &[Finding], actions: FindingActions) -> Part {
    let first_key = findings.iter().position(|finding| {
        finding.rule == Rule::Secret && finding.severity == Severity::Block && finding.fix.is_some()
    });
    let listed = findings.iter().take(LISTED).enumerate();
    let mut items: Vec<_> = listed
        .map(|(place, finding)| draw_finding(finding, first_key == Some(place), actions))
        .collect();
    if let Some(more) = findings.len().checked_sub(LISTED).filter(|more| *more > 0) {
        let words = format!("And {more} more.");
        items.push(view! { <li class="aside">{words}</li> }.part());
    }
    view! { <ul class="findings">{items}</ul> }.part()
}

/// One finding. Its severity has a shape and a word of its own, not only a colour.
fn draw_finding(finding: &Finding, is_first_key: bool, actions: FindingActions) -> Part {
    let (icon, word) = match finding.severity {
        Severity::Info => (Icon::Info, "Note"),
        Severity::Warn => (Icon::Warning, "Warning"),
        Severity::Block => (Icon::Barrier, "Blocked"),
    };
    let name = words::severity(finding.severity);
    let what = format!("{word}: {}", finding.what);
    let mut buttons = Vec::new();
    if is_first_key {
        let on_press = actions.redact_and_send;
        let send = view! {
            <Button look="solid" test_id="redact-and-send" icon=Icon::Send label="Redact and send" on_press />
        };
        buttons.push(send.part());
    }
    if let Some(fix) = finding.fix.clone() {
        let label = words::fix(&fix);
        let on_press = move |()| actions.mend.run(fix.clone());
        let mend = view! { <Button look="quiet" test_id="fix" icon=Icon::Mend label on_press /> };
        buttons.push(mend.part());
    }
    view! {
        <li class="finding" data-testid="finding" data-severity=name>
            {draw(icon)} <span>
                <strong>{what}</strong>
                {format!(" {}", finding.why)}
            </span> <span class="actions">{several(buttons)}</span>
        </li>
    }
    .part()
}
