//! Who may spend now: the one place that makes an [`Admission`], and an admission is the one thing that opens an upstream.
//!
//! Before it comes the preflight, which bounds the cost; after it the route and the key. A request enters, waits for its turn where all
//! slots are taken, and is admitted: each step takes what the one before gave. Money comes last, so that nobody holds any while
//! waiting. What an admission holds is given back exactly once, when it is settled or dropped.
#![deny(clippy::arithmetic_side_effects)]

mod budgets;
mod ledger;
mod rate;
mod refusals;
mod sends;
mod slots;
mod switch;

use std::sync::Arc;

use shared::api::chat::Queued;
use shared::api::xray::StepName;
use shared::error::ErrorKind;
use shared::models::Model;
use shared::money::{NanoUsd, TokenCount, TokenUsage};
use shared::preflight::Estimate;
use shared::time::UnixMillis;
use store::Opening;

use budgets::Reservation;
pub use budgets::{Alert, Alerts, Budgets, Refusal, Today, Told};
use ledger::Line;
pub use ledger::{Ending, Ledger};
use rate::Rates;
pub use rate::{RateLimits, Standing};
use refusals::{no_seat, too_soon, waited_too_long};
use sends::{Claim, Sends};
pub use slots::StreamLimits;
use slots::{Seat, Slot, Slots};

pub use switch::KillSwitch;

use crate::access::Caller;
use crate::error::Error;
use crate::turn::{Judged, Trace, Turn};
use metrics::Metrics;
use serving::clock::Clock;
use serving::tasks::Tasks;

/// Decides who may spend. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Doorkeeper {
    clock: Clock,
    tasks: Tasks,
    rates: Arc<Rates>,
    counts: Arc<Rates>,
    sends: Sends,
    slots: Slots,
    budgets: Budgets,
    ledger: Ledger,
    metrics: Metrics,
}

/// A request that was let in, and may have to wait for its turn.
#[derive(Debug)]
pub struct Entry {
    seat: Seat,
    claim: Option<Claim>,
}

/// A request whose turn has come.
#[derive(Debug)]
pub struct Seated {
    slot: Slot,
    claim: Option<Claim>,
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
    prompt_max: TokenCount,
    output_max: TokenCount,
    reserved_at_first: NanoUsd,
    reservation: Reservation,
    /// What the ledger says of it.
    line: Line,
    budgets: Budgets,
    /// Whether its caller may know what is left of budgets that are not its own.
    sees_all: bool,
    /// The name of its send, if it has one. Held as long as the answer is, as the slot is.
    claim: Option<Claim>,
    _slot: Slot,
}

/// How often, and how many at once.
#[derive(Clone, Copy, Debug)]
pub struct DoorLimits {
    /// How often.
    pub rates: RateLimits,
    /// How many at once.
    pub streams: StreamLimits,
}

impl Doorkeeper {
    /// A doorkeeper of these limits and budgets, which writes every call down in `ledger`. Nobody waits at its door any more once `tasks` are asked to stop.
    pub fn new(
        DoorLimits { rates, streams }: DoorLimits,
        budgets: Budgets,
        ledger: Ledger,
        clock: Clock,
        tasks: Tasks,
        metrics: Metrics,
    ) -> Self {
        Self {
            rates: Arc::new(Rates::new(rates, clock.clone())),
            counts: Arc::new(Rates::new(rates.of_counts(), clock.clone())),
            sends: Sends::new(clock.clone()),
            slots: Slots::new(streams, clock.clone()),
            budgets,
            ledger,
            clock,
            tasks,
            metrics,
        }
    }

    /// Lets `caller` ask for an answer, if that does not come too soon. It is the first question, before anybody looks at the request:
    /// judging a long one takes some milliseconds, which nobody may have for nothing as often as they like.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::RateLimited`], with how long to wait.
    pub fn let_ask(&self, caller: &Caller, trace: &Trace) -> Result<(), Error> {
        let (per_caller, address) = (caller.limits.requests, caller.counted_address());
        let taken = self.rates.take(caller.id, per_caller, address);
        let xray = &trace.xray;
        xray.counted(|| self.rates.seen(caller.id, per_caller, address));
        taken.map_err(too_soon)?;
        xray.done(StepName::Rate);
        Ok(())
    }

    /// What counts the calls that it admits.
    pub const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// How many answers are under way, and how many requests wait for one to end.
    pub fn under_way(&self) -> (u32, u32) {
        self.slots.under_way()
    }

    /// Where `caller` stands with answers, and with counts of tokens.
    pub fn standings(&self, caller: &Caller) -> [Standing; 2] {
        let counts = counts_of(caller);
        [
            self.rates.standing(&caller.id, caller.limits.requests),
            self.counts.standing(&caller.id, counts),
        ]
    }

    /// Lets one request of `caller` in, if its model is allowed, it was not sent before, and there is a slot for it or a place in the line.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ModelNotAllowed`]; [`ErrorKind::DuplicateRequest`]; [`ErrorKind::TooManyStreams`], with how long to wait; and
    /// [`ErrorKind::BudgetExhausted`] where it would wait for what it cannot get.
    pub fn enter(
        &self,
        caller: &Caller,
        model: &Model,
        estimate: &Estimate,
        turn: &Turn<Judged>,
    ) -> Result<Entry, Error> {
        let mut models = caller.policy.models.iter();
        if !models.any(|allowed| allowed == model.id) {
            return Err(ErrorKind::ModelNotAllowed.with(model.display_name).into());
        }
        let claim = turn
            .send_key
            .map(|key| self.sends.claim(caller.id, key, &turn.content.raw))
            .transpose()?;
        let seat = self
            .slots
            .take(caller.id, caller.limits.streams)
            .map_err(|full| no_seat(full, caller.limits, self.slots.limits()))?;
        if seat.is_waiting() {
            self.budgets
                .could_hold(&caller.payer, estimate.worst_case)
                .map_err(|refusal| self.in_words(refusal, caller))?;
        }
        Ok(Entry { seat, claim })
    }

    /// Lets `caller` have tokens counted, if that does not come too soon. Counts have limits of their own, so that none takes the place of
    /// an answer.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::RateLimited`], with how long to wait.
    pub fn let_count(&self, caller: &Caller) -> Result<(), Error> {
        self.counts
            .take(caller.id, counts_of(caller), caller.counted_address())
            .map_err(too_soon)
    }

    /// Waits until it is `entry`'s turn, which may be at once; `show` is told of its place in the line at first and whenever that changes.
    /// Dropped while it waits, it leaves its place.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooManyStreams`] when that takes too long, and [`ErrorKind::Unavailable`].
    pub async fn seat(
        &self,
        entry: Entry,
        trace: &Trace,
        mut show: impl FnMut(Queued),
    ) -> Result<Seated, Error> {
        let Entry { seat, claim } = entry;
        let limits = self.slots.limits();
        let show = |queued| {
            trace.xray.stands(queued);
            show(queued);
        };
        tokio::select! {
            biased;
            slot = seat.turn(show) => {
                trace.xray.done(StepName::Line);
                Ok(Seated { slot, claim })
            }
            () = self.tasks.stopping() => Err(ErrorKind::Unavailable.into()),
            () = self.clock.sleep(limits.wait_max) => Err(waited_too_long(limits)),
        }
    }

    /// Admits a request whose turn has come, if the budget holds its worst case, and writes down what it may cost before anything is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BudgetExhausted`], with what is left and until when; and [`ErrorKind::Unavailable`] where it cannot be written down.
    pub async fn admit<T>(
        &self,
        caller: &Caller,
        seated: Seated,
        model: &Model,
        estimate: &Estimate,
        turn: &Turn<T>,
    ) -> Result<Admission, Error> {
        let xray = &turn.trace.xray;
        xray.pays_from(|| self.budgets.told_to(caller).budgets);
        let reservation = self
            .budgets
            .reserve(&caller.payer, estimate.worst_case)
            .map_err(|refusal| self.in_words(refusal, caller))?;
        let opening = Opening {
            request_id: turn.request_id,
            opened_at: reservation.opened_at(),
            payer: caller.payer.clone(),
            model: model.id,
            reserved: estimate.worst_case,
        };
        let line = self.ledger.open(opening, turn.trace.started()).await?;
        xray.reserved(estimate.worst_case);
        Ok(Admission {
            model: model.clone(),
            admitted_at: reservation.opened_at(),
            prompt_max: estimate.input_bound,
            output_max: estimate.output_max,
            reserved_at_first: estimate.worst_case,
            reservation,
            line,
            budgets: self.budgets.clone(),
            sees_all: caller.sees_all,
            claim: seated.claim,
            _slot: seated.slot,
        })
    }

    fn in_words(&self, refusal: Refusal, caller: &Caller) -> Error {
        refusal.to_error(caller.sees_all, self.clock.now()).into()
    }
}

/// Counts a minute that `caller` may have.
fn counts_of(caller: &Caller) -> u32 {
    caller.limits.requests.min(rate::COUNTS_PER_CALLER)
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

    /// The most that `output` tokens can cost where nobody says how many the prompt had.
    pub fn worst_case(&self, output: TokenCount) -> NanoUsd {
        self.model
            .worst_case(self.admitted_at, self.prompt_max, output)
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

    /// Books what is owed, at most what is reserved, gives the rest back, and writes it down. Says what was booked, and what is left for its
    /// caller as far as that may be told. Who was charged nothing may send again under the same name.
    pub fn settle(self, ending: Ending) -> (NanoUsd, Option<NanoUsd>) {
        let payer = self.reservation.payer().clone();
        let charged = self.reservation.settle(ending.owed);
        self.line.settle(ending, charged);
        if let Some(mut claim) = self.claim
            && charged > NanoUsd::ZERO
        {
            claim.paid();
        }
        (charged, self.budgets.left_to_tell(&payer, self.sees_all))
    }
}
