//! A stretch of time, and the steps that it is shown in.

use serde::{Deserialize, Serialize};

use crate::time::UnixMillis;

const MILLIS_PER_HOUR: u64 = 3_600_000;

/// Steps in one answer at most: the hours of a month, or the days of two years.
pub(super) const STEPS_MAX: usize = 750;

/// A stretch of time that is looked at step by step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Its first moment.
    pub from: UnixMillis,
    /// The first moment after it.
    pub to: UnixMillis,
    /// How it is divided.
    pub step: Step,
}

impl Period {
    /// Whether `moment` is in it.
    pub fn contains(&self, moment: UnixMillis) -> bool {
        (self.from..self.to).contains(&moment)
    }

    /// The beginnings of its steps, the oldest first.
    pub fn steps(&self) -> impl Iterator<Item = UnixMillis> {
        let Self { from, to, step } = *self;
        std::iter::successors(Some(step.start(from)), move |&start| Some(step.next(start)))
            .take_while(move |&start| start < to)
    }
}

/// How a period is divided: by the clock and the calendar of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// By the hour.
    Hour,
    /// By the day.
    Day,
    /// By the month.
    Month,
}

impl Step {
    /// All, the shortest first.
    pub const ALL: [Self; 3] = [Self::Hour, Self::Day, Self::Month];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// The beginning of the step that `moment` falls in.
    pub const fn start(self, moment: UnixMillis) -> UnixMillis {
        match self {
            Self::Hour => UnixMillis(moment.0 - moment.0 % MILLIS_PER_HOUR),
            Self::Day => moment.day().start(),
            Self::Month => moment.day().month().start(),
        }
    }

    /// The beginning of the step after the one that begins at `start`.
    const fn next(self, start: UnixMillis) -> UnixMillis {
        match self {
            Self::Hour => UnixMillis(start.0.saturating_add(MILLIS_PER_HOUR)),
            Self::Day => start.day().next().start(),
            Self::Month => start.day().next_month().start(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Day;

    fn period(from: Day, to: Day, step: Step) -> Vec<String> {
        let period = Period {
            from: from.start(),
            to: to.start(),
            step,
        };
        period.steps().map(|start| start.to_string()).collect()
    }

    #[test]
    fn a_day_has_twenty_four_hours_and_a_leap_february_twenty_nine_days() {
        let day = Day::from_date(2026, 11, 23);
        let hours = period(day, day.next(), Step::Hour);
        assert_eq!(hours.len(), 24);
        assert_eq!(
            hours.last().map(String::as_str),
            Some("2026-11-23T23:00:00Z")
        );

        let february = Day::from_date(2028, 2, 1);
        let days = period(february, february.next_month(), Step::Day);
        assert_eq!(days.len(), 29);
    }

    #[test]
    fn months_begin_on_their_first_day_also_across_the_years_end() {
        let months = period(
            Day::from_date(2026, 11, 23),
            Day::from_date(2027, 1, 2),
            Step::Month,
        );
        assert_eq!(
            months,
            [
                "2026-11-01T00:00:00Z",
                "2026-12-01T00:00:00Z",
                "2027-01-01T00:00:00Z"
            ]
        );
    }

    #[test]
    fn every_moment_of_a_period_falls_into_one_of_its_steps() {
        let (from, to) = (Day::from_date(2026, 10, 30), Day::from_date(2026, 11, 3));
        for step in Step::ALL {
            let period = Period {
                from: from.start(),
                to: to.start(),
                step,
            };
            let starts: Vec<_> = period.steps().collect();
            for minute in (from.start().0..to.start().0).step_by(60_000) {
                assert!(starts.contains(&step.start(UnixMillis(minute))), "{step:?}");
            }
        }
    }
}
