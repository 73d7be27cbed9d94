//! Requests whose ways are told in tests: one that went well, and what becomes of it where something does not.

use shared::api::xray::{
    Attempt, Ending, EventKind, EventPoint, EventsSeen, MoneySeen, PlaceSeen, SettlementSeen,
    StepName, Xray, XrayStep,
};
use shared::error::ErrorKind;
use shared::ids::RequestId;
use shared::money::{NanoUsd, TokenCount, TokenUsage};
use shared::time::UnixMillis;

use super::tab::TabTimes;

/// When each of Airlock's steps begins; the last is over when Claude is asked.
const STEPS_US: [u64; 8] = [0, 20, 60, 380, 400, 800, 830, 1_200];

/// An answer that Claude began after 310 ms and wrote in two events for 4 s.
pub(super) fn whole() -> Xray {
    let ends = STEPS_US.into_iter().skip(1);
    let steps = StepName::ALL
        .into_iter()
        .zip(STEPS_US.into_iter().zip(ends));
    let asked_us = 1_200;
    let (begun_us, over_us) = (asked_us + 310_000, asked_us + 4_310_000);
    let point = |at_us, kind| EventPoint { at_us, kind };
    Xray {
        request_id: RequestId::from_random(7),
        arrived_at: UnixMillis(1_000),
        ending: Ending::Whole,
        error: None,
        took_us: over_us,
        model_asked: Some("auto".to_owned()),
        model: Some("claude-haiku-5-5".to_owned()),
        steps: steps
            .map(|(name, (begins_us, ends_us))| XrayStep {
                name,
                begins_us,
                ends_us: Some(ends_us),
            })
            .collect(),
        rates: Vec::new(),
        preflight: None,
        line: Vec::new(),
        money: Some(MoneySeen {
            budgets: Vec::new(),
            reserved_nano_usd: Some(NanoUsd(20_000_000)),
            shrunk_to_nano_usd: Some(NanoUsd(10_000_000)),
        }),
        attempts: vec![Attempt {
            answered_us: Some(begun_us),
            status: Some(200),
            first_event_us: Some(begun_us),
            ..attempt(asked_us)
        }],
        events: EventsSeen {
            count: 2,
            per_point: 1,
            points: vec![
                point(begun_us, EventKind::Start),
                point(over_us, EventKind::Stop),
            ],
        },
        settlement: Some(SettlementSeen {
            at_us: over_us,
            tokens: TokenUsage {
                input: TokenCount(40),
                output: TokenCount(400),
                ..TokenUsage::default()
            },
            cost_nano_usd: NanoUsd(1_200_000),
            is_exact: true,
        }),
    }
}

/// The same, but Claude was overloaded at first.
pub(super) fn retried() -> Xray {
    let mut xray = whole();
    let asked_us = 1_200;
    let failed = Attempt {
        status: Some(529),
        failed_us: Some(asked_us + 5_000),
        error: Some(ErrorKind::Overloaded),
        wait_us: Some(600_000),
        ..attempt(asked_us)
    };
    let later_us = 605_000;
    for attempt in &mut xray.attempts {
        attempt.begins_us += later_us;
        attempt.first_event_us = attempt.first_event_us.map(|at_us| at_us + later_us);
    }
    xray.took_us += later_us;
    xray.attempts.insert(0, failed);
    xray
}

/// The same, but the limit on requests refused it.
pub(super) fn refused() -> Xray {
    let mut xray = whole();
    xray.steps.truncate(4);
    Xray {
        ending: Ending::Refused,
        error: Some(ErrorKind::RateLimited),
        took_us: 400,
        model: None,
        money: None,
        attempts: Vec::new(),
        events: EventsSeen::default(),
        settlement: None,
        ..xray
    }
}

/// The same, but it had to wait for two others for 3 s.
pub(super) fn queued() -> Xray {
    let mut xray = whole();
    let waited_us = 3_000_000;
    let (begun_at, ended_at) = (StepName::Line, StepName::Money);
    for step in &mut xray.steps {
        if step.name >= ended_at {
            step.begins_us += waited_us;
        }
        if step.name >= begun_at {
            step.ends_us = step.ends_us.map(|at_us| at_us + waited_us);
        }
    }
    for attempt in &mut xray.attempts {
        attempt.begins_us += waited_us;
        attempt.first_event_us = attempt.first_event_us.map(|at_us| at_us + waited_us);
    }
    xray.took_us += waited_us;
    xray.line = vec![PlaceSeen {
        at_us: 810,
        place: 3,
    }];
    xray
}

/// What a tab on the same machine sees of a request: 400 us of preflight, and 100 us each way.
pub(super) fn tab_of(xray: &Xray) -> TabTimes {
    let first_us = xray.line.first().map(|place| place.at_us);
    let began_us = xray
        .attempts
        .last()
        .and_then(|attempt| attempt.first_event_us);
    TabTimes {
        checked_us: 400,
        headed_us: first_us.or(began_us).map(|at_us| at_us + 600),
        done_us: xray.took_us + 600,
    }
}

fn attempt(begins_us: u64) -> Attempt {
    Attempt {
        begins_us,
        key_fingerprint: "0a1b2c3d".to_owned(),
        headers: Vec::new(),
        body_bytes: 100,
        answered_us: None,
        status: None,
        upstream_request_id: None,
        first_event_us: None,
        failed_us: None,
        error: None,
        wait_us: None,
    }
}
