//! The line in front of Claude: who waits is told the place and called in turn, holds no money meanwhile, and leaves when it goes.

use std::time::Duration;

use configuration::LimitsConfig;
use reqwest::Response;
use shared::api::chat::{ChatEvent, Queued};
use shared::error::ErrorKind;
use shared::money::NanoUsd;
use shared::sse::KEEP_ALIVE;
use stand_in::Script;
use tests::{Airlock, Reply, Setup, TokenHolder, Visitor, question};
use tokio::task::JoinHandle;

/// An Airlock with one slot and this many places in the line, whose answers stop behind their first event.
async fn narrow(places: u32) -> Airlock {
    let airlock = Airlock::start_with(Setup {
        limits: LimitsConfig {
            streams_overall: 1,
            queue_places: places,
            ..Setup::default().limits
        },
        ..Setup::default()
    })
    .await;
    airlock.stand_in.step();
    airlock
}

/// An answer under way, which has begun.
async fn answering(airlock: &Airlock) -> Reply {
    let mut reply = airlock.visitor().await.ask("Hello").await;
    assert!(matches!(reply.next().await, Some(ChatEvent::Started(_))));
    reply
}

/// A request in the line, which stands at `place`.
async fn waiting(airlock: &Airlock, place: u32) -> Reply {
    let mut reply = airlock.visitor().await.ask("Hello").await;
    assert_eq!(next_place(&mut reply).await.place, place);
    reply
}

/// The next event, which must be about the line.
async fn next_place(reply: &mut Reply) -> Queued {
    let event = reply.next().await;
    let queued = match event {
        Some(ChatEvent::Queued(queued)) => Some(queued),
        _ => None,
    };
    queued.expect("a place in the line")
}

async fn reserved(visitor: &Visitor) -> NanoUsd {
    visitor.session().await.budget.expect("a budget").reserved
}

#[tokio::test]
async fn who_waits_is_told_each_place_and_called_in_turn() {
    let airlock = narrow(9).await;
    let first = answering(&airlock).await;
    let mut second = waiting(&airlock, 1).await;
    let mut third = waiting(&airlock, 2).await;
    drop(first);
    assert!(matches!(second.next().await, Some(ChatEvent::Started(_))));
    assert_eq!(next_place(&mut third).await.place, 1);
    assert_eq!(
        airlock.stand_in.requests().len(),
        2,
        "the third waits still"
    );
    airlock.stand_in.open_gates();
    second.whole().await;
    assert!(matches!(third.next().await, Some(ChatEvent::Started(_))));
    third.whole().await;
}

#[tokio::test]
async fn the_wait_is_told_once_it_can_be_known() {
    let airlock = narrow(9).await;
    let mut under_way = answering(&airlock).await;
    for _ in 0..3 {
        let mut next = waiting(&airlock, 1).await;
        airlock.advance(Duration::from_secs(2));
        drop(under_way);
        assert!(matches!(next.next().await, Some(ChatEvent::Started(_))));
        under_way = next;
    }
    let mut at_first = airlock.visitor().await.ask("Hello").await;
    let queued = next_place(&mut at_first).await;
    assert_eq!((queued.place, queued.wait_ms), (1, Some(2_000)));
    let mut behind = airlock.visitor().await.ask("Hello").await;
    let queued = next_place(&mut behind).await;
    assert_eq!((queued.place, queued.wait_ms), (2, Some(4_000)));
}

#[tokio::test]
async fn nobody_holds_money_while_waiting() {
    let airlock = narrow(9).await;
    let under_way = answering(&airlock).await;
    let visitor = airlock.visitor().await;
    let by_one = reserved(&visitor).await;
    assert!(by_one > NanoUsd::ZERO);
    let _line = [waiting(&airlock, 1).await, waiting(&airlock, 2).await];
    assert_eq!(reserved(&visitor).await, by_one);
    drop(under_way);
}

#[tokio::test]
async fn who_is_refused_after_waiting_hears_it_in_the_stream() {
    let one = NanoUsd((5 + 16 + 64) * 200 + 4_096 * 500);
    let airlock = Airlock::start_with(Setup {
        // What the first is charged for leaves too little for the second.
        budget: NanoUsd(one.0 + one.0 / 2),
        limits: LimitsConfig {
            streams_overall: 1,
            queue_places: 9,
            ..Setup::default().limits
        },
        ..Setup::default()
    })
    .await;
    airlock.stand_in.step();
    let script = Script::default().and_unseen_thinking("long thoughts");
    airlock.stand_in.reply_with(script.close_after(2));
    let first = answering(&airlock).await;
    let second = waiting(&airlock, 1).await;
    airlock.stand_in.open_gates();
    first.broken_off().await;
    let (error, usage) = second.broken_off().await;
    assert_eq!(error.kind, ErrorKind::BudgetExhausted);
    assert!(error.detail.is_some() && error.request_id.is_some());
    assert_eq!(usage, None, "it cost nothing");
    assert_eq!(airlock.stand_in.requests().len(), 1);
    // Who would wait for what cannot be had any more is told at once.
    airlock.stand_in.step();
    let visitor = airlock.visitor().await;
    let problem = visitor.chat(&question("Hello")).await.problem();
    assert_eq!(problem.kind, ErrorKind::BudgetExhausted);
    assert_eq!(reserved(&visitor).await, NanoUsd::ZERO);
}

#[tokio::test]
async fn the_line_has_its_places_and_no_more() {
    let airlock = narrow(2).await;
    let _under_way = answering(&airlock).await;
    let _line = [waiting(&airlock, 1).await, waiting(&airlock, 2).await];
    let visitor = airlock.visitor().await;
    let problem = visitor.chat(&question("Hello")).await.problem();
    assert_eq!(problem.kind, ErrorKind::TooManyStreams);
    assert!(problem.retry_after_ms.is_some_and(|wait| wait > 0));
}

#[tokio::test]
async fn without_a_line_who_finds_no_slot_is_refused_at_once() {
    let airlock = narrow(0).await;
    let under_way = answering(&airlock).await;
    let visitor = airlock.visitor().await;
    let problem = visitor.chat(&question("Hello")).await.problem();
    assert_eq!(problem.kind, ErrorKind::TooManyStreams);
    drop(under_way);
    airlock.stand_in.wait_for_aborts(1).await;
    airlock.stand_in.open_gates();
    visitor.ask("Hello").await.whole().await;
}

#[tokio::test]
async fn nobody_waits_longer_than_the_longest_wait() {
    let airlock = narrow(9).await;
    let _under_way = answering(&airlock).await;
    let mut late = waiting(&airlock, 1).await;
    let longest = Duration::from_secs(Setup::default().limits.queue_wait_max_s.into());
    airlock.advance(longest.saturating_sub(Duration::from_millis(1)));
    assert_eq!(late.next_chunk().await.as_deref(), Some(KEEP_ALIVE));
    airlock.advance(Duration::from_millis(1));
    let (error, _) = late.broken_off().await;
    assert_eq!(error.kind, ErrorKind::TooManyStreams);
    assert!(error.retry_after_ms.is_some_and(|wait| wait >= 1_000));
    assert_eq!(airlock.stand_in.requests().len(), 1, "it was never sent");
}

/// FM-23: who leaves the line is gone from it at once, and nothing was sent or reserved for them.
#[tokio::test]
async fn who_leaves_the_line_makes_room_and_is_never_sent() {
    let airlock = narrow(9).await;
    let under_way = answering(&airlock).await;
    let leaving = waiting(&airlock, 1).await;
    let mut behind = waiting(&airlock, 2).await;
    drop(leaving);
    assert_eq!(next_place(&mut behind).await.place, 1);
    drop(under_way);
    assert!(matches!(behind.next().await, Some(ChatEvent::Started(_))));
    airlock.stand_in.open_gates();
    behind.whole().await;
    assert_eq!(airlock.stand_in.requests().len(), 2);
}

#[tokio::test]
async fn a_silent_line_is_kept_alive() {
    let airlock = narrow(9).await;
    let _under_way = answering(&airlock).await;
    let mut reply = waiting(&airlock, 1).await;
    airlock.advance(Duration::from_secs(15));
    assert_eq!(reply.next_chunk().await.as_deref(), Some(KEEP_ALIVE));
}

/// FM-53: who waits when the server stops is told so at once: nothing was begun for them.
#[tokio::test]
async fn who_waits_is_told_when_the_server_stops() {
    let airlock = narrow(9).await;
    let under_way = answering(&airlock).await;
    let line = [waiting(&airlock, 1).await, waiting(&airlock, 2).await];
    airlock.stop();
    for reply in line {
        let (error, usage) = reply.broken_off().await;
        assert_eq!((error.kind, usage), (ErrorKind::Unavailable, None));
    }
    airlock.stand_in.open_gates();
    under_way.whole().await;
    airlock.stopped().await;
    assert_eq!(airlock.stand_in.requests().len(), 1);
}

#[tokio::test]
async fn a_session_cannot_fill_the_line_alone() {
    let airlock = Airlock::start_with(Setup {
        limits: LimitsConfig {
            streams_overall: 1,
            streams_per_session: 3,
            queue_places: 9,
            ..Setup::default().limits
        },
        ..Setup::default()
    })
    .await;
    airlock.stand_in.step();
    let visitor = airlock.visitor().await;
    let mut mine = Vec::new();
    for _ in 0..3 {
        let mut reply = visitor.ask("Hello").await;
        reply.next().await.expect("started or queued");
        mine.push(reply);
    }
    let problem = visitor.chat(&question("Hello")).await.problem();
    assert_eq!(problem.kind, ErrorKind::TooManyStreams);
    assert!(problem.retry_after_ms.is_some());
    let _elsewhere = waiting(&airlock, 3).await;
    drop(mine);
}

/// A program in the line, which stands before whoever comes now.
async fn program_waiting(airlock: &Airlock) -> JoinHandle<Response> {
    let program = airlock.token_holder();
    let answer = tokio::spawn(async move { program.send(&TokenHolder::question("Hello")).await });
    let visitor = airlock.visitor().await;
    loop {
        let mut behind = visitor.ask("Hello").await;
        if next_place(&mut behind).await.place == 2 {
            return answer;
        }
    }
}

#[tokio::test]
async fn a_program_waits_in_the_same_line_without_a_word() {
    let airlock = narrow(9).await;
    let under_way = answering(&airlock).await;
    let answer = program_waiting(&airlock).await;
    drop(under_way);
    airlock.stand_in.wait_for_requests(2).await;
    assert_eq!(answer.await.expect("no panic").status(), 200);
}

#[tokio::test]
async fn a_program_that_waits_too_long_is_refused_in_its_own_dialect() {
    let airlock = narrow(9).await;
    let _under_way = answering(&airlock).await;
    let answer = program_waiting(&airlock).await;
    airlock.advance(Duration::from_secs(
        Setup::default().limits.queue_wait_max_s.into(),
    ));
    let response = answer.await.expect("no panic");
    assert_eq!(response.status(), 429);
    let wait = response.headers()["retry-after"].to_str().expect("text");
    assert!(wait.parse::<u32>().is_ok_and(|wait| wait >= 1), "{wait}");
    let text = response.text().await.expect("a body");
    assert!(text.contains("\"rate_limit_error\""), "{text}");
    assert_eq!(airlock.stand_in.requests().len(), 1, "it was never sent");
}
