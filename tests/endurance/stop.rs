//! The real process is asked to stop with hundreds of answers under way.

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serving::clock::Clock;
use serving::tasks::Tasks;
use shared::api::chat::ChatEvent;
use shared::api::paths;
use shared::error::ErrorKind;
use stand_in::{Limits, Pace, Script, Settings, StandIn};
use tests::{Binary, Reply, Visitor};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// The server, compiled with this ring.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_airlock-under-test");

/// Answers under way, half of them short enough to end in time.
const STREAMS: usize = 200;

/// What the server is told to take, and how much longer a loaded machine may need for the rest.
const PATIENCE: Duration = Duration::from_secs(5);
const FAREWELL: Duration = Duration::from_secs(1);
const SLACK: Duration = Duration::from_secs(3);

/// How one answer ended.
#[derive(Debug, PartialEq, Eq)]
enum Ending {
    Whole,
    Told,
}

pub(crate) fn settings(base_url: &str) -> Vec<(&'static str, String)> {
    vec![
        ("ANTHROPIC_API_KEY", "key-of-the-endurance-ring".to_owned()),
        ("ANTHROPIC_BASE_URL", base_url.to_owned()),
        ("AIRLOCK__BUDGET__PER_DAY", "1000".to_owned()),
        ("AIRLOCK__LIMITS__REQUESTS_PER_SESSION", "10000".to_owned()),
        ("AIRLOCK__LIMITS__REQUESTS_PER_ADDRESS", "10000".to_owned()),
        ("AIRLOCK__LIMITS__REQUESTS_OVERALL", "10000".to_owned()),
        ("AIRLOCK__LIMITS__STREAMS_PER_SESSION", "1000".to_owned()),
        ("AIRLOCK__LIMITS__STREAMS_OVERALL", "1000".to_owned()),
        ("AIRLOCK__SERVER__STOP_NOTICE_S", "1".to_owned()),
        (
            "AIRLOCK__SERVER__STOP_PATIENCE_S",
            PATIENCE.as_secs().to_string(),
        ),
    ]
}

async fn begun(visitor: &Visitor) -> Reply {
    let mut reply = visitor.ask("Hello").await;
    assert!(matches!(reply.next().await, Some(ChatEvent::Started(_))));
    reply
}

async fn ending(mut reply: Reply) -> Ending {
    let (mut is_paid, mut ending) = (false, None);
    for event in reply.all().await {
        match event {
            ChatEvent::Usage(report) => is_paid = report.cost_nano_usd.0 > 0,
            ChatEvent::Done(_) => ending = Some(Ending::Whole),
            ChatEvent::Error(error) => {
                assert_eq!(error.kind, ErrorKind::Unavailable);
                ending = Some(Ending::Told);
            }
            _ => {}
        }
    }
    assert!(is_paid, "each says what it cost");
    ending.expect("each has an end")
}

/// FM-53: with 200 answers under way a termination signal first turns `/readyz`, then ends new connections; what can end in time ends
/// whole, the readers of the rest are told, everything is settled, and the process is gone in time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_is_told_to_stop_loses_no_answer_silently() {
    let tasks = Tasks::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let stand_in_settings = Settings {
        pace: Pace::Human,
        limits: Limits::UNREACHABLE,
        ..Settings::instant()
    };
    let stand_in = StandIn::start(listener, stand_in_settings, Clock::system(), &tasks);
    let stand_in = stand_in.await.expect("the stand-in starts");
    for n in 0..STREAMS {
        let pieces = if n % 2 == 0 { 8 } else { 2_000 };
        stand_in
            .control()
            .reply_with(Script::text(vec!["four words at once "; pieces]));
    }
    let base_url = format!("http://{}", stand_in.address());
    let binary = Binary::start(PROGRAM.as_ref(), &["serve"], &settings(&base_url));
    let visitor = Visitor::arrive(binary.address).await;
    let mut starting = JoinSet::new();
    for _ in 0..STREAMS {
        let visitor = visitor.clone();
        starting.spawn(async move { begun(&visitor).await });
    }
    let replies = starting.join_all().await;

    let asked = Instant::now();
    binary.ask_to_end();
    let probe = async |path| visitor.reconnected().get(path).send().await;
    while probe(paths::READYZ)
        .await
        .expect("notice is given")
        .status()
        == StatusCode::OK
    {}
    let alive = probe(paths::HEALTHZ).await.expect("notice is given");
    assert_eq!(alive.status(), StatusCode::OK);
    while probe(paths::HEALTHZ).await.is_ok() {}
    let refused = asked.elapsed();

    let mut reading = JoinSet::new();
    for reply in replies {
        reading.spawn(ending(reply));
    }
    let endings = reading.join_all().await;
    let whole = endings.iter().filter(|ending| **ending == Ending::Whole);
    assert_eq!(whole.count(), STREAMS / 2);
    let log = tokio::task::spawn_blocking(move || binary.ended());
    let log = log.await.expect("it ended well");
    let took = asked.elapsed();
    println!(
        "asked to stop with {STREAMS} answers: new connections refused after {refused:?}, gone after {took:?}"
    );
    assert!(took < PATIENCE + FAREWELL + SLACK, "{took:?}");
    let log = String::from_utf8_lossy(&log);
    let last = log.lines().find(|line| line.contains("stopped"));
    let last = last.expect("it says how it ended");
    assert!(last.contains("\"reserved\":\"$0"), "all is settled: {last}");
    tasks.stop();
}
