//! Mozilla's HTTP Observatory scans the server as people run it, over https.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::Path;

use serde::Deserialize;
use tests::{Binary, Certificate, OtherSite, TlsFront};
use tokio::net::TcpListener;

use crate::judge::{Failure, hear, judges};

/// The Observatory's own program for one scan.
const PROGRAM: &str = "@mdn/mdn-http-observatory/src/scan.js";
/// What the headers of the page earn; an A+ begins at 100. Five points each are for what it does without: cookies on the page itself,
/// integrity on scripts of our own origin, and a place on the browsers' list of sites to open by https alone.
const SCORE: i32 = 130;

/// What the Observatory reports.
#[derive(Debug, Deserialize)]
struct Report {
    scan: Scan,
    tests: BTreeMap<String, Test>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Scan {
    grade: String,
    score: i32,
    tests_passed: u32,
    tests_quantity: u32,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Test {
    result: Option<String>,
    score_modifier: Option<i32>,
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scan = &self.scan;
        write!(
            formatter,
            "{}, score {}, {} of {} tests passed",
            scan.grade, scan.score, scan.tests_passed, scan.tests_quantity
        )?;
        for (name, test) in &self.tests {
            let result = test.result.as_deref().unwrap_or("no result");
            let points = test.score_modifier.unwrap_or_default();
            write!(formatter, "\n  {points:>4}  {name}: {result}")?;
        }
        Ok(())
    }
}

/// Scans what stands behind `front`, whose authority the Observatory is told to trust.
#[expect(clippy::print_stdout, reason = "the score is a figure to be read")]
async fn scan(front: &TlsFront) -> Result<Report, Failure> {
    let host = format!("localhost:{}", front.address.port());
    let trusted = ("NODE_EXTRA_CA_CERTS", front.authority_file());
    let report: Report = hear(&judges().join(PROGRAM), &host, &[trusted]).await?;
    println!("{host}: {report}");
    Ok(report)
}

/// A server as people run it, with the embedded Claude.
fn airlock(settings: &[(&str, String)]) -> Binary {
    let program = Path::new(env!("CARGO_BIN_EXE_airlock-under-test"));
    Binary::start(program, &["serve", "--stand-in"], settings)
}

async fn front_of(server: SocketAddr) -> TlsFront {
    TlsFront::in_front_of(server, Certificate::Good).await
}

#[tokio::test]
async fn the_page_has_the_best_grade_and_passes_every_test() -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("https://localhost:{}", listener.local_addr()?.port());
    let airlock = airlock(&[("AIRLOCK__SERVER__PUBLIC_ORIGIN", origin)]);
    let front = TlsFront::on(listener, airlock.address, Certificate::Good);
    let report = scan(&front).await?;
    assert_eq!(report.scan.grade, "A+", "{report}");
    assert!(report.scan.score >= SCORE, "{report}");
    assert_eq!(
        report.scan.tests_passed, report.scan.tests_quantity,
        "{report}"
    );
    Ok(())
}

/// A server that was not told of its https address cannot promise it, and the Observatory notices this one header.
#[tokio::test]
async fn one_missing_header_costs_the_grade() -> Result<(), Failure> {
    let airlock = airlock(&[]);
    let report = scan(&front_of(airlock.address).await).await?;
    let promise = report.tests.get("strict-transport-security");
    let result = promise.and_then(|test| test.result.as_deref());
    assert_eq!(result, Some("hsts-not-implemented"), "{report}");
    assert!(!report.scan.grade.starts_with('A'), "{report}");
    Ok(())
}

#[tokio::test]
async fn a_page_without_headers_gets_a_d() -> Result<(), Failure> {
    let site = OtherSite::open().await;
    let report = scan(&front_of(site.address).await).await?;
    assert_eq!(report.scan.grade, "D", "{report}");
    Ok(())
}
