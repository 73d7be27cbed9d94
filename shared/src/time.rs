//! Moments and days, as the server's clock or the browser's tells them; nothing here asks what time it is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

const MILLIS_PER_DAY: u64 = 86_400_000;
const MILLIS_PER_HOUR: u64 = 3_600_000;

/// A moment, in milliseconds since 1970-01-01 00:00 UTC.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct UnixMillis(pub u64);

impl UnixMillis {
    /// The UTC day that this moment falls in.
    pub const fn day(self) -> Day {
        Day(self.0 / MILLIS_PER_DAY)
    }

    /// The first moment of the hour that this moment falls in.
    #[must_use]
    pub const fn hour(self) -> Self {
        Self(self.0 - self.0 % MILLIS_PER_HOUR)
    }

    /// Milliseconds from `self` until `later`; zero when `later` has passed.
    pub const fn until_ms(self, later: Self) -> u64 {
        later.0.saturating_sub(self.0)
    }
}

impl fmt::Display for UnixMillis {
    /// RFC 3339 in UTC, to the second.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = (self.0 / 1_000) % 86_400;
        let (hour, minute, second) = (seconds / 3_600, (seconds / 60) % 60, seconds % 60);
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}Z", self.day())
    }
}

/// A UTC calendar day, counted from 1970-01-01. Budgets turn over and prices change on its first millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(u64);

impl Day {
    /// The day with this civil date. Months count from 1; dates before 1970 give 1970-01-01.
    pub const fn from_date(year: u64, month: u64, day_of_month: u64) -> Self {
        // Years begin in March here, so that the leap day is a year's last one.
        let year = if month <= 2 { year - 1 } else { year };
        let month_from_march = (month + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + day_of_month - 1;
        let (era, year_of_era) = (year / 400, year % 400);
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self((era * 146_097 + day_of_era).saturating_sub(DAYS_FROM_MARCH_0000_TO_1970))
    }

    /// The first moment of this day.
    pub const fn start(self) -> UnixMillis {
        UnixMillis(self.0.saturating_mul(MILLIS_PER_DAY))
    }

    /// The day after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The day that many days before this one; none is before 1970-01-01.
    #[must_use]
    pub const fn days_before(self, days: u64) -> Self {
        Self(self.0.saturating_sub(days))
    }

    /// Days from this one until `later`; zero when `later` is not after it.
    pub const fn days_until(self, later: Self) -> u64 {
        later.0.saturating_sub(self.0)
    }

    /// The first day of this day's month.
    #[must_use]
    pub const fn month(self) -> Self {
        let (_, _, day_of_month) = self.date();
        self.days_before(day_of_month - 1)
    }

    /// The first day of the month after this day's.
    #[must_use]
    pub const fn next_month(self) -> Self {
        match self.date() {
            (year, 12, _) => Self::from_date(year + 1, 1, 1),
            (year, month, _) => Self::from_date(year, month + 1, 1),
        }
    }

    /// Year, month (from 1) and day of the month (from 1).
    pub const fn date(self) -> (u64, u64, u64) {
        let days = self.0 + DAYS_FROM_MARCH_0000_TO_1970;
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        };
        let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
        (year, month, day_of_month)
    }
}

/// Days from 0000-03-01 to 1970-01-01 in the proleptic Gregorian calendar.
const DAYS_FROM_MARCH_0000_TO_1970: u64 = 719_468;

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// Says that a text is not a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotADay;

impl fmt::Display for NotADay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a day is a date from 1970 on, such as `2026-11-23`")
    }
}

impl std::error::Error for NotADay {}

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let numbers: Vec<u64> = text
            .split('-')
            .map(|digits| digits.parse().map_err(|_| NotADay))
            .collect::<Result<_, _>>()?;
        let &[year @ 1970..=9999, month @ 1..=12, day_of_month @ 1..=31] = numbers.as_slice()
        else {
            return Err(NotADay);
        };
        let day = Self::from_date(year, month, day_of_month);
        // A date that is none, such as the 31st of April, or one that is not written out, comes back as another.
        Some(day)
            .filter(|day| day.to_string() == text)
            .ok_or(NotADay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_days_are_two_forms_of_one_thing() {
        for (date, days) in [
            ((1970, 1, 1), 0),
            ((2000, 2, 29), 11_016),
            ((2026, 11, 23), 20_780),
            ((2100, 3, 1), 47_541),
        ] {
            let day = Day::from_date(date.0, date.1, date.2);
            assert_eq!(day, Day(days), "{date:?}");
            assert_eq!(day.date(), date);
        }
    }

    #[test]
    fn a_date_reads_as_people_write_it_and_no_other_way() {
        assert_eq!("2028-02-29".parse(), Ok(Day::from_date(2028, 2, 29)));
        for text in [
            "",
            "2026-11",
            "2026-02-29",
            "2026-04-31",
            "2026-13-01",
            "2026-11-00",
            "2026-1-1",
            "+2026-11-23",
            "1969-12-31",
            "99999-01-01",
            "2026-11-23-1",
        ] {
            assert_eq!(text.parse::<Day>(), Err(NotADay), "{text}");
        }
    }

    #[test]
    fn a_month_is_named_by_its_first_day() {
        for (day, month, next) in [
            ((2026, 11, 1), (2026, 11, 1), (2026, 12, 1)),
            ((2026, 12, 31), (2026, 12, 1), (2027, 1, 1)),
            ((2028, 2, 29), (2028, 2, 1), (2028, 3, 1)),
        ] {
            let of = |(year, month, day)| Day::from_date(year, month, day);
            assert_eq!(of(day).month(), of(month));
            assert_eq!(of(day).next_month(), of(next));
        }
    }

    #[test]
    fn a_moment_belongs_to_its_utc_day_to_the_millisecond() {
        let midnight = Day::from_date(2026, 11, 24).start();
        assert_eq!(midnight.day().to_string(), "2026-11-24");
        assert_eq!(UnixMillis(midnight.0 - 1).day().to_string(), "2026-11-23");
        assert_eq!(
            UnixMillis(midnight.0 - 1).to_string(),
            "2026-11-23T23:59:59Z"
        );
    }
}
