//! The token estimator beside the only tokenizer of Claude's that was ever published, that of Claude 2.
//!
//! The weights are fitted to one half of the texts here and judged by the other half. docs/estimates.md says what that is worth for
//! newer models.

mod corpus;
mod fit;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use shared::preflight::tokens::{CLASS_NAMES, Classes, Family};
use tests::setting;

use crate::client::Failure;
use corpus::{KINDS, Text, texts};
use fit::{Sample, fit};

/// The estimate of half of the held-out texts is at most this far off, in percent.
const MEDIAN_MAX: f64 = 5.0;

/// The same for nine of ten.
const PERCENTILE_90_MAX: f64 = 15.0;

/// Thousandths of a token that a fitted weight may be off by on another machine's floating point.
const WEIGHT_TOLERANCE: u32 = 1;

#[test]
fn the_weights_are_what_the_fit_to_the_training_half_gives() -> Result<(), Failure> {
    let texts = counted()?.into_iter();
    let training: Vec<Sample> = texts
        .filter(|(text, _)| !text.is_held_out)
        .map(|(text, tokens)| Sample::new(Classes::of(text.words).counts(), tokens))
        .collect();
    let fitted = fit(&training).to_array();
    let written = Family::CLAUDE_2.weights.to_array();
    let are_same = fitted
        .iter()
        .zip(written)
        .all(|(fitted, written)| fitted.abs_diff(written) <= WEIGHT_TOLERANCE);
    let table: Vec<_> = CLASS_NAMES.into_iter().zip(fitted).collect();
    assert!(are_same, "write these into `family.rs`: {table:#?}");
    Ok(())
}

#[test]
fn held_out_texts_are_estimated_within_5_percent_at_the_median_and_15_at_the_90th_percentile()
-> Result<(), Failure> {
    let held_out = held_out()?;
    println!(
        "{:<14} {:>5} {:>8} {:>8}",
        "kind of text", "texts", "median", "p90"
    );
    let show = |kind: &str, errors: &[f64]| {
        let [median, most] = [50, 90].map(|percent| percentile(errors, percent));
        println!(
            "{kind:<14} {:>5} {median:>6.1} % {most:>6.1} %",
            errors.len()
        );
        (median, most)
    };
    for (kind, _) in KINDS {
        let of_kind = held_out.iter().filter(|judged| judged.kind == kind);
        show(kind, &of_kind.map(Judged::error).collect::<Vec<_>>());
    }
    let errors: Vec<f64> = held_out.iter().map(Judged::error).collect();
    let (median, most) = show("all", &errors);
    assert!(median <= MEDIAN_MAX && most <= PERCENTILE_90_MAX);
    Ok(())
}

#[test]
fn the_range_holds_nine_of_ten_held_out_texts() -> Result<(), Failure> {
    let held_out = held_out()?;
    let held = held_out.iter().filter(|judged| judged.is_in_range).count();
    println!("{held} of {} texts are within the range", held_out.len());
    assert!(held * 10 >= held_out.len() * 9);
    Ok(())
}

/// What the estimator made of one text.
#[derive(Clone, Copy, Debug)]
struct Judged {
    kind: &'static str,
    tokens: u32,
    estimate: u32,
    is_in_range: bool,
}

impl Judged {
    fn new((text, tokens): (Text, u32)) -> Result<Self, Failure> {
        let range = Classes::of(text.words).tokens_of(&Family::CLAUDE_2);
        Ok(Self {
            kind: text.kind,
            tokens,
            estimate: u32::try_from(range.likely.0)?,
            is_in_range: (range.low.0..=range.high.0).contains(&u64::from(tokens)),
        })
    }

    /// How far off the estimate is, in percent of the true number.
    fn error(&self) -> f64 {
        let (tokens, estimate) = (f64::from(self.tokens), f64::from(self.estimate));
        (estimate / tokens - 1.0).abs() * 100.0
    }
}

fn held_out() -> Result<Vec<Judged>, Failure> {
    let texts = counted()?.into_iter();
    let held_out = texts.filter(|(text, _)| text.is_held_out);
    held_out.map(Judged::new).collect()
}

/// All texts, each with the number of tokens that Claude 2 makes of it.
fn counted() -> Result<Vec<(Text, u32)>, Failure> {
    let texts = texts();
    let question: Vec<&str> = texts.iter().map(|text| text.words).collect();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("sdk/count_tokens.mjs");
    let modules = "AIRLOCK_SDK_NODE_MODULES";
    let mut node = Command::new(setting("AIRLOCK_SDK_NODE"))
        .arg(script)
        .env_clear()
        .env(modules, setting(modules))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    // The script reads to the end before it writes anything, so that neither side waits for the other.
    let mut stdin = node.stdin.take().ok_or("no way to ask")?;
    stdin.write_all(&serde_json::to_vec(&question)?)?;
    drop(stdin);
    let output = node.wait_with_output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let tokens: Vec<u32> = serde_json::from_slice(&output.stdout)?;
    assert_eq!(tokens.len(), texts.len());
    Ok(texts.into_iter().zip(tokens).collect())
}

/// The error that `percent` of `errors` do not pass; not a number where there are none.
fn percentile(errors: &[f64], percent: usize) -> f64 {
    let mut sorted = errors.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    let rank = (last * percent + 50) / 100;
    sorted.get(rank).copied().unwrap_or(f64::NAN)
}
