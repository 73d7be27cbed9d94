//! Middle values and tails of samples.

use std::time::Duration;

/// Samples of one figure.
#[derive(Debug, Default)]
pub(crate) struct Samples(Vec<f64>);

impl Samples {
    pub(crate) fn push(&mut self, sample: f64) {
        self.0.push(sample);
    }

    /// A time, in microseconds.
    pub(crate) fn push_time(&mut self, time: Duration) {
        self.push(time.as_secs_f64() * 1e6);
    }

    /// The value that `percent` of the samples do not pass; nothing where there are none.
    pub(crate) fn percentile(&self, percent: f64) -> Option<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().checked_sub(1)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a rank between nought and the number of samples"
        )]
        let rank = (percent / 100.0 * last as f64).round() as usize;
        sorted.get(rank).copied()
    }

    /// Each sample divided by the one that was taken beside it.
    pub(crate) fn paired_ratios(&self, others: &Self) -> Self {
        let pairs = self.0.iter().zip(&others.0);
        Self(pairs.map(|(own, other)| own / other).collect())
    }

    pub(crate) fn median(&self) -> Option<f64> {
        self.percentile(50.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_samples_whatever_their_order() {
        let mut samples = Samples::default();
        assert_eq!(samples.median(), None);
        for sample in (1..=101).rev() {
            samples.push(f64::from(sample));
        }
        assert_eq!(samples.median(), Some(51.0));
        assert_eq!(samples.percentile(99.0), Some(100.0));
        assert_eq!(samples.percentile(100.0), Some(101.0));
    }
}
