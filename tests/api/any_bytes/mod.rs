//! The whole path of a request under whatever bytes a socket can bring: requests of every kind with chance mistakes in them, cut
//! anywhere, and bytes that are no request at all.

mod letter;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::panic;
use std::sync::Once;
use std::time::Duration;

use configuration::LimitsConfig;
use futures_util::future::join_all;
use serving::clock::Clock;
use shared::money::NanoUsd;
use stand_in::{Pace, Settings};
use tests::{Airlock, Dice, RawClient, Setup, Visitor, is_soak, question};

use letter::{Ending, Letter};

/// Clients in one round. They come within [`letter::ARRIVALS_S`] seconds, which is more than can be answered, so that some wait in line
/// and some are refused for that too.
const CLIENTS: usize = 100;

/// Answers at once.
const SLOTS: usize = 2;

/// What a round may take by the server's clock: after the last client has come, a connection may lie idle for a minute after a body that
/// took half of one; the rest is for a clock that runs on while a loaded machine comes to it.
const ROUND_MS_MAX: u64 = 180_000;

/// How long the server may take to be done with a round, in real time. Far more than it needs, and less than anybody waits for a test.
const PATIENCE: Duration = Duration::from_mins(1);

/// FM-1, FM-15: whatever comes is answered or closed in bounded time, nothing panics, and afterwards no money is held, all slots are free
/// and questions are answered.
#[tokio::test]
async fn whatever_bytes_come_are_answered_or_closed_and_leave_nothing_behind() {
    // 300 clients; 20,000 in the long form.
    let rounds = if is_soak() { 200 } else { 3 };
    let mut statuses = BTreeSet::new();
    for seed in 0..rounds {
        let outcome = tokio::time::timeout(PATIENCE, round(seed)).await;
        statuses.extend(outcome.unwrap_or_else(|_| panic!("seed {seed}: still not done")));
    }
    for expected in ["200", "400", "404", "405", "421", "429"] {
        let is_there = statuses.contains(expected);
        assert!(
            is_there,
            "no letter was answered with {expected}: {statuses:?}"
        );
    }
}

/// One server under letters that follow from `seed`, and what it answered: the first status to each.
async fn round(seed: u64) -> BTreeSet<String> {
    let airlock = Airlock::start_with(Setup {
        limits: LimitsConfig {
            streams_overall: u32::try_from(SLOTS).expect("few"),
            queue_places: 2,
            ..Setup::default().limits
        },
        // Answers take seconds, so that clients leave in the midst of them and in line.
        stand_in: Settings {
            pace: Pace::Human,
            ..Settings::instant()
        },
        ..Setup::default()
    })
    .await;
    let visitor = airlock.visitor().await;
    let mut dice = Dice::new(seed);
    let letters: Vec<Letter> = (0..CLIENTS)
        .map(|_| Letter::thrown(&mut dice, &visitor))
        .collect();
    let before = (panics(), airlock.now());
    let sent = join_all(letters.iter().map(|letter| send(&airlock, letter)));
    let answers = airlock.while_time_passes(sent).await;
    let took_ms = airlock.now() - before.1;
    assert!(took_ms < ROUND_MS_MAX, "seed {seed}: {took_ms} ms");
    for (answer, letter) in answers.iter().zip(&letters) {
        let is_http = answer.is_empty() || answer.starts_with("HTTP/1.");
        let is_ours = !answer.contains("HTTP/1.1 500 ");
        assert!(is_http && is_ours, "seed {seed}: {letter:?} got {answer}");
    }
    let visitor = visitor.reconnected();
    assert_nothing_is_held(&airlock, &visitor, seed).await;
    assert_eq!(panics(), before.0, "seed {seed}: panics");
    let status = |answer: &String| answer.split(' ').nth(1).map(str::to_owned);
    answers.iter().filter_map(status).collect()
}

/// Sends one letter in its time and its pieces, and reads what comes back until the server closes.
async fn send(airlock: &Airlock, letter: &Letter) -> String {
    Clock::from(airlock.clock.clone())
        .sleep(letter.arrival)
        .await;
    let mut client = RawClient::connect(airlock.address).await;
    for piece in &letter.pieces {
        if !client.send_bytes(piece).await {
            break;
        }
        tokio::task::yield_now().await;
    }
    match letter.ending {
        Ending::Gone => return String::new(),
        Ending::Said => client.finish().await,
        Ending::Silent => {}
    }
    client.read_to_the_end().await
}

/// No money is held, and as many questions as there are slots are let in together and answered.
async fn assert_nothing_is_held(airlock: &Airlock, visitor: &Visitor, seed: u64) {
    airlock
        .stand_in
        .wait_for(|log| log.open_streams() == 0)
        .await;
    while visitor.session().await.budget.expect("a budget").reserved > NanoUsd::ZERO {
        tokio::task::yield_now().await;
    }
    let so_far = airlock.stand_in.requests().len();
    assert!(so_far > 0, "seed {seed}: some letters are sound");
    let expected = u64::try_from(so_far + SLOTS).expect("few");
    airlock.stand_in.hold_headers();
    let question = question("Hello");
    let asked = join_all((0..SLOTS).map(|_| visitor.chat(&question)));
    tokio::pin!(asked);
    // Time stands still for this: nobody is asked twice, and no wait in line ends.
    let too_early = tokio::select! {
        biased;
        () = airlock.stand_in.wait_for_requests(expected) => None,
        answers = &mut asked => Some(answers),
    };
    assert!(too_early.is_none(), "seed {seed}: {too_early:?}");
    airlock.stand_in.open_gates();
    let answered = async {
        for answer in asked.await {
            answer.stream().whole().await;
        }
    };
    airlock.while_time_passes(answered).await;
}

thread_local! {
    /// Panics of this thread, on which the test and its server run.
    static PANICS: Cell<usize> = const { Cell::new(0) };
}

/// How often something panicked on this thread since the first time that this was asked, be it caught or not.
fn panics() -> usize {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            PANICS.set(PANICS.get() + 1);
            others(panic);
        }));
    });
    PANICS.get()
}
