//! What Prometheus is told: figures that agree with the upstream's own, under names that nobody outside can add to.

use std::collections::BTreeSet;

use shared::api::chat::ChatRequest;
use shared::api::paths;
use shared::money::{TokenCount, TokenUsage};
use stand_in::Script;
use tests::{Airlock, Setup, question};

async fn with_metrics() -> Airlock {
    Airlock::start_with(Setup {
        has_metrics: true,
        ..Setup::default()
    })
    .await
}

async fn page(airlock: &Airlock) -> String {
    let response = airlock.metrics().await;
    assert_eq!(response.status(), 200);
    response.text().await.expect("text")
}

/// The value of the one series whose name and labels contain all of `words`.
#[track_caller]
fn value(page: &str, words: &[&str]) -> f64 {
    let is_it = |line: &&str| words.iter().all(|word| line.contains(word));
    let series: Vec<_> = page
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter(is_it)
        .collect();
    assert_eq!(series.len(), 1, "{words:?} in {page}");
    let value = series.first().and_then(|line| line.rsplit_once(' '));
    let (_, value) = value.expect("a value");
    value.parse().expect("a number")
}

/// Every series without its value.
fn series(page: &str) -> BTreeSet<&str> {
    let lines = page.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| Some(line.rsplit_once(' ')?.0))
        .collect()
}

#[tokio::test]
async fn what_is_counted_agrees_with_the_upstream() {
    let airlock = with_metrics().await;
    let visitor = airlock.visitor().await;
    let usage = TokenUsage {
        input: TokenCount(30),
        output: TokenCount(7),
        cache_read: TokenCount(500),
        ..TokenUsage::default()
    };
    for _ in 0..3 {
        airlock
            .stand_in
            .reply_with(Script::text(["fine"]).usage(usage));
        visitor.ask("Hello").await.whole().await;
    }
    visitor
        .post(paths::CHAT, "{")
        .send()
        .await
        .expect("an answer");
    let page = page(&airlock).await;
    let told = |words: &[&str]| value(&page, words);
    let spent = airlock.stand_in.billed().0;
    let spent = f64::from(u32::try_from(spent).expect("cents"));
    assert!((told(&["airlock_spend_nano_usd_total", "claude-haiku-5-5"]) - spent).abs() < 0.5);
    assert!((told(&["airlock_spent_today_nano_usd"]) - spent).abs() < 0.5);
    for (words, expected) in [
        (&["airlock_calls_total", "outcome=\"whole\""][..], 3.0),
        (&["airlock_tokens_total", "class=\"cache_read\""], 1_500.0),
        (
            &[
                "airlock_refusals_total",
                "face=\"page\"",
                "code=\"invalid_request\"",
            ],
            1.0,
        ),
        (
            &[
                "gen_ai_client_token_usage_sum",
                "gen_ai_token_type=\"input\"",
            ],
            1_590.0,
        ),
        (
            &[
                "gen_ai_client_token_usage_count",
                "gen_ai_token_type=\"output\"",
            ],
            3.0,
        ),
        (&["gen_ai_client_operation_duration_seconds_count"], 3.0),
        (&["gen_ai_server_time_to_first_token_seconds_count"], 3.0),
        (&["airlock_reserved_nano_usd"], 0.0),
        (&["airlock_streams"], 0.0),
        (&["airlock_waiting"], 0.0),
        (&["airlock_retries_total"], 0.0),
    ] {
        assert!(
            (told(words) - expected).abs() < 0.5,
            "{words:?} is {}",
            told(words)
        );
    }
    assert!(page.ends_with("# EOF\n"));
}

#[tokio::test]
async fn what_is_under_way_and_tried_again_shows_while_it_lasts() {
    let airlock = with_metrics().await;
    let visitor = airlock.visitor().await;
    let fails = Script::text(["never"]).error_after(0, "overloaded_error", "Overloaded");
    airlock.stand_in.reply_with(fails);
    airlock.stand_in.step();
    let request = question("Hello");
    let answer = airlock.while_time_passes(visitor.chat(&request)).await;
    let under_way = page(&airlock).await;
    assert!((value(&under_way, &["airlock_streams"]) - 1.0).abs() < 0.5);
    assert!(value(&under_way, &["airlock_reserved_nano_usd"]) > 0.0);
    assert!((value(&under_way, &["airlock_retries_total"]) - 1.0).abs() < 0.5);
    airlock.stand_in.open_gates();
    answer.stream().whole().await;
}

/// FM-55, FM-20: names from outside, be they of models, paths, fields, hosts or callers, add no series and stand in none.
#[tokio::test]
async fn no_name_from_outside_becomes_a_series() {
    let airlock = with_metrics().await;
    let visitor = airlock.visitor().await;
    let junk = |n: u32| format!("junk-{n}-name");
    let ask = async |n: u32| {
        let request = ChatRequest {
            model: junk(n),
            ..question(&junk(n))
        };
        visitor.chat(&request).await.problem();
        for path in [format!("/{}", junk(n)), format!("/api/{}", junk(n))] {
            visitor.get(&path).send().await.expect("an answer");
        }
        let misspelt = format!("{{\"{}\": 1}}", junk(n));
        visitor
            .post(paths::CHAT, misspelt)
            .send()
            .await
            .expect("an answer");
        let program = airlock.token_holder();
        let stranger = program
            .stranger(paths::MESSAGES, "{}")
            .header("x-api-key", junk(n));
        stranger.send().await.expect("an answer");
    };
    ask(0).await;
    let before = page(&airlock).await;
    for n in 1..100 {
        ask(n).await;
    }
    let after = page(&airlock).await;
    assert_eq!(series(&before), series(&after));
    assert!(!after.contains("junk"));
    let secret = visitor
        .cookie()
        .split_once('=')
        .expect("a cookie")
        .1
        .to_owned();
    assert!(!after.contains(&secret) && !after.contains("key-of-the-harness"));
}

/// What others must not see is told to this machine alone, and on the page's own address to nobody.
#[tokio::test]
async fn metrics_are_on_no_other_address_and_under_no_other_name() {
    let airlock = with_metrics().await;
    let visitor = airlock.visitor().await;
    let on_the_page = visitor.get("/metrics").send().await.expect("an answer");
    assert_eq!(on_the_page.status(), 404);
    let admin = airlock.admin.expect("an address");
    let at = |path: &str| visitor.client().get(format!("http://{admin}{path}"));
    let foreign = at("/metrics")
        .header("host", "evil.example")
        .send()
        .await
        .expect("an answer");
    assert_eq!(foreign.status(), 421);
    for path in ["/", paths::MESSAGES, paths::HEALTHZ] {
        assert_eq!(
            at(path).send().await.expect("an answer").status(),
            404,
            "{path}"
        );
    }
}
