//! A time axis on which microseconds and seconds can both be read.
//!
//! The moments at which something begins or ends cut it into stretches. Each is one step wider for every doubling of its time, and
//! time runs evenly within it: the order of things is true, and so is every length that is written beside them.

/// The axis' whole width: hundredths of a percent, so that no step is lost by rounding.
pub(crate) const WIDTH: u32 = 10_000;

/// The time that is one step wide: shorter than any gate takes.
const STEP_US: u64 = 4;

/// The last moment that an axis tells apart from later ones: more than a year. Its product with the width is a number yet.
const LAST_US: u64 = 1 << 45;

/// Where moments stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Axis {
    /// Moments in microseconds and their places from 0 to [`WIDTH`], in order.
    stops: Vec<(u64, u32)>,
}

impl Axis {
    /// An axis over `moments`, in any order.
    pub(crate) fn over(all: &[u64]) -> Self {
        // Dozens, one after the other: a sort of its own would be more code than all of this.
        let mut moments: Vec<u64> = Vec::new();
        for moment in all {
            let moment = LAST_US.min(*moment);
            if let Err(place) = moments.binary_search(&moment) {
                moments.insert(place, moment);
            }
        }
        let gaps = moments.windows(2).map(|pair| match pair {
            [from, to] => steps(to - from),
            _ => 0,
        });
        let gaps: Vec<u32> = gaps.collect();
        let total = gaps.iter().sum::<u32>().max(1);
        let mut passed = 0;
        let mut stops = Vec::with_capacity(moments.len());
        for (place, moment) in moments.into_iter().enumerate() {
            stops.push((moment, passed * WIDTH / total));
            passed += gaps.get(place).copied().unwrap_or_default();
        }
        Self { stops }
    }

    /// The place of a moment; what lies outside of the axis stands at its end.
    pub(crate) fn place(&self, moment: u64) -> u32 {
        let moment = LAST_US.min(moment);
        let behind = self.stops.partition_point(|(stop, _)| *stop <= moment);
        let before = behind.checked_sub(1).and_then(|at| self.stops.get(at));
        match (before, self.stops.get(behind)) {
            (None, _) => 0,
            (Some((_, place)), None) => *place,
            (Some((from, start)), Some((to, end))) => {
                let share = u64::from(end - start) * (moment - from) / (to - from);
                // A share of a place on the axis is one.
                start + u32::try_from(share).unwrap_or_default()
            }
        }
    }
}

/// How many steps wide a time is.
const fn steps(took_us: u64) -> u32 {
    1 + (took_us / STEP_US + 1).ilog2()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_gate_and_an_answer_can_both_be_seen() {
        // 50 us, then 4 s.
        let axis = Axis::over(&[0, 50, 4_000_050]);
        let gate = axis.place(50);
        assert!(gate > WIDTH / 10, "{gate}");
        assert!(gate < WIDTH / 3, "{gate}");
        assert_eq!(axis.place(4_000_050), WIDTH);
    }

    #[test]
    fn time_runs_evenly_within_a_stretch() {
        let axis = Axis::over(&[1_000, 2_000]);
        assert_eq!(axis.place(1_500), WIDTH / 2);
        assert_eq!(axis.place(0), 0);
        assert_eq!(axis.place(3_000), WIDTH);
    }

    #[test]
    fn an_axis_over_one_moment_or_none_has_a_place_for_it() {
        assert_eq!(Axis::over(&[7]).place(7), 0);
        assert_eq!(Axis::over(&[]).place(7), 0);
    }

    proptest! {
        #[test]
        fn what_is_later_never_stands_before(moments in proptest::collection::vec(any::<u64>(), 0..40), a: u64, b: u64) {
            let axis = Axis::over(&moments);
            let (first, last) = (a.min(b), a.max(b));
            prop_assert!(axis.place(first) <= axis.place(last));
            prop_assert!(axis.place(last) <= WIDTH);
        }
    }
}
