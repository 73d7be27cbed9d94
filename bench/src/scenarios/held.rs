//! Streams that say nothing: what each weighs, how many can be held, and what is left of them.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serving::clock::Clock;
use stand_in::Script;

use super::{Effort, question};
use crate::client::{Connection, Stream};
use crate::report::{Report, Row};
use crate::ways::{Name, Way, Ways};

/// Streams that are opened at once, so that no queue of connections overflows.
const AT_ONCE: usize = 50;

/// Measures held streams, on servers that nothing was asked of before.
pub(super) async fn measure(airlock: &Path, effort: &Effort, report: &mut Report) -> Result<()> {
    let ways = Ways::start(airlock).await?;
    let mut each = Row::new(
        format!("memory of one of {} silent streams", effort.held),
        "KiB",
        1,
    )
    .at_most(48.0);
    let mut dropped =
        Row::new(format!("dropped of {} streams", effort.held_most), "", 0).at_most(0.0);
    let mut after = Row::new("memory after them, as parts of idle", "", 2).at_most(2.0);
    for name in [Name::Forwarder, Name::Airlock] {
        let way = ways.get(name).context("the way was started")?;
        let idle = resident(way)?;
        ways.control.step();
        let mut streams = Vec::new();
        open(&ways, way, effort.held, &mut streams).await?;
        each.push(
            name,
            (resident(way)? - idle) / (as_float(effort.held) * 1_024.0),
        );
        if name == Name::Airlock {
            open(&ways, way, effort.held_most, &mut streams).await?;
            Clock::system().sleep(effort.held_for).await;
            dropped.push(name, as_float(count_dropped(&mut streams).await));
        }
        drop(streams);
        ways.control.open_gates();
        ways.control.wait_for(|log| log.open_streams() == 0).await;
        Clock::system().sleep(effort.rest).await;
        after.push(name, resident(way)? / idle);
    }
    report.add(each);
    report.add(dropped);
    report.add(after);
    Ok(())
}

/// Opens streams until there are `count`.
async fn open(
    ways: &Ways,
    way: &Way,
    count: usize,
    streams: &mut Vec<(Connection, Stream)>,
) -> Result<()> {
    let body = question(true);
    while streams.len() < count {
        let batch = AT_ONCE.min(count - streams.len());
        let opened = (0..batch).map(|_| async {
            ways.control.reply_with(Script::text(["word "]));
            let mut connection = Connection::open(way, ways.tasks()).await?;
            let (stream, _) = connection.stream(&body).await?;
            anyhow::Ok((connection, stream))
        });
        let opened = futures_util::future::try_join_all(opened).await;
        streams.extend(opened.with_context(|| format!("after {} streams", streams.len()))?);
    }
    ensure!(streams.len() == count, "too many streams");
    Ok(())
}

async fn count_dropped(streams: &mut [(Connection, Stream)]) -> usize {
    let mut dropped = 0;
    for (_, stream) in streams {
        dropped += usize::from(!stream.is_open().await);
    }
    dropped
}

fn resident(way: &Way) -> Result<f64> {
    let server = way
        .server
        .as_ref()
        .context("nobody stands on the straight way")?;
    Ok(as_float(usize::try_from(server.resident_bytes()?)?))
}

#[expect(clippy::cast_precision_loss, reason = "sizes far below 2^52")]
const fn as_float(number: usize) -> f64 {
    number as f64
}
