//! The way to the upstream over https: who is trusted, and that nobody else hears a word.

use std::ffi::OsString;
use std::path::Path;

use reqwest::Method;
use serving::clock::Clock;
use serving::tasks::Tasks;
use shared::error::ErrorKind;
use stand_in::{Settings, StandIn};
use tests::{Binary, Certificate, TlsFront, Visitor, question};
use tokio::net::TcpListener;

/// A server as people run it, whose upstream is at `url`, with an authority to trust besides the system's.
fn airlock(url: &str, authority: Option<&Path>) -> Binary {
    let mut settings: Vec<(&str, OsString)> = vec![
        ("ANTHROPIC_API_KEY", "key-of-the-harness".into()),
        ("ANTHROPIC_BASE_URL", url.into()),
    ];
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

/// Asks a server whose upstream is at `url`, expects it not to get there, and gives its log.
async fn refused(url: &str, authority: Option<&Path>) -> String {
    let airlock = airlock(url, authority);
    let visitor = Visitor::arrive(airlock.address).await;
    let problem = visitor.chat(&question("Hello")).await.problem();
    assert_eq!(problem.kind, ErrorKind::UpstreamUnreachable);
    String::from_utf8_lossy(&airlock.end()).into_owned()
}

#[tokio::test]
async fn a_conversation_is_held_over_https_with_an_authority_of_our_own() {
    let tasks = Tasks::default();
    let stand_in = stand_in(&tasks).await;
    let front = TlsFront::in_front_of(stand_in.address(), Certificate::Good).await;
    let airlock = airlock(&front.url(), Some(front.authority_file()));
    let visitor = Visitor::arrive(airlock.address).await;
    for _ in 0..2 {
        visitor.ask("Hello").await.whole().await;
    }
    let requests = stand_in.control().requests();
    let asked = requests
        .iter()
        .filter(|request| request.method == Method::POST);
    assert_eq!(asked.count(), 2);
    assert!(front.bytes_heard() > 0);
    airlock.end();
    tasks.stop();
}

#[tokio::test]
async fn whoever_is_not_trusted_hears_nothing_and_the_log_says_why() {
    let tasks = Tasks::default();
    let stand_in = stand_in(&tasks).await;
    for (certificate, is_authority_known, why) in [
        (Certificate::Expired, true, "its certificate has expired"),
        (
            Certificate::WrongHost,
            true,
            "its certificate is for another host",
        ),
        (
            Certificate::SelfSigned,
            true,
            "nobody whom this machine trusts",
        ),
        (Certificate::Good, false, "nobody whom this machine trusts"),
    ] {
        let front = TlsFront::in_front_of(stand_in.address(), certificate).await;
        let authority = is_authority_known.then(|| front.authority_file());
        let log = refused(&front.url(), authority).await;
        assert!(log.contains(why), "{certificate:?}: {log}");
        assert_eq!(front.bytes_heard(), 0, "{certificate:?}");
    }
    assert_eq!(stand_in.control().requests().len(), 0);
    tasks.stop();
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_gets_no_key_over_https() {
    let tasks = Tasks::default();
    let stand_in = stand_in(&tasks).await;
    let log = refused(&format!("https://{}", stand_in.address()), None).await;
    assert!(log.contains("it does not speak TLS"), "{log}");
    assert_eq!(stand_in.control().requests().len(), 0);
    tasks.stop();
}
