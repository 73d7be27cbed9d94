//! Where a question is written: the composer, its choices, and the preflight's strip below.

use leptos::prelude::*;
use shared::money::NanoUsd;

use crate::app::Store;
use crate::browser::{clock, page};
use crate::components::choices::draw_choices;
use crate::components::composer::{COMPOSER_ID, Composer};
use crate::components::icon::{Icon, draw};
use crate::components::part::{IntoPart, Part, nothing, redrawn, several};
use crate::components::preflight_findings::{FindingActions, draw_findings};
use crate::components::preflight_strip::PreflightStrip;
use crate::state::chat::ChatState;
use crate::state::draft::Verdict;

/// The desk.
#[component]
pub(super) fn Desk(
    /// What the page knows.
    store: Store,
    /// What is left to spend.
    budget_left: Memo<Option<NanoUsd>>,
    /// Whether the preflight is shown in full.
    shows_preflight: Signal<bool>,
    /// Shows or hides the preflight in full.
    on_preflight: Callback<()>,
) -> Part {
    let is_streaming = Memo::new(move |_| store.chat.with(ChatState::is_streaming));
    let verdict = store.verdict;
    let may_send =
        Memo::new(move |_| verdict.with(|verdict| verdict.as_ref().is_some_and(Verdict::may_send)));
    let pieces = Memo::new(move |_| {
        let all = |verdict: &Option<Verdict>| Some(verdict.as_ref()?.pieces.clone());
        verdict.with(all).unwrap_or_default()
    });
    // What is done about a finding takes its button away: one goes on in the composer.
    let then_write = |act: Callback<()>| {
        Callback::new(move |()| {
            act.run(());
            page::focus(COMPOSER_ID);
        })
    };
    let actions = FindingActions {
        mend: Callback::new(move |fix| {
            store.mend(&fix);
            page::focus(COMPOSER_ID);
        }),
        redact_and_send: then_write(Callback::new(move |()| store.redact_and_send())),
        undo: then_write(Callback::new(move |()| store.undo())),
    };
    let findings = draw_findings(verdict, store.may_undo.into(), actions);
    let models = Memo::new(move |_| {
        // What was spent changes the policy too; the lists are drawn anew only when the models change.
        store.server.with(|server| {
            let mut policy = server.session()?.policy.clone();
            policy.budget_left = None;
            Some(policy)
        })
    });
    let choices = redrawn(move || {
        let drawn = |policy| several(draw_choices(&policy, store.settings, clock::now()));
        models.get().map_or_else(nothing, drawn)
    });
    view! {
        <div class="desk">
            <Composer
                draft=store.draft
                pieces
                is_streaming
                may_send
                on_send=Callback::new(move |()| store.send())
                on_stop=Callback::new(move |()| store.stop())
                choices
            />
            {draw_refused(store.refused)}
            <PreflightStrip verdict findings budget_left is_open=shows_preflight on_toggle=on_preflight />
        </div>
    }
    .part()
}

/// Why an answer that was asked for once more was not.
fn draw_refused(refused: RwSignal<String>) -> Part {
    redrawn(move || {
        let words = refused.get();
        if words.is_empty() {
            return nothing();
        }
        view! {
            <p class="finding" data-severity="block" data-testid="refused">
                {draw(Icon::Barrier)} <span>{words}</span>
            </p>
        }
        .part()
    })
}
