//! Streamed answers: how long the first event takes, and what each further one waits.

use anyhow::Result;
use stand_in::Script;

use super::{Effort, question};
use crate::client::Connection;
use crate::process::now;
use crate::report::Report;
use crate::statistics::Samples;
use crate::ways::Ways;

/// Pieces of text in an answer whose events are timed one by one.
const PIECES: usize = 50;

/// Events of such an answer that are timed: its pieces. Two come before them, the block's start and a ping.
const BEFORE_PIECES: usize = 2;

/// Measures streamed answers.
pub(super) async fn measure(ways: &Ways, effort: &Effort, report: &mut Report) -> Result<()> {
    first_event(ways, effort, report).await?;
    each_event(ways, effort, report).await
}

async fn first_event(ways: &Ways, effort: &Effort, report: &mut Report) -> Result<()> {
    let body = question(true);
    let mut connections = Vec::new();
    for way in &ways.all {
        let connection = Connection::open(way, ways.tasks()).await?;
        connections.push((way.name, connection, Samples::default()));
    }
    for _ in 0..effort.samples {
        for (_, connection, samples) in &mut connections {
            ways.control.reply_with(Script::text(["word "]));
            let (stream, first) = connection.stream(&body).await?;
            samples.push_time(first);
            stream.rest().await?;
        }
    }
    let samples = connections
        .into_iter()
        .map(|(name, _, samples)| (name, samples));
    report.add_latency("first event of a stream", samples, (150.0, 1_000.0));
    Ok(())
}

/// Lets one event go at a time and waits for it at the other end.
async fn each_event(ways: &Ways, effort: &Effort, report: &mut Report) -> Result<()> {
    let body = question(true);
    let mut samples: Vec<_> = ways
        .all
        .iter()
        .map(|way| (way.name, Samples::default()))
        .collect();
    ways.control.step();
    for _ in 0..effort.samples / PIECES {
        for (way, (_, samples)) in ways.all.iter().zip(&mut samples) {
            let mut connection = Connection::open(way, ways.tasks()).await?;
            ways.control.reply_with(Script::text(["word "; PIECES]));
            let (mut stream, _) = connection.stream(&body).await?;
            for _ in 0..BEFORE_PIECES {
                ways.control.allow_events(1);
                stream.events(1).await?;
            }
            for _ in 0..PIECES {
                let sent = now();
                ways.control.allow_events(1);
                let came = stream.events(1).await?;
                samples.push_time(came.saturating_duration_since(sent));
            }
            ways.control.allow_events(10);
            stream.rest().await?;
            ways.control.step();
        }
    }
    ways.control.open_gates();
    report.add_latency("each event of a stream", samples, (f64::INFINITY, 500.0));
    Ok(())
}
