//! Tests of the question and of the answer's wire form.

use super::*;
use crate::error::ErrorKind;
use crate::time::Day;

/// A Monday, mid-morning.
fn now() -> UnixMillis {
    UnixMillis(Day::from_date(2026, 11, 23).start().0 + 36_000_000)
}

fn period(query: &UsageQuery) -> (String, String, Step) {
    let period = query.period(now()).expect("it can be answered");
    let day = |moment: UnixMillis| moment.day().to_string();
    (
        day(period.from),
        day(UnixMillis(period.to.0 - 1)),
        period.step,
    )
}

#[test]
fn a_range_ends_today_and_is_shown_in_the_steps_that_suit_it() {
    for (range, first, step) in [
        (None, "2026-11-01", Step::Day),
        (Some(Range::Today), "2026-11-23", Step::Hour),
        (Some(Range::Days7), "2026-11-17", Step::Day),
        (Some(Range::Month), "2026-11-01", Step::Day),
        (Some(Range::Days30), "2026-10-25", Step::Day),
    ] {
        let query = UsageQuery {
            range,
            ..UsageQuery::default()
        };
        let told = (first.to_owned(), "2026-11-23".to_owned(), step);
        assert_eq!(period(&query), told, "{range:?}");
    }
}

#[test]
fn days_can_be_named_and_the_last_of_them_is_in_the_period() {
    let query = UsageQuery {
        from: Some(Day::from_date(2026, 1, 31)),
        to: Some(Day::from_date(2026, 9, 1)),
        ..UsageQuery::default()
    };
    let told = (
        "2026-01-31".to_owned(),
        "2026-09-01".to_owned(),
        Step::Month,
    );
    assert_eq!(period(&query), told);
}

#[test]
fn what_cannot_be_answered_is_refused_with_the_reason() {
    let day = Day::from_date(2026, 11, 1);
    let none = UsageQuery::default();
    for (query, reason) in [
        (
            UsageQuery {
                range: Some(Range::Today),
                from: Some(day),
                ..none.clone()
            },
            "`range`",
        ),
        (
            UsageQuery {
                to: Some(day),
                ..none.clone()
            },
            "`from`",
        ),
        (
            UsageQuery {
                from: Some(day.next()),
                to: Some(day),
                ..none.clone()
            },
            "before",
        ),
        (
            UsageQuery {
                from: Some(Day::from_date(2026, 1, 1)),
                step: Some(Step::Hour),
                ..none.clone()
            },
            "750 steps",
        ),
        (
            UsageQuery {
                from: Some(Day::from_date(1970, 1, 1)),
                to: Some(Day::from_date(9999, 12, 31)),
                ..none.clone()
            },
            "750 steps",
        ),
        (
            UsageQuery {
                model: Some("m".repeat(200)),
                ..none
            },
            "128 bytes",
        ),
    ] {
        let error = query.period(now()).expect_err(reason);
        assert_eq!(error.kind, ErrorKind::InvalidRequest);
        let detail = error.detail.expect("a reason");
        assert!(detail.contains(reason), "{detail}");
    }
}

#[test]
fn a_query_is_written_as_an_address_has_it() {
    assert_eq!(UsageQuery::default().to_string(), "");
    let query = UsageQuery {
        range: Some(Range::Days7),
        step: Some(Step::Hour),
        model: Some("claude-haiku-5-5".to_owned()),
        environment: Some("été & co".to_owned()),
        before: Some(Cursor {
            opened_at: UnixMillis(7),
            number: 8,
        }),
        ..UsageQuery::default()
    };
    assert_eq!(
        query.to_string(),
        "range=7d&step=hour&model=claude-haiku-5-5&environment=%C3%A9t%C3%A9%20%26%20co&before=7.8"
    );
}

#[test]
fn names_in_the_address_are_those_that_are_read() {
    for range in Range::ALL {
        let json = format!("{{\"range\":{:?}}}", range.as_str());
        let read: UsageQuery = serde_json::from_str(&json).expect("reads");
        assert_eq!(read.range, Some(range));
    }
    for step in Step::ALL {
        let json = serde_json::to_string(&step).expect("serialises");
        assert_eq!(json, format!("{:?}", step.as_str()));
    }
    let read: UsageQuery = serde_json::from_str(r#"{"from":"2026-11-01"}"#).expect("reads");
    assert_eq!(read.from, Some(Day::from_date(2026, 11, 1)));
    assert!(serde_json::from_str::<UsageQuery>(r#"{"form":"2026-11-01"}"#).is_err());
}

#[test]
fn outcomes_are_named_as_they_are_written() {
    for outcome in [
        CallOutcome::UnderWay,
        CallOutcome::Whole,
        CallOutcome::Left,
        CallOutcome::BrokeOff,
        CallOutcome::Refused,
        CallOutcome::NotSent,
        CallOutcome::Orphan,
    ] {
        let json = serde_json::to_string(&outcome).expect("serialises");
        assert_eq!(json, format!("{:?}", outcome.as_str()));
    }
}
