//! What was spent, as far as somebody may see it: the ledger's figures beside the budgets'.

mod csv;

use std::sync::Arc;

use shared::api::usage::{
    BudgetLine, CALLS_IN_CSV, CALLS_IN_REPORT, Covers, Report, Usage, UsageQuery,
};
use shared::error::ErrorKind;
use store::{Store, UsageQuestion};

pub use csv::CsvFile;

use crate::access::Caller;
use crate::admission::Budgets;
use crate::error::Error;
use serving::clock::Clock;

/// Answers what is asked about usage. Cheap to clone.
#[derive(Clone, Debug)]
pub struct UsageDesk {
    store: Arc<dyn Store>,
    budgets: Budgets,
    clock: Clock,
}

/// Who asks, and with that whose calls the answer is about.
#[derive(Clone, Copy, Debug)]
pub enum Viewer<'a> {
    /// Whoever runs the server.
    Operator,
    /// Somebody at the page.
    Caller(&'a Caller),
}

impl Viewer<'_> {
    const fn covers(self) -> Covers {
        match self {
            Self::Caller(caller) if !caller.sees_all => Covers::OwnSession,
            Self::Operator | Self::Caller(_) => Covers::Everybody,
        }
    }
}

impl UsageDesk {
    /// A desk that reads this ledger and these budgets.
    pub fn new(store: Arc<dyn Store>, budgets: Budgets, clock: Clock) -> Self {
        Self {
            store,
            budgets,
            clock,
        }
    }

    /// The report on what `query` asks.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] for what cannot be answered, and a fault of ours where the ledger cannot be read.
    pub async fn report(&self, viewer: Viewer<'_>, query: UsageQuery) -> Result<Report, Error> {
        Ok(Report {
            now_unix_ms: self.clock.now(),
            covers: viewer.covers(),
            budgets: self.budgets_of(viewer),
            usage: self.usage(viewer, query, CALLS_IN_REPORT).await?,
        })
    }

    /// The calls behind it, as a file.
    ///
    /// # Errors
    ///
    /// Those of [`report`](Self::report).
    pub async fn csv(&self, viewer: Viewer<'_>, query: UsageQuery) -> Result<CsvFile, Error> {
        let usage = self.usage(viewer, query.clone(), CALLS_IN_CSV).await?;
        Ok(CsvFile::of(&usage, query))
    }

    async fn usage(
        &self,
        viewer: Viewer<'_>,
        query: UsageQuery,
        calls_max: u32,
    ) -> Result<Usage, Error> {
        let now = self.clock.now();
        let period = query.period(now)?;
        let session = match viewer {
            Viewer::Caller(caller) if !caller.sees_all => {
                let none = || Error::Internal("a visitor without a session asked".to_owned());
                Some(caller.payer.session.ok_or_else(none)?)
            }
            Viewer::Operator | Viewer::Caller(_) => None,
        };
        let question = UsageQuestion {
            now,
            period,
            session,
            model: query.model,
            environment: query.environment,
            before: query.before,
            calls_max,
        };
        let answer = self.store.usage(question).await;
        let answer = answer.map_err(|error| Error::Internal(error.to_string()))?;
        answer.map_err(|too_many| ErrorKind::InvalidRequest.with(too_many.to_string()).into())
    }

    /// Budgets that are common to all are for those who see all; everybody sees its own.
    fn budgets_of(&self, viewer: Viewer<'_>) -> Vec<BudgetLine> {
        let named = |(name, budget): (Option<Arc<str>>, _)| BudgetLine {
            name: name.map(|name| name.to_string()),
            budget,
        };
        match viewer {
            Viewer::Caller(caller) if !caller.sees_all => {
                let told = self.budgets.told_to(caller).budgets.into_iter();
                told.map(|budget| named((None, budget))).collect()
            }
            Viewer::Operator | Viewer::Caller(_) => {
                self.budgets.common().into_iter().map(named).collect()
            }
        }
    }
}
