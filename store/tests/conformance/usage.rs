//! The usage report.

use std::collections::BTreeMap;

use shared::api::usage::{CallOutcome, Cursor, FirstEvent, Period, Step, Tally, Usage};
use shared::error::ErrorKind;
use shared::ids::RequestId;
use shared::money::{NanoUsd, TokenCount, TokenUsage};
use shared::time::{Day, UnixMillis};
use store::{Digest, Opening, Outcome, Payer, Settlement, UsageQuestion};

use super::{NOON, Subject, opening, settlement};

const MODELS: [&str; 3] = ["claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5"];
const ENVIRONMENTS: [&str; 2] = ["dev", "prod"];

/// All of November.
fn november(step: Step) -> Period {
    Period {
        from: Day::from_date(2026, 11, 1).start(),
        to: Day::from_date(2026, 12, 1).start(),
        step,
    }
}

fn question(period: Period) -> UsageQuestion {
    UsageQuestion {
        now: NOON,
        period,
        session: None,
        model: None,
        environment: None,
        before: None,
        calls_max: 1_000,
    }
}

/// A call of its own kind for each number: some of them outside November, some in the same millisecond.
fn varied(number: u64) -> (Opening, Settlement) {
    let pick = |of: u8| u8::try_from((number * 7) % u64::from(of)).expect("small");
    let name = |names: &[&'static str]| {
        let place = pick(u8::try_from(names.len()).expect("few"));
        *names.get(usize::from(place)).expect("one of them")
    };
    let opened_at = UnixMillis(november(Step::Day).from.0 - 86_400_000 + (number / 2) * 7_654_321);
    let opening = Opening {
        request_id: RequestId::from_random(u128::from(number)),
        opened_at,
        payer: Payer {
            environment: name(&ENVIRONMENTS).into(),
            token: None,
            session: Some(Digest([pick(5); 32])),
            address: None,
        },
        model: name(&MODELS),
        reserved: NanoUsd(1_000_000),
    };
    let settlement = Settlement {
        settled_at: UnixMillis(opened_at.0 + 2_000),
        tokens: TokenUsage {
            input: TokenCount(number),
            output: TokenCount(number * 3),
            cache_write_5m: TokenCount(number % 11),
            cache_write_1h: TokenCount(number % 5),
            cache_read: TokenCount(number % 1_000),
        },
        cost: NanoUsd(number * 1_001),
        outcome: if number.is_multiple_of(4) {
            Outcome::Left
        } else {
            Outcome::Whole
        },
        first_event_ms: (!number.is_multiple_of(3))
            .then_some(u32::try_from((number * 7_919) % 5_000).expect("small")),
        ..settlement(0)
    };
    (opening, settlement)
}

/// Writes them down, and says what they are.
async fn fill(subject: &Subject, calls: u64) -> Vec<(Opening, Settlement)> {
    let mut all = Vec::new();
    for number in 0..calls {
        let (opening, settlement) = varied(number);
        let call = subject.store.open(opening.clone()).await.expect("opens");
        call.settle(settlement.clone());
        all.push((opening, settlement));
    }
    written(subject).await;
    all
}

/// Waits until everything that was settled and counted is written: that is so once a later call is, one of another time.
async fn written(subject: &Subject) {
    let later = Opening {
        opened_at: UnixMillis(0),
        ..opening(u128::MAX, 0)
    };
    drop(subject.store.open(later).await.expect("it is written"));
}

async fn ask(subject: &Subject, question: UsageQuestion) -> Usage {
    let answer = subject.store.usage(question).await.expect("it is read");
    answer.expect("there are not too many")
}

fn tally<'a>(calls: impl Iterator<Item = &'a (Opening, Settlement)>) -> Tally {
    let mut tally = Tally::default();
    for (_, settlement) in calls {
        tally.add(settlement.cost, settlement.tokens);
    }
    tally
}

/// What the plainest possible sums say of the same calls.
fn assert_told(usage: &Usage, asked: &UsageQuestion, all: &[(Opening, Settlement)]) {
    let is_asked = |(opening, _): &&(Opening, Settlement)| {
        asked.period.contains(opening.opened_at)
            && asked
                .session
                .is_none_or(|it| Some(it) == opening.payer.session)
            && asked.model.as_ref().is_none_or(|it| it == opening.model)
            && asked
                .environment
                .as_ref()
                .is_none_or(|it| **it == *opening.payer.environment)
    };
    let calls: Vec<_> = all.iter().filter(is_asked).cloned().collect();
    assert!(calls.len() > 5, "the case says something");
    assert_eq!(usage.total, tally(calls.iter()));
    for bucket in &usage.trend {
        let start = bucket.starts_at_unix_ms;
        let of_step = calls
            .iter()
            .filter(|(it, _)| asked.period.step.start(it.opened_at) == start);
        assert_eq!(bucket.tally, tally(of_step), "{start}");
    }
    let mut by_model = BTreeMap::new();
    let mut by_environment = BTreeMap::new();
    for (opening, settlement) in &calls {
        let Settlement { cost, tokens, .. } = settlement;
        let model: &mut Tally = by_model.entry(opening.model.to_owned()).or_default();
        model.add(*cost, *tokens);
        let name = opening.payer.environment.to_string();
        let environment: &mut Tally = by_environment.entry(name).or_default();
        environment.add(*cost, *tokens);
    }
    for (told, expected) in [
        (&usage.by_model, by_model),
        (&usage.by_environment, by_environment),
    ] {
        assert!(told.is_sorted_by_key(|share| std::cmp::Reverse(share.tally.cost_nano_usd)));
        let told = told.iter().map(|share| (share.name.clone(), share.tally));
        assert_eq!(told.collect::<BTreeMap<_, _>>(), expected);
    }
    let mut times: Vec<_> = calls
        .iter()
        .filter_map(|(_, it)| it.first_event_ms)
        .collect();
    times.sort_unstable();
    let at = |percent: usize| {
        let rank = (times.len() * percent).div_ceil(100);
        *times.get(rank - 1).expect("of the list")
    };
    let expected = FirstEvent {
        calls: times.len() as u64,
        p50_ms: at(50),
        p95_ms: at(95),
    };
    assert_eq!(usage.first_event, Some(expected));
}

pub(crate) async fn a_report_is_what_an_oracle_adds_up(subject: Subject) {
    for kind in [ErrorKind::RateLimited, ErrorKind::BudgetExhausted] {
        subject.store.count_refusal(NOON, kind);
    }
    subject.store.count_refusal(NOON, ErrorKind::RateLimited);
    let before = UnixMillis(november(Step::Day).from.0 - 1);
    subject.store.count_refusal(before, ErrorKind::RateLimited);
    let all = fill(&subject, 800).await;
    for step in Step::ALL {
        let everything = question(november(step));
        for asked in [
            everything.clone(),
            UsageQuestion {
                model: Some(MODELS[1].to_owned()),
                ..everything.clone()
            },
            UsageQuestion {
                environment: Some("prod".to_owned()),
                ..everything.clone()
            },
            UsageQuestion {
                session: Some(Digest([3; 32])),
                model: Some(MODELS[2].to_owned()),
                ..everything
            },
        ] {
            let usage = ask(&subject, asked.clone()).await;
            assert_told(&usage, &asked, &all);
            let refusals = usage.refusals.iter().map(|it| (&*it.code, it.times));
            let expected: &[_] = match asked.session {
                None => &[("rate_limited", 2), ("budget_exhausted", 1)],
                Some(_) => &[],
            };
            assert_eq!(refusals.collect::<Vec<_>>(), expected);
        }
    }
}

pub(crate) async fn the_list_goes_on_where_it_was_cut_and_misses_nothing(subject: Subject) {
    let all = fill(&subject, 300).await;
    let mut expected: Vec<_> = (0_u64..)
        .zip(&all)
        .filter(|(_, (opening, _))| november(Step::Day).contains(opening.opened_at))
        .map(|(number, (opening, _))| (opening.opened_at, number, opening.request_id))
        .collect();
    expected.sort_unstable_by(|a, b| b.cmp(a));
    for calls_max in [1, 7, 64, 1_000] {
        let (mut before, mut listed) = (None::<Cursor>, Vec::new());
        loop {
            let asked = UsageQuestion {
                before,
                calls_max,
                ..question(november(Step::Day))
            };
            let usage = ask(&subject, asked).await;
            assert!(usage.calls.len() <= usize::try_from(calls_max).expect("small"));
            listed.extend(usage.calls.into_iter().map(|call| call.request_id));
            before = usage.older;
            if before.is_none() {
                break;
            }
        }
        let expected: Vec<_> = expected.iter().map(|(_, _, id)| *id).collect();
        assert_eq!(listed, expected, "{calls_max} at a time");
    }
}

pub(crate) async fn a_call_under_way_is_listed_and_not_counted(subject: Subject) {
    let under_way = subject.store.open(opening(1, 900)).await.expect("opens");
    let asked = || question(november(Step::Day));
    let usage = ask(&subject, asked()).await;
    assert_eq!((usage.total, usage.calls.len()), (Tally::default(), 1));
    let listed = usage.calls.first().expect("one");
    assert_eq!(listed.outcome, CallOutcome::UnderWay);
    assert_eq!(
        (listed.reserved_nano_usd, listed.cost_nano_usd),
        (NanoUsd(900), NanoUsd::ZERO)
    );
    assert_eq!(listed.duration_ms, None);

    under_way.settle(settlement(300));
    written(&subject).await;
    let usage = ask(&subject, asked()).await;
    assert_eq!(
        (usage.spent_today_nano_usd, usage.spent_this_month_nano_usd),
        (NanoUsd(300), NanoUsd(300))
    );
    let listed = usage.calls.first().expect("one");
    assert_eq!(listed.outcome, CallOutcome::Whole);
    assert_eq!(listed.cost_nano_usd, NanoUsd(300));
    assert_eq!(listed.tokens, settlement(300).tokens);
    assert_eq!(
        (listed.first_event_ms, listed.duration_ms),
        (Some(300), Some(1_500))
    );
    assert_eq!(listed.upstream_request_id.as_deref(), Some("req_of_claude"));
}

pub(crate) async fn a_session_is_told_of_its_own_calls_alone(subject: Subject) {
    for (id, session, cost) in [(1, Some(7), 300), (2, Some(8), 20), (3, None, 1)] {
        let mut opening = opening(id, 900);
        opening.payer.session = session.map(|session| Digest([session; 32]));
        let call = subject.store.open(opening).await.expect("opens");
        call.settle(settlement(cost));
    }
    written(&subject).await;
    for (session, cost) in [(7, 300), (8, 20)] {
        let asked = UsageQuestion {
            session: Some(Digest([session; 32])),
            ..question(november(Step::Day))
        };
        let usage = ask(&subject, asked).await;
        let spent = [
            usage.spent_today_nano_usd,
            usage.spent_this_month_nano_usd,
            usage.total.cost_nano_usd,
        ];
        assert_eq!(spent, [NanoUsd(cost); 3]);
        assert_eq!((usage.total.calls, usage.calls.len()), (1, 1));
    }
}
