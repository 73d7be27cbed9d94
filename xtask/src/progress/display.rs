//! The line that shows that a step is alive: drawn over and over on a terminal, printed now and then elsewhere.

use std::io::{IsTerminal as _, Write as _, stderr};
use std::time::Duration;

use super::meter::Meter;
use crate::stopwatch::Stopwatch;

/// How often a terminal's line is drawn anew: often enough to look alive.
const REDRAW_EVERY: Duration = Duration::from_millis(500);
/// How often a line is added to a log: nobody wonders for longer whether it hangs, and ten minutes are forty lines.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(15);
/// Takes a terminal's cursor to the start of an emptied line.
const CLEAR_LINE: &str = "\r\x1b[2K";

/// Shows one step while it runs.
#[derive(Debug)]
pub(super) struct Display {
    running: Stopwatch,
    since_shown: Stopwatch,
    is_terminal: bool,
}

impl Display {
    /// Starts the step's clock.
    pub(super) fn start() -> Self {
        let running = Stopwatch::start();
        Self {
            running,
            since_shown: running,
            is_terminal: stderr().is_terminal(),
        }
    }

    /// Shows how far the step is, if it is time to.
    pub(super) fn show(&mut self, meter: &Meter) {
        let pause = if self.is_terminal {
            REDRAW_EVERY
        } else {
            HEARTBEAT_EVERY
        };
        if self.since_shown.elapsed().is_at_least(pause) {
            self.since_shown = Stopwatch::start();
            let elapsed = self.running.elapsed();
            if self.is_terminal {
                draw(&format!("{CLEAR_LINE}      {elapsed}  {meter}"));
            } else {
                draw(&format!("      {elapsed}  {meter}\n"));
            }
        }
    }

    /// Clears the line, and says how long the step took if it went well and that was noticeable.
    pub(super) fn finish(self, succeeded: bool) {
        let elapsed = self.running.elapsed();
        let clear = if self.is_terminal { CLEAR_LINE } else { "" };
        let end = if succeeded && elapsed.is_noticeable() {
            format!("      {elapsed}  done\n")
        } else {
            String::new()
        };
        draw(&format!("{clear}{end}"));
    }
}

/// Writes at once; a terminal that went away is no reason to stop building.
fn draw(text: &str) {
    let mut terminal = stderr().lock();
    let _ = terminal
        .write_all(text.as_bytes())
        .and_then(|()| terminal.flush());
}
