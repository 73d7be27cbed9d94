//! Upstreams that never stop and readers that never read: memory stays flat.

use std::time::{Duration, Instant};

use configuration::LimitsConfig;
use shared::api::paths;
use tests::{
    Airlock, Binary, EndlessUpstream, RawClient, Setup, Visitor, is_soak, process, question,
};

use crate::figures::{mebibytes, own_memory};
use crate::stop::PROGRAM;

/// What each reader that takes nothing may cost: what waits for it in the process (32 KiB at most, and an event), what came from upstream
/// and could not be passed on, and both sockets' tasks and buffers. The harness's own end of it is in the figure too.
const BYTES_FOR_A_READER_MAX: u64 = 256 * 1_024;

/// FM-35, FM-58: an answer that never ends passes through a server that does not grow, as fast as its reader takes it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endless_answer_is_passed_on_in_constant_memory() {
    let goal: u64 = if is_soak() { 2 << 30 } else { 64 << 20 };
    for (what, text) in [
        ("tiny events", "x".to_owned()),
        ("large events", "y".repeat(32_000)),
    ] {
        let upstream = EndlessUpstream::saying(&text).await;
        let base_url = format!("http://{}", upstream.address);
        let binary = Binary::start(
            PROGRAM.as_ref(),
            &["serve"],
            &[
                ("ANTHROPIC_API_KEY", "key-of-the-endurance-ring"),
                ("ANTHROPIC_BASE_URL", &base_url),
                ("AIRLOCK__BUDGET__PER_DAY", "1000"),
            ],
        );
        let goal = if text.len() == 1 { goal / 16 } else { goal };
        let mut reply = Visitor::arrive(binary.address).await.ask("Hello").await;
        let (mut read, mut most, mut least) = (0, 0, u64::MAX);
        let begun = Instant::now();
        while read < goal {
            let chunk = reply.next_chunk().await.expect("it never ends");
            reply.bytes.clear();
            read += chunk.len() as u64;
            if read > goal / 8 {
                let memory = process::resident_bytes(binary.process()).unwrap_or(0);
                most = most.max(memory);
                least = least.min(memory);
            }
        }
        println!(
            "{what}: {} in {:?}, memory between {} and {}",
            mebibytes(read),
            begun.elapsed(),
            mebibytes(least),
            mebibytes(most)
        );
        assert!(most - least < 8 << 20, "it grows");
    }
}

async fn never_reading(airlock: &Airlock, visitor: &Visitor, body: &str) -> RawClient {
    let (path, cookie) = (paths::CHAT, visitor.cookie());
    let host = format!("localhost:{}", airlock.address.port());
    let mut client = RawClient::connect_with_little_room(airlock.address).await;
    let length = body.len();
    client
        .send(&format!(
            "POST {path} HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\ncookie: {cookie}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        ))
        .await;
    client
}

/// FM-35: readers that take nothing hold a bounded amount each, are cut after half a minute, and hurt nobody else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_that_never_read_are_bounded_and_cut() {
    let readers = if is_soak() { 1_000 } else { 200 };
    let upstream = EndlessUpstream::saying(&"z".repeat(200)).await;
    let airlock = Airlock::start_with(Setup {
        base_url: Some(format!("http://{}", upstream.address)),
        budget: shared::money::NanoUsd::from_usd(1_000_000),
        limits: LimitsConfig {
            streams_per_session: 2_000,
            streams_overall: 2_000,
            ..Setup::default().limits
        },
        ..Setup::default()
    })
    .await;
    let visitor = airlock.visitor().await;
    let body = serde_json::to_string(&question("Hello")).expect("json");
    let before = own_memory();
    let mut held = Vec::new();
    for _ in 0..readers {
        held.push(never_reading(&airlock, &visitor, &body).await);
    }
    upstream.wait_for_open(readers).await;
    let mut taken = 0;
    while upstream.bytes() > taken {
        taken = upstream.bytes();
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let each = own_memory().saturating_sub(before) / readers as u64;
    println!(
        "{readers} readers that take nothing: {} KiB each in this process, {} KiB taken from upstream for each, sockets included",
        each >> 10,
        (taken / readers as u64) >> 10
    );
    visitor.session().await;
    assert!(each < BYTES_FOR_A_READER_MAX, "{each} bytes each");
    airlock.advance(Duration::from_secs(31));
    upstream.wait_for_open(0).await;
    drop(held);
    let left = airlock.visitor().await.session().await.budget;
    assert_eq!(left.expect("a budget").reserved.0, 0);
}
