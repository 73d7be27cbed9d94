//! Whole answers: the CPU time that a request costs, and the time that it waits.

use anyhow::{Context as _, Result};
use futures_util::future::try_join_all;
use stand_in::Script;

use super::{Effort, question};
use crate::client::Connection;
use crate::report::{Report, Row};
use crate::statistics::Samples;
use crate::ways::{Name, Way, Ways};

/// Connections that a way's requests come over at once: enough to keep both cores at work.
const CONNECTIONS: usize = 16;

/// What the model says: some two hundred words.
const ANSWER_WORDS: usize = 200;

/// Measures whole answers.
pub(super) async fn measure(ways: &Ways, effort: &Effort, report: &mut Report) -> Result<()> {
    cpu(ways, effort, report).await?;
    latency(ways, effort, report).await
}

/// CPU seconds for 10,000 requests, each way at full load in turn.
async fn cpu(ways: &Ways, effort: &Effort, report: &mut Report) -> Result<()> {
    let mut row = Row::new("CPU of 10,000 JSON requests", "s", 3)
        .ratio_to(Name::Forwarder)
        .at_most_ratio(1.5);
    for _ in 0..effort.rounds {
        for way in &ways.all {
            let Some(server) = &way.server else { continue };
            let before = server.cpu_time()?;
            load(ways, way, effort.requests).await?;
            let used = server.cpu_time()?.saturating_sub(before);
            #[expect(clippy::cast_precision_loss, reason = "a number of requests")]
            let ten_thousands = effort.requests as f64 / 10_000.0;
            row.push(way.name, used.as_secs_f64() / ten_thousands);
        }
    }
    report.add(row);
    Ok(())
}

async fn load(ways: &Ways, way: &Way, requests: usize) -> Result<()> {
    for _ in 0..requests {
        ways.control.reply_with(answer());
    }
    let connections = (0..CONNECTIONS).map(|_| async {
        let mut connection = Connection::open(way, ways.tasks()).await?;
        let body = question(false);
        for _ in 0..requests / CONNECTIONS {
            connection.whole(&body).await?;
        }
        anyhow::Ok(())
    });
    try_join_all(connections)
        .await
        .with_context(|| format!("the load over {:?}", way.name))?;
    ways.control.forget_scripts();
    Ok(())
}

/// What a way adds to a request's time, one request at a time, the ways in turn. No pause lies between two requests: a processor that fell
/// asleep takes longer to wake than any of the ways takes to answer.
async fn latency(ways: &Ways, effort: &Effort, report: &mut Report) -> Result<()> {
    let body = question(false);
    let mut connections = Vec::new();
    for way in &ways.all {
        connections.push((
            way.name,
            Connection::open(way, ways.tasks()).await?,
            Samples::default(),
        ));
    }
    for _ in 0..effort.samples {
        for (_, connection, samples) in &mut connections {
            ways.control.reply_with(answer());
            samples.push_time(connection.whole(&body).await?);
        }
    }
    report.add_latency(
        "JSON, one at a time",
        connections
            .into_iter()
            .map(|(name, _, samples)| (name, samples)),
        (80.0, 400.0),
    );
    Ok(())
}

fn answer() -> Script {
    Script::text(["word ".repeat(ANSWER_WORDS)])
}
