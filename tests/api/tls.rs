//! The way to the upstream over https: who is trusted, and that nobody else hears a word.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use reqwest::{Method, Url};
use serving::clock::Clock;
use serving::tasks::Tasks;
use shared::error::ErrorKind;
use shared::money::NanoUsd;
use stand_in::{Settings, StandIn};
use tests::{Binary, Certificate, TlsFront, Visitor, question};
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};

use crate::fault_table::open_sockets;

/// What the upstream is spoken to in.
#[derive(Clone, Copy, Debug)]
enum Dialect {
    Anthropic,
    OpenAi,
}

impl Dialect {
    const BOTH: [Self; 2] = [Self::Anthropic, Self::OpenAi];

    /// The settings that name an upstream at `url`.
    fn settings(self, url: &str) -> [(&'static str, OsString); 2] {
        let key = "key-of-the-harness".into();
        match self {
            Self::Anthropic => [
                ("ANTHROPIC_API_KEY", key),
                ("ANTHROPIC_BASE_URL", url.into()),
            ],
            Self::OpenAi => [
                ("OPENAI_API_KEY", key),
                ("OPENAI_BASE_URL", format!("{url}/v1").into()),
            ],
        }
    }
}

/// How long the closing of a socket may take, by the wall: it has an end on either side.
const CLOSED_WITHIN: Duration = Duration::from_secs(5);

/// A server as people run it, whose upstream is at `url`, with an authority to trust besides the system's.
fn airlock(
    dialect: Dialect,
    url: &str,
    authority: Option<&Path>,
    more: &[(&'static str, OsString)],
) -> Binary {
    let mut settings = dialect.settings(url).to_vec();
    settings.extend_from_slice(more);
    if let Some(authority) = authority {
        settings.push(("AIRLOCK__UPSTREAM__CA_FILE", authority.into()));
    }
    let program = Path::new(env!("CARGO_BIN_EXE_airlock-under-test"));
    Binary::start(program, &["serve"], &settings)
}

/// A stand-in in real time, as the server is.
async fn stand_in(tasks: &Tasks) -> StandIn {
    // Every test of a process asks for it; the first one gets it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let started = StandIn::start(listener, Settings::instant(), Clock::system(), tasks).await;
    started.expect("the stand-in starts")
}

/// Asks a server whose upstream is at `url` twice, expects it not to get there and to keep nothing of it, and gives its log.
async fn refused(dialect: Dialect, url: &str, authority: Option<&Path>) -> String {
    // One answer at a time: the second request is let in only where the first left its place.
    let limits = [
        ("AIRLOCK__LIMITS__STREAMS_OVERALL", "1".into()),
        ("AIRLOCK__LIMITS__QUEUE_PLACES", "0".into()),
    ];
    let airlock = airlock(dialect, url, authority, &limits);
    let visitor = Visitor::arrive(airlock.address).await;
    for _ in 0..2 {
        let problem = visitor.chat(&question("Hello")).await.problem();
        assert_eq!(problem.kind, ErrorKind::UpstreamUnreachable);
    }
    let budget = visitor.session().await.budget.expect("a budget");
    assert_eq!(
        (budget.spent, budget.reserved),
        (NanoUsd::ZERO, NanoUsd::ZERO)
    );
    let port = Url::parse(url)
        .ok()
        .and_then(|url| url.port())
        .expect("a port");
    let closed = async {
        while open_sockets(&[port]) > 0 {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(CLOSED_WITHIN, closed)
        .await
        .expect("no socket stays open");
    String::from_utf8_lossy(&airlock.end()).into_owned()
}

#[tokio::test]
async fn a_conversation_is_held_over_https_with_an_authority_of_our_own() {
    let tasks = Tasks::default();
    let stand_in = stand_in(&tasks).await;
    let front = TlsFront::in_front_of(stand_in.address(), Certificate::Good).await;
    for dialect in Dialect::BOTH {
        let airlock = airlock(dialect, &front.url(), Some(front.authority_file()), &[]);
        let visitor = Visitor::arrive(airlock.address).await;
        for _ in 0..2 {
            visitor.ask("Hello").await.whole().await;
        }
        airlock.end();
    }
    let requests = stand_in.control().requests();
    let asked = requests
        .iter()
        .filter(|request| request.method == Method::POST);
    assert_eq!(asked.count(), 4);
    assert!(front.bytes_heard() > 0);
    tasks.stop();
}

/// The key is in a request's head, so that whoever hears no request hears no key. Nor is such a server asked again: its certificate
/// would be the same.
#[tokio::test]
async fn whoever_is_not_trusted_hears_nothing_and_the_log_says_why() {
    let tasks = Tasks::default();
    let stand_in = stand_in(&tasks).await;
    let faults = [
        (Certificate::Expired, true, "certificate has expired"),
        (Certificate::WrongHost, true, "is for another host"),
        (Certificate::SelfSigned, true, "nobody whom this machine"),
        (Certificate::Good, false, "nobody whom this machine"),
    ];
    for dialect in Dialect::BOTH {
        for (certificate, is_authority_known, why) in faults {
            let front = TlsFront::in_front_of(stand_in.address(), certificate).await;
            let authority = is_authority_known.then(|| front.authority_file());
            let log = refused(dialect, &front.url(), authority).await;
            assert!(log.contains(why), "{dialect:?} {certificate:?}: {log}");
            assert!(!log.contains("made again"), "{dialect:?} {certificate:?}");
            assert_eq!(front.bytes_heard(), 0, "{dialect:?} {certificate:?}");
        }
    }
    assert_eq!(stand_in.control().requests().len(), 0);
    tasks.stop();
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_gets_no_key_over_https() {
    let tasks = Tasks::default();
    let stand_in = stand_in(&tasks).await;
    let url = format!("https://{}", stand_in.address());
    for dialect in Dialect::BOTH {
        let log = refused(dialect, &url, None).await;
        assert!(log.contains("it does not speak TLS"), "{dialect:?}: {log}");
    }
    assert_eq!(stand_in.control().requests().len(), 0);
    tasks.stop();
}
