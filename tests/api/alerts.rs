//! Alerts: whoever the operator wants told is told of each mark once, and nobody waits for it.

use configuration::BudgetConfig;
use serde_json::{Value, json};
use shared::api::budget::{BudgetScope, BudgetWindow};
use shared::money::{NanoUsd, TokenCount, TokenUsage};
use stand_in::Script;
use tests::{Airlock, Setup, question};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// What one request is made to cost: 1,000 tokens of output of Haiku's.
const ONE: NanoUsd = NanoUsd(1_000 * 500);

/// Takes one post and answers it with `status`.
async fn posted(listener: &TcpListener, status: &str) -> Value {
    let (mut stream, _) = listener.accept().await.expect("somebody posts");
    let mut read = Vec::new();
    loop {
        let mut bytes = [0; 4_096];
        let count = stream.read(&mut bytes).await.expect("it can be read");
        assert!(count > 0, "it ended too early");
        read.extend_from_slice(bytes.get(..count).unwrap_or_default());
        let text = String::from_utf8_lossy(&read);
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && let Ok(body) = serde_json::from_str(body)
        {
            assert!(head.starts_with("POST /budget HTTP/1.1"), "{head}");
            assert!(!head.contains("x-api-key"), "{head}");
            let answer =
                format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream
                .write_all(answer.as_bytes())
                .await
                .expect("it is answered");
            return body;
        }
    }
}

#[tokio::test]
async fn each_mark_is_posted_once_and_again_where_that_failed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!(
        "http://{}/budget",
        listener.local_addr().expect("an address")
    );
    let airlock = Airlock::start_with(Setup {
        budgets: BudgetConfig {
            per_day: Some(NanoUsd(ONE.0 * 10)),
            alert_webhook: Some(json!(url))
                .map(|url| serde_json::from_value(url).expect("a webhook")),
            ..BudgetConfig::default()
        },
        ..Setup::default()
    })
    .await;
    let visitor = airlock.visitor().await;
    for number in 1..=8_u64 {
        let usage = TokenUsage {
            output: TokenCount(1_000),
            ..TokenUsage::default()
        };
        airlock
            .stand_in
            .reply_with(Script::text(["Yes."]).usage(usage));
        let mut request = question("Hello");
        request.max_tokens = Some(1_000);
        visitor.chat(&request).await.stream().whole().await;
        let notices = visitor.session().await.notices;
        assert_eq!(notices.is_empty(), number < 5, "{number}");
        if number == 5 {
            let first = posted(&listener, "503 Service Unavailable").await;
            assert_eq!(first["percent"], 50);
            let again = airlock
                .while_time_passes(posted(&listener, "204 No Content"))
                .await;
            assert_eq!(again, first);
            assert_eq!(again["spent_nano_usd"], json!(ONE.0 * 5));
            assert_eq!(
                (&again["budget"], &again["window"]),
                (&json!("everybody"), &json!("day"))
            );
        }
    }
    let next = posted(&listener, "200 OK").await;
    assert_eq!(next["percent"], 80, "nothing was posted twice");
    let session = visitor.session().await;
    let notice = session.notices.first().expect("a notice");
    assert_eq!(
        (notice.scope, notice.window, notice.percent),
        (BudgetScope::Overall, BudgetWindow::Day, 80)
    );
}
