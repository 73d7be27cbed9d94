//! Budgets as they are told: for whom, over which time, and where spending stands.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::money::NanoUsd;
use crate::time::UnixMillis;

/// For whom a budget holds. A request counts towards every scope that it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetScope {
    /// Everybody together.
    Overall,
    /// Everybody in the environment that the request belongs to.
    Environment,
    /// Whoever uses one access token.
    Token,
    /// One client address.
    Address,
    /// One browser session.
    Session,
}

/// Over which time a budget holds. Both turn over at midnight UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetWindow {
    /// A calendar day.
    Day,
    /// A calendar month.
    Month,
}

/// Where one budget stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetInfo {
    /// For whom it holds.
    pub scope: BudgetScope,
    /// Over which time.
    pub window: BudgetWindow,
    /// What may be spent in one window.
    pub limit: NanoUsd,
    /// What was spent in this one.
    pub spent: NanoUsd,
    /// What requests under way hold.
    pub reserved: NanoUsd,
    /// When the next window begins, at midnight UTC.
    pub resets_at: UnixMillis,
}

/// A budget that is spent to a mark that people should know of. It says no amount, so that it can be told to whoever it stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetNotice {
    /// For whom the budget holds.
    pub scope: BudgetScope,
    /// Over which time.
    pub window: BudgetWindow,
    /// The highest of [`MARKS`] that is reached.
    pub percent: u8,
    /// When the next window begins, at midnight UTC.
    pub resets_at: UnixMillis,
}

/// How much of a budget is spent when people are told, in percent: half, when there is still time to look; most; and all.
pub const MARKS: [u8; 3] = [50, 80, 100];

impl BudgetInfo {
    /// What may still be spent.
    pub const fn left(&self) -> NanoUsd {
        self.limit
            .saturating_sub(self.spent)
            .saturating_sub(self.reserved)
    }

    /// The highest of [`MARKS`] that spending has reached; zero below the first. Where nothing may be spent, nothing is ever reached.
    pub fn mark(&self) -> u8 {
        let (spent, limit) = (u128::from(self.spent.0), u128::from(self.limit.0));
        let is_reached = |mark: &u8| limit > 0 && spent * 100 >= limit * u128::from(*mark);
        MARKS.into_iter().rfind(is_reached).unwrap_or_default()
    }

    /// What to tell of it, where a mark is reached.
    pub fn notice(&self) -> Option<BudgetNotice> {
        let percent = self.mark();
        (percent > 0).then_some(BudgetNotice {
            scope: self.scope,
            window: self.window,
            percent,
            resets_at: self.resets_at,
        })
    }
}

impl fmt::Display for BudgetWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Day => "day",
            Self::Month => "month",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_reached_to_the_nano_dollar() {
        let mark = |spent, limit| {
            let budget = BudgetInfo {
                scope: BudgetScope::Overall,
                window: BudgetWindow::Day,
                limit: NanoUsd(limit),
                spent: NanoUsd(spent),
                reserved: NanoUsd(7),
                resets_at: UnixMillis(0),
            };
            assert_eq!(
                budget.notice().map_or(0, |notice| notice.percent),
                budget.mark()
            );
            budget.mark()
        };
        for (spent, expected) in [
            (0, 0),
            (499, 0),
            (500, 50),
            (799, 50),
            (800, 80),
            (999, 80),
            (1_000, 100),
            (u64::MAX, 100),
        ] {
            assert_eq!(mark(spent, 1_000), expected, "{spent}");
        }
        assert_eq!((mark(1, 3), mark(2, 3), mark(3, 3)), (0, 50, 100));
        assert_eq!((mark(0, 0), mark(u64::MAX, u64::MAX)), (0, 100));
    }
}
