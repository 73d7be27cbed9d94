//! The drawing of a request's way: three lanes, one above the other, on one time axis.

use super::axis::{Axis, WIDTH};
use super::rows::{Kind, Lane, Row};
use crate::state::words;

/// From one step's words to the next one's, in pixels: a line of small type, its bar, and air.
const ROW_PX: u32 = 26;
/// A lane's name, in pixels.
const HEAD_PX: u32 = 24;
/// The times below the lanes, in pixels.
const FOOT_PX: u32 = 22;
/// A bar's height in pixels, and how far it stands below the top of its row.
const BAR_PX: u32 = 7;
const BAR_BELOW_PX: u32 = 16;
/// How far the foot of a line of words stands below the top of its row, in pixels.
const WORDS_BELOW_PX: u32 = 12;
/// The least distance of two times below the lanes: as wide as the longest of them on a phone.
const TIMES_APART: u32 = WIDTH / 6;
/// The least width of a step: it can be seen however short it was.
const STEP_WIDTH_MIN: u32 = WIDTH / 80;
/// The least distance of two ticks: less than a pixel.
const TICKS_APART: u32 = WIDTH / 500;

/// A drawing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Drawing {
    /// What it consists of; what comes later covers what came before.
    pub(crate) shapes: Vec<Shape>,
    /// Its height in pixels. It is as wide as there is room.
    pub(crate) height_px: u32,
}

/// A part of a drawing. Places across are parts of [`WIDTH`], places down are pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// How the stylesheet calls it.
    pub(crate) look: &'static str,
    /// Where it begins, from the left.
    pub(crate) left: u32,
    /// Its top; of words their foot.
    pub(crate) top_px: u32,
    /// What it is.
    pub(crate) form: Form,
}

/// What a part of a drawing is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A bar of this width and height.
    Bar(u32, u32),
    /// Words behind their place, around it, or before it.
    Words(Anchor, String),
    /// Small lines of this height, as an SVG path over the whole width: a unit across is one of [`WIDTH`], one down the whole height.
    Ticks(u32, String),
}

/// Where words stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// Behind their place.
    Start,
    /// Around it.
    Middle,
    /// Before it.
    End,
}

impl Anchor {
    /// SVG's word for it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

impl Drawing {
    /// Draws a request's steps; within a lane they are in their order.
    pub(crate) fn of(rows: &[Row]) -> Self {
        let mut moments = Vec::new();
        for row in rows {
            moments.extend([row.begin_us, row.end_us]);
        }
        let axis = Axis::over(&moments);
        let mut drawing = Self::default();
        let lanes = Lane::ALL.map(|lane| in_lane(rows, lane));
        for (lane, rows) in Lane::ALL.into_iter().zip(&lanes) {
            let height_px = lane_px(rows);
            drawing.add(
                lane.look(),
                0,
                drawing.height_px,
                Form::Bar(WIDTH, height_px),
            );
            drawing.height_px += height_px;
        }
        drawing.draw_moments(&handovers(rows), &axis);
        let mut top_px = 0;
        for (lane, rows) in Lane::ALL.into_iter().zip(&lanes) {
            drawing.draw_lane(lane, rows, &axis, top_px);
            top_px += lane_px(rows);
        }
        drawing
    }

    /// Draws when the request went from lane to lane, over the lanes and below them.
    fn draw_moments(&mut self, moments: &[u64], axis: &Axis) {
        let bottom_px = self.height_px;
        let mut free_from = 0;
        for (number, moment) in moments.iter().enumerate() {
            let at = axis.place(*moment);
            let ticks = Form::Ticks(bottom_px + 4, tick(at));
            self.add("moment", 0, 0, ticks);
            let is_last = number + 1 == moments.len();
            if at >= free_from && (is_last || at + TIMES_APART <= WIDTH) {
                let anchor = match at {
                    0 => Anchor::Start,
                    WIDTH => Anchor::End,
                    _ => Anchor::Middle,
                };
                let time = Form::Words(anchor, words::took(*moment));
                self.add("time", at, bottom_px + 16, time);
                free_from = at + TIMES_APART;
            }
        }
        self.height_px += FOOT_PX;
    }

    /// Draws one lane's name and steps.
    fn draw_lane(&mut self, lane: Lane, rows: &[&Row], axis: &Axis, top_px: u32) {
        let name = Form::Words(Anchor::Start, lane.name().to_owned());
        self.add("lane", 0, top_px + 16, name);
        let mut top_px = top_px + HEAD_PX;
        if rows.is_empty() {
            let nothing = Form::Words(Anchor::Start, lane.nothing().to_owned());
            self.add("step", 0, top_px + WORDS_BELOW_PX, nothing);
        }
        for row in rows {
            self.draw_step(row, axis, top_px);
            top_px += ROW_PX;
        }
    }

    /// Draws one step. Its words begin or end where it does, over the half with more room.
    fn draw_step(&mut self, row: &Row, axis: &Axis, top_px: u32) {
        let (left, right) = (axis.place(row.begin_us), axis.place(row.end_us));
        let bar_px = top_px + BAR_BELOW_PX;
        let width = STEP_WIDTH_MIN.max(right - left);
        let bar = Form::Bar(width, BAR_PX);
        self.add(row.kind.look(), left.min(WIDTH - width), bar_px, bar);
        if !row.events_us.is_empty() {
            let ticks = ticks(&row.events_us, axis);
            self.add("events", 0, bar_px, Form::Ticks(BAR_PX, ticks));
        }
        let said = format!("{} {}", row.name, words::took(row.took_us()));
        let (at, anchor) = if left + right <= WIDTH {
            (left, Anchor::Start)
        } else {
            (right, Anchor::End)
        };
        self.add(
            "step",
            at,
            top_px + WORDS_BELOW_PX,
            Form::Words(anchor, said),
        );
    }

    /// Puts a part on top of what is there.
    pub(super) fn add(&mut self, look: &'static str, left: u32, top_px: u32, form: Form) {
        self.shapes.push(Shape {
            look,
            left,
            top_px,
            form,
        });
    }
}

fn in_lane(rows: &[Row], lane: Lane) -> Vec<&Row> {
    rows.iter().filter(|row| row.lane == lane).collect()
}

/// How high a lane with these steps is, in pixels. One without any says why.
fn lane_px(rows: &[&Row]) -> u32 {
    let lines = u32::try_from(rows.len().max(1)).unwrap_or(u32::MAX);
    lines.saturating_mul(ROW_PX).saturating_add(HEAD_PX)
}

/// When something came to each lane for the first time, when the first event came, and when all was over: in order, each once.
fn handovers(rows: &[Row]) -> Vec<u64> {
    let mut moments = Vec::new();
    for lane in Lane::ALL {
        moments.extend(in_lane(rows, lane).first().map(|row| row.begin_us));
    }
    let events = rows
        .iter()
        .find(|row| row.kind == Kind::Stream && !row.events_us.is_empty());
    moments.extend(events.map(|row| row.begin_us));
    moments.extend(rows.iter().map(|row| row.end_us).max());
    // Each lane is come to through the one before it.
    moments.dedup();
    moments
}

/// A line down at `at`.
fn tick(at: u32) -> String {
    format!("M{at} 0v1")
}

/// Lines at `events`, in their order; where two would stand within the same pixel, one.
fn ticks(events: &[u64], axis: &Axis) -> String {
    let mut path = String::new();
    let mut free_from = 0;
    for event in events {
        let at = axis.place(*event);
        if at >= free_from {
            path.push_str(&tick(at));
            free_from = at + TICKS_APART;
        }
    }
    path
}
