//! Who may spend now: the one place that makes an [`Admission`], and an admission is the one thing that opens an upstream.
//!
//! Before it comes the preflight, which bounds the cost; after it the route and the key. What an admission holds is given back
//! exactly once, when it is settled or dropped.
#![deny(clippy::arithmetic_side_effects)]

mod budgets;
mod rate;
mod slots;

use std::sync::Arc;
use std::time::Duration;

use shared::api::session::BudgetInfo;
use shared::error::{ApiError, ErrorKind};
use shared::models::Model;
use shared::money::{NanoUsd, TokenCount, TokenUsage};
use shared::preflight::Estimate;
use shared::time::UnixMillis;

pub use budgets::Budgets;
use budgets::Reservation;
pub use rate::RateLimits;
use rate::Rates;
pub use slots::StreamLimits;
use slots::{Slot, Slots};

use crate::access::Caller;
use crate::error::Error;
use serving::clock::Clock;

/// Decides who may spend. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Doorkeeper {
    clock: Clock,
    rates: Arc<Rates>,
    slots: Slots,
    budgets: Budgets,
}

/// The right to make one paid call, with the money for its worst case.
///
/// Nobody outside this module can make one:
///
/// ```compile_fail,E0451
/// # fn forge(template: backend::admission::Admission) {
/// let forged = backend::admission::Admission { admitted_at: Default::default(), ..template };
/// # }
/// ```
#[derive(Debug)]
pub struct Admission {
    model: Model,
    admitted_at: UnixMillis,
    output_max: TokenCount,
    reserved_at_first: NanoUsd,
    reservation: Reservation,
    budgets: Budgets,
    /// Held as long as the answer is.
    _slot: Slot,
}

impl Doorkeeper {
    /// A doorkeeper of these limits and budgets.
    pub fn new(rates: RateLimits, streams: StreamLimits, budgets: Budgets, clock: Clock) -> Self {
        Self {
            rates: Arc::new(Rates::new(rates, clock.clone())),
            slots: Slots::new(streams),
            budgets,
            clock,
        }
    }

    /// Lets one request of `caller` in, if its model is allowed, it does not come too soon, a stream is free for it and the budget
    /// holds its worst case.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ModelNotAllowed`]; [`ErrorKind::RateLimited`], with how long to wait; [`ErrorKind::TooManyStreams`]; and
    /// [`ErrorKind::BudgetExhausted`], with what is left and until when.
    #[expect(
        clippy::unused_async,
        reason = "a durable ledger will write the reservation down here before it returns"
    )]
    pub async fn admit(
        &self,
        caller: &Caller,
        model: &Model,
        estimate: &Estimate,
    ) -> Result<Admission, Error> {
        if !caller
            .policy
            .models
            .iter()
            .any(|allowed| allowed == model.id)
        {
            return Err(ErrorKind::ModelNotAllowed.with(model.display_name).into());
        }
        self.rates
            .take(caller.id, caller.address)
            .map_err(too_soon)?;
        let slot = self
            .slots
            .take(caller.id)
            .ok_or(ErrorKind::TooManyStreams)?;
        let reservation = self
            .budgets
            .reserve(estimate.worst_case)
            .map_err(|today| over_budget(estimate.worst_case, &today))?;
        Ok(Admission {
            model: model.clone(),
            admitted_at: self.clock.now(),
            output_max: estimate.output_max,
            reserved_at_first: estimate.worst_case,
            reservation,
            budgets: self.budgets.clone(),
            _slot: slot,
        })
    }
}

fn too_soon(wait: Duration) -> Error {
    ApiError {
        retry_after_ms: Some(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1)),
        ..ErrorKind::RateLimited.into()
    }
    .into()
}

fn over_budget(worst_case: NanoUsd, today: &BudgetInfo) -> Error {
    let detail = format!(
        "The request could cost up to {worst_case}; {} of {} is left until {}.",
        today.left(),
        today.limit,
        today.resets_at
    );
    ErrorKind::BudgetExhausted.with(detail).into()
}

impl Admission {
    /// The model that was admitted.
    pub const fn model(&self) -> &Model {
        &self.model
    }

    /// What was reserved when the request was let in.
    pub const fn reserved_at_first(&self) -> NanoUsd {
        self.reserved_at_first
    }

    /// The most that the request can still be charged.
    pub const fn reserved(&self) -> NanoUsd {
        self.reservation.held()
    }

    /// What `usage` costs. Prices are those of the moment of admission, so that one request has one price.
    pub fn cost(&self, usage: &TokenUsage) -> NanoUsd {
        self.model
            .cost(self.admitted_at, usage)
            .unwrap_or(NanoUsd::MAX)
    }

    /// The prompt's true size is known: gives back what was held for a larger one.
    pub fn prompt_is(&mut self, usage: &TokenUsage) {
        let at_most = TokenUsage {
            output: self.output_max,
            ..*usage
        };
        let cost = self.cost(&at_most);
        self.reservation.shrink_to(cost);
    }

    /// Books `charge`, at most what is reserved, and gives the rest back. Says what was booked and where the budget stands.
    pub fn settle(self, charge: NanoUsd) -> (NanoUsd, BudgetInfo) {
        let charged = self.reservation.settle(charge);
        (charged, self.budgets.today())
    }
}
