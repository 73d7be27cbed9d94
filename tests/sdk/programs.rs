//! The official Anthropic clients through Airlock: what they do with Claude's API they do here, with an access token for a key.

use std::time::Duration;

use hyper::StatusCode;
use serde_json::{Value, json};
use shared::money::{NanoUsd, TokenCount, TokenUsage};
use stand_in::Script;
use tests::{Setup, TokenHolder};

use crate::client::{Client, Failure, Stage, question, with};

/// Calls as a program that holds the access token.
async fn call(client: Client, stage: &Stage, call: &str, changes: Value) -> Result<Value, Failure> {
    let key = json!({ "api_key": TokenHolder::TOKEN });
    let options = with(with(question("Hello"), key), changes);
    client.call(stage, call, options).await
}

#[tokio::test]
async fn answers_are_understood_streamed_and_whole() -> Result<(), Failure> {
    for client in Client::ANTHROPIC {
        let stage = Stage::behind_airlock(Setup::default()).await;
        let usage = TokenUsage {
            input: TokenCount(7),
            output: TokenCount(60),
            cache_read: TokenCount(30_000),
            ..TokenUsage::default()
        };
        let input = json!({"city": "Bern", "days": [1, 2]});
        for name in ["create", "stream"] {
            let script = Script::default()
                .and_thinking(["The weather, ", "then."])
                .and_text(["Two ", "words."])
                .and_tool_use("weather", &input)
                .usage(usage);
            stage.control.reply_with(script);
            let seen = call(client, &stage, name, json!({})).await?;
            let message = if name == "create" {
                &seen
            } else {
                &seen["message"]
            };
            let content = &message["content"];
            assert_eq!(content[0]["thinking"], "The weather, then.", "{client:?}");
            assert_eq!(content[1]["text"], "Two words.", "{client:?}");
            assert_eq!(content[2]["input"], input, "{client:?}");
            assert_eq!(message["stop_reason"], "tool_use", "{client:?}");
            assert_eq!(
                message["usage"]["cache_read_input_tokens"], 30_000,
                "{client:?}"
            );
            let request = stage.control.last_request().ok_or("no request")?;
            assert_eq!(request.path, "/v1/messages", "{client:?}");
            assert!(
                !format!("{request:?}").contains(TokenHolder::TOKEN),
                "{client:?}"
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn refusals_of_ours_are_raised_as_their_own_errors() -> Result<(), Failure> {
    let cases = [
        (
            json!({"api_key": "not-the-token"}),
            401,
            "AuthenticationError",
            "authentication_error",
        ),
        (
            json!({"model": "claude-fable-5-2"}),
            403,
            "PermissionDeniedError",
            "permission_error",
        ),
        (
            json!({"model": "claude-3-opus"}),
            404,
            "NotFoundError",
            "not_found_error",
        ),
        (
            json!({"service_tier": "auto"}),
            400,
            "BadRequestError",
            "invalid_request_error",
        ),
    ];
    for client in Client::ANTHROPIC {
        let stage = Stage::behind_airlock(Setup::default()).await;
        for (changes, status, class, kind) in &cases {
            let changes = with(json!({"max_retries": 2}), changes.clone());
            let seen = call(client, &stage, "stream", changes).await?;
            let error = &seen["error"];
            assert_eq!(error["class"], *class, "{client:?}: {seen}");
            assert_eq!(
                (&error["status"], &error["type"]),
                (&json!(status), &json!(kind)),
                "{client:?}"
            );
            let id = error["request_id"].as_str().unwrap_or_default();
            assert_eq!(id.len(), "req_".len() + 32, "{client:?}: {seen}");
        }
        assert_eq!(stage.control.requests().len(), 0, "{client:?}");
    }
    Ok(())
}

#[tokio::test]
async fn an_empty_budget_is_no_reason_to_try_again() -> Result<(), Failure> {
    for client in Client::ANTHROPIC {
        let stage = Stage::behind_airlock(Setup {
            budget: NanoUsd(1),
            ..Setup::default()
        })
        .await;
        let seen = call(client, &stage, "create", json!({"max_retries": 2})).await?;
        assert_eq!(seen["error"]["status"], 402, "{client:?}: {seen}");
        assert_eq!(seen["error"]["type"], "billing_error", "{client:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_rate_limit_of_claudes_is_waited_out_by_the_client_alone() -> Result<(), Failure> {
    for client in Client::ANTHROPIC {
        let stage = Stage::behind_airlock(Setup::default()).await;
        let status = StatusCode::TOO_MANY_REQUESTS;
        let refusal = Script::refuse(status, "rate_limit_error", "Slow down.");
        stage
            .control
            .reply_with(refusal.retry_after(Duration::from_secs(1)));
        stage.control.reply_with(Script::text(["Now."]));
        let message = call(client, &stage, "create", json!({"max_retries": 2})).await?;
        assert_eq!(message["content"][0]["text"], "Now.", "{client:?}");
        let requests = stage.control.requests();
        let [first, second] = requests.as_slice() else {
            return Err(format!("{client:?}: {} requests", requests.len()).into());
        };
        assert!(second.at - first.at >= Duration::from_secs(1), "{client:?}");
    }
    Ok(())
}

/// Python's client takes a stream that just ends for a whole one; ours does not just end.
#[tokio::test]
async fn a_stream_that_is_cut_is_raised_as_an_error() -> Result<(), Failure> {
    for client in Client::ANTHROPIC {
        let stage = Stage::behind_airlock(Setup::default()).await;
        let words = Script::text(["One, ", "two."]);
        stage.control.reply_with(words.close_after(4));
        let seen = call(client, &stage, "stream", json!({})).await?;
        assert_eq!(seen["text"], "One, ", "{client:?}");
        assert_eq!(seen["error"]["type"], "api_error", "{client:?}: {seen}");
    }
    Ok(())
}

#[tokio::test]
async fn a_client_that_leaves_closes_the_call_upstream() -> Result<(), Failure> {
    for client in Client::ANTHROPIC {
        let stage = Stage::behind_airlock(Setup::default()).await;
        stage.control.step();
        stage.control.allow_events(3);
        let words = Script::text(["First words, ", "and never these."]);
        stage.control.reply_with(words);
        let seen = call(client, &stage, "leave", json!({})).await?;
        assert_eq!(seen["text"], "First words, ", "{client:?}");
        stage.control.wait_for_aborts(1).await;
        assert_eq!(stage.control.open_streams(), 0, "{client:?}");
    }
    Ok(())
}
