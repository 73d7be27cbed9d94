//! `GET /api/xray/{request_id}`: one request's own way through Airlock, step by step.
//!
//! It tells how a request went and never what it said: there is no word of a prompt or an answer in it, no key, no cookie and no address.
//! Times are microseconds since the request arrived, by the server's clock, which never goes back.

use serde::{Deserialize, Serialize};

use super::budget::BudgetInfo;
use crate::error::ErrorKind;
use crate::ids::RequestId;
use crate::money::{NanoUsd, TokenUsage};
use crate::preflight::Estimate;
use crate::time::UnixMillis;

/// What happened to one request, as far as it has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Xray {
    /// The request.
    pub request_id: RequestId,
    /// When it arrived, by the server's time of day.
    pub arrived_at: UnixMillis,
    /// How it ended.
    pub ending: Ending,
    /// What ended it, where it was refused or broke off.
    pub error: Option<ErrorKind>,
    /// From its arrival until it ended; until now where it is under way.
    pub took_us: u64,
    /// The model that it asked for, `auto` included; absent where it was not read, or named a model that nobody knows.
    pub model_asked: Option<String>,
    /// The model that it goes to, by its full id; absent where it did not come so far.
    pub model: Option<String>,
    /// What Airlock did with it before Claude was asked, in order. It ended in the last one, where there is no attempt.
    pub steps: Vec<XrayStep>,
    /// The limits on requests that it was counted by; empty where it did not come so far.
    pub rates: Vec<RateSeen>,
    /// What the server's own preflight said; absent where it did not come so far.
    pub preflight: Option<PreflightSeen>,
    /// Where it stood in the line, each time that changed, the latest 64; empty where it did not have to wait.
    pub line: Vec<PlaceSeen>,
    /// What it had to be paid from; absent where it did not come so far.
    pub money: Option<MoneySeen>,
    /// Each time that Claude was asked: three at most, and all but the last failed.
    pub attempts: Vec<Attempt>,
    /// Claude's events as they came.
    pub events: EventsSeen,
    /// What it used and cost; absent until that is settled, and where nothing was reserved.
    pub settlement: Option<SettlementSeen>,
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// It has not.
    UnderWay,
    /// With a whole answer.
    Whole,
    /// The browser left before that.
    Left,
    /// It was refused, by Airlock or by Claude, before an answer began.
    Refused,
    /// Its answer had begun and broke off.
    BrokenOff,
}

/// One thing that Airlock did with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct XrayStep {
    /// What.
    pub name: StepName,
    /// When it began.
    pub begins_us: u64,
    /// When it was done; absent while it is not.
    pub ends_us: Option<u64>,
}

/// The things that Airlock does with a request before Claude is asked, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepName {
    /// The host and the origin are ours.
    Gates,
    /// The session's cookie proves who asks.
    Caller,
    /// The body comes, and is read strictly.
    Reading,
    /// The limits on requests a minute.
    Rate,
    /// The rules that the page runs too, run again.
    Preflight,
    /// A slot among the answers under way, or the wait in the line for one.
    Line,
    /// The most that it can cost is reserved.
    Money,
}

impl StepName {
    /// All of them, in their order.
    pub const ALL: [Self; 7] = [
        Self::Gates,
        Self::Caller,
        Self::Reading,
        Self::Rate,
        Self::Preflight,
        Self::Line,
        Self::Money,
    ];
}

/// A limit on requests, and where it stood when this one was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateSeen {
    /// Whose requests it counts.
    pub scope: RateScope,
    /// Requests a minute.
    pub per_minute: u32,
    /// How many more were to be had at once, this one taken; absent where others' requests would show in it.
    pub left: Option<u32>,
}

/// Whose requests a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateScope {
    /// This session's.
    Session,
    /// Those from this address.
    Address,
    /// Everybody's.
    Everybody,
}

/// What the server's preflight said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreflightSeen {
    /// How many things it found.
    pub findings: u32,
    /// How many of these block the request.
    pub blocking: u32,
    /// What the request will take; absent where it was refused.
    pub estimate: Option<Estimate>,
}

/// A place in the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceSeen {
    /// Since when it stood there.
    pub at_us: u64,
    /// How many stood before it, itself included: 1 is next.
    pub place: u32,
}

/// The money that a request had to be paid from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoneySeen {
    /// The budgets that hold for it and whose figures its caller may see, as they stood before it.
    pub budgets: Vec<BudgetInfo>,
    /// What was reserved, the most that it could cost; absent where a budget did not hold that.
    pub reserved_nano_usd: Option<NanoUsd>,
    /// What was still held once the prompt's true size was known; absent where Claude did not say it.
    pub shrunk_to_nano_usd: Option<NanoUsd>,
}

/// One time that Claude was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    /// When a key was leased and the request sent.
    pub begins_us: u64,
    /// The first characters of the key's SHA-256, never a part of the key.
    pub key_fingerprint: String,
    /// The headers that Airlock wrote for this request, by name. Its client adds the same to each: `host`, `content-length`, `user-agent`.
    pub headers: Vec<SentHeader>,
    /// Bytes of the body that was sent.
    pub body_bytes: u64,
    /// When the answer's headers were there.
    pub answered_us: Option<u64>,
    /// Their HTTP status.
    pub status: Option<u16>,
    /// Claude's own name for the request.
    pub upstream_request_id: Option<String>,
    /// When the answer's first event was there.
    pub first_event_us: Option<u64>,
    /// When it failed; absent where it did not.
    pub failed_us: Option<u64>,
    /// What it failed of.
    pub error: Option<ErrorKind>,
    /// How long it was then waited before the next; absent where there was to be none.
    pub wait_us: Option<u64>,
}

/// A header that was sent to Claude.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SentHeader {
    /// Its name, in lower case.
    pub name: String,
    /// Its value, where anybody may see that.
    pub value: Option<String>,
}

/// Claude's events as they came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventsSeen {
    /// How many came.
    pub count: u64,
    /// How many events one point stands for: 1 while there are few, doubled whenever there would be more than 256 points.
    pub per_point: u64,
    /// The points, each the first of the events that it stands for.
    pub points: Vec<EventPoint>,
}

impl Default for EventsSeen {
    /// None yet.
    fn default() -> Self {
        Self {
            count: 0,
            per_point: 1,
            points: Vec::new(),
        }
    }
}

/// One event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventPoint {
    /// When it was passed on.
    pub at_us: u64,
    /// What it was.
    pub kind: EventKind,
}

/// The kinds of Claude's events, as far as they matter to whoever looks at their times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The answer begins: the prompt's true size is known.
    Start,
    /// Words.
    Text,
    /// Thoughts.
    Thinking,
    /// A sign of life.
    Ping,
    /// The answer is whole.
    Stop,
    /// A block's beginning or end, a count of tokens, and what nobody knows.
    Other,
}

/// What a request used and cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettlementSeen {
    /// When it was booked.
    pub at_us: u64,
    /// The tokens, by class.
    pub tokens: TokenUsage,
    /// What was booked.
    pub cost_nano_usd: NanoUsd,
    /// Whether Claude has said what it used. Where it has not, the most that it can have used is booked.
    pub is_exact: bool,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_refused_request_came_to_is_told_in_the_words_of_the_api() {
        let seen = Xray {
            request_id: RequestId::from_random(7),
            arrived_at: UnixMillis(1_000),
            ending: Ending::Refused,
            error: Some(ErrorKind::RateLimited),
            took_us: 90,
            model_asked: Some("auto".to_owned()),
            model: None,
            steps: vec![XrayStep {
                name: StepName::Rate,
                begins_us: 80,
                ends_us: Some(90),
            }],
            rates: vec![RateSeen {
                scope: RateScope::Everybody,
                per_minute: 600,
                left: None,
            }],
            preflight: None,
            line: Vec::new(),
            money: None,
            attempts: Vec::new(),
            events: EventsSeen::default(),
            settlement: None,
        };
        let json = serde_json::to_value(&seen).expect("serialises");
        assert_eq!(json["ending"], "refused");
        assert_eq!(json["error"], "rate_limited");
        assert_eq!(
            json["steps"],
            json!([{ "name": "rate", "begins_us": 80, "ends_us": 90 }])
        );
        let read: Xray = serde_json::from_value(json).expect("reads");
        assert_eq!(read, seen);
    }
}
