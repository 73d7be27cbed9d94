//! What a gateway's answers cost: as counted where they are counted, and otherwise the most that they can have.

use shared::error::ErrorKind;
use shared::money::{NanoUsd, TokenCount, TokenUsage};
use stand_in::Script;
use tests::{Airlock, Setup, raw_upstream};

use super::{COUNTS, DONE, FINISH, TEXT, spent, stream};

/// What is held for `question("Hello")`: its bytes and frames at most, in the dearest class of input, and the whole of its output.
const RESERVED: NanoUsd = NanoUsd((5 + 16 + 64) * 200 + 4_096 * 500);

/// FM-3: what was read from a cache or written to one is paid for as such, through a gateway as well.
#[tokio::test]
async fn usage_and_cost_are_those_of_claudes_own_dialect() {
    let usage = TokenUsage {
        input: TokenCount(4),
        output: TokenCount(70),
        cache_write_5m: TokenCount(300),
        cache_read: TokenCount(2_455),
        ..TokenUsage::default()
    };
    let mut reports = Vec::new();
    for is_gateway in [false, true] {
        let airlock = Airlock::start_with(Setup {
            is_gateway,
            ..Setup::default()
        })
        .await;
        let script = Script::default()
            .and_thinking(["Let me see."])
            .and_text(["Yes."])
            .usage(usage);
        airlock.stand_in.reply_with(script);
        let visitor = airlock.visitor().await;
        let (text, report) = visitor.ask("Hello").await.whole().await;
        assert_eq!(text, "Yes.");
        assert_eq!(spent(&visitor).await, airlock.stand_in.billed());
        reports.push((report.tokens, report.cost_nano_usd));
    }
    assert_eq!(reports[0], reports[1]);
    assert_eq!(reports[1].0, usage);
}

/// FM-6, FM-22: who leaves closes the gateway's call, and pays for what cannot be known at the most that it can have been.
#[tokio::test]
async fn leaving_closes_a_gateways_call_and_is_charged_at_the_most() {
    let airlock = Airlock::behind_a_gateway(None).await;
    let visitor = airlock.visitor().await;
    airlock.stand_in.step();
    let mut reply = visitor.ask("Hello").await;
    airlock.stand_in.allow_events(2);
    reply.next_text().await;
    drop(reply);
    airlock.stand_in.wait_for_aborts(1).await;
    while visitor.session().await.budget.expect("one").reserved > NanoUsd::ZERO {}
    assert_eq!(spent(&visitor).await, RESERVED);
    assert!(RESERVED >= airlock.stand_in.billed());
}

/// FM-27: a gateway's answer that is cut, or closed in good form before its end, never looks whole.
#[tokio::test]
async fn a_gateways_cut_answer_ends_in_exactly_one_error() {
    for chunks in [
        &[TEXT][..],
        &[TEXT, DONE],
        &[TEXT, FINISH],
        &[TEXT, FINISH, COUNTS],
    ] {
        let upstream = raw_upstream(&stream(chunks)).await;
        let airlock = Airlock::behind_a_gateway(Some(&upstream)).await;
        let visitor = airlock.visitor().await;
        let (error, report) = visitor.ask("Hello").await.broken_off().await;
        assert_eq!(error.kind, ErrorKind::StreamInterrupted, "{chunks:?}");
        let cost = report.expect("it says what it cost").cost_nano_usd;
        assert_eq!(spent(&visitor).await, cost);
        // Whoever has counted is believed, cut or not.
        let is_counted = chunks.contains(&COUNTS);
        let owed = if is_counted {
            NanoUsd(30 * 100 + 2 * 500)
        } else {
            RESERVED
        };
        assert_eq!(cost, owed, "{chunks:?}");
    }
}

/// FM-12: an answer that nobody counted is never free.
#[tokio::test]
async fn an_answer_that_nobody_counted_is_charged_at_the_most() {
    let zeros = r#"{"choices":[],"usage":{"prompt_tokens":0,"completion_tokens":0}}"#;
    for chunks in [&[TEXT, FINISH, DONE][..], &[TEXT, FINISH, zeros, DONE]] {
        let upstream = raw_upstream(&stream(chunks)).await;
        let airlock = Airlock::behind_a_gateway(Some(&upstream)).await;
        let visitor = airlock.visitor().await;
        let (text, report) = visitor.ask("Hello").await.whole().await;
        assert_eq!(text, "Hello");
        assert_eq!(report.cost_nano_usd, RESERVED);
        assert_eq!(spent(&visitor).await, RESERVED);
    }
}
