//! What is asked of `GET /api/usage`, as the parameters of its address.

use std::fmt;

use serde::{Deserialize, Deserializer};

use super::period::STEPS_MAX;
use super::{Cursor, Period, Step};
use crate::error::{ApiError, ErrorKind};
use crate::time::{Day, UnixMillis};

/// Bytes of a model's or an environment's name in a question; longer ones are nobody's.
const NAME_BYTES_MAX: usize = 128;

/// Up to this many days are shown by the hour where nothing else is asked for.
const DAYS_BY_HOUR: u64 = 2;

/// Up to this many days, a quarter, are shown by the day where nothing else is asked for.
const DAYS_BY_DAY: u64 = 92;

/// What is asked. Without any parameter: this month.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsageQuery {
    /// Which days, by name.
    pub range: Option<Range>,
    /// The first day, such as `2026-11-01`, instead of a range; alone, until today.
    #[serde(default, deserialize_with = "date")]
    pub from: Option<Day>,
    /// The last day.
    #[serde(default, deserialize_with = "date")]
    pub to: Option<Day>,
    /// How the trend is divided; by what suits the number of days where absent.
    pub step: Option<Step>,
    /// Only calls to this model.
    pub model: Option<String>,
    /// Only calls in this environment.
    pub environment: Option<String>,
    /// Only calls older than this place in the list. The sums are those of the whole period.
    pub before: Option<Cursor>,
}

/// Days that have a name, today being the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
pub enum Range {
    /// Today, in UTC as everywhere.
    #[serde(rename = "today")]
    Today,
    /// Seven days.
    #[serde(rename = "7d")]
    Days7,
    /// This month so far.
    #[default]
    #[serde(rename = "month")]
    Month,
    /// Thirty days.
    #[serde(rename = "30d")]
    Days30,
}

impl Range {
    /// All, the shortest first.
    pub const ALL: [Self; 4] = [Self::Today, Self::Days7, Self::Month, Self::Days30];

    /// The name in the address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Days7 => "7d",
            Self::Month => "month",
            Self::Days30 => "30d",
        }
    }

    /// The first day, where `today` is the last.
    const fn first(self, today: Day) -> Day {
        match self {
            Self::Today => today,
            Self::Days7 => today.days_before(6),
            Self::Month => today.month(),
            Self::Days30 => today.days_before(29),
        }
    }
}

impl UsageQuery {
    /// The period that is asked for, at `now`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] for a range beside days, days that end before they begin, more steps than one answer has, or a name
    /// that is too long to be one.
    pub fn period(&self, now: UnixMillis) -> Result<Period, ApiError> {
        let refused = |detail: &str| Err(ErrorKind::InvalidRequest.with(detail));
        let names = [&self.model, &self.environment];
        if names
            .into_iter()
            .flatten()
            .any(|name| name.len() > NAME_BYTES_MAX)
        {
            return refused("A name has at most 128 bytes.");
        }
        let today = now.day();
        let (first, last) = match (self.range, self.from, self.to) {
            (range, None, None) => (range.unwrap_or_default().first(today), today),
            (None, Some(first), last) => (first, last.unwrap_or(today)),
            (None, None, Some(_)) => return refused("`to` needs a `from`."),
            (Some(_), ..) => {
                return refused("Ask for a `range`, or for days with `from` and `to`.");
            }
        };
        if last < first {
            return refused("`to` is before `from`.");
        }
        let days = first.days_until(last).saturating_add(1);
        let period = Period {
            from: first.start(),
            to: last.next().start(),
            step: self.step.unwrap_or(match days {
                days if days <= DAYS_BY_HOUR => Step::Hour,
                days if days <= DAYS_BY_DAY => Step::Day,
                _ => Step::Month,
            }),
        };
        if period.steps().nth(STEPS_MAX).is_some() {
            return refused(
                "At most 750 steps fit one answer: ask for fewer days or longer steps.",
            );
        }
        Ok(period)
    }
}

impl fmt::Display for UsageQuery {
    /// The parameters, as they stand behind the question mark.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parameters = [
            ("range", self.range.map(|range| range.as_str().to_owned())),
            ("from", self.from.map(|day| day.to_string())),
            ("to", self.to.map(|day| day.to_string())),
            ("step", self.step.map(|step| step.as_str().to_owned())),
            ("model", self.model.as_deref().map(encoded)),
            ("environment", self.environment.as_deref().map(encoded)),
            ("before", self.before.map(|cursor| cursor.to_string())),
        ];
        let mut separator = "";
        for (name, value) in parameters {
            if let Some(value) = value {
                write!(f, "{separator}{name}={value}")?;
                separator = "&";
            }
        }
        Ok(())
    }
}

/// A name as it may stand in an address.
fn encoded(name: &str) -> String {
    use std::fmt::Write as _;
    name.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Day>, D::Error> {
    let text = <Option<std::borrow::Cow<'de, str>>>::deserialize(deserializer)?;
    text.map(|text| text.parse().map_err(serde::de::Error::custom))
        .transpose()
}
