//! A request's steps as a table: what the drawing shows, in words and figures.

use super::part::{Part, still};
use crate::state::words;
use crate::state::xray::rows::{Lane, Row};

/// Draws the steps, lane by lane.
pub(super) fn draw_table(rows: &[Row]) -> Part {
    let head = ["Step, and what came of it", "Began", "Took"];
    let head = head.map(|name| still(None, "th", &[("scope", "col")], name, Vec::new()));
    let head = still(None, "tr", &[], "", head.into());
    let mut parts = vec![still(None, "thead", &[], "", vec![head])];
    for lane in Lane::ALL {
        if rows.iter().any(|row| row.lane == lane) {
            parts.push(draw_lane(lane, rows));
        }
    }
    let attributes = [("class", "steps"), ("data-testid", "xray-steps")];
    still(None, "table", &attributes, "", parts)
}

fn draw_lane(lane: Lane, rows: &[Row]) -> Part {
    let attributes = [("scope", "rowgroup"), ("colspan", "3")];
    let name = still(None, "th", &attributes, lane.name(), Vec::new());
    let mut parts = vec![still(None, "tr", &[], "", vec![name])];
    for row in rows {
        if row.lane == lane {
            parts.push(draw_row(row));
        }
    }
    still(None, "tbody", &[], "", parts)
}

fn draw_row(row: &Row) -> Part {
    let outcome = still(None, "span", &[], &row.outcome, Vec::new());
    let name = still(None, "th", &[("scope", "row")], &row.name, vec![outcome]);
    let times = [row.begin_us, row.took_us()];
    let [began, took] = times.map(|time_us| {
        // Short; exactly where it is pointed at.
        let exactly = format!("{} µs", words::count(time_us));
        still(
            None,
            "td",
            &[("title", &exactly)],
            &words::took(time_us),
            Vec::new(),
        )
    });
    let attributes = [("data-kind", row.kind.look())];
    still(None, "tr", &attributes, "", vec![name, began, took])
}
