//! Clients that leave, by the thousand: how soon the upstream is let go, and what stays behind.

use std::fmt::Debug;
use std::time::{Duration, Instant};

use shared::api::session::SessionInfo;
use shared::money::NanoUsd;
use stand_in::{Limits, Settings};
use tests::{Airlock, EndlessUpstream, Setup, Visitor, is_soak, process, question};

use crate::figures::{Durations, eventually};

/// On a quiet machine, and on one that builds something else meanwhile.
const GOAL: Duration = Duration::from_millis(50);
const BOUND: Duration = Duration::from_millis(250);

/// When a client leaves.
#[derive(Clone, Copy, Debug)]
enum Moment {
    BeforeHeaders,
    MidStream,
}

/// How often a client leaves at each moment.
fn times() -> u64 {
    if is_soak() { 3_334 } else { 334 }
}

async fn abandoned() -> Airlock {
    Airlock::start_with(Setup {
        stand_in: Settings {
            limits: Limits::UNREACHABLE,
            ..Settings::instant()
        },
        budget: NanoUsd::from_usd(1_000_000),
        ..Setup::default()
    })
    .await
}

/// Asks, leaves at `moment`, and says how long the stand-in's socket outlived the client's.
async fn leave(airlock: &Airlock, visitor: &Visitor, moment: Moment, nth: u64) -> Duration {
    let left = match moment {
        Moment::BeforeHeaders => {
            let asking = visitor.clone();
            let call = tokio::spawn(async move { asking.chat(&question("Hello")).await });
            airlock.stand_in.wait_for_requests(nth).await;
            let left = Instant::now();
            call.abort();
            left
        }
        Moment::MidStream => {
            let mut reply = visitor.ask("Hello").await;
            reply.next().await.expect("it started");
            let left = Instant::now();
            drop(reply);
            left
        }
    };
    airlock.stand_in.wait_for_aborts(nth).await;
    left.elapsed()
}

/// FM-22, FM-23, FM-58: clients leave by the hundred, before the headers and mid-stream; each time the upstream's socket is closed at once, and in
/// the end there is nothing that was not there before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_who_leave_are_noticed_at_once_and_leave_nothing_behind() {
    for moment in [Moment::BeforeHeaders, Moment::MidStream] {
        let airlock = abandoned().await;
        match moment {
            Moment::BeforeHeaders => airlock.stand_in.hold_headers(),
            Moment::MidStream => airlock.stand_in.step(),
        }
        let visitor = airlock.visitor().await;
        leave(&airlock, &visitor, moment, 1).await;
        let before = traces(&airlock, &visitor).await;
        let mut waits = Vec::new();
        for n in 2..=times() {
            waits.push(leave(&airlock, &visitor, moment, n).await);
        }
        judge(moment, waits);
        let after = traces(&airlock, &visitor).await;
        println!("tasks and descriptors before {before:?}, after {after:?}");
        assert!(after.0 <= before.0 && after.1 <= before.1 + 8, "{moment:?}");
    }
}

/// FM-23: clients leave when the answer's headers have come and no event has.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_who_leave_before_the_first_event_are_noticed_as_soon() {
    let upstream = EndlessUpstream::mute().await;
    let airlock = Airlock::start_with(Setup {
        base_url: Some(format!("http://{}", upstream.address)),
        budget: NanoUsd::from_usd(1_000_000),
        ..Setup::default()
    })
    .await;
    let visitor = airlock.visitor().await;
    let mut waits = Vec::new();
    for _ in 0..times() {
        let asking = visitor.clone();
        let call = tokio::spawn(async move { asking.chat(&question("Hello")).await });
        upstream.wait_for_open(1).await;
        let left = Instant::now();
        call.abort();
        upstream.wait_for_open(0).await;
        waits.push(left.elapsed());
    }
    judge("BeforeFirstEvent", waits);
}

fn judge(moment: impl Debug, waits: Vec<Duration>) {
    let waits = Durations::new(waits);
    let (p50, p99) = (waits.percentile(50), waits.percentile(99));
    println!("clients left, {moment:?}: closed after p50 {p50:?}, p99 {p99:?} (goal {GOAL:?})");
    assert!(p99 < BOUND, "{moment:?}: {p99:?}");
}

/// What is there once everything is settled: the server's tasks and this process's descriptors.
async fn traces(airlock: &Airlock, visitor: &Visitor) -> (usize, usize) {
    loop {
        let SessionInfo { budget, .. } = visitor.session().await;
        if budget.expect("a budget").reserved.0 == 0 {
            break;
        }
        tokio::task::yield_now().await;
    }
    eventually("connections end", || {
        airlock.stand_in.open_streams() == 0 && airlock.tasks_running() <= 3
    })
    .await;
    let descriptors = process::open_descriptors(std::process::id());
    (airlock.tasks_running(), descriptors.unwrap_or(0))
}
