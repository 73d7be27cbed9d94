//! Why money is not held, in words: which budget lacks it, what is left, until when, and whether waiting helps.

use shared::api::budget::{BudgetInfo, BudgetScope};
use shared::error::{ApiError, ErrorKind};
use shared::money::NanoUsd;
use shared::time::UnixMillis;

use super::is_own;

/// Why money is not held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The operator has stopped all spending.
    Stopped,
    /// This budget does not hold `amount`.
    Lacking {
        /// What the request could cost.
        amount: NanoUsd,
        /// Where the budget stands.
        budget: BudgetInfo,
    },
}

impl Refusal {
    /// What the caller is told at `now`. Figures of budgets that others share are for those who see all.
    pub(in crate::admission) fn to_error(self, sees_all: bool, now: UnixMillis) -> ApiError {
        let (amount, budget) = match self {
            Self::Stopped => return ErrorKind::BudgetExhausted.with(
                "The operator has stopped all spending: nothing is sent until they let it go on. Waiting a little does not help.",
            ),
            Self::Lacking { amount, budget } => (amount, budget),
        };
        let shows_figures = sees_all || is_own(budget.scope);
        // Too dear for the whole budget it stays for ever, and what answers under way hold may come free at any moment.
        let is_spent = amount <= budget.limit && amount > budget.limit.saturating_sub(budget.spent);
        ApiError {
            retry_after_ms: is_spent.then(|| now.until_ms(budget.resets_at).max(1)),
            ..ErrorKind::BudgetExhausted.with(words(amount, &budget, shows_figures))
        }
    }
}

fn words(amount: NanoUsd, budget: &BudgetInfo, shows_figures: bool) -> String {
    let BudgetInfo {
        scope,
        window,
        limit,
        reserved,
        resets_at,
        ..
    } = *budget;
    let (whose, left) = (whose(scope), budget.left());
    match (amount > limit, shows_figures) {
        (true, true) => format!(
            "The request could cost up to {amount}. The whole budget of {whose} is {limit} a {window}: waiting does not help, a smaller request does."
        ),
        (true, false) => format!(
            "The request could cost up to {amount}, more than the whole budget of {whose} for a {window}: waiting does not help, a smaller request does."
        ),
        (false, true) if reserved > NanoUsd::ZERO => format!(
            "The request could cost up to {amount}; {left} of the {limit} that {whose} may spend in this {window} is left until {resets_at}, and {reserved} more is held for answers under way."
        ),
        (false, true) => format!(
            "The request could cost up to {amount}; {left} of the {limit} that {whose} may spend in this {window} is left until {resets_at}."
        ),
        (false, false) => format!(
            "The request could cost up to {amount}, and too little is left of the budget of {whose} for this {window}. The next one begins at {resets_at}."
        ),
    }
}

const fn whose(scope: BudgetScope) -> &'static str {
    match scope {
        BudgetScope::Overall => "everybody together",
        BudgetScope::Environment => "this environment",
        BudgetScope::Token => "this access token",
        BudgetScope::Address => "this address",
        BudgetScope::Session => "this session",
    }
}
