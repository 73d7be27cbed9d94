//! `GET /v1/models` and `GET /v1/models/{id}`, from the catalogue, as either dialect's clients read them.

use hyper::Uri;
use serde_json::{Value, json};
use shared::api::chat::Effort;
use shared::models::{Catalogue, Lifecycle, Model, Thinking, Tokenizer};
use shared::time::UnixMillis;

use super::refusal::Refusal;
use super::route::Dialect;

/// Where all models are.
pub(super) const PATH: &str = "/v1/models";

/// Where one model is, before its id.
pub(super) const PATH_OF_ONE: &str = "/v1/models/";

/// Models of one page, where the request names no number.
const LIMIT_DEFAULT: usize = 20;

/// Most models of one page.
const LIMIT_MAX: usize = 1_000;

/// Answers what `uri` asks for.
///
/// # Errors
///
/// 404 for a model that is unknown or retired, 400 for a page that makes no sense.
pub(super) fn answer(
    dialect: Dialect,
    uri: &Uri,
    catalogue: &Catalogue,
    now: UnixMillis,
) -> Result<Value, Refusal> {
    if let Some(id) = uri.path().strip_prefix(PATH_OF_ONE) {
        let model = catalogue.find(id).filter(|model| model.is_available(now));
        let model = model.ok_or_else(|| Refusal::unknown_model(id))?;
        return Ok(match dialect {
            Dialect::Anthropic => info(model, now),
            Dialect::OpenAi => openai_info(model),
        });
    }
    if dialect == Dialect::OpenAi {
        let models = catalogue.iter().filter(|model| model.is_available(now));
        let models: Vec<_> = models.map(openai_info).collect();
        return Ok(json!({"object": "list", "data": models}));
    }
    let page = Page::read(uri.query().unwrap_or_default())?;
    let is_wanted = |model: &&Model| match page.lifecycles.as_slice() {
        [] => model.is_available(now),
        wanted => wanted.contains(&lifecycle(model, now)),
    };
    let models: Vec<_> = catalogue.iter().filter(is_wanted).collect();
    let (listed, has_more) = page.cut(&models)?;
    Ok(json!({
        "data": listed.iter().map(|model| info(model, now)).collect::<Vec<_>>(),
        "has_more": has_more,
        "first_id": listed.first().map(|model| full_id(model)),
        "last_id": listed.last().map(|model| full_id(model)),
    }))
}

/// Which models a request wants to see.
#[derive(Debug)]
struct Page<'a> {
    limit: usize,
    after_id: Option<&'a str>,
    before_id: Option<&'a str>,
    lifecycles: Vec<&'a str>,
}

impl<'a> Page<'a> {
    fn read(query: &'a str) -> Result<Self, Refusal> {
        let mut page = Self {
            limit: LIMIT_DEFAULT,
            after_id: None,
            before_id: None,
            lifecycles: Vec::new(),
        };
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            match name {
                "limit" => page.limit = limit(value)?,
                "after_id" => page.after_id = Some(value),
                "before_id" => page.before_id = Some(value),
                // Clients differ in whether they repeat a list's name with brackets, and whether those are escaped.
                "lifecycle" | "lifecycle[]" | "lifecycle%5B%5D" => page.lifecycles.push(value),
                _ => {}
            }
        }
        Ok(page)
    }

    /// The models of this page, and whether there are more in its direction.
    fn cut<'m>(&self, models: &'m [&'m Model]) -> Result<(&'m [&'m Model], bool), Refusal> {
        let place = |id: &str| {
            let place = models.iter().position(|model| full_id(model) == id);
            place.ok_or_else(|| {
                Refusal::invalid(format!("after_id or before_id: {id} is not listed"))
            })
        };
        let (range, is_backward) = match (self.after_id, self.before_id) {
            (Some(_), Some(_)) => {
                return Err(Refusal::invalid(
                    "after_id and before_id cannot be used together",
                ));
            }
            (Some(id), None) => (models.get(place(id)? + 1..), false),
            (None, Some(id)) => (models.get(..place(id)?), true),
            (None, None) => (Some(models), false),
        };
        let range = range.unwrap_or_default();
        let more = range.len().saturating_sub(self.limit);
        let page = if is_backward {
            range.get(more..)
        } else {
            range.get(..range.len() - more)
        };
        Ok((page.unwrap_or_default(), more > 0))
    }
}

fn limit(value: &str) -> Result<usize, Refusal> {
    let limit = value
        .parse()
        .ok()
        .filter(|limit| (1..=LIMIT_MAX).contains(limit));
    limit.ok_or_else(|| {
        Refusal::invalid(format!(
            "limit: Input should be a whole number from 1 to {LIMIT_MAX}"
        ))
    })
}

/// The id that answers name: the dated one, where there is one.
fn full_id(model: &Model) -> &'static str {
    model.also_called.first().copied().unwrap_or(model.id)
}

fn lifecycle(model: &Model, now: UnixMillis) -> &'static str {
    match model.lifecycle {
        Lifecycle::Active | Lifecycle::Legacy => "active",
        Lifecycle::Ends { .. } if model.is_available(now) => "deprecated",
        Lifecycle::Ends { .. } => "retired",
    }
}

/// A model as the OpenAI dialect knows it. That dialect has no pages.
fn openai_info(model: &Model) -> Value {
    json!({
        "id": full_id(model),
        "object": "model",
        // As in Anthropic's list: the epoch.
        "created": 0,
        "owned_by": "anthropic",
    })
}

fn info(model: &Model, now: UnixMillis) -> Value {
    let retires_at = match model.lifecycle {
        Lifecycle::Ends { on, .. } => Some(on.start().to_string()),
        Lifecycle::Active | Lifecycle::Legacy => None,
    };
    let is_extended = model.thinking == Thinking::Extended;
    let takes_budget = model.tokenizer == Tokenizer::UpTo46;
    let if_so = |supported: bool| json!({"supported": supported});
    let takes = |effort| if_so(model.accepts(effort));
    json!({
        "type": "model",
        "id": full_id(model),
        "display_name": model.display_name,
        // The API gives the epoch where it does not tell a model's birthday.
        "created_at": UnixMillis(0).to_string(),
        "lifecycle": lifecycle(model, now),
        "deprecated_at": null,
        "retires_at": retires_at,
        "line": model.tier,
        "max_input_tokens": model.context_tokens,
        "max_tokens": model.output_tokens_max,
        "capabilities": {
            "batch": if_so(false),
            "citations": if_so(false),
            "code_execution": if_so(false),
            "context_management": if_so(false),
            "effort": {
                "supported": model.accepts_effort(),
                "low": takes(Effort::Low), "medium": takes(Effort::Medium), "high": takes(Effort::High),
                "xhigh": takes(Effort::ExtraHigh), "max": takes(Effort::Max),
            },
            "image_input": if_so(true),
            "pdf_input": if_so(false),
            "server_tools": if_so(false),
            "structured_outputs": if_so(false),
            "thinking": {
                "supported": true,
                "types": {
                    "adaptive": if_so(!is_extended), "between_tools": if_so(!is_extended),
                    "disabled": if_so(model.thinking != Thinking::Always), "enabled": if_so(takes_budget),
                },
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A day in the life of the 4.5 line: Sonnet 4.5 is deprecated and still answers.
    const NOW: UnixMillis = UnixMillis(1_795_435_200_000);

    fn ids(query: &str) -> Result<Vec<String>, Refusal> {
        let uri = format!("/v1/models?{query}").parse().expect("a URI");
        let answer = answer(Dialect::Anthropic, &uri, &Catalogue::builtin(), NOW)?;
        let ids = answer["data"].as_array().expect("a list").iter();
        Ok(ids
            .map(|model| model["id"].as_str().expect("an id").to_owned())
            .collect())
    }

    #[test]
    fn retired_models_are_listed_only_where_asked_for() {
        let common = ids("limit=1000").expect("lists");
        assert!(common.contains(&"claude-haiku-5-5".to_owned()));
        assert!(common.contains(&"claude-sonnet-4-5-20250929".to_owned()));
        assert!(!common.contains(&"claude-3-haiku-20240307".to_owned()));
        let deprecated = ids("lifecycle[]=deprecated").expect("lists");
        assert_eq!(deprecated, ["claude-sonnet-4-5-20250929"]);
        let retired = ids("lifecycle%5B%5D=retired&limit=1000").expect("lists");
        assert!(retired.contains(&"claude-3-haiku-20240307".to_owned()));
    }

    #[test]
    fn pages_follow_each_other_without_a_gap_in_both_directions() {
        let all = ids("limit=1000").expect("lists");
        let first = ids("limit=3").expect("lists");
        let second = ids(&format!("limit=3&after_id={}", first[2])).expect("lists");
        assert_eq!([&first[..], &second[..]].concat(), all[..6]);
        assert_eq!(
            ids(&format!("limit=2&before_id={}", all[3])).expect("lists"),
            all[1..3]
        );
        for query in [
            "limit=0",
            "limit=1001",
            "limit=x",
            "after_id=nobody",
            "after_id=a&before_id=b",
        ] {
            assert!(ids(query).is_err(), "{query}");
        }
    }
}
