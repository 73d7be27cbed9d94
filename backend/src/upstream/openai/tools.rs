//! Tools: what they are called and take, and whether they must be used.

use serde::Deserialize;
use serde_json::{Value, json};
use shared::anthropic::Rest;

use super::request::{NotCarried, refuse_unknown};

/// A tool that the caller runs. `type` stands in `rest`.
#[derive(Deserialize)]
struct Tool {
    name: String,
    description: Option<String>,
    input_schema: Option<Value>,
    strict: Option<bool>,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Deserialize)]
struct ToolChoice {
    r#type: String,
    name: Option<String>,
    disable_parallel_tool_use: Option<bool>,
    #[serde(flatten)]
    rest: Rest,
}

/// Converts `tools`. A tool with a type of Anthropic's has no counterpart: its input is nowhere written down, and some run on
/// Anthropic's servers.
pub(super) fn definitions(tools: Value) -> Result<Value, NotCarried> {
    let tools: Vec<Tool> =
        serde_json::from_value(tools).map_err(|_| NotCarried::new("`tools` of this form"))?;
    let tools = tools.into_iter().enumerate();
    tools.map(|(place, tool)| definition(tool, place)).collect()
}

fn definition(tool: Tool, place: usize) -> Result<Value, NotCarried> {
    if let Some(kind) = tool.rest.get("type").and_then(Value::as_str)
        && kind != "custom"
    {
        return Err(NotCarried::new(format!("a tool of type `{kind}`")));
    }
    // How its input is streamed is the gateway's own affair.
    let harmless = ["type", "cache_control", "eager_input_streaming"];
    refuse_unknown(&tool.rest, &harmless, &format!("tools.{place}"))?;
    let mut function = Rest::from_iter([("name".to_owned(), Value::from(tool.name))]);
    let optional = [
        ("description", tool.description.map(Value::from)),
        ("parameters", tool.input_schema),
        ("strict", tool.strict.map(Value::from)),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            function.insert(name.to_owned(), value);
        }
    }
    Ok(json!({ "type": "function", "function": function }))
}

/// Converts `tool_choice` into the fields that say the same.
pub(super) fn choice(choice: Value, request: &mut Rest) -> Result<(), NotCarried> {
    let choice: ToolChoice = serde_json::from_value(choice)
        .map_err(|_| NotCarried::new("`tool_choice` of this form"))?;
    refuse_unknown(&choice.rest, &[], "tool_choice")?;
    let said = match (choice.r#type.as_str(), choice.name) {
        ("auto", None) => json!("auto"),
        ("any", None) => json!("required"),
        ("none", None) => json!("none"),
        ("tool", Some(name)) => json!({ "type": "function", "function": { "name": name } }),
        (kind, _) => return Err(NotCarried::new(format!("`tool_choice` of type `{kind}`"))),
    };
    request.insert("tool_choice".to_owned(), said);
    if choice.disable_parallel_tool_use == Some(true) {
        request.insert("parallel_tool_calls".to_owned(), json!(false));
    }
    Ok(())
}
