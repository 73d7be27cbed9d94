//! What Anthropic's official clients make of answers.

use serde_json::{Value, json};
use shared::anthropic::Usage;
use shared::money::{TokenCount, TokenUsage};
use stand_in::Script;

use crate::client::{Client, Failure, Stage, question, with};

/// Token counts that cannot be taken for one another.
const USAGE: TokenUsage = TokenUsage {
    input: TokenCount(7),
    output: TokenCount(60),
    cache_write_5m: TokenCount(500),
    cache_write_1h: TokenCount(4_000),
    cache_read: TokenCount(30_000),
};

fn usage_of(message: &Value) -> Result<TokenUsage, Failure> {
    let usage: Usage = serde_json::from_value(message["usage"].clone())?;
    Ok(usage.tokens())
}

#[tokio::test]
async fn a_whole_answer_is_understood() -> Result<(), Failure> {
    for client in Client::ANTHROPIC {
        let stage = Stage::set().await?;
        stage
            .control
            .reply_with(Script::text(["Two ", "words."]).usage(USAGE));
        let message = client.call(&stage, "create", question("Hello")).await?;
        assert_eq!(message["content"][0]["text"], "Two words.", "{client:?}");
        assert_eq!(message["stop_reason"], "end_turn", "{client:?}");
        assert_eq!(message["model"], "claude-haiku-5-5", "{client:?}");
        assert_eq!(usage_of(&message)?, USAGE, "{client:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_streams_text_and_last_usage_are_understood() -> Result<(), Failure> {
    for client in Client::ANTHROPIC {
        let stage = Stage::set().await?;
        stage
            .control
            .reply_with(Script::text(["One, ", "two, ", "three."]).usage(USAGE));
        let seen = client.call(&stage, "stream", question("Count.")).await?;
        assert_eq!(seen["text"], "One, two, three.", "{client:?}");
        assert_eq!(
            seen["message"]["content"][0]["text"], seen["text"],
            "{client:?}"
        );
        assert_eq!(seen["message"]["stop_reason"], "end_turn", "{client:?}");
        assert_eq!(usage_of(&seen["message"])?, USAGE, "{client:?}");
        let request = stage.control.last_request().ok_or("no request")?;
        assert_eq!(request.usage, USAGE, "{client:?}");
    }
    Ok(())
}

#[tokio::test]
async fn thinking_and_tool_calls_are_put_together() -> Result<(), Failure> {
    for client in Client::ANTHROPIC {
        let stage = Stage::set().await?;
        let input = json!({"city": "Bern", "days": [1, 2]});
        let script = Script::default()
            .and_thinking(["The weather, ", "then."])
            .and_text(["Looking."])
            .and_tool_use("weather", &input);
        stage.control.reply_with(script);
        let seen = client.call(&stage, "stream", question("Weather?")).await?;
        let content = &seen["message"]["content"];
        assert_eq!(content[0]["thinking"], "The weather, then.", "{client:?}");
        assert!(
            content[0]["signature"]
                .as_str()
                .is_some_and(|seal| !seal.is_empty()),
            "{client:?}"
        );
        assert_eq!(content[1]["text"], "Looking.", "{client:?}");
        assert_eq!(content[2]["input"], input, "{client:?}");
        assert_eq!(seen["message"]["stop_reason"], "tool_use", "{client:?}");
    }
    Ok(())
}

#[tokio::test]
async fn the_stand_ins_own_words_arrive_whole() -> Result<(), Failure> {
    for client in Client::ANTHROPIC {
        let stage = Stage::set().await?;
        let ask = with(
            question("Explain it"),
            json!({"max_tokens": 5_000, "output_config": {"effort": "high"}}),
        );
        let streamed = client.call(&stage, "stream", ask.clone()).await?;
        let whole = client.call(&stage, "create", ask).await?;
        assert_eq!(
            streamed["message"]["content"][1], whole["content"][1],
            "{client:?}"
        );
        assert_eq!(streamed["text"], whole["content"][1]["text"], "{client:?}");
        assert_eq!(
            usage_of(&streamed["message"])?,
            usage_of(&whole)?,
            "{client:?}"
        );
        assert_eq!(whole["stop_reason"], "end_turn", "{client:?}");
    }
    Ok(())
}

#[tokio::test]
async fn tokens_are_counted() -> Result<(), Failure> {
    for client in Client::ANTHROPIC {
        let stage = Stage::set().await?;
        let message = client.call(&stage, "create", question("How many?")).await?;
        let mut ask = question("How many?");
        ask.as_object_mut().and_then(|ask| ask.remove("max_tokens"));
        let counted = client.call(&stage, "count", ask).await?;
        assert_eq!(
            counted["input_tokens"], message["usage"]["input_tokens"],
            "{client:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn models_are_listed_over_all_pages_and_found_by_alias() -> Result<(), Failure> {
    for client in Client::ANTHROPIC {
        let stage = Stage::set().await?;
        let models = client.call(&stage, "models", json!({"limit": 4})).await?;
        let models = models.as_array().ok_or("not a list")?;
        let paged = stage.control.requests().len();
        assert!(
            paged > 2 && models.len() > 4 * (paged - 1),
            "{client:?}: {} on {paged} pages",
            models.len()
        );
        assert_eq!(models[0]["id"], "claude-haiku-5-5", "{client:?}");
        assert_eq!(models[0]["lifecycle"], "active", "{client:?}");
        let model = client
            .call(&stage, "model", json!({"id": "claude-haiku-4-5"}))
            .await?;
        assert_eq!(model["id"], "claude-haiku-4-5-20251001", "{client:?}");
        assert_eq!(model["max_tokens"], 64_000, "{client:?}");
    }
    Ok(())
}
