//! What is told of a request: the story, the steps, the drawing, the figures.

use shared::api::xray::{Ending, SentHeader, Xray};
use shared::error::ErrorKind;
use shared::json::{self, Value};
use shared::money::NanoUsd;

use super::axis::WIDTH;
use super::drawing::{Drawing, Form, Shape};
use super::rows::{Kind, Lane, Row};
use super::samples::{queued, refused, retried, tab_of, whole};
use super::tab::TabTimes;
use super::{figures, rows, story};

/// A request as the server writes it.
fn written(xray: &Xray) -> Value {
    Value::read(&json::write(xray).expect("writes")).expect("reads")
}

fn rows(xray: &Xray, tab: Option<&TabTimes>) -> Vec<Row> {
    rows::rows(&written(xray), tab)
}

fn story(xray: &Xray, tab: Option<&TabTimes>) -> String {
    story::story(&written(xray), tab)
}

fn told(xray: &Xray) -> String {
    story(xray, Some(&tab_of(xray)))
}

fn find<'a>(rows: &'a [Row], lane: Lane, name: &str) -> &'a Row {
    let found = rows.iter().find(|row| row.lane == lane && row.name == name);
    found.unwrap_or_else(|| panic!("no {name} in {rows:#?}"))
}

fn words(drawing: &Drawing) -> Vec<&str> {
    let shapes = drawing.shapes.iter();
    let words = shapes.filter_map(|shape| match &shape.form {
        Form::Words(_, words) => Some(words.as_str()),
        Form::Bar(..) | Form::Ticks(..) => None,
    });
    words.collect()
}

#[test]
fn the_story_says_who_took_how_long_and_what_it_cost() {
    assert_eq!(
        told(&whole()),
        "Your browser checked it in 400 µs, Airlock took 1.2 ms, and Claude began after 310 ms and wrote for 4.0 s. \
         It cost $0.0012 of $0.02 reserved."
    );
    let elsewhere = story(&whole(), None);
    assert!(elsewhere.starts_with("Airlock took 1.2 ms"), "{elsewhere}");
}

#[test]
fn the_story_says_what_went_otherwise() {
    let waited = told(&queued());
    assert!(waited.contains("it waited 3.0 s in line"), "{waited}");
    assert!(
        waited.contains("Airlock took 1.1 ms"),
        "without the wait: {waited}"
    );
    let again = told(&retried());
    assert!(again.contains("Claude was asked 2 times"), "{again}");
    let refusal = told(&refused());
    assert!(
        refusal.contains(ErrorKind::RateLimited.title()),
        "{refusal}"
    );
    assert!(
        refusal.ends_with("Nothing was sent to Claude, and it cost nothing."),
        "{refusal}"
    );
    for (ending, words) in [
        (Ending::Left, "You stopped it after 4.3 s."),
        (Ending::UnderWay, "It is still under way."),
        (Ending::BrokenOff, "Then it broke off"),
    ] {
        let story = told(&Xray { ending, ..whole() });
        assert!(story.contains(words), "{story}");
    }
}

#[test]
fn what_was_reserved_for_an_answer_under_way_has_cost_nothing_yet() {
    let xray = Xray {
        ending: Ending::UnderWay,
        settlement: None,
        ..whole()
    };
    assert!(told(&xray).ends_with("$0.02 is reserved for it."));
}

#[test]
fn the_way_between_tab_and_server_is_as_long_there_as_back() {
    for xray in [whole(), queued(), refused()] {
        let rows = rows(&xray, Some(&tab_of(&xray)));
        let (sent, gates) = (
            find(&rows, Lane::Browser, "sent"),
            find(&rows, Lane::Airlock, "gates"),
        );
        assert_eq!((sent.begin_us, sent.end_us), (400, 500));
        assert_eq!(gates.begin_us, 500);
    }
}

#[test]
fn a_tab_whose_clock_is_coarser_than_the_servers_turns_nothing_round() {
    let xray = whole();
    let mut tab = tab_of(&xray);
    tab.headed_us = Some(tab.checked_us);
    let rows = rows(&xray, Some(&tab));
    assert_eq!(find(&rows, Lane::Airlock, "gates").begin_us, tab.checked_us);
    assert!(rows.iter().all(|row| row.begin_us <= row.end_us));
}

#[test]
fn every_attempt_and_every_pause_is_a_step() {
    let xray = retried();
    let rows = rows(&xray, None);
    let first = find(&rows, Lane::Claude, "1st try");
    assert_eq!(first.kind, Kind::Failure);
    assert!(first.outcome.contains("529"), "{}", first.outcome);
    let pause = find(&rows, Lane::Airlock, "pause");
    assert_eq!((pause.kind, pause.took_us()), (Kind::Wait, 600_000));
    assert_eq!(find(&rows, Lane::Claude, "first event").took_us(), 310_000);
    assert_eq!(find(&rows, Lane::Claude, "writes").events_us.len(), 2);
}

#[test]
fn the_gate_that_refused_says_so_and_nothing_is_behind_it() {
    let rows = rows(&refused(), None);
    let rate = find(&rows, Lane::Airlock, "rate");
    assert_eq!(rate.kind, Kind::Failure);
    assert!(rate.outcome.contains(ErrorKind::RateLimited.title()));
    assert!(rows.iter().all(|row| row.lane == Lane::Airlock));
    let drawing = Drawing::of(&rows);
    assert!(words(&drawing).contains(&Lane::Claude.nothing()));
    assert!(words(&drawing).contains(&Lane::Browser.nothing()));
}

#[test]
fn a_wait_in_the_line_is_drawn_as_one() {
    let rows = rows(&queued(), None);
    let line = find(&rows, Lane::Airlock, "line");
    assert_eq!(line.kind, Kind::Wait);
    assert_eq!(line.outcome, "3rd in line at first");
}

#[test]
fn nothing_is_drawn_beyond_the_edges() {
    for xray in [whole(), retried(), refused(), queued()] {
        for tab in [None, Some(tab_of(&xray))] {
            let drawing = Drawing::of(&rows(&xray, tab.as_ref()));
            for Shape {
                left, top_px, form, ..
            } in &drawing.shapes
            {
                let (width, height_px) = match form {
                    Form::Bar(width, height_px) => (*width, *height_px),
                    Form::Ticks(height_px, _) => (0, *height_px),
                    Form::Words(..) => (0, 0),
                };
                assert!(left + width <= WIDTH, "{form:?} from {left}");
                assert!(
                    top_px + height_px <= drawing.height_px,
                    "{form:?} at {top_px}"
                );
            }
        }
    }
}

#[test]
fn every_step_has_its_name_and_time_beside_its_bar() {
    let rows = rows(&whole(), None);
    let drawing = Drawing::of(&rows);
    assert!(words(&drawing).contains(&"first event 310 ms"));
    assert!(words(&drawing).contains(&"writes 4.0 s"));
}

#[test]
fn the_keys_header_shows_its_fingerprint_and_hidden_ones_no_value() {
    let mut xray = whole();
    let header = |name: &str, value: Option<&str>| SentHeader {
        name: name.to_owned(),
        value: value.map(str::to_owned),
    };
    xray.attempts[0].headers = vec![
        header("accept", Some("text/event-stream")),
        header("x-api-key", None),
        header("x-other", None),
    ];
    let shown = figures::headers(&written(&xray));
    let values: Vec<_> = shown.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(
        values,
        ["text/event-stream", "the key 0a1b2c3d…", "not shown"]
    );
    assert!(figures::headers(&written(&refused())).is_empty());
}

#[test]
fn money_is_drawn_in_shares_of_what_was_put_aside() {
    let drawing = figures::money(&written(&whole())).expect("money");
    let widths = drawing.shapes.iter().map(|shape| match shape.form {
        Form::Bar(width, _) => width,
        _ => 0,
    });
    let widths: Vec<_> = widths.collect();
    assert_eq!(widths, [WIDTH, WIDTH / 2, WIDTH * 6 / 100]);
    assert_eq!(figures::money(&written(&refused())), None);
    let mut free = whole();
    if let Some(amount) = &mut free.money {
        amount.reserved_nano_usd = Some(NanoUsd::ZERO);
        amount.shrunk_to_nano_usd = None;
    }
    assert!(
        figures::money(&written(&free)).is_some(),
        "no division by nothing"
    );
}

#[test]
fn figures_name_the_classes_of_tokens_that_were_used() {
    let figures = figures::figures(&written(&whole()));
    let names: Vec<_> = figures.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.contains(&"Prompt, fresh") && names.contains(&"Answer"));
    assert!(!names.contains(&"Prompt, read from the cache"));
    assert!(figures.contains(&("Booked".to_owned(), "$0.0012".to_owned())));
}
