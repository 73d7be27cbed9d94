//! The heart: one pipeline for every way to speak to Airlock, written as a list.
//!
//! A request comes in as a [`Turn`] that a dialect has read and leaves as a [`Metered`] stream of events that a dialect writes.
//! Each step's result is the next one's argument, so that none can be left out.

mod meter;
mod relay;

use shared::error::{ApiError, ErrorKind};
use shared::models::{Catalogue, Model};
use shared::policy::Policy;
use shared::preflight::{self, Estimate};

use meter::Meter;
pub use meter::Metered;
pub use relay::BrowserEvents;

use crate::access::Caller;
use crate::admission::Doorkeeper;
use crate::clock::Clock;
use crate::error::Error;
use crate::turn::{Step, Turn};
use crate::upstream::Upstream;

/// Forwards requests to Claude. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Proxy {
    clock: Clock,
    catalogue: Catalogue,
    doorkeeper: Doorkeeper,
    upstream: Upstream,
}

impl Proxy {
    /// A proxy to `upstream` behind `doorkeeper`.
    pub const fn new(clock: Clock, doorkeeper: Doorkeeper, upstream: Upstream) -> Self {
        Self {
            clock,
            catalogue: Catalogue::builtin(),
            doorkeeper,
            upstream,
        }
    }

    /// Sends one turn to Claude and gives its answer once it begins.
    ///
    /// # Errors
    ///
    /// A refusal of ours, in which case nothing was sent, or what went wrong upstream before the answer began.
    pub async fn forward(&self, caller: &Caller, mut turn: Turn) -> Result<Metered, Error> {
        let (model, estimate) = self.preflight(caller, &turn)?;
        turn.trace.mark(Step::Preflight);
        let admission = self.doorkeeper.admit(caller, model, &estimate).await?;
        turn.trace.mark(Step::Admitted);
        let key = self.upstream.lease();
        turn.trace.mark(Step::Leased);
        let mut meter = Meter::start(admission, turn.request_id);
        let opened = self
            .upstream
            .open(meter.before_sending()?, &key, &turn)
            .await;
        turn.trace.mark(Step::Opened);
        meter.follow(opened, turn.trace)
    }

    /// Judges the turn by the rules that the page runs too; the browser's run is never trusted. Money is left to admission, which
    /// looks and reserves in one step.
    fn preflight(&self, caller: &Caller, turn: &Turn) -> Result<(&Model, Estimate), Error> {
        let policy = Policy {
            budget_left: None,
            ..Policy::clone(&caller.policy)
        };
        let verdict = preflight::check(&turn.view, &policy, &self.catalogue, self.clock.now());
        let model = self.catalogue.find(&turn.view.model);
        match (model, verdict.estimate) {
            (Some(model), Some(estimate)) if !verdict.is_blocked() => Ok((model, estimate)),
            _ => Err(ApiError {
                detail: verdict.findings.first().map(|finding| finding.what.clone()),
                findings: verdict.findings,
                ..ErrorKind::PreflightRefused.into()
            }
            .into()),
        }
    }
}
