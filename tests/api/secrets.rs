//! Keys in messages: refused, cut out or sent, as the operator chose, whatever the page did about them.

use shared::api::chat::{ChatMessage, ChatRequest, Role};
use shared::error::{ApiError, ErrorKind};
use shared::models::Catalogue;
use shared::policy::OnSecret;
use shared::preflight::{self, Fix, Rule, Severity};
use stand_in::Script;
use tests::{Airlock, Dice, KEY_PREFIX, START, Setup, key_shaped, question};

async fn airlock(on_secret: OnSecret) -> Airlock {
    Airlock::start_with(Setup {
        on_secret,
        ..Setup::default()
    })
    .await
}

/// A key as people write it, and as it is written by what they copy it from.
fn forms(key: &str) -> [String; 5] {
    let (head, tail) = key.split_at(40);
    [
        format!("My key is {key}, does it work?"),
        format!("My key is {head}\u{200b}{tail}, does it work?"),
        format!("x-api-key%3A%20{}", key.replace('-', "%2D")),
        format!(r#"{{"env": {{"ANTHROPIC_API_KEY": "{key}"}}}}"#),
        format!("curl -H 'x-api-key: {head}\\\n{tail}' https://api.anthropic.com"),
    ]
}

/// Fails where any long part of `key` stands in `text`, written out or with what was put between its letters taken away.
#[track_caller]
fn assert_without(key: &str, text: &str) {
    let letters: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let secret = key.as_bytes().get(13..).expect("what follows the prefix");
    for part in secret.windows(12) {
        let part = String::from_utf8_lossy(part);
        assert!(!letters.contains(&*part), "a part of the key is in {text}");
    }
}

/// FM-40: past the page, with a browser's headers, a key is refused with the very finding that the page shows, and the refusal does not
/// repeat it. It leaves by no other door either.
#[tokio::test]
async fn a_key_past_the_page_is_refused_with_the_very_same_finding() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let policy = visitor.session().await.policy;
    let key = key_shaped(&mut Dice::new(7));
    for text in forms(&key) {
        let request = question(&text);
        let verdict = preflight::check(&request, &policy, &Catalogue::builtin(), START);
        let sent = visitor.chat(&request).await.problem();
        let counted = visitor.count(&request).await.expect_err("refused");
        for problem in [sent, counted] {
            assert_eq!(problem.kind, ErrorKind::PreflightRefused, "{text}");
            assert_eq!(problem.findings, verdict.findings, "{text}");
            assert_names_the_key(&problem, &text);
            assert_without(&key, &serde_json::to_string(&problem).expect("json"));
        }
    }
    assert_eq!(airlock.stand_in.requests().len(), 0);
}

fn assert_names_the_key(problem: &ApiError, text: &str) {
    let mut findings = problem.findings.iter();
    let found = findings.find(|finding| finding.rule == Rule::Secret);
    let finding = found.expect("the key is found");
    assert_eq!(finding.severity, Severity::Block);
    let span = finding.place.and_then(|place| place.span).expect("a span");
    let found = text.get(span.range()).expect("a part of the text");
    assert!(found.starts_with("sk"), "{text}");
}

/// The fix that comes with the finding is what it takes: the request passes, and no part of the key goes along.
#[tokio::test]
async fn what_the_fix_makes_of_a_request_is_sent_without_the_key() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let key = key_shaped(&mut Dice::new(8));
    for text in forms(&key) {
        let request = question(&text);
        let problem = visitor.chat(&request).await.problem();
        let fix: Option<Fix> = problem.findings.into_iter().find_map(|finding| finding.fix);
        let mended = fix.expect("a fix").apply(&request);
        visitor.chat(&mended).await.stream().whole().await;
        let received = airlock.stand_in.last_request().expect("a request");
        let body = String::from_utf8_lossy(&received.body).into_owned();
        assert!(body.contains(&format!("{KEY_PREFIX}…[redacted]")), "{body}");
        assert_without(&key, &body);
    }
}

/// FM-40: where the operator has keys cut out, Claude gets the rest, in every message of the conversation and by every door, and what is
/// reserved is reserved for what was sent.
#[tokio::test]
async fn keys_are_cut_out_of_the_whole_conversation_before_anything_goes_to_claude() {
    let airlock = airlock(OnSecret::Redact).await;
    let visitor = airlock.visitor().await;
    let policy = visitor.session().await.policy;
    assert_eq!(policy.on_secret, OnSecret::Redact);
    let key = key_shaped(&mut Dice::new(9));
    let message = |role, content: String| ChatMessage { role, content };
    for text in forms(&key) {
        let request = ChatRequest {
            messages: vec![
                message(Role::User, text.clone()),
                message(Role::Assistant, format!("You said: {text}")),
                message(Role::User, format!("{text} {text}")),
            ],
            ..question("")
        };
        airlock.stand_in.reply_with(Script::text(["Yes."]));
        let (_, usage) = visitor.chat(&request).await.stream().whole().await;
        let chat = airlock.stand_in.last_request().expect("a request").json();
        let counted = visitor.count(&request).await.expect("a count");
        assert_eq!(counted.input_tokens, usage.tokens.prompt());
        let count = airlock.stand_in.last_request().expect("a request").json();
        assert_eq!(chat["messages"], count["messages"]);
        let messages = chat["messages"].as_array().expect("messages");
        for message in messages {
            let content = message["content"].as_str().expect("a text");
            assert!(content.contains(&format!("{KEY_PREFIX}…[redacted]")));
        }
        assert_without(&key, &chat.to_string());
        let sent = ChatRequest {
            messages: messages
                .iter()
                .map(|message| serde_json::from_value(message.clone()).expect("a message"))
                .collect(),
            ..question("")
        };
        let verdict = preflight::check(&sent, &policy, &Catalogue::builtin(), START);
        let worst_case = verdict.estimate.expect("a price").worst_case;
        assert_eq!(usage.reserved_nano_usd, worst_case);
    }
}

#[tokio::test]
async fn a_key_goes_to_claude_only_where_the_operator_says_so() {
    let airlock = airlock(OnSecret::Warn).await;
    let visitor = airlock.visitor().await;
    let key = key_shaped(&mut Dice::new(10));
    visitor.ask(&key).await.whole().await;
    let received = airlock.stand_in.last_request().expect("a request").json();
    assert_eq!(received["messages"][0]["content"], key);
}

/// What only looks a little like a key is nobody's secret, and is sent.
#[tokio::test]
async fn near_misses_are_sent_as_they_are() {
    for on_secret in [OnSecret::Block, OnSecret::Redact] {
        let airlock = airlock(on_secret).await;
        let visitor = airlock.visitor().await;
        for text in [
            "Keys begin with sk-ant-api03- and then come 95 characters.".to_owned(),
            format!("{KEY_PREFIX}…[redacted]"),
            format!("{KEY_PREFIX}api03-{}", "x".repeat(95)),
            "0123456789abcdef".repeat(8),
        ] {
            visitor.ask(&text).await.whole().await;
            let received = airlock.stand_in.last_request().expect("a request").json();
            assert_eq!(received["messages"][0]["content"], text);
        }
    }
}
