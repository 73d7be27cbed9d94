//! A request's way as a list of steps: what the drawing and the table are made of.

use shared::error::ErrorKind;
use shared::json::Value;
use shared::money::NanoUsd;

use super::tab::TabTimes;
use crate::state::words;

/// The ending of a request that has none yet.
pub(super) const UNDER_WAY: &str = "under_way";

/// Where a step was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// In this tab.
    Browser,
    /// In our server.
    Airlock,
    /// At Claude.
    Claude,
}

impl Lane {
    /// All of them, in the order in which a request comes through.
    pub(crate) const ALL: [Self; 3] = [Self::Browser, Self::Airlock, Self::Claude];

    /// What people call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Browser => "Browser",
            Self::Airlock => "Airlock",
            Self::Claude => "Claude",
        }
    }

    /// What stylesheets call it.
    pub(crate) const fn look(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Airlock => "airlock",
            Self::Claude => "claude",
        }
    }

    /// Why there is nothing to be seen in it.
    pub(crate) const fn nothing(self) -> &'static str {
        match self {
            Self::Browser => "Not seen: this tab did not send it.",
            Self::Airlock => "Nothing is known.",
            Self::Claude => "Nothing was sent to Claude.",
        }
    }
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Where it was taken.
    pub(crate) lane: Lane,
    /// What it is called, in so few words that they fit above its bar.
    pub(crate) name: String,
    /// When it began, in microseconds since the first thing that is known.
    pub(crate) begin_us: u64,
    /// When it was over, in the same.
    pub(crate) end_us: u64,
    /// How it is drawn.
    pub(crate) kind: Kind,
    /// When events came while it lasted, in the same.
    pub(crate) events_us: Vec<u64>,
    /// What came of it, in words.
    pub(crate) outcome: String,
}

impl Row {
    /// How long it took, in microseconds.
    pub(crate) const fn took_us(&self) -> u64 {
        self.end_us.saturating_sub(self.begin_us)
    }
}

/// How a step is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Something was done.
    Work,
    /// Somebody waited.
    Wait,
    /// An answer came in pieces.
    Stream,
    /// It ended the request, or this attempt at it.
    Failure,
}

impl Kind {
    /// What stylesheets call it.
    pub(crate) const fn look(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Wait => "wait",
            Self::Stream => "stream",
            Self::Failure => "failure",
        }
    }
}

/// The steps of a request; within a lane they are in their order. Times begin with the tab's preflight, or with the request's arrival
/// where the tab did not send it.
pub(crate) fn rows(xray: &Value, tab: Option<&TabTimes>) -> Vec<Row> {
    let mut rows = Vec::new();
    for step in xray.at("steps").list() {
        rows.push(in_airlock(xray, step));
    }
    let attempts = xray.at("attempts").list();
    for attempt in attempts {
        rows.extend(pause_behind(attempt));
    }
    rows.extend(booked(xray));
    for (number, attempt) in attempts.iter().enumerate() {
        rows.push(at_claude(xray, attempt, number));
    }
    rows.extend(written(xray));
    if let Some(tab) = tab {
        let arrival_us = arrival_us(xray, tab);
        for row in &mut rows {
            row.begin_us += arrival_us;
            row.end_us += arrival_us;
            for event_us in &mut row.events_us {
                *event_us += arrival_us;
            }
        }
        rows.extend(in_tab(xray, tab, arrival_us));
    }
    rows
}

/// When Claude's first event was there.
pub(super) fn first_event_us(xray: &Value) -> Option<u64> {
    xray.at("attempts").last().whole("first_event_us")
}

/// How long a step of Airlock's took, until now where it is not done.
pub(super) fn took_us(xray: &Value, step: &Value) -> u64 {
    let begin_us = step.whole("begins_us").unwrap_or_default();
    step.whole("ends_us")
        .unwrap_or(over_us(xray))
        .saturating_sub(begin_us)
}

/// When it was over; the present moment where it is under way.
fn over_us(xray: &Value) -> u64 {
    xray.whole("took_us").unwrap_or_default()
}

/// When the request arrived at the server, by the tab's clock. The two clocks are not the same one: what the tab waited longer than the
/// server worked was spent on the way, half of it there and half back.
fn arrival_us(xray: &Value, tab: &TabTimes) -> u64 {
    // The server begins to answer with a place in the line, with the first event, or with a refusal.
    let first_place = xray.at("line").list().first();
    let place_us = first_place.and_then(|place| place.whole("at_us"));
    let headed_by_server_us = place_us.or(first_event_us(xray)).unwrap_or(over_us(xray));
    let headed_us = headed_us(xray, tab).unwrap_or_default();
    let waited_us = headed_us.saturating_sub(tab.checked_us);
    tab.checked_us + waited_us.saturating_sub(headed_by_server_us) / 2
}

/// When the answer's head was in the tab. A refusal comes in one piece.
fn headed_us(xray: &Value, tab: &TabTimes) -> Option<u64> {
    let refused = (xray.text("ending") == "refused").then_some(tab.done_us);
    tab.headed_us.or(refused)
}

fn row(lane: Lane, name: &str, begin_us: u64, end_us: u64, outcome: String) -> Row {
    Row {
        lane,
        name: name.to_owned(),
        begin_us,
        end_us: end_us.max(begin_us),
        kind: Kind::Work,
        events_us: Vec::new(),
        outcome,
    }
}

fn in_tab(xray: &Value, tab: &TabTimes, arrival_us: u64) -> Vec<Row> {
    let (checked, sent) = (
        "Nothing in the way",
        "To this page's own server, with the session's cookie and no key",
    );
    let mut rows = vec![
        row(
            Lane::Browser,
            "preflight",
            0,
            tab.checked_us,
            checked.to_owned(),
        ),
        row(
            Lane::Browser,
            "sent",
            tab.checked_us,
            arrival_us,
            sent.to_owned(),
        ),
    ];
    if let Some(headed_us) = headed_us(xray, tab) {
        let outcome = match xray.text("ending") {
            "whole" => "The whole answer",
            "left" => "Stopped here",
            "refused" => "The refusal",
            "broken_off" => "It broke off",
            _ => "It is still coming",
        };
        rows.push(Row {
            kind: Kind::Stream,
            ..row(
                Lane::Browser,
                "arrives",
                headed_us,
                tab.done_us,
                outcome.to_owned(),
            )
        });
    }
    rows
}

/// One of Airlock's steps, which have the names that the server gives them.
fn in_airlock(xray: &Value, step: &Value) -> Row {
    let name = step.text("name");
    let begin_us = step.whole("begins_us").unwrap_or_default();
    let end_us = begin_us + took_us(xray, step);
    let is_last = xray.at("steps").last() == step && xray.at("attempts").list().is_empty();
    let mut row = row(
        Lane::Airlock,
        name,
        begin_us,
        end_us,
        outcome_of(xray, name),
    );
    if is_last && xray.text("ending") == "refused" {
        row.kind = Kind::Failure;
        row.outcome = format!("{}. {}", title_of(xray), row.outcome);
    } else if name == "line" && !xray.at("line").list().is_empty() {
        row.kind = Kind::Wait;
    }
    row
}

/// What ended a request or an attempt, in words; empty where nothing did.
fn title_of(failed: &Value) -> &'static str {
    ErrorKind::from_code(failed.text("error")).map_or("", ErrorKind::title)
}

/// What came of a step, as far as it was told.
fn outcome_of(xray: &Value, step: &str) -> String {
    match step {
        "gates" => "Host and origin are ours".to_owned(),
        "caller" => "Known by the session's cookie".to_owned(),
        "reading" => format!("Asks for {}", words::model_name(xray.text("model_asked"))),
        "rate" => rates(xray),
        "preflight" => preflight(xray.at("preflight")),
        "line" => match xray.at("line").list().first() {
            None => "A place was free".to_owned(),
            Some(first) => {
                let place = first.whole("place").unwrap_or_default();
                let place = u32::try_from(place).unwrap_or(u32::MAX);
                format!("{} at first", words::place_in_line(place))
            }
        },
        "money" => money(xray.at("money")),
        _ => String::new(),
    }
}

fn rates(xray: &Value) -> String {
    let mut said = Vec::new();
    for rate in xray.at("rates").list() {
        let whose = match rate.text("scope") {
            "session" => "You",
            "address" => "your address",
            _ => "everybody",
        };
        let per_minute = rate.whole("per_minute").unwrap_or_default();
        said.push(match rate.whole("left") {
            Some(left) => format!("{whose}: {left} of {per_minute} left"),
            None => format!("{whose}: {per_minute} a minute"),
        });
    }
    said.join(", ")
}

fn preflight(seen: &Value) -> String {
    let blocking = seen.whole("blocking").unwrap_or_default();
    if blocking > 0 {
        return format!("{blocking} in the way");
    }
    let estimate = seen.at("estimate");
    let amount = |name| words::money(NanoUsd(estimate.whole(name).unwrap_or_default()));
    let (likely, worst) = (amount("likely"), amount("worst_case"));
    format!("Nothing in the way; likely {likely}, at most {worst}")
}

fn money(seen: &Value) -> String {
    let said = match seen.whole("reserved_nano_usd") {
        Some(reserved) => format!("Put aside {}", words::money(NanoUsd(reserved))),
        None => "Not enough".to_owned(),
    };
    let mut tightest: Option<u64> = None;
    for budget in seen.at("budgets").list() {
        let amount = |name| budget.whole(name).unwrap_or_default();
        let taken = amount("spent").saturating_add(amount("reserved"));
        let left = amount("limit").saturating_sub(taken);
        tightest = Some(tightest.map_or(left, |tightest| tightest.min(left)));
    }
    match tightest {
        Some(left) => format!("{said} of {} left", words::money_left(NanoUsd(left))),
        None => said,
    }
}

/// The wait behind an attempt that failed.
fn pause_behind(attempt: &Value) -> Option<Row> {
    let (failed_us, wait_us) = (attempt.whole("failed_us")?, attempt.whole("wait_us")?);
    let outcome = "Then Claude is asked once more".to_owned();
    Some(Row {
        kind: Kind::Wait,
        ..row(
            Lane::Airlock,
            "pause",
            failed_us,
            failed_us + wait_us,
            outcome,
        )
    })
}

/// What was booked, and when.
fn booked(xray: &Value) -> Option<Row> {
    let settlement = xray.at("settlement");
    let at_us = settlement.whole("at_us")?;
    let cost = words::money(NanoUsd(settlement.whole("cost_nano_usd")?));
    let outcome = if *settlement.at("is_exact") == Value::Bool(true) {
        format!("{cost}, as Claude counted")
    } else {
        format!("{cost}, the most that it can have been")
    };
    Some(row(Lane::Airlock, "booked", at_us, at_us, outcome))
}

/// Asking Claude, until its first event or until that failed. `number` counts from 0.
fn at_claude(xray: &Value, attempt: &Value, number: usize) -> Row {
    let begin_us = attempt.whole("begins_us").unwrap_or_default();
    let begun = attempt.whole("first_event_us");
    let (name, kind, end_us) = match (begun, attempt.whole("failed_us")) {
        (Some(event_us), _) => ("first event", Kind::Work, event_us),
        (None, Some(failed_us)) => {
            let names = ["1st try", "2nd try", "3rd try"];
            let name = names.get(number).unwrap_or(&"try");
            (*name, Kind::Failure, failed_us)
        }
        (None, None) => ("no answer", Kind::Wait, over_us(xray)),
    };
    let status = attempt.whole("status");
    let status = status.map_or_else(String::new, |status| format!("status {status}"));
    let mut told = vec![
        title_of(attempt),
        &status,
        attempt.text("upstream_request_id"),
    ];
    told.retain(|words| !words.is_empty());
    let outcome = told.join(", ");
    Row {
        kind,
        ..row(Lane::Claude, name, begin_us, end_us, outcome)
    }
}

/// The answer, event by event.
fn written(xray: &Value) -> Option<Row> {
    let begin_us = first_event_us(xray)?;
    let failed_us = xray.at("attempts").last().whole("failed_us");
    let end_us = failed_us.unwrap_or(over_us(xray));
    let events = xray.at("events");
    let number = |name| events.whole(name).unwrap_or_default();
    let count = words::count(number("count"));
    let outcome = match number("per_point") {
        0 | 1 => format!("{count} events"),
        per_point => format!("{count} events, {per_point} a tick"),
    };
    let mut row = row(Lane::Claude, "writes", begin_us, end_us, outcome);
    row.kind = Kind::Stream;
    for point in events.at("points").list() {
        row.events_us.extend(point.whole("at_us"));
    }
    Some(row)
}
