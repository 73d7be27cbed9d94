//! A month of calls for a ledger: weekdays and nights, three models, answers that were left, and some of each thing that goes wrong.

use std::path::Path;

use shared::error::ErrorKind;
use shared::ids::RequestId;
use shared::models::Catalogue;
use shared::money::{NanoUsd, TokenCount, TokenUsage};
use shared::time::UnixMillis;
use store::{Digest, Durability, Opening, Outcome, Payer, Settlement, SqliteStore, Store};

/// The models that are asked, each with how many of a hundred calls go to it.
const MODELS: [(&str, u64); 3] = [
    ("claude-haiku-5-5", 62),
    ("claude-sonnet-5-5", 30),
    ("claude-opus-5-5", 8),
];

const HOUR_MS: u64 = 3_600_000;

/// Fills the ledger in `folder` with the thirty days before `now`.
pub async fn fill_month(folder: &Path, now: UnixMillis) {
    let store = SqliteStore::open(folder, Durability::Normal, now).expect("the ledger opens");
    let mut number = 0;
    for hours_ago in (1..=30 * 24).rev() {
        let hour = UnixMillis(now.0 - hours_ago * HOUR_MS);
        for _ in 0..calls_in(hour) {
            let (opening, settlement) = call(number, hour);
            let open = store.open(opening).await.expect("it is written");
            open.settle(settlement);
            number += 1;
        }
        if hours_ago % 9 == 0 {
            store.count_refusal(hour, ErrorKind::RateLimited);
        }
        if hours_ago % 50 == 0 {
            store.count_refusal(hour, ErrorKind::PreflightRefused);
            store.count_refusal(hour, ErrorKind::BudgetExhausted);
        }
    }
    store.close().await.expect("all is written");
}

/// People work by day and on weekdays.
fn calls_in(hour: UnixMillis) -> u64 {
    let (days, of_day) = (hour.0 / 86_400_000, hour.0 / HOUR_MS % 24);
    // 1970 began on a Thursday.
    let is_weekend = (days + 3) % 7 >= 5;
    match (is_weekend, of_day) {
        (false, 8..=18) => 3 + days % 5,
        (true, 9..=20) | (false, 19..=22) => 1,
        _ => 0,
    }
}

/// The call with this number: the same each time.
fn call(number: u64, hour: UnixMillis) -> (Opening, Settlement) {
    // Numbers that look like none: the multiplier and the shift are those of SplitMix64.
    let mixed = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let pick = |of: u64, shift: u32| (mixed >> shift) % of;
    let opened_at = UnixMillis(hour.0 + pick(HOUR_MS, 7));
    let mut below = pick(100, 13);
    let model = MODELS.iter().find(|(_, share)| {
        let is_it = below < *share;
        below = below.saturating_sub(*share);
        is_it
    });
    let (model, _) = *model.expect("the shares are a hundred");
    let cached = 500 + pick(9_000, 17);
    let tokens = TokenUsage {
        input: TokenCount(200 + pick(2_500, 19)),
        output: TokenCount(80 + pick(900, 23)),
        cache_read: TokenCount(if number.is_multiple_of(3) { cached } else { 0 }),
        cache_write_5m: TokenCount(if number.is_multiple_of(12) { cached } else { 0 }),
        cache_write_1h: TokenCount(0),
    };
    let catalogue = Catalogue::builtin();
    let cost = catalogue
        .find(model)
        .and_then(|it| it.cost(opened_at, &tokens));
    let cost = cost.expect("it has a price");
    let (outcome, is_estimated) = match number % 40 {
        7 => (Outcome::Left, true),
        23 => (Outcome::BrokeOff, true),
        _ => (Outcome::Whole, false),
    };
    let first_event_ms = u32::try_from(180 + pick(900, 29)).expect("small");
    let duration_ms = first_event_ms + u32::try_from(900 + pick(6_000, 31)).expect("small");
    let opening = Opening {
        request_id: RequestId::from_random(u128::from(mixed)),
        opened_at,
        payer: Payer {
            environment: if pick(10, 37) < 8 { "prod" } else { "dev" }.into(),
            token: None,
            session: Some(Digest([u8::try_from(pick(20, 41)).expect("small"); 32])),
            address: None,
        },
        model,
        reserved: NanoUsd(cost.0 * 4),
    };
    let settlement = Settlement {
        settled_at: UnixMillis(opened_at.0 + u64::from(duration_ms)),
        tokens,
        cost,
        outcome,
        is_estimated,
        upstream_request_id: Some(format!("req_{mixed:024x}")),
        first_event_ms: Some(first_event_ms),
        duration_ms,
    };
    (opening, settlement)
}
