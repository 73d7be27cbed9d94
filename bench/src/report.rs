//! The table: a row a figure, a column a way, and whether the target was met.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::statistics::Samples;
use crate::ways::Name;

/// The ways in the order of the columns.
const COLUMNS: [(Name, &str); 4] = [
    (Name::Direct, "direct"),
    (Name::Nginx, "nginx"),
    (Name::Forwarder, "bare forwarder"),
    (Name::Airlock, "Airlock"),
];

/// Between these a file has the table.
const MARKS: (&str, &str) = ("<!-- bench -->\n", "<!-- /bench -->");

/// All figures of a run.
#[derive(Debug)]
pub(crate) struct Report {
    machine: String,
    rows: Vec<Row>,
}

/// One figure, for each way that it was measured on.
#[derive(Debug)]
pub(crate) struct Row {
    title: String,
    unit: &'static str,
    decimals: usize,
    samples: Vec<(Name, Samples)>,
    /// The floor that Airlock's figure is divided by, round by round.
    floor: Option<Name>,
    target: Option<Target>,
}

#[derive(Clone, Copy, Debug)]
enum Target {
    Value(f64),
    Ratio(f64),
}

impl Row {
    pub(crate) fn new(title: impl Into<String>, unit: &'static str, decimals: usize) -> Self {
        Self {
            title: title.into(),
            unit,
            decimals,
            samples: Vec::new(),
            floor: None,
            target: None,
        }
    }

    /// Shows Airlock's figure as parts of this way's too.
    pub(crate) const fn ratio_to(mut self, floor: Name) -> Self {
        self.floor = Some(floor);
        self
    }

    pub(crate) const fn at_most(mut self, value: f64) -> Self {
        self.target = Some(Target::Value(value));
        self
    }

    pub(crate) const fn at_most_ratio(mut self, ratio: f64) -> Self {
        self.target = Some(Target::Ratio(ratio));
        self
    }

    pub(crate) fn push(&mut self, name: Name, value: f64) {
        if let Some((_, samples)) = self.samples.iter_mut().find(|(way, _)| *way == name) {
            return samples.push(value);
        }
        let mut samples = Samples::default();
        samples.push(value);
        self.samples.push((name, samples));
    }

    fn value(&self, name: Name) -> Option<f64> {
        self.samples_of(name)?.median()
    }

    fn samples_of(&self, name: Name) -> Option<&Samples> {
        let found = self.samples.iter().find(|(way, _)| *way == name);
        found.map(|(_, samples)| samples)
    }

    /// The middle one of the rounds' ratios.
    fn ratio(&self) -> Option<f64> {
        let own = self.samples_of(Name::Airlock)?;
        own.paired_ratios(self.samples_of(self.floor?)?).median()
    }

    fn is_met(&self) -> Option<bool> {
        match self.target? {
            Target::Value(most) => Some(self.value(Name::Airlock)? <= most),
            Target::Ratio(most) => Some(self.ratio()? <= most),
        }
    }

    fn cell(&self, name: Name) -> String {
        self.value(name).map_or_else(
            || "–".to_owned(),
            |value| {
                format!("{value:.*} {}", self.decimals, self.unit)
                    .trim()
                    .to_owned()
            },
        )
    }

    fn target_cell(&self) -> String {
        let target = match self.target {
            None => return String::new(),
            Some(Target::Value(most)) => format!("≤ {most} {}", self.unit),
            Some(Target::Ratio(most)) => format!("≤ {most} ×"),
        };
        match self.is_met() {
            Some(true) => format!("{} ✓", target.trim()),
            Some(false) => format!("{} **missed**", target.trim()),
            None => format!("{} not measured", target.trim()),
        }
    }
}

impl Report {
    pub(crate) const fn new(machine: String) -> Self {
        Self {
            machine,
            rows: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Adds what each way adds to the straight one, at the middle and in the tail, in microseconds. `targets` are the most that
    /// Airlock may add to each; an infinite one is none.
    pub(crate) fn add_latency(
        &mut self,
        title: &str,
        samples: impl IntoIterator<Item = (Name, Samples)>,
        targets: (f64, f64),
    ) {
        let samples: Vec<_> = samples.into_iter().collect();
        for (percent, target) in [(50.0, targets.0), (99.0, targets.1)] {
            let mut row = Row::new(format!("added to {title}, p{percent}"), "µs", 0);
            if target.is_finite() {
                row = row.at_most(target);
            }
            let of = |name| {
                let found = samples.iter().find(|(way, _)| *way == name);
                found.and_then(|(_, samples)| samples.percentile(percent))
            };
            let Some(straight) = of(Name::Direct) else {
                continue;
            };
            for (name, _) in COLUMNS {
                if let Some(value) = of(name) {
                    let added = if name == Name::Direct {
                        value
                    } else {
                        value - straight
                    };
                    row.push(name, added);
                }
            }
            self.rows.push(row);
        }
    }

    /// Puts the table between the marks of `file`.
    pub(crate) fn write_into(&self, file: &Path) -> Result<()> {
        let name = file.display();
        let text = fs::read_to_string(file).with_context(|| format!("{name} cannot be read"))?;
        let (before, rest) = text
            .split_once(MARKS.0)
            .with_context(|| format!("{name} has no line {}", MARKS.0.trim()))?;
        let (_, after) = rest
            .split_once(MARKS.1)
            .with_context(|| format!("{name} has no {}", MARKS.1))?;
        let text = format!("{before}{}{self}{}{after}", MARKS.0, MARKS.1);
        fs::write(file, text).with_context(|| format!("{name} cannot be written"))
    }

    pub(crate) fn to_json(&self) -> Result<String> {
        let rows: Vec<Value> = self.rows.iter().map(Row::to_json).collect();
        let report = json!({ "machine": self.machine, "rows": rows });
        serde_json::to_string_pretty(&report).context("the report cannot be written")
    }
}

impl Row {
    fn to_json(&self) -> Value {
        let values: serde_json::Map<String, Value> = COLUMNS
            .iter()
            .filter_map(|(name, title)| Some(((*title).to_owned(), self.value(*name)?.into())))
            .collect();
        json!({
            "figure": self.title,
            "unit": self.unit,
            "values": values,
            "ratio": self.ratio(),
            "is_met": self.is_met(),
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| figure |")?;
        for (_, title) in COLUMNS {
            write!(f, " {title} |")?;
        }
        writeln!(f, " ratio | target |\n|---|---|---|---|---|---|---|")?;
        for row in &self.rows {
            write!(f, "| {} |", row.title)?;
            for (name, _) in COLUMNS {
                write!(f, " {} |", row.cell(name))?;
            }
            let ratio = row
                .ratio()
                .map_or_else(String::new, |ratio| format!("{ratio:.2} ×"));
            writeln!(f, " {ratio} | {} |", row.target_cell())?;
        }
        writeln!(f, "\nMeasured on {}.", self.machine)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_the_middle_of_the_rounds_and_judged_by_its_target() {
        let mut row = Row::new("CPU", "s", 2)
            .ratio_to(Name::Forwarder)
            .at_most_ratio(1.5);
        for (floor, own) in [(1.0, 1.2), (2.0, 2.8), (1.0, 9.0)] {
            row.push(Name::Forwarder, floor);
            row.push(Name::Airlock, own);
        }
        assert_eq!(row.ratio(), Some(1.4));
        assert_eq!(row.is_met(), Some(true));
        assert_eq!(row.cell(Name::Nginx), "–");
    }

    #[test]
    fn latency_is_shown_as_what_a_way_adds() {
        let samples = |base: f64| {
            let mut samples = Samples::default();
            for step in 0..100 {
                samples.push(base + f64::from(step));
            }
            samples
        };
        let mut report = Report::new("here".to_owned());
        let ways = [
            (Name::Direct, samples(100.0)),
            (Name::Airlock, samples(160.0)),
        ];
        report.add_latency("JSON", ways, (80.0, 50.0));
        assert_eq!(report.rows[0].value(Name::Airlock), Some(60.0));
        assert_eq!(report.rows[0].is_met(), Some(true));
        assert_eq!(report.rows[1].is_met(), Some(false));
        assert!(report.to_string().contains("≤ 50 µs **missed**"));
    }
}
