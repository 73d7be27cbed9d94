//! Finds the weights with which the classes' counts come nearest to the true numbers of tokens.
//!
//! What is made small is the sum of the relative errors, so that a short text counts as much as a long one and a text that no
//! weights suit does not spoil them for the others. That is done by least squares, again and again, in which a text counts
//! the less the further off it was the last time. No weight is below zero: more text is never fewer tokens.

use shared::preflight::tokens::{CLASS_NAMES, PerClass};

const CLASSES: usize = CLASS_NAMES.len();

/// How often the texts are weighed anew. The weights stand still long before.
const ROUNDS: usize = 30;

/// How often each weight is moved to its best place in a round, the others held.
const SWEEPS: usize = 300;

/// Errors below five percent count alike: without this floor a few texts that are met exactly would decide everything.
const SMALL_ERROR: f64 = 0.05;

/// What one text tells: its counts for each token that it truly has. With the right weights they add up to one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample([f64; CLASSES]);

impl Sample {
    /// A text with `counts` of pieces that truly has `tokens`.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a text of the corpus has some hundred pieces"
    )]
    pub(super) fn new(counts: PerClass<u64>, tokens: u32) -> Self {
        let counts = counts.to_array();
        Self(counts.map(|count| count as f64 / f64::from(tokens)))
    }

    /// How far `weights` are off, as a part of the true number.
    fn error(&self, weights: &[f64; CLASSES]) -> f64 {
        (1.0 - product(&self.0, weights)).abs()
    }
}

/// The weights that suit `samples` best, in thousandths of a token.
pub(super) fn fit(samples: &[Sample]) -> PerClass<u32> {
    let mut weights = [0.5; CLASSES];
    let mut importance = vec![1.0; samples.len()];
    for _ in 0..ROUNDS {
        Squares::of(samples, &importance).lessen(&mut weights);
        for (importance, sample) in importance.iter_mut().zip(samples) {
            *importance = 1.0 / sample.error(&weights).max(SMALL_ERROR);
        }
    }
    PerClass::from_array(weights.map(thousandths))
}

/// The sum of the squares of all errors, each by its importance, as a function of the weights.
#[derive(Clone, Copy, Debug)]
struct Squares {
    /// For each class the coefficients of all weights in the sum's slope.
    rows: [[f64; CLASSES]; CLASSES],
    /// For each class what its row comes to where the slope is nought.
    aims: [f64; CLASSES],
}

impl Squares {
    fn of(samples: &[Sample], importance: &[f64]) -> Self {
        let mut squares = Self {
            rows: [[0.0; CLASSES]; CLASSES],
            aims: [0.0; CLASSES],
        };
        for (Sample(shares), importance) in samples.iter().zip(importance) {
            let classes = squares.rows.iter_mut().zip(&mut squares.aims);
            for ((row, aim), share) in classes.zip(shares) {
                let share = importance * share;
                *aim += share;
                for (coefficient, other) in row.iter_mut().zip(shares) {
                    *coefficient += share * other;
                }
            }
        }
        squares
    }

    /// Moves one weight after the other to where the sum is least, the others held, again and again.
    fn lessen(&self, weights: &mut [f64; CLASSES]) {
        for _ in 0..SWEEPS {
            for (class, (row, aim)) in self.rows.iter().zip(&self.aims).enumerate() {
                let slope = aim - product(row, weights);
                if let (Some(weight), Some(own)) = (weights.get_mut(class), row.get(class)) {
                    *weight = (*weight + slope / own).max(0.0);
                }
            }
        }
    }
}

fn product(one: &[f64; CLASSES], other: &[f64; CLASSES]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a weight is a few tokens at most and never below zero"
)]
fn thousandths(weight: f64) -> u32 {
    (weight * 1_000.0).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each text here has a thousand of one class and a hundred of the next.
    #[test]
    fn weights_that_made_the_numbers_are_found_again() {
        let weights: [u32; CLASSES] =
            std::array::from_fn(|class| 100 + 70 * u32::try_from(class).unwrap());
        let sample = |class: usize| {
            let next = (class + 1) % CLASSES;
            let mut counts = [0; CLASSES];
            counts[class] = 1_000;
            counts[next] = 100;
            let tokens = weights[class] + weights[next] / 10;
            Sample::new(PerClass::from_array(counts), tokens)
        };
        let samples: Vec<Sample> = (0..CLASSES).map(sample).collect();
        let found = fit(&samples).to_array();
        for (found, weight) in found.into_iter().zip(weights) {
            assert!(found.abs_diff(weight) <= 1, "{found} for {weight}");
        }
    }
}
