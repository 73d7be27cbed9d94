//! What Anthropic's official clients make of errors, and what the stand-in sees when a client leaves.

use std::time::Duration;

use hyper::StatusCode;
use serde_json::json;
use stand_in::{Outcome, Script};

use crate::client::{Client, Failure, Stage, question, with};

#[tokio::test]
async fn each_refusal_is_raised_as_its_own_error() -> Result<(), Failure> {
    let cases = [
        (
            json!({"api_key": "an-invalid-key"}),
            401,
            "AuthenticationError",
            "authentication_error",
        ),
        (
            json!({"model": "claude-3-opus-20240229"}),
            404,
            "NotFoundError",
            "not_found_error",
        ),
        (
            json!({"messages": []}),
            400,
            "BadRequestError",
            "invalid_request_error",
        ),
        (
            json!({"max_tokens": 20_000_000}),
            400,
            "BadRequestError",
            "invalid_request_error",
        ),
    ];
    for client in Client::ANTHROPIC {
        let stage = Stage::set().await?;
        for (changes, status, class, kind) in &cases {
            // A client refuses a long answer on its own unless it is streamed.
            let seen = client
                .call(&stage, "stream", with(question("Hello"), changes.clone()))
                .await?;
            let error = &seen["error"];
            assert_eq!(error["class"], *class, "{client:?}: {seen}");
            assert_eq!(
                (&error["status"], &error["type"]),
                (&json!(status), &json!(kind)),
                "{client:?}"
            );
            let request = stage.control.last_request().ok_or("no request")?;
            assert_eq!(error["request_id"], json!(request.request_id), "{client:?}");
            assert_eq!(
                request.outcome,
                Outcome::Refused { status: *status },
                "{client:?}"
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_rate_limit_is_waited_out_as_long_as_it_says() -> Result<(), Failure> {
    let refusal = || {
        Script::refuse(
            StatusCode::TOO_MANY_REQUESTS,
            "rate_limit_error",
            "Slow down.",
        )
        .retry_after(Duration::from_secs(1))
    };
    for client in Client::ANTHROPIC {
        let stage = Stage::set().await?;
        stage.control.reply_with(refusal());
        stage.control.reply_with(Script::text(["Now."]));
        let message = client
            .call(
                &stage,
                "create",
                with(question("Hello"), json!({"max_retries": 2})),
            )
            .await?;
        assert_eq!(message["content"][0]["text"], "Now.", "{client:?}");
        let requests = stage.control.requests();
        let [first, second] = requests.as_slice() else {
            return Err(format!("{client:?}: {} requests", requests.len()).into());
        };
        assert!(second.at - first.at >= Duration::from_secs(1), "{client:?}");
        assert_eq!(
            second.header("x-stainless-retry-count"),
            Some("1"),
            "{client:?}"
        );

        stage.control.reply_with(refusal());
        let seen = client.call(&stage, "create", question("Hello")).await?;
        assert_eq!(seen["error"]["class"], "RateLimitError", "{client:?}");
    }
    Ok(())
}

#[tokio::test]
async fn overload_is_raised_before_and_within_a_stream() -> Result<(), Failure> {
    for client in Client::ANTHROPIC {
        let stage = Stage::set().await?;
        let overloaded = StatusCode::from_u16(529)?;
        stage
            .control
            .reply_with(Script::refuse(overloaded, "overloaded_error", "Overloaded"));
        let seen = client.call(&stage, "create", question("Hello")).await?;
        assert_eq!(
            (&seen["error"]["status"], &seen["error"]["type"]),
            (&json!(529), &json!("overloaded_error")),
            "{client:?}"
        );

        let words = Script::text(["One, ", "two."]);
        stage
            .control
            .reply_with(words.error_after(4, "overloaded_error", "Overloaded"));
        let seen = client.call(&stage, "stream", question("Hello")).await?;
        assert_eq!(seen["text"], "One, ", "{client:?}");
        assert_eq!(
            seen["error"]["type"], "overloaded_error",
            "{client:?}: {seen}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_client_that_leaves_is_noticed_and_owes_what_was_sent() -> Result<(), Failure> {
    for client in Client::ANTHROPIC {
        let stage = Stage::set().await?;
        stage.control.step();
        // Block start, ping and the first piece; the second one is never allowed.
        stage.control.allow_events(3);
        stage
            .control
            .reply_with(Script::text(["First words, ", "and never these."]));
        let seen = client.call(&stage, "leave", question("Hello")).await?;
        assert_eq!(seen["text"], "First words, ", "{client:?}");
        stage.control.wait_for_aborts(1).await;
        assert_eq!(stage.control.open_streams(), 0, "{client:?}");
        let request = stage.control.last_request().ok_or("no request")?;
        assert_eq!(
            (request.events_sent, request.usage.output.0),
            (4, 4),
            "{client:?}"
        );
        assert_eq!(stage.control.billed(), request.cost, "{client:?}");
    }
    Ok(())
}

#[tokio::test]
async fn no_key_of_a_client_is_written_down() -> Result<(), Failure> {
    for client in Client::ANTHROPIC {
        let stage = Stage::set().await?;
        let key = "a-key-that-nobody-writes-down";
        client
            .call(
                &stage,
                "create",
                with(question("Hello"), json!({"api_key": key})),
            )
            .await?;
        let request = stage.control.last_request().ok_or("no request")?;
        assert!(!format!("{request:?}").contains(key), "{client:?}");
        assert_eq!(
            request.key.as_ref().ok_or("no key")?.header,
            "authorization",
            "{client:?}"
        );
        assert_eq!(
            request.header("anthropic-version"),
            Some("2026-10-21"),
            "{client:?}"
        );
        assert_eq!(
            request
                .headers
                .iter()
                .find(|(name, _)| name == "authorization"),
            Some(&("authorization".to_owned(), None)),
            "{client:?}"
        );
    }
    Ok(())
}
