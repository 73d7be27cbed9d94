//! There are two doors out of the house, and only one of them costs money.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use backend::keys::KeyRing;
use backend::upstream::{FreeCall, Upstream};
use secret::Secret;
use serving::clock::Clock;
use serving::tasks::Tasks;
use shared::error::ErrorKind;
use shared::money::NanoUsd;
use stand_in::{Settings, StandIn};
use tests::{Airlock, Setup, TokenHolder, question};
use tokio::net::TcpListener;

/// Every call that needs no admission; a new one does not compile until it stands here.
fn free_calls() -> [FreeCall; 2] {
    let to_count =
        r#"{"model": "claude-haiku-5-5", "messages": [{"role": "user", "content": "Hello"}]}"#;
    match FreeCall::VerifyKey {
        FreeCall::VerifyKey | FreeCall::CountTokens(_) => {
            let count = FreeCall::CountTokens(to_count.into());
            [FreeCall::VerifyKey, count]
        }
    }
}

#[tokio::test]
async fn what_goes_out_without_an_admission_costs_nothing() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let tasks = Tasks::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let stand_in = StandIn::start(listener, Settings::instant(), Clock::system(), &tasks)
        .await
        .expect("it starts");
    let keys = KeyRing::new(Arc::new(Secret::new("a-key".to_owned())));
    let base_url = format!("http://{}", stand_in.address());
    let upstream = Upstream::anthropic(base_url, None, keys, Clock::system()).expect("a client");
    for call in free_calls() {
        upstream
            .call_free(&upstream.lease(), call)
            .await
            .expect("it is answered");
    }
    assert_eq!(stand_in.control().requests().len(), free_calls().len());
    assert_eq!(stand_in.control().billed(), NanoUsd::ZERO);
    tasks.stop();
}

/// FM-8: no second way to spend: requests are sent by `upstream/` alone, and its paid door is opened by the pipeline alone.
#[test]
fn nothing_but_the_pipeline_opens_the_paid_door() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../backend/src");
    let mut senders = Vec::new();
    let mut openers = Vec::new();
    for file in rust_files(&source) {
        let text = fs::read_to_string(&file).expect("it can be read");
        let name = file
            .strip_prefix(&source)
            .expect("it is below")
            .display()
            .to_string();
        if ["reqwest::Client", ".send()", ".execute("]
            .iter()
            .any(|call| text.contains(call))
        {
            senders.push(name.clone());
        }
        if text.contains(".upstream.open(") || text.contains("upstream\n            .open(") {
            openers.push(name);
        }
    }
    assert!(!senders.is_empty());
    assert!(
        senders.iter().all(|name| name.starts_with("upstream/")),
        "{senders:?}"
    );
    assert_eq!(openers, ["proxy/mod.rs"]);
}

/// FM-8: whatever route a request takes to Claude, without money nothing is sent but what costs nothing. A new route does not pass until it is tried here.
#[tokio::test]
async fn no_route_reaches_claude_without_money() {
    let routes = Path::new(env!("CARGO_MANIFEST_DIR")).join("../backend/src/routes.rs");
    let routes = fs::read_to_string(routes).expect("it can be read");
    let posts: Vec<_> = routes
        .lines()
        .filter(|line| line.contains(".route(") && line.contains("post("))
        .filter_map(|line| line.trim().strip_prefix(".route(")?.split(',').next())
        .collect();
    // The switch that stops spending asks nobody.
    assert_eq!(
        posts,
        [
            "paths::CHAT",
            "paths::COUNT",
            "paths::STOP_SPENDING",
            "paths::MESSAGES"
        ]
    );
    let airlock = Airlock::start_with(Setup {
        budget: NanoUsd::ZERO,
        ..Setup::default()
    })
    .await;
    let visitor = airlock.visitor().await;
    let problem = visitor.chat(&question("Hello")).await.problem();
    assert_eq!(problem.kind, ErrorKind::BudgetExhausted);
    let program = airlock.token_holder();
    for message in [
        TokenHolder::question("Hello"),
        TokenHolder::streamed("Hello"),
    ] {
        assert_eq!(program.send(&message).await.status(), 402);
    }
    assert_eq!(airlock.stand_in.requests().len(), 0);
    visitor.count(&question("Hello")).await.expect("a count");
    assert_eq!(airlock.stand_in.counted(), 1);
    assert_eq!(airlock.stand_in.requests().len(), 1);
    assert_eq!(airlock.stand_in.billed(), NanoUsd::ZERO);
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
