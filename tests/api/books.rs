//! The books: whatever way a call ends, what was reserved is given back once and what is owed is booked once.

use reqwest::StatusCode;
use shared::api::chat::ChatEvent;
use shared::error::ErrorKind;
use shared::money::{NanoUsd, TokenCount, TokenUsage};
use stand_in::Script;
use tests::{Airlock, Setup, Visitor, question};

async fn spent(visitor: &Visitor) -> NanoUsd {
    let budget = visitor.session().await.budget.expect("a budget");
    assert_eq!(budget.reserved, NanoUsd::ZERO, "nothing is held any more");
    budget.spent
}

fn usage(input: u64, output: u64) -> TokenUsage {
    TokenUsage {
        input: TokenCount(input),
        output: TokenCount(output),
        ..TokenUsage::default()
    }
}

/// FM-2: after good, refused and broken calls nothing stays reserved, and the books agree with the upstream's own.
#[tokio::test]
async fn the_books_agree_with_the_upstreams_after_every_kind_of_end() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    for n in 1..=5 {
        airlock
            .stand_in
            .reply_with(Script::text(["fine"]).usage(usage(10 * n, n)));
        visitor.ask("Hello").await.whole().await;
        let refusal = Script::refuse(StatusCode::BAD_REQUEST, "invalid_request_error", "no");
        airlock.stand_in.reply_with(refusal);
        visitor.chat(&question("Hello")).await.problem();
    }
    assert_eq!(spent(&visitor).await, airlock.stand_in.billed());
    // 100 and 500 nano-dollars a token: Haiku's input and output.
    assert_eq!(spent(&visitor).await, NanoUsd(150 * 100 + 15 * 500));
}

/// FM-14: a 200 that fails before its first word is a failure: it costs nothing, and the money is there for the next.
#[tokio::test]
async fn an_answer_is_judged_by_its_last_event_and_not_by_its_status() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let fails = Script::text(["never"]).error_after(0, "api_error", "Internal");
    for _ in 0..3 {
        airlock.stand_in.reply_with(fails.clone());
    }
    let request = question("Hello");
    let answer = airlock.while_time_passes(visitor.chat(&request)).await;
    assert_eq!(answer.problem().kind, ErrorKind::UpstreamError);
    assert_eq!(airlock.stand_in.requests().len(), 3);
    assert_eq!(spent(&visitor).await, NanoUsd::ZERO);
}

#[tokio::test]
async fn the_part_held_for_the_prompt_shrinks_as_soon_as_its_true_size_is_known() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    airlock
        .stand_in
        .reply_with(Script::text(["a", "b"]).usage(usage(5, 2)));
    airlock.stand_in.step();
    let mut reply = visitor.ask(&"word ".repeat(1_000)).await;
    assert!(matches!(reply.next().await, Some(ChatEvent::Started(_))));
    let budget = visitor.session().await.budget.expect("a budget");
    assert_eq!(budget.reserved, NanoUsd(5 * 100 + 4_096 * 500));
    airlock.stand_in.open_gates();
    reply.whole().await;
    assert_eq!(spent(&visitor).await, NanoUsd(5 * 100 + 2 * 500));
}

/// FM-6: an answer that breaks off is charged for what was seen and a margin, never nothing and never more than was reserved.
#[tokio::test]
async fn an_answer_that_breaks_off_is_charged_by_what_was_seen() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    // message_start, block start, ping and two pieces of ten bytes each.
    let script = Script::text(["0123456789", "0123456789", "never"])
        .usage(usage(30, 9))
        .close_after(5);
    airlock.stand_in.reply_with(script);
    let (_, report) = visitor.ask("Hello").await.broken_off().await;
    let report = report.expect("a broken answer says what it cost");
    assert_eq!(report.cost_nano_usd, NanoUsd(30 * 100 + (20 + 1_024) * 500));
    assert_eq!(spent(&visitor).await, report.cost_nano_usd);
    assert!(report.cost_nano_usd >= airlock.stand_in.billed());
}

#[tokio::test]
async fn thinking_that_nobody_sees_is_charged_as_if_it_had_used_all() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let script = Script::default()
        .and_unseen_thinking("long thoughts")
        .usage(usage(30, 9))
        .close_after(2);
    airlock.stand_in.reply_with(script);
    let (_, report) = visitor.ask("Hello").await.broken_off().await;
    let report = report.expect("a broken answer says what it cost");
    assert_eq!(report.cost_nano_usd, NanoUsd(30 * 100 + 4_096 * 500));
    assert_eq!(spent(&visitor).await, report.cost_nano_usd);
}

/// FM-1: requests let go at once, with money for three, are let in three times.
#[tokio::test]
async fn a_crowd_is_let_in_exactly_as_far_as_the_money_goes() {
    let one = NanoUsd((5 + 16 + 64) * 200 + 4_096 * 500);
    let airlock = Airlock::start_with(Setup {
        budget: NanoUsd(one.0 * 3 + one.0 / 2),
        ..Setup::default()
    })
    .await;
    let visitor = airlock.visitor().await;
    airlock.stand_in.hold_headers();
    let mut crowd = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let visitor = visitor.clone();
        crowd.spawn(async move { visitor.chat(&question("Hello")).await });
    }
    // Those who are let in wait for their headers; everybody else is refused at once.
    let mut refused = 0;
    while refused < 97 {
        let answer = crowd.join_next().await.expect("some are left");
        answer.expect("no panic").problem();
        refused += 1;
    }
    airlock.stand_in.open_gates();
    while let Some(answer) = crowd.join_next().await {
        answer.expect("no panic").stream().whole().await;
    }
    assert_eq!(airlock.stand_in.requests().len(), 3);
    assert_eq!(spent(&visitor).await, airlock.stand_in.billed());
}
