//! What is measured. Each scenario fills in rows of the report.

mod held;
mod json;
mod start_up;
mod streaming;

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use bytes::Bytes;

use crate::machine;
use crate::report::Report;
use crate::ways::Ways;

/// How much is done of everything.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// Rounds that the ways take turns in.
    rounds: usize,
    /// Requests of one way in a round, for CPU time.
    requests: usize,
    /// Requests and streams of one way in all, for latency.
    samples: usize,
    /// Streams held for the memory of one.
    held: usize,
    /// Streams held at once. Each takes two descriptors of every process that it touches.
    held_most: usize,
    /// How long the streams are held: longer than the quiet after which servers send a sign of life.
    held_for: Duration,
    /// How long the server rests before its memory is looked at again.
    rest: Duration,
    /// Starts.
    starts: usize,
}

impl Effort {
    /// A measurement: some five minutes.
    pub(crate) const FULL: Self = Self {
        rounds: 9,
        requests: 10_000,
        samples: 3_000,
        held: 1_000,
        held_most: 9_000,
        held_for: Duration::from_secs(20),
        rest: Duration::from_mins(1),
        starts: 11,
    };
    /// Whether everything works: some seconds.
    pub(crate) const QUICK: Self = Self {
        rounds: 3,
        requests: 200,
        samples: 50,
        held: 50,
        held_most: 100,
        held_for: Duration::from_secs(1),
        rest: Duration::from_secs(1),
        starts: 3,
    };
}

/// Runs all scenarios on the release binary `airlock`.
pub(crate) async fn run(airlock: &Path, effort: &Effort) -> Result<Report> {
    let mut report = Report::new(machine::describe());
    eprintln!("starts …");
    let ways = Ways::start(airlock).await?;
    start_up::measure(airlock, &ways, effort, &mut report).await?;
    eprintln!("JSON …");
    json::measure(&ways, effort, &mut report).await?;
    eprintln!("streams …");
    streaming::measure(&ways, effort, &mut report).await?;
    drop(ways);
    eprintln!("held streams …");
    held::measure(airlock, effort, &mut report).await?;
    Ok(report)
}

/// A short question, as most are.
fn question(stream: bool) -> Bytes {
    let body = serde_json::json!({
        "model": "claude-haiku-5-5",
        "max_tokens": 256,
        "stream": stream,
        "messages": [{
            "role": "user",
            "content": "What does a proxy add to a request that it checks, counts and passes on? Answer in two sentences."
        }]
    });
    Bytes::from(body.to_string())
}
