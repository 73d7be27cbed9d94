//! Crowds: however many come at once, exactly as many are sent as the money holds.

use std::time::Duration;

use configuration::LimitsConfig;
use shared::api::chat::{ChatEvent, ChatRequest};
use shared::error::ErrorKind;
use shared::models::Catalogue;
use shared::money::{NanoUsd, TokenCount, TokenUsage};
use shared::preflight;
use stand_in::Script;
use tests::{Airlock, Answer, START, Setup, Visitor, question};
use tokio::task::JoinSet;

/// The most that `request` can cost.
pub(crate) async fn worst_case(visitor: &Visitor, request: &ChatRequest) -> NanoUsd {
    let policy = visitor.session().await.policy;
    let verdict = preflight::check(request, &policy, &Catalogue::builtin(), START);
    verdict.estimate.expect("it has a price").worst_case
}

/// What one of a crowd came to.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Whole(NanoUsd),
    Refused(ErrorKind),
}

async fn end_of(answer: Answer) -> End {
    let mut reply = match answer {
        Answer::Refused(_, problem) => return End::Refused(problem.kind),
        Answer::Stream(reply) => reply,
    };
    let mut cost = NanoUsd::ZERO;
    for event in reply.all().await {
        match event {
            ChatEvent::Usage(report) => cost = report.cost_nano_usd,
            ChatEvent::Error(error) => return End::Refused(error.kind),
            _ => {}
        }
    }
    End::Whole(cost)
}

/// A house with `slots` and `places`, and money for seven and a half questions.
async fn with_money_for_seven(slots: u32, places: u32) -> Airlock {
    // The price of the question that every test here asks, by the catalogue's prices.
    let one = NanoUsd((5 + 16 + 64) * 200 + 4_096 * 500);
    let airlock = Airlock::start_with(Setup {
        budget: NanoUsd(one.0 * 15 / 2),
        limits: LimitsConfig {
            streams_overall: slots,
            queue_places: places,
            ..Setup::default().limits
        },
        ..Setup::default()
    })
    .await;
    let visitor = airlock.visitor().await;
    assert_eq!(worst_case(&visitor, &question("Hello")).await, one);
    airlock
}

/// Lets 200 questions go at once.
async fn crowd(airlock: &Airlock) -> JoinSet<End> {
    let mut crowd = JoinSet::new();
    for _ in 0..10 {
        let visitor = airlock.visitor().await;
        for _ in 0..20 {
            let visitor = visitor.clone();
            crowd.spawn(async move { end_of(visitor.chat(&question("Hello")).await).await });
        }
    }
    crowd
}

/// How long a test waits for one of a crowd: far longer than even a busy machine takes, so that too few ends fail and do not hang.
const PATIENCE: Duration = Duration::from_mins(1);

async fn next(crowd: &mut JoinSet<End>) -> End {
    let next = tokio::time::timeout(PATIENCE, crowd.join_next()).await;
    let end = next.expect("another one is decided");
    end.expect("some are left").expect("no panic")
}

/// The books at their end: nothing is held, and what was spent is what the upstream billed.
async fn assert_exact(airlock: &Airlock) {
    let budget = airlock.visitor().await.session().await.budget;
    let budget = budget.expect("a budget");
    assert_eq!(budget.reserved, NanoUsd::ZERO);
    assert_eq!(budget.spent, airlock.stand_in.billed());
}

/// FM-1: 200 requests let go at once against 20 slots and money for seven: the upstream, which answers none before all are decided, sees
/// seven, with and without a line.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_crowd_exactly_as_many_are_sent_as_the_money_holds() {
    for places in [0, 50, 200] {
        let airlock = with_money_for_seven(20, places).await;
        airlock.stand_in.hold_headers();
        let mut crowd = crowd(&airlock).await;
        for _ in 7..200 {
            let end = next(&mut crowd).await;
            let is_known = matches!(
                end,
                End::Refused(ErrorKind::BudgetExhausted | ErrorKind::TooManyStreams)
            );
            assert!(is_known, "{end:?}");
        }
        airlock.stand_in.wait_for_requests(7).await;
        assert_eq!(airlock.stand_in.requests().len(), 7, "{places} places");
        airlock.stand_in.open_gates();
        while !crowd.is_empty() {
            assert!(matches!(next(&mut crowd).await, End::Whole(_)));
        }
        assert_eq!(airlock.stand_in.requests().len(), 7, "{places} places");
        assert_exact(&airlock).await;
    }
}

/// FM-1: the same when all wait in the line for five slots, and each answer costs all that it may: the seventh takes the last of the
/// money, and everybody behind it is told so when it is their turn.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_crowd_in_the_line_exactly_as_many_are_sent_as_the_money_holds() {
    let airlock = with_money_for_seven(5, 200).await;
    let dearest = TokenUsage {
        cache_write_1h: TokenCount(5 + 16 + 64),
        output: TokenCount(4_096),
        ..TokenUsage::default()
    };
    for _ in 0..200 {
        let script = Script::text(["as dear as can be"]).usage(dearest);
        airlock.stand_in.reply_with(script);
    }
    airlock.stand_in.hold_headers();
    let mut crowd = crowd(&airlock).await;
    airlock.stand_in.wait_for_requests(5).await;
    airlock.stand_in.open_gates();
    let mut ends = Vec::new();
    while !crowd.is_empty() {
        ends.push(next(&mut crowd).await);
    }
    let (whole, refused): (Vec<_>, Vec<_>) = ends
        .into_iter()
        .partition(|end| matches!(end, End::Whole(_)));
    assert_eq!((whole.len(), refused.len()), (7, 193));
    let is_budget = |end: &End| *end == End::Refused(ErrorKind::BudgetExhausted);
    assert!(refused.iter().all(is_budget), "{refused:?}");
    assert_eq!(airlock.stand_in.requests().len(), 7);
    assert_exact(&airlock).await;
}
