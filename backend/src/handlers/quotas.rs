//! What every answer and every refusal of the limited routes tells: where the caller stands with limits of its own.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use shared::api::budget::{BudgetInfo, BudgetScope, BudgetWindow};
use shared::api::paths;
use shared::time::UnixMillis;

use crate::access::Caller;
use crate::admission::Standing;
use crate::layers::{self, Quota};
use crate::state::{AppState, Parts};

/// Sets `RateLimit` and `RateLimit-Policy` of whatever comes of a request. It stands inside the gate that proves the caller.
pub(crate) async fn tell(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let caller = request.extensions().get::<Caller>().cloned();
    let is_count = request.uri().path() == paths::COUNT;
    let mut response = next.run(request).await;
    if let Some(caller) = caller {
        let quotas = quotas(&state.0, &caller, is_count);
        layers::tell(&mut response, &caller.id.partition(), &quotas);
    }
    response
}

/// What holds for `caller` alone: its requests, or counts, by the minute; and its budgets, which counts cost nothing of.
fn quotas(parts: &Parts, caller: &Caller, is_count: bool) -> Vec<Quota> {
    let [answers, counts] = parts.proxy.standings(caller);
    if is_count {
        return vec![by_minute("counts", counts)];
    }
    let now = parts.clock.now();
    let budgets = parts.budgets.own(&caller.payer).into_iter();
    let budgets = budgets.filter_map(|budget| of_budget(&budget, now));
    [by_minute("requests", answers)]
        .into_iter()
        .chain(budgets)
        .collect()
}

fn of_budget(budget: &BudgetInfo, now: UnixMillis) -> Option<Quota> {
    let (name, days) = match (budget.scope, budget.window) {
        (BudgetScope::Session, BudgetWindow::Day) => ("session-day", 1),
        (BudgetScope::Session, BudgetWindow::Month) => ("session-month", 31),
        (BudgetScope::Token, BudgetWindow::Day) => ("token-day", 1),
        (BudgetScope::Token, BudgetWindow::Month) => ("token-month", 31),
        // People behind one router share an address.
        (BudgetScope::Overall | BudgetScope::Environment | BudgetScope::Address, _) => return None,
    };
    Some(Quota {
        name,
        unit: Some("nano-usd"),
        limit: budget.limit.0,
        // A month's window has as many days as the longest, which is what the draft has a number for.
        window_s: Duration::from_hours(24).as_secs().saturating_mul(days),
        left: budget.left().0,
        reset_s: budget.resets_at.0.saturating_sub(now.0).div_ceil(1_000),
    })
}

fn by_minute(name: &'static str, standing: Standing) -> Quota {
    Quota {
        name,
        unit: None,
        limit: standing.limit.into(),
        window_s: Standing::WINDOW.as_secs(),
        left: standing.left.into(),
        reset_s: whole_seconds(standing.full_in),
    }
}

/// Rounded up: who comes back then does not come too early.
fn whole_seconds(duration: Duration) -> u64 {
    let has_more = duration.subsec_nanos() > 0;
    duration.as_secs().saturating_add(has_more.into())
}
