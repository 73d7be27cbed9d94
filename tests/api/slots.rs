//! Slots: whatever becomes of a request, its slot is free as soon as it is over, and for nothing that comes after.

use std::mem;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use configuration::LimitsConfig;
use reqwest::StatusCode;
use shared::error::ErrorKind;
use stand_in::Script;
use tests::{Airlock, Answer, Setup, Visitor, question};
use tokio::runtime::Builder;
use tokio::sync::watch;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// An Airlock with one slot and no line.
async fn with_one_slot() -> Airlock {
    Airlock::start_with(Setup {
        limits: LimitsConfig {
            streams_per_session: 1,
            streams_overall: 1,
            queue_places: 0,
            ..Setup::default().limits
        },
        ..Setup::default()
    })
    .await
}

/// One whole answer, for somebody who must find the slot free.
async fn next_is_let_in(airlock: &Airlock, after: &str) {
    let visitor = airlock.visitor().await;
    let answer = visitor.chat(&question("Hello")).await;
    let is_let_in = matches!(answer, Answer::Stream(_));
    assert!(is_let_in, "after {after}: {answer:?}");
    answer.stream().whole().await;
}

/// Waits until the server has noticed that a client has left.
async fn until_noticed(visitor: &Visitor) {
    while visitor.session().await.budget.expect("a budget").reserved.0 > 0 {}
}

fn refuse(status: u16, error_type: &str) -> Script {
    let status = StatusCode::from_u16(status).expect("a status");
    Script::refuse(status, error_type, "no")
}

/// FM-15: with one slot for everybody, whichever way a request ends upstream, the next one has it at once.
#[tokio::test]
async fn whichever_way_an_answer_ends_the_next_request_is_let_in_at_once() {
    let airlock = with_one_slot().await;
    let text = || Script::text(["one ", "two ", "three"]);
    for (way, attempts, script) in [
        ("a whole answer", 1, text()),
        ("400", 1, refuse(400, "invalid_request_error")),
        ("401", 1, refuse(401, "authentication_error")),
        ("429", 3, refuse(429, "rate_limit_error")),
        ("500", 3, refuse(500, "api_error")),
        ("529", 3, refuse(529, "overloaded_error")),
        ("a close before the first event", 1, text().close_after(0)),
        ("a close in the middle", 1, text().close_after(4)),
        (
            "an error event at first",
            3,
            text().error_after(0, "api_error", "no"),
        ),
        (
            "an error event later",
            1,
            text().error_after(4, "api_error", "no"),
        ),
    ] {
        for _ in 0..attempts {
            airlock.stand_in.reply_with(script.clone());
        }
        let visitor = airlock.visitor().await;
        let request = question("Hello");
        match airlock.while_time_passes(visitor.chat(&request)).await {
            Answer::Stream(mut reply) => drop(reply.all().await),
            Answer::Refused(_, problem) => assert_ne!(problem.kind, ErrorKind::TooManyStreams),
        }
        airlock.stand_in.forget_scripts();
        next_is_let_in(&airlock, way).await;
    }
}

/// FM-15: the same when it is the client that leaves, when the upstream is silent for too long, and when we refuse it.
#[tokio::test]
async fn whoever_gives_up_on_an_answer_leaves_the_slot_to_the_next_request() {
    let airlock = with_one_slot().await;
    let visitor = airlock.visitor().await;
    let unknown = shared::api::chat::ChatRequest {
        model: "claude-of-nowhere".to_owned(),
        ..question("Hello")
    };
    visitor.chat(&unknown).await.problem();
    next_is_let_in(&airlock, "a refusal of ours").await;

    airlock.stand_in.step();
    let mut reply = visitor.ask("Hello").await;
    reply.next().await.expect("it started");
    drop(reply);
    until_noticed(&visitor).await;
    airlock.stand_in.open_gates();
    next_is_let_in(&airlock, "a client that left mid-stream").await;

    airlock.stand_in.hold_headers();
    let before = airlock.stand_in.requests().len() as u64;
    let leaving = visitor.clone();
    let call = tokio::spawn(async move { leaving.chat(&question("Hello")).await });
    airlock.stand_in.wait_for_requests(before + 1).await;
    call.abort();
    until_noticed(&visitor).await;
    airlock.stand_in.open_gates();
    next_is_let_in(&airlock, "a client that left before the headers").await;

    airlock.stand_in.hold_headers();
    let request = question("Hello");
    let answer = airlock.while_time_passes(visitor.chat(&request)).await;
    assert_eq!(answer.problem().kind, ErrorKind::UpstreamTimeout);
    airlock.stand_in.open_gates();
    next_is_let_in(&airlock, "a timeout").await;
}

/// How long the test waits for what must happen while the log stands still: far longer than it takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// FM-17: while the log takes its time over the end of an answer, its slot is free already.
#[test]
fn a_log_that_takes_its_time_holds_no_slot() {
    let log = SlowLog::default();
    let of_threads = log.clone();
    let runtime = Builder::new_multi_thread()
        // One of them stands still for as long as the log does.
        .worker_threads(3)
        .enable_all()
        .on_thread_start(move || {
            // The log stays the thread's own until it ends.
            mem::forget(tracing::subscriber::set_default(of_threads.clone()));
        })
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let airlock = with_one_slot().await;
        let first = airlock.visitor().await;
        let first = tokio::spawn(async move { first.ask("Hello").await.whole().await });
        let mut is_writing = log.is_writing.subscribe();
        let written = is_writing.wait_for(|is_writing| *is_writing);
        drop(
            tokio::time::timeout(PATIENCE, written)
                .await
                .expect("it is settled"),
        );
        let next = next_is_let_in(&airlock, "an answer that is still being logged");
        tokio::time::timeout(PATIENCE, next)
            .await
            .expect("it is answered");
        log.finish();
        first.await.expect("no panic");
    });
}

/// A log that stops at the first line about a settled call until it is told to go on.
#[derive(Clone, Debug)]
struct SlowLog {
    is_writing: watch::Sender<bool>,
    may_finish: Arc<(Mutex<bool>, Condvar)>,
}

impl Default for SlowLog {
    fn default() -> Self {
        Self {
            is_writing: watch::Sender::new(false),
            may_finish: Arc::default(),
        }
    }
}

impl SlowLog {
    fn finish(&self) {
        let (may_finish, changed) = &*self.may_finish;
        *may_finish.lock().expect("no panic") = true;
        changed.notify_all();
    }
}

impl Subscriber for SlowLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && metadata.fields().field("cost_nano_usd").is_some()
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {
        if self.is_writing.send_replace(true) {
            return;
        }
        let (may_finish, changed) = &*self.may_finish;
        let lock = may_finish.lock().expect("no panic");
        // Not for ever: a thread that stands still would keep a test that has failed from ending.
        let finished = changed.wait_timeout_while(lock, 2 * PATIENCE, |may_finish| !*may_finish);
        drop(finished.expect("no panic"));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
