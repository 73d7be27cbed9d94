//! How fast the server is there, and what it weighs before anybody came.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::Effort;
use crate::process::now;
use crate::report::{Report, Row};
use crate::ways::{Name, Ways};

const MEBIBYTE: f64 = 1_048_576.0;

/// Measures starts.
pub(super) async fn measure(
    airlock: &Path,
    ways: &Ways,
    effort: &Effort,
    report: &mut Report,
) -> Result<()> {
    let mut until_ready = Row::new("from start to ready", "ms", 1).at_most(50.0);
    let mut resident = Row::new("memory when idle", "MiB", 1).at_most(20.0);
    for _ in 0..effort.starts {
        let started = now();
        let server = ways.start_airlock(airlock)?;
        is_ready(server.address).await?;
        until_ready.push(Name::Airlock, started.elapsed().as_secs_f64() * 1e3);
        #[expect(clippy::cast_precision_loss, reason = "some mebibytes")]
        let bytes = server.resident_bytes()? as f64;
        resident.push(Name::Airlock, bytes / MEBIBYTE);
    }
    let mut weight = Row::new("binary, the page inside", "MiB", 1).at_most(20.0);
    #[expect(clippy::cast_precision_loss, reason = "some mebibytes")]
    let bytes = fs::metadata(airlock).context("no binary")?.len() as f64;
    weight.push(Name::Airlock, bytes / MEBIBYTE);
    report.add(until_ready);
    report.add(resident);
    report.add(weight);
    Ok(())
}

async fn is_ready(address: std::net::SocketAddr) -> Result<()> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let mut stream = tokio::net::TcpStream::connect(address).await?;
    let request = format!("GET /readyz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    anyhow::ensure!(answer.starts_with("HTTP/1.1 200"), "not ready: {answer}");
    Ok(())
}
