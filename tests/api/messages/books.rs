//! Money and limits over this route: the same as over the page's.

use std::time::Duration;

use reqwest::Response;
use serde_json::{Value, json};
use shared::money::{NanoUsd, TokenCount, TokenUsage};
use stand_in::Script;
use tests::{Airlock, Setup, TokenHolder};

use super::{all_of, changed, error_of};

const USAGE: TokenUsage = TokenUsage {
    input: TokenCount(4),
    output: TokenCount(9),
    cache_write_5m: TokenCount(0),
    cache_write_1h: TokenCount(0),
    cache_read: TokenCount(2_455),
};

/// What [`USAGE`] costs with Haiku: 100 nano-dollars an input token, 500 an output token, 10 one from the cache.
const COST: NanoUsd = NanoUsd(4 * 100 + 9 * 500 + 2_455 * 10);

/// Waits until nothing is reserved any more, and says what was spent.
async fn settled(airlock: &Airlock) -> NanoUsd {
    let visitor = airlock.visitor().await;
    loop {
        let budget = visitor.session().await.budget.expect("a budget");
        if budget.reserved == NanoUsd::ZERO {
            return budget.spent;
        }
        tokio::task::yield_now().await;
    }
}

/// FM-3: an answer costs the same to the nano-dollar, streamed or whole, reads from the cache included.
#[tokio::test]
async fn a_streamed_and_a_whole_answer_cost_the_same() {
    for is_streamed in [false, true] {
        let airlock = Airlock::start().await;
        airlock
            .stand_in
            .reply_with(Script::text(["fine"]).usage(USAGE));
        let message = changed(&json!({"stream": is_streamed}));
        let response = airlock.token_holder().send(&message).await;
        assert!(response.bytes().await.is_ok());
        assert_eq!(settled(&airlock).await, COST);
        assert_eq!(airlock.stand_in.billed(), COST);
    }
}

/// FM-8: the budget holds over this route too, to the nano-dollar, and a refusal is not for trying again.
#[tokio::test]
async fn the_budget_holds_the_worst_case_before_anything_is_sent() {
    let message = TokenHolder::question("Hello");
    let bytes = message.to_string().len() as u64;
    let worst_case = NanoUsd((bytes + 2_048) * 200 + 1_000 * 500);
    let with = |budget| Setup {
        budget,
        ..Setup::default()
    };
    let airlock = Airlock::start_with(with(worst_case)).await;
    assert_eq!(airlock.token_holder().send(&message).await.status(), 200);

    let airlock = Airlock::start_with(with(worst_case.saturating_sub(NanoUsd(1)))).await;
    let response = airlock.token_holder().send(&message).await;
    assert_eq!(response.headers()["x-should-retry"], "false");
    let (status, kind, message) = error_of(response).await;
    assert_eq!((status, kind.as_str()), (402, "billing_error"));
    assert!(message.contains("could cost up to"), "{message}");
    assert_eq!(airlock.stand_in.requests().len(), 0);
}

/// What bytes do not bound is reserved at its largest: an image by its pixels, a PDF as a whole context.
#[tokio::test]
async fn images_and_documents_are_reserved_at_their_largest() {
    let block = |kind: &str| json!({"type": kind, "source": {"type": "base64", "media_type": "a/b", "data": "aGk="}});
    for (kind, least) in [("image", 286 * 286), ("document", 1_000_000)] {
        let airlock = Airlock::start().await;
        let visitor = airlock.visitor().await;
        airlock.stand_in.hold_headers();
        let message = changed(&json!({"messages": [{"role": "user", "content": [block(kind)]}]}));
        let program = airlock.token_holder();
        let call = tokio::spawn(async move { program.send(&message).await });
        airlock.stand_in.wait_for_requests(1).await;
        let reserved = visitor.session().await.budget.expect("a budget").reserved;
        assert!(reserved.0 >= least * 200, "{kind}: {reserved}");
        call.abort();
    }
}

/// FM-24, FM-22: a program that leaves, in either mode, before or inside the answer, closes the upstream call and is settled.
#[tokio::test]
async fn a_program_that_leaves_closes_the_upstream_call_in_either_mode() {
    let airlock = Airlock::start().await;
    let mut left = 0;
    for is_streamed in [false, true] {
        airlock.stand_in.hold_headers();
        let message = changed(&json!({"stream": is_streamed}));
        let program = airlock.token_holder();
        let call = tokio::spawn(async move { program.send(&message).await });
        left += 1;
        airlock
            .stand_in
            .wait_for(|log| log.received() >= left)
            .await;
        call.abort();
        airlock.stand_in.wait_for_aborts(left).await;
        assert!(settled(&airlock).await >= airlock.stand_in.billed());
        airlock.stand_in.open_gates();
    }
    airlock.stand_in.step();
    let mut response = airlock
        .token_holder()
        .send(&TokenHolder::streamed("Hello"))
        .await;
    response.chunk().await.expect("holds").expect("it began");
    drop(response);
    airlock.stand_in.wait_for_aborts(left + 1).await;
    assert!(settled(&airlock).await >= airlock.stand_in.billed());
    assert_eq!(airlock.stand_in.open_streams(), 0);
}

/// A whole answer that does not say what it used is owed all that was reserved: nothing is ever free by accident.
#[tokio::test]
async fn an_answer_without_a_bill_costs_the_reservation() {
    let body = r#"{"id":"m","content":[],"stop_reason":"end_turn","usage":{"input_tokens":1}}"#;
    let upstream = tests::raw_upstream(&format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    ))
    .await;
    let airlock = Airlock::in_front_of(&upstream).await;
    let message = TokenHolder::question("Hello");
    let response = airlock.token_holder().send(&message).await;
    assert_eq!(response.status(), 200);
    let bytes = message.to_string().len() as u64;
    assert_eq!(
        settled(&airlock).await,
        NanoUsd((bytes + 2_048) * 200 + 1_000 * 500)
    );
}

async fn refusal(response: Response) -> (u16, String) {
    let (status, kind, _) = error_of(response).await;
    (status, kind)
}

#[tokio::test]
async fn the_token_has_its_own_rate_and_leaves_the_pages_alone() {
    let mut setup = Setup::default();
    setup.access.requests_per_minute = 3;
    setup.limits.requests_per_address = 1;
    let airlock = Airlock::start_with(setup).await;
    let program = airlock.token_holder();
    let message = TokenHolder::question("Hello");
    for _ in 0..3 {
        assert_eq!(program.send(&message).await.status(), 200);
    }
    let response = program.send(&message).await;
    assert_eq!(response.headers()["retry-after"], "20");
    assert_eq!(response.headers()["x-should-retry"], "true");
    assert_eq!(
        refusal(response).await,
        (429, "rate_limit_error".to_owned())
    );
    airlock.visitor().await.ask("Hello").await.whole().await;
    airlock.advance(Duration::from_secs(20));
    assert_eq!(airlock.token_holder().send(&message).await.status(), 200);
}

/// FM-16: a slot is held as long as the stream, and is free again when it is gone.
#[tokio::test]
async fn the_token_has_its_own_number_of_streams() {
    let mut setup = Setup::default();
    setup.access.streams = 2;
    let airlock = Airlock::start_with(setup).await;
    let program = airlock.token_holder();
    let message = TokenHolder::streamed("Hello");
    airlock.stand_in.step();
    let held = [program.send(&message).await, program.send(&message).await];
    let third = refusal(program.send(&message).await).await;
    assert_eq!(third, (429, "rate_limit_error".to_owned()));
    airlock.stand_in.open_gates();
    for response in held {
        all_of(response).await;
    }
    assert_eq!(program.send(&message).await.status(), 200);
}

/// FM-45: models and the output cap are the operator's to allow.
#[tokio::test]
async fn the_policy_holds_for_programs_too() {
    let airlock = Airlock::start().await;
    let cases: [(Value, u16, &str); 7] = [
        (
            json!({"model": "claude-fable-5-2"}),
            403,
            "permission_error",
        ),
        (json!({"model": "claude-3-opus"}), 404, "not_found_error"),
        (json!({"model": "gpt-5"}), 404, "not_found_error"),
        (json!({"max_tokens": 64_001}), 400, "invalid_request_error"),
        (json!({"max_tokens": null}), 400, "invalid_request_error"),
        (json!({"model": null}), 400, "invalid_request_error"),
        (json!({"speed": "fast"}), 400, "invalid_request_error"),
    ];
    for (changes, status, kind) in cases {
        let response = airlock.token_holder().send(&changed(&changes)).await;
        let seen = refusal(response).await;
        assert_eq!(seen, (status, kind.to_owned()), "{changes}");
    }
    assert_eq!(airlock.stand_in.requests().len(), 0);
}
