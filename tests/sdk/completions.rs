//! What OpenAI's official clients make of answers and errors.

use std::time::Duration;

use hyper::StatusCode;
use serde_json::{Value, json};
use shared::money::{TokenCount, TokenUsage};
use shared::openai::CompletionUsage;
use stand_in::{Outcome, Script};

use crate::client::{Client, Failure, Stage, chat, with};

/// Token counts that cannot be taken for one another. This dialect knows one life of caches only.
const USAGE: TokenUsage = TokenUsage {
    input: TokenCount(7),
    output: TokenCount(60),
    cache_write_5m: TokenCount(500),
    cache_write_1h: TokenCount(0),
    cache_read: TokenCount(30_000),
};

fn usage_of(completion: &Value) -> Result<TokenUsage, Failure> {
    let usage: CompletionUsage = serde_json::from_value(completion["usage"].clone())?;
    Ok(usage.tokens())
}

fn with_usage(words: &str) -> Value {
    with(
        chat(words),
        json!({"stream_options": {"include_usage": true}}),
    )
}

#[tokio::test]
async fn a_whole_answer_is_understood() -> Result<(), Failure> {
    for client in Client::OPENAI {
        let stage = Stage::set().await?;
        let script = Script::text(["Two ", "words."]).usage(USAGE);
        stage.control.reply_with(script);
        let completion = client.call(&stage, "create", chat("Hello")).await?;
        let choice = &completion["choices"][0];
        assert_eq!(choice["message"]["content"], "Two words.", "{client:?}");
        assert_eq!(choice["finish_reason"], "stop", "{client:?}");
        assert_eq!(completion["model"], "claude-haiku-5-5", "{client:?}");
        assert_eq!(usage_of(&completion)?, USAGE, "{client:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_streams_text_and_usage_are_understood() -> Result<(), Failure> {
    for client in Client::OPENAI {
        let stage = Stage::set().await?;
        let script = Script::text(["One, ", "two, ", "three."]).usage(USAGE);
        stage.control.reply_with(script);
        let seen = client.call(&stage, "stream", with_usage("Count.")).await?;
        assert_eq!(seen["text"], "One, two, three.", "{client:?}: {seen}");
        let choice = &seen["completion"]["choices"][0];
        assert_eq!(choice["message"]["content"], seen["text"], "{client:?}");
        assert_eq!(choice["finish_reason"], "stop", "{client:?}");
        assert_eq!(usage_of(&seen["completion"])?, USAGE, "{client:?}");
        let request = stage.control.last_request().ok_or("no request")?;
        assert!(
            matches!(request.outcome, Outcome::Finished { .. }),
            "{client:?}"
        );
        assert_eq!(request.usage, USAGE, "{client:?}");
    }
    Ok(())
}

#[tokio::test]
async fn tool_calls_are_put_together() -> Result<(), Failure> {
    for client in Client::OPENAI {
        let stage = Stage::set().await?;
        let input = json!({"city": "Bern", "days": [1, 2]});
        let script = Script::default()
            .and_thinking(["The weather, ", "then."])
            .and_text(["Looking."])
            .and_tool_use("weather", &input);
        stage.control.reply_with(script);
        let seen = client.call(&stage, "stream", chat("Weather?")).await?;
        let choice = &seen["completion"]["choices"][0];
        assert_eq!(choice["finish_reason"], "tool_calls", "{client:?}: {seen}");
        assert_eq!(seen["text"], "Looking.", "{client:?}");
        let call = &choice["message"]["tool_calls"][0]["function"];
        assert_eq!(call["name"], "weather", "{client:?}");
        let arguments = call["arguments"].as_str().ok_or("no arguments")?;
        assert_eq!(
            serde_json::from_str::<Value>(arguments)?,
            input,
            "{client:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn both_forms_of_the_stand_ins_own_words_say_and_cost_the_same() -> Result<(), Failure> {
    for client in Client::OPENAI {
        let stage = Stage::set().await?;
        let changes = json!({"max_completion_tokens": 5_000, "reasoning_effort": "high"});
        let ask = with(with_usage("Explain it"), changes);
        let streamed = client.call(&stage, "stream", ask.clone()).await?;
        let ask = with(ask, json!({"stream_options": null}));
        let whole = client.call(&stage, "create", ask).await?;
        assert_eq!(
            streamed["text"], whole["choices"][0]["message"]["content"],
            "{client:?}"
        );
        assert_eq!(
            streamed["completion"]["usage"], whole["usage"],
            "{client:?}"
        );
        let thought = &whole["usage"]["completion_tokens_details"]["reasoning_tokens"];
        assert!(thought.as_u64() > Some(0), "{client:?}");
    }
    Ok(())
}

#[tokio::test]
async fn each_refusal_is_raised_as_its_own_error() -> Result<(), Failure> {
    let cases = [
        (
            json!({"api_key": "an-invalid-key"}),
            401,
            "AuthenticationError",
            json!("invalid_api_key"),
        ),
        (
            json!({"model": "claude-3-opus-20240229"}),
            404,
            "NotFoundError",
            json!("model_not_found"),
        ),
        (
            json!({"messages": []}),
            400,
            "BadRequestError",
            json!("empty_array"),
        ),
    ];
    for client in Client::OPENAI {
        let stage = Stage::set().await?;
        for (changes, status, class, code) in &cases {
            let ask = with(chat("Hello"), changes.clone());
            let seen = client.call(&stage, "stream", ask).await?;
            let error = &seen["error"];
            assert_eq!(error["class"], *class, "{client:?}: {seen}");
            assert_eq!(
                (&error["status"], &error["code"]),
                (&json!(status), code),
                "{client:?}"
            );
            let request = stage.control.last_request().ok_or("no request")?;
            assert_eq!(error["request_id"], json!(request.request_id), "{client:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_rate_limit_is_waited_out_as_long_as_it_says() -> Result<(), Failure> {
    let refusal = || {
        let status = StatusCode::TOO_MANY_REQUESTS;
        Script::refuse(status, "rate_limit_error", "Slow down.").retry_after(Duration::from_secs(1))
    };
    for client in Client::OPENAI {
        let stage = Stage::set().await?;
        stage.control.reply_with(refusal());
        stage.control.reply_with(Script::text(["Now."]));
        let ask = with(chat("Hello"), json!({"max_retries": 2}));
        let completion = client.call(&stage, "create", ask).await?;
        assert_eq!(
            completion["choices"][0]["message"]["content"], "Now.",
            "{client:?}"
        );
        let requests = stage.control.requests();
        let [first, second] = requests.as_slice() else {
            return Err(format!("{client:?}: {} requests", requests.len()).into());
        };
        assert!(second.at - first.at >= Duration::from_secs(1), "{client:?}");

        stage.control.reply_with(refusal());
        let seen = client.call(&stage, "create", chat("Hello")).await?;
        assert_eq!(seen["error"]["class"], "RateLimitError", "{client:?}");
        assert_eq!(seen["error"]["code"], "rate_limit_exceeded", "{client:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_fault_is_raised_before_and_within_a_stream() -> Result<(), Failure> {
    for client in Client::OPENAI {
        let stage = Stage::set().await?;
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        let refusal = Script::refuse(status, "api_error", "Internal server error");
        stage.control.reply_with(refusal);
        let seen = client.call(&stage, "create", chat("Hello")).await?;
        assert_eq!(seen["error"]["class"], "InternalServerError", "{client:?}");
        assert_eq!(seen["error"]["type"], "server_error", "{client:?}");

        let words = Script::text(["One, ", "two."]);
        let broken = words.error_after(4, "overloaded_error", "Overloaded");
        stage.control.reply_with(broken);
        let seen = client.call(&stage, "stream", chat("Hello")).await?;
        assert_eq!(seen["text"], "One, ", "{client:?}");
        assert_eq!(seen["error"]["type"], "server_error", "{client:?}: {seen}");
    }
    Ok(())
}

#[tokio::test]
async fn a_client_that_leaves_is_noticed_and_owes_what_was_sent() -> Result<(), Failure> {
    for client in Client::OPENAI {
        let stage = Stage::set().await?;
        stage.control.step();
        // Behind the role, the first piece; the second one is never allowed.
        stage.control.allow_events(1);
        let script = Script::text(["First words, ", "and never these."]);
        stage.control.reply_with(script);
        let seen = client.call(&stage, "leave", chat("Hello")).await?;
        assert_eq!(seen["text"], "First words, ", "{client:?}");
        stage.control.wait_for_aborts(1).await;
        let request = stage.control.last_request().ok_or("no request")?;
        assert_eq!(
            (request.events_sent, request.usage.output.0),
            (2, 4),
            "{client:?}"
        );
        assert_eq!(stage.control.billed(), request.cost, "{client:?}");
    }
    Ok(())
}

#[tokio::test]
async fn models_are_listed_and_found_by_alias() -> Result<(), Failure> {
    for client in Client::OPENAI {
        let stage = Stage::set().await?;
        let models = client.call(&stage, "models", json!({})).await?;
        let models = models.as_array().ok_or("not a list")?;
        assert!(models.len() > 5, "{client:?}");
        assert_eq!(models[0]["id"], "claude-haiku-5-5", "{client:?}");
        let wanted = json!({"id": "claude-haiku-4-5"});
        let model = client.call(&stage, "model", wanted).await?;
        assert_eq!(model["id"], "claude-haiku-4-5-20251001", "{client:?}");
        assert_eq!(model["owned_by"], "anthropic", "{client:?}");
    }
    Ok(())
}
