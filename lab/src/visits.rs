//! What visitors of the lab have found so far: little, and for a bounded number of them.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::attacks::Attack;

/// Visits that are remembered; then the oldest goes. The lab serves one machine.
const VISITS_MAX: usize = 256;
/// Lines of a report, and the bytes of each: what a person reads.
const LINES_MAX: usize = 40;
const LINE_BYTES_MAX: usize = 400;

/// What an attack on the unsafe half came to, as its tab reports it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Report {
    /// Whether it got what it was after.
    is_stolen: bool,
    /// What was seen on the way.
    lines: Vec<String>,
}

/// All visits.
#[derive(Debug, Default)]
pub(crate) struct Visits(Mutex<VecDeque<(String, BTreeMap<&'static str, Report>)>>);

impl Visits {
    /// Begins one, and gives its id of 128 random bits.
    ///
    /// # Errors
    ///
    /// When the system has no randomness to give.
    pub(crate) fn begin(&self) -> Result<String, getrandom::Error> {
        let mut bits = [0_u8; 16];
        getrandom::fill(&mut bits)?;
        let id = shared::hex::hex(&bits);
        let mut visits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if visits.len() >= VISITS_MAX {
            visits.pop_front();
        }
        visits.push_back((id.clone(), BTreeMap::new()));
        Ok(id)
    }

    /// What was reported in this visit; `None` for one that is not known.
    pub(crate) fn reports(&self, id: &str) -> Option<BTreeMap<&'static str, Report>> {
        let visits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, reports) = visits.iter().find(|(known, _)| known == id)?;
        Some(reports.clone())
    }

    /// Keeps a report in place of an older one of the same attack. `None` for a visit that is not known.
    pub(crate) fn report(&self, id: &str, attack: &Attack, mut report: Report) -> Option<()> {
        report.lines.truncate(LINES_MAX);
        for line in &mut report.lines {
            line.truncate(line.floor_char_boundary(LINE_BYTES_MAX));
        }
        let mut visits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, reports) = visits.iter_mut().find(|(known, _)| known == id)?;
        reports.insert(attack.name, report);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attacks::ATTACKS;

    fn report(lines: usize) -> Report {
        Report {
            is_stolen: true,
            lines: vec!["ü".repeat(LINE_BYTES_MAX); lines],
        }
    }

    #[test]
    fn a_report_is_cut_to_what_a_person_reads() {
        let visits = Visits::default();
        let id = visits.begin().unwrap();
        visits.report(&id, &ATTACKS[0], report(1_000)).unwrap();
        let kept = &visits.reports(&id).unwrap()[ATTACKS[0].name];
        assert_eq!(kept.lines.len(), LINES_MAX);
        assert!(kept.lines.iter().all(|line| line.len() <= LINE_BYTES_MAX));
    }

    #[test]
    fn the_oldest_visit_goes_when_there_are_too_many() {
        let visits = Visits::default();
        let first = visits.begin().unwrap();
        let second = visits.begin().unwrap();
        for _ in 2..=VISITS_MAX {
            visits.begin().unwrap();
        }
        assert!(visits.reports(&first).is_none());
        assert!(visits.report(&first, &ATTACKS[0], report(1)).is_none());
        assert!(visits.reports(&second).is_some());
    }
}
