//! Plays rows and judges what comes of them.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use futures_util::FutureExt as _;
use shared::money::NanoUsd;
use tests::hostile::{COST, Dialect, Hostile, Wire};
use tests::{Airlock, OtherHost, Setup, Visitor};

use super::COLUMNS;
use super::asking::ask;
use super::expected::{Cue, End, Expected, Fault, Owed, Time};
use super::leftovers::Baseline;

/// How long a row may take by the wall. Every deadline is on the server's clock; this is for what hangs.
const HUNG_AFTER: Duration = Duration::from_secs(30);

/// How long it is watched that nothing happens before a deadline, by the wall: longer than anything takes that needs no waiting.
const WATCHED_FOR: Duration = Duration::from_millis(20);

/// Steps in which time moves to a deadline, so that what is due on the way gets its turn.
const STEPS: u32 = 12;

/// Plays every row in every column, and fails with those that are not as they must be.
pub(super) fn all(faults: &[Fault]) {
    let mut failures = Vec::new();
    for fault in faults {
        for wire in COLUMNS {
            if let Err(error) = on_its_own(one(fault, wire)) {
                failures.push(format!("{}, {wire:?}: {error:#}", fault.name));
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

/// Runs a row in a runtime of its own, whose tasks are the row's alone.
fn on_its_own(row: impl Future<Output = Result<()>>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let row = AssertUnwindSafe(row).catch_unwind();
    let row = async { tokio::time::timeout(HUNG_AFTER, row).await };
    match runtime.block_on(row) {
        Ok(Ok(judged)) => judged,
        Ok(Err(_)) => bail!("panics"),
        Err(_) => bail!("hangs"),
    }
}

/// Plays one row.
async fn one(fault: &Fault, wire: Wire) -> Result<()> {
    let expected = fault.expected(wire);
    let elsewhere = OtherHost::start().await;
    let setup = Setup {
        is_gateway: wire.dialect == Dialect::OpenAi,
        ..Setup::default()
    };
    let mut upstream = Hostile::refusing(setup.clock.clone())?;
    let airlock = in_front_of(&upstream, setup).await;
    let baseline = Baseline::of(&airlock, &upstream);
    let visitor = airlock.visitor().await;
    let cue = Cue {
        wire,
        elsewhere: elsewhere.address,
    };
    let script = (fault.plays)(cue);
    if !script.is_empty() {
        upstream.play(&script, expected.attempts);
        upstream.open();
    }

    let before = airlock.clock.passed();
    let asked = ask(&airlock, &visitor, wire);
    let end = while_time_passes(&airlock, &upstream, expected, asked).await??;
    ensure!(end == expected.end, "{end:?}");
    let took = airlock.clock.passed().saturating_sub(before);
    match expected.time {
        Time::None => ensure!(took.is_zero(), "after {took:?}"),
        Time::Some => {}
        Time::Exactly(deadline) => ensure!(took == deadline, "after {took:?}"),
    }
    let attempts = upstream.connections();
    ensure!(attempts == expected.attempts, "{attempts} attempts");
    let charged = spent(&visitor.reconnected()).await?;
    ensure!(
        match expected.owed {
            Owed::Nothing => charged == NanoUsd::ZERO,
            Owed::AsReported => charged == COST,
            Owed::TheBound => charged > COST,
        },
        "charged {charged}"
    );
    ensure!(elsewhere.connections() == 0, "another host was asked");

    upstream.relent();
    let next = ask(&airlock, &visitor, wire).await?;
    ensure!(next == End::Answered, "the next request: {next:?}");
    let spent = spent(&visitor.reconnected()).await?;
    ensure!(
        spent.0 == charged.0 + COST.0,
        "spent {spent} after the next"
    );
    drop(visitor);
    baseline.returns(&airlock, &upstream).await
}

/// One stream for everybody: what holds its slot too long refuses the next request.
async fn in_front_of(upstream: &Hostile, mut setup: Setup) -> Airlock {
    setup.base_url = Some(format!("http://{}", upstream.address));
    setup.limits.streams_per_session = 1;
    setup.limits.streams_overall = 1;
    Airlock::start_with(setup).await
}

/// Waits for `outcome` while time passes as the row says that it may.
async fn while_time_passes<T>(
    airlock: &Airlock,
    upstream: &Hostile,
    expected: Expected,
    outcome: impl Future<Output = T>,
) -> Result<T> {
    let deadline = match expected.time {
        Time::None => return Ok(outcome.await),
        Time::Some => return Ok(airlock.while_time_passes(outcome).await),
        Time::Exactly(deadline) => deadline,
    };
    tokio::pin!(outcome);
    tokio::select! {
        _ = &mut outcome => bail!("it ended before the upstream fell silent"),
        () = upstream.waits() => {}
    }
    let last = Duration::from_millis(1);
    let almost = deadline.saturating_sub(last);
    for _ in 0..STEPS {
        airlock.advance(almost / STEPS);
        tokio::task::yield_now().await;
    }
    airlock.advance(almost.saturating_sub(almost / STEPS * STEPS));
    let watched = tokio::time::timeout(WATCHED_FOR, &mut outcome).await;
    ensure!(watched.is_err(), "it ended before its deadline");
    airlock.advance(last);
    Ok(outcome.await)
}

/// What was spent until now; nothing may be held.
async fn spent(visitor: &Visitor) -> Result<NanoUsd> {
    let session = visitor.session().await;
    let budget = session.budget.context("a budget")?;
    ensure!(
        budget.reserved == NanoUsd::ZERO,
        "{} is held",
        budget.reserved
    );
    Ok(budget.spent)
}
