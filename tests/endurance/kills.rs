//! The real process is killed in the middle of its work, again and again, and its ledger is held against what the upstream billed.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use serving::clock::Clock;
use serving::tasks::Tasks;
use shared::anthropic::MESSAGES_PATH;
use shared::api::paths;
use shared::money::NanoUsd;
use stand_in::{Limits, Settings, StandIn};
use store::{Durability, Scope, SqliteStore, Store as _, Window};
use tests::{Binary, Dice, Visitor, is_soak, question};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::stop::{PROGRAM, settings};

/// Calls under way at once: enough that hardly a kill meets none.
const CALLERS: usize = 8;

/// What the ledger says after a kill.
struct Found {
    calls: i64,
    orphans: i64,
    spent: NanoUsd,
}

/// FM-10: wherever the process is killed, everything that the upstream billed is in its ledger, nothing stands there twice, and what was
/// spent is never less than the upstream's own sum.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_process_forgets_nothing_that_was_billed() {
    let kills = if is_soak() { 200 } else { 20 };
    let tasks = Tasks::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let stand_in = StandIn::start(
        listener,
        Settings {
            limits: Limits::UNREACHABLE,
            requests_kept: 1_000_000,
            ..Settings::instant()
        },
        Clock::system(),
        &tasks,
    );
    let stand_in = stand_in.await.expect("the stand-in starts");
    let control = stand_in.control();
    let data = tempfile::tempdir().expect("a folder");
    let mut environment = settings(&format!("http://{}", stand_in.address()));
    environment.push(("AIRLOCK__STORE__PATH", data.path().display().to_string()));
    let mut dice = Dice::new(7);
    let (mut hit, mut before) = (0, 0);
    for kill in 1..=kills {
        let binary = Binary::start(PROGRAM.as_ref(), &["serve"], &environment);
        let visitor = Visitor::arrive(binary.address).await;
        let load = load(&visitor);
        let life = Duration::from_millis(20 + dice.below(300) as u64);
        tokio::time::sleep(life).await;
        drop(binary);
        drop(load);
        control.wait_for(|log| log.open_streams() == 0).await;
        // Each start also asks whether the key is taken, which is free.
        let received = control.requests().into_iter();
        let received = received
            .filter(|request| request.path == MESSAGES_PATH)
            .count();
        let found = look_into(data.path()).await;
        let billed = control.billed();
        let new = found.orphans - before;
        before = found.orphans;
        hit += u32::from(new > 0);
        println!(
            "kill {kill} after {life:?}: {new} calls were open; {} calls and {} in the ledger, {received} and {billed} at the upstream",
            found.calls, found.spent
        );
        let calls = usize::try_from(found.calls).expect("not negative");
        assert!(calls >= received, "each call is written before it is made");
        assert!(found.spent >= billed, "nothing that was billed is missing");
    }
    println!("{hit} of {kills} kills met open reservations");
    assert!(hit * 2 >= kills, "the kills meet calls under way");
    tasks.stop();
}

/// Callers who ask again as soon as they are answered, until they are dropped.
fn load(visitor: &Visitor) -> JoinSet<()> {
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let visitor = visitor.clone();
        callers.spawn(async move {
            let body = serde_json::to_vec(&question("Hello")).expect("json");
            while let Ok(response) = visitor.post(paths::CHAT, body.clone()).send().await {
                // The end of the process ends the answer too.
                let _ = response.bytes().await;
            }
        });
    }
    callers
}

/// Opens the ledger as the next server will, and proves its sums.
async fn look_into(folder: &Path) -> Found {
    let now = Clock::system().now();
    let store = SqliteStore::open(folder, Durability::Normal, now).expect("it opens");
    let recomputed = store.recompute().await.expect("it is read");
    assert_eq!(recomputed.differences, [], "the sums are those of the rows");
    let [_, month] = Window::both(now);
    let totals = store.totals(now).await.expect("it is read");
    let overall = totals
        .iter()
        .find(|total| total.scope == Scope::Overall && total.window == month);
    let spent = overall.map_or(NanoUsd::ZERO, |total| total.spent);
    drop(store);
    let ledger = Connection::open(folder.join("ledger.db")).expect("it opens");
    let counts = "SELECT count(*), count(DISTINCT request_id), count(settled_at_ms), count(upstream_request_id),
                  count(DISTINCT upstream_request_id), count(*) FILTER (WHERE outcome = 'orphan') FROM calls";
    let [calls, requests, settled, named, distinct, orphans]: [i64; 6] = ledger
        .query_row(counts, [], |row| {
            Ok([
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
                row.get(5)?,
            ])
        })
        .expect("it counts");
    assert_eq!(
        (requests, settled),
        (calls, calls),
        "each stands there once, settled"
    );
    assert_eq!(
        named, distinct,
        "no call of the upstream's stands there twice"
    );
    Found {
        calls,
        orphans,
        spent,
    }
}
