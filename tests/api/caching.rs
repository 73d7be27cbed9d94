//! Prompt caching: what is likely to be sent again is kept at Claude, paid for as what it was, and never beyond what was reserved.

use std::time::Duration;

use serde_json::Value;
use shared::api::chat::{ChatMessage, ChatRequest, Role, UsageReport};
use shared::money::NanoUsd;
use shared::preflight::Rule;
use tests::{Airlock, Setup, Visitor, question};

use crate::exactness::worst_case;

/// A conversation of this many messages of five thousand tokens or so, each of its own words: more than any model wants for a mark.
fn conversation(messages: usize) -> ChatRequest {
    let message = |place: usize| ChatMessage {
        role: if place.is_multiple_of(2) {
            Role::User
        } else {
            Role::Assistant
        },
        content: format!("This is message {place}. ").repeat(900),
    };
    ChatRequest {
        messages: (0..messages).map(message).collect(),
        ..question("")
    }
}

async fn ask(visitor: &Visitor, request: &ChatRequest) -> UsageReport {
    visitor.chat(request).await.stream().whole().await.1
}

/// Where the newest request has marks: in the system prompt, and behind which messages.
fn marks(airlock: &Airlock) -> (bool, Vec<usize>) {
    let body = airlock.stand_in.last_request().expect("a request").json();
    let is_marked = |prompt: &Value, place: &str| {
        let mark = prompt.pointer(&format!("{place}/0/cache_control/type"));
        mark.is_some_and(|mark| mark == "ephemeral")
    };
    let messages = body.get("messages").and_then(Value::as_array);
    let messages = messages.expect("messages").iter().enumerate();
    let marked = messages.filter(|(_, message)| is_marked(message, "/content"));
    (
        is_marked(&body, "/system"),
        marked.map(|(place, _)| place).collect(),
    )
}

/// FM-3: what was kept is read at its own price, to the nano-dollar, and what that saves is told.
#[tokio::test]
async fn a_conversation_that_goes_on_is_read_from_the_cache() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let first = ask(&visitor, &conversation(1)).await;
    assert_eq!(marks(&airlock), (false, vec![]));
    assert_eq!(first.saved_nano_usd, NanoUsd::ZERO);

    let second = ask(&visitor, &conversation(3)).await;
    assert_eq!(marks(&airlock), (false, vec![1]));
    assert!(second.tokens.cache_write_5m.0 > 8_000 && second.tokens.cache_read.0 == 0);
    assert_eq!(second.saved_nano_usd, NanoUsd::ZERO);

    let third = ask(&visitor, &conversation(5)).await;
    assert_eq!(marks(&airlock), (false, vec![3]));
    assert_eq!(third.tokens.cache_read, second.tokens.cache_write_5m);
    assert!(third.tokens.cache_write_5m.0 > 8_000);
    // Haiku's input costs 100 nano-dollars, 10 where it is read and 125 where it is written.
    let saved = third.tokens.cache_read.0 * 90 - third.tokens.cache_write_5m.0 * 25;
    assert_eq!(third.saved_nano_usd, NanoUsd(saved));

    let told = [first, second, third].map(|report| report.cost_nano_usd);
    let spent = visitor.session().await.budget.expect("a budget").spent;
    assert_eq!(spent, told.into_iter().sum());
    assert_eq!(spent, airlock.stand_in.billed());
}

#[tokio::test]
async fn what_was_kept_is_gone_five_minutes_after_it_was_last_read() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let kept = ask(&visitor, &conversation(3)).await.tokens.cache_write_5m;
    for _ in 0..2 {
        airlock.advance(Duration::from_secs(299));
        let again = ask(&visitor.reconnected(), &conversation(3)).await;
        assert_eq!(
            (again.tokens.cache_read, again.tokens.cache_write_5m.0),
            (kept, 0)
        );
    }
    airlock.advance(Duration::from_secs(301));
    let late = ask(&visitor.reconnected(), &conversation(3)).await;
    assert_eq!(
        (late.tokens.cache_read.0, late.tokens.cache_write_5m),
        (0, kept)
    );
}

/// A mark can make input dearer; what is reserved holds that too.
#[tokio::test]
async fn what_is_reserved_holds_what_keeping_costs() {
    for messages in [3, 5] {
        let request = conversation(messages);
        let airlock = Airlock::start().await;
        let visitor = airlock.visitor().await;
        let most = worst_case(&visitor, &request).await;
        let report = ask(&visitor, &request).await;
        assert_eq!(report.reserved_nano_usd, most);
        assert!(report.cost_nano_usd < most);
    }
}

#[tokio::test]
async fn a_long_system_prompt_is_kept_for_every_visitor() {
    let airlock = Airlock::start_with(Setup {
        system_prompt: "Answer as a gardener would. ".repeat(1_000),
        ..Setup::default()
    })
    .await;
    let one = ask(&airlock.visitor().await, &question("Hello")).await;
    assert_eq!(marks(&airlock), (true, vec![]));
    let other = ask(&airlock.visitor().await, &question("Roses?")).await;
    assert_eq!(other.tokens.cache_read, one.tokens.cache_write_5m);
    assert!(other.saved_nano_usd > NanoUsd::ZERO);
}

#[tokio::test]
async fn nothing_is_kept_where_it_is_switched_off_or_a_gateway_answers() {
    for (prompt_caching, is_gateway) in [(false, false), (true, true)] {
        let airlock = Airlock::start_with(Setup {
            prompt_caching,
            is_gateway,
            system_prompt: "Answer as a gardener would. ".repeat(1_000),
            ..Setup::default()
        })
        .await;
        let visitor = airlock.visitor().await;
        let policy = visitor.session().await.policy;
        assert!(!policy.prompt_caching);
        let verdict = shared::preflight::check(
            &conversation(5),
            &policy,
            &shared::models::Catalogue::builtin(),
            tests::START,
        );
        let is_told = |finding: &shared::preflight::Finding| finding.rule == Rule::ConversationKept;
        assert!(!verdict.findings.iter().any(is_told));
        ask(&visitor, &conversation(5)).await;
        let request = airlock.stand_in.last_request().expect("a request");
        let body = String::from_utf8(request.body.to_vec()).expect("JSON");
        assert!(!body.contains("cache_control"));
    }
}
