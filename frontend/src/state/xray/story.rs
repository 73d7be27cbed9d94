//! A request's way in one or two sentences: who took how long, how it ended, what it cost.

use shared::error::ErrorKind;
use shared::json::Value;
use shared::money::NanoUsd;

use super::rows::{UNDER_WAY, first_event_us, took_us};
use super::tab::TabTimes;
use crate::state::words;

/// Tells the story of a request.
pub(super) fn story(xray: &Value, tab: Option<&TabTimes>) -> String {
    let mut told = Vec::new();
    if let Some(tab) = tab {
        let checked = words::took(tab.checked_us);
        told.push(format!("your browser checked it in {checked}"));
    }
    let (own_us, line_us) = in_airlock(xray);
    told.push(format!("Airlock took {}", words::took(own_us)));
    if let Some(line_us) = line_us {
        told.push(format!("it waited {} in line", words::took(line_us)));
    }
    let attempts = xray.at("attempts").list();
    if attempts.len() > 1 {
        told.push(format!("Claude was asked {} times", attempts.len()));
    }
    told.extend(answered(xray));
    let mut story = sentence(&told);
    story.push_str(&ending(xray));
    story.push_str(&cost(xray));
    story
}

/// How long Airlock worked on it before Claude was asked, and how long it then had to wait in the line, if it had to.
fn in_airlock(xray: &Value) -> (u64, Option<u64>) {
    let has_waited = !xray.at("line").list().is_empty();
    let (mut own_us, mut line_us) = (0, None);
    for step in xray.at("steps").list() {
        let step_us = took_us(xray, step);
        if has_waited && step.text("name") == "line" {
            line_us = Some(step_us);
        } else {
            own_us += step_us;
        }
    }
    (own_us, line_us)
}

/// When Claude began and how long it wrote, if it did.
fn answered(xray: &Value) -> Option<String> {
    let begun_us = first_event_us(xray)?;
    let asked_us = xray.at("attempts").last().whole("begins_us")?;
    let over_us = xray.whole("took_us")?;
    Some(format!(
        "Claude began after {} and wrote for {}",
        words::took(begun_us.saturating_sub(asked_us)),
        words::took(over_us.saturating_sub(begun_us))
    ))
}

/// How it ended, where that was not with a whole answer.
fn ending(xray: &Value) -> String {
    let title = ErrorKind::from_code(xray.text("error")).map_or("", ErrorKind::title);
    let has_asked = !xray.at("attempts").list().is_empty();
    let who = if has_asked { "Claude" } else { "Airlock" };
    match xray.text("ending") {
        UNDER_WAY => " It is still under way.".to_owned(),
        "left" => {
            let after = words::took(xray.whole("took_us").unwrap_or_default());
            format!(" You stopped it after {after}.")
        }
        "refused" => format!(" {who} refused it: {title}."),
        "broken_off" => format!(" Then it broke off: {title}."),
        _ => String::new(),
    }
}

/// What it cost, and what had been put aside for it.
fn cost(xray: &Value) -> String {
    let money = |amount| words::money(NanoUsd(amount));
    let reserved = xray.at("money").whole("reserved_nano_usd");
    match (xray.at("settlement").whole("cost_nano_usd"), reserved) {
        (Some(cost), Some(reserved)) => {
            format!(" It cost {} of {} reserved.", money(cost), money(reserved))
        }
        (None, Some(reserved)) => format!(" {} is reserved for it.", money(reserved)),
        (_, None) => " Nothing was sent to Claude, and it cost nothing.".to_owned(),
    }
}

/// What was told, as one sentence.
fn sentence(told: &[String]) -> String {
    let mut sentence = match told {
        [before @ .., last] if !before.is_empty() => format!("{}, and {last}", before.join(", ")),
        _ => told.concat(),
    };
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence.push('.');
    sentence
}
