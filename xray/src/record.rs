//! What is written down of one request: pure, and bounded in every part, whatever the request does.
#![deny(clippy::arithmetic_side_effects)]

use shared::api::xray::{
    Attempt, Ending, EventKind, EventPoint, EventsSeen, PlaceSeen, StepName, Xray, XrayStep,
};
use shared::error::ErrorKind;
use shared::ids::RequestId;
use shared::time::UnixMillis;

/// Points in time of events that are kept: one for each three pixels of a wide drawing.
const POINTS_MAX: usize = 256;

/// Places in the line that are kept: more than the line has as it is set up.
const PLACES_MAX: usize = 64;

/// One request as far as it has come. Times are microseconds since it arrived.
#[derive(Debug)]
pub(super) struct Record(pub(super) Xray);

impl Record {
    /// A request that has just arrived.
    pub(super) fn new(request_id: RequestId, arrived_at: UnixMillis) -> Self {
        Self(Xray {
            request_id,
            arrived_at,
            ending: Ending::UnderWay,
            error: None,
            took_us: 0,
            model_asked: None,
            model: None,
            steps: Vec::with_capacity(StepName::ALL.len()),
            rates: Vec::new(),
            preflight: None,
            line: Vec::new(),
            money: None,
            attempts: Vec::new(),
            events: EventsSeen::default(),
            settlement: None,
        })
    }

    /// A step is done. Its beginning is the end of the one before: nothing is done between two.
    pub(super) fn done(&mut self, name: StepName, at_us: u64) {
        let step = self.step(name, Some(at_us));
        self.0.steps.push(step);
    }

    /// It stands at `place` in the line from now on.
    pub(super) fn stands(&mut self, place: u32, at_us: u64) {
        let line = &mut self.0.line;
        if line.len() >= PLACES_MAX {
            line.remove(0);
        }
        line.push(PlaceSeen { at_us, place });
    }

    /// The attempt under way, if there is one.
    pub(super) fn attempt(&mut self) -> Option<&mut Attempt> {
        let attempt = self.0.attempts.last_mut();
        attempt.filter(|attempt| attempt.failed_us.is_none())
    }

    /// An event was passed on.
    pub(super) fn event(&mut self, kind: EventKind, at_us: u64) {
        let events = &mut self.0.events;
        if events.count.is_multiple_of(events.per_point) {
            if events.points.len() >= POINTS_MAX {
                thin(events);
            }
            events.points.push(EventPoint { at_us, kind });
        }
        events.count = events.count.saturating_add(1);
    }

    /// It has ended, unless it had before.
    pub(super) fn ended(&mut self, ending: Ending, error: Option<ErrorKind>, at_us: u64) {
        if self.0.ending != Ending::UnderWay {
            return;
        }
        self.0.steps.extend(self.unfinished(Some(at_us)));
        self.0.ending = ending;
        self.0.error = error;
        self.0.took_us = at_us;
    }

    /// What is known of it now.
    pub(super) fn seen(&self, now_us: u64) -> Xray {
        let mut seen = self.0.clone();
        if seen.ending == Ending::UnderWay {
            seen.steps.extend(self.unfinished(None));
            seen.took_us = now_us;
        }
        seen
    }

    /// The step that it is in, if Claude was not asked yet.
    fn unfinished(&self, ends_us: Option<u64>) -> Option<XrayStep> {
        let name = StepName::ALL.get(self.0.steps.len())?;
        Some(self.step(*name, ends_us))
    }

    fn step(&self, name: StepName, ends_us: Option<u64>) -> XrayStep {
        let before = self.0.steps.last().and_then(|step| step.ends_us);
        XrayStep {
            name,
            begins_us: before.unwrap_or(0),
            ends_us,
        }
    }
}

/// Drops every second point, so that each of the others stands for twice as many events. There is an even number of points, so that the
/// next one is due.
fn thin(events: &mut EventsSeen) {
    let mut is_kept = false;
    events.points.retain(|_| {
        is_kept = !is_kept;
        is_kept
    });
    events.per_point = events.per_point.saturating_mul(2);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        Record::new(RequestId::from_random(1), UnixMillis(0))
    }

    #[test]
    fn a_step_begins_when_the_one_before_is_done_and_the_last_is_the_one_it_ended_in() {
        let mut record = record();
        record.done(StepName::Gates, 3);
        record.done(StepName::Caller, 5);
        let running = record.seen(9).steps;
        assert_eq!(
            running.last().map(|step| step.name),
            Some(StepName::Reading)
        );
        assert_eq!(running.last().and_then(|step| step.ends_us), None);
        record.ended(Ending::Left, None, 11);
        record.ended(Ending::Refused, Some(ErrorKind::TooLarge), 12);
        let seen = record.seen(99);
        assert_eq!(
            (seen.ending, seen.error, seen.took_us),
            (Ending::Left, None, 11)
        );
        let times = seen.steps.iter().map(|step| (step.begins_us, step.ends_us));
        let expected = [(0, Some(3)), (3, Some(5)), (5, Some(11))];
        assert!(times.eq(expected), "{:?}", seen.steps);
    }

    #[test]
    fn however_many_events_come_their_points_are_few_and_evenly_spread() {
        for count in [0, 1, 255, 256, 257, 512, 513, 100_000] {
            let mut record = record();
            for n in 0..count {
                record.event(EventKind::Text, n);
            }
            let events = record.0.events;
            assert_eq!(events.count, count);
            let stands_for = (0..count).step_by(usize::try_from(events.per_point).expect("fits"));
            assert!(events.points.iter().map(|point| point.at_us).eq(stands_for));
            assert!(events.points.len() <= POINTS_MAX && events.points.capacity() <= POINTS_MAX);
            assert!(count < 256 || events.points.len() > POINTS_MAX / 2);
        }
    }

    #[test]
    fn however_often_a_place_changes_the_newest_are_kept() {
        let mut record = record();
        for n in 0..1_000 {
            record.stands(1_000 - n, n.into());
        }
        assert_eq!(record.0.line.len(), PLACES_MAX);
        assert_eq!(record.0.line.last().map(|seen| seen.place), Some(1));
    }
}
