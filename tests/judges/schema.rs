//! Schemathesis asks the server for whatever its OpenAPI document allows, and holds the answers to it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use shared::api::paths;
use shared::hex::hex;
use tests::{Binary, TokenHolder, Visitor, setting};

use crate::judge::Failure;

/// What no answer may be: a fault of the server's, or anything that the document does not say.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,unsupported_method";

/// Requests that are drawn for each operation, besides those that the document's own limits give.
const DRAWN: &str = "20";

/// What it reports.
#[derive(Debug, Deserialize)]
struct Report {
    test_cases: Cases,
    operations: Operations,
    /// By operation and phase.
    valid_rates: BTreeMap<String, BTreeMap<String, Rate>>,
}

#[derive(Debug, Deserialize)]
struct Cases {
    generated: u32,
    with_failures: u32,
}

#[derive(Debug, Deserialize)]
struct Operations {
    total: usize,
    tested: usize,
}

#[derive(Debug, Deserialize)]
struct Rate {
    accepted: u32,
}

/// A server that no limit of which is in the way.
fn airlock() -> Binary {
    let program = Path::new(env!("CARGO_BIN_EXE_airlock-under-test"));
    let many = "1000000".to_owned();
    let token = hex(&Sha256::digest(TokenHolder::TOKEN));
    let settings = [
        ("AIRLOCK__LIMITS__REQUESTS_PER_SESSION", many.clone()),
        ("AIRLOCK__LIMITS__REQUESTS_PER_ADDRESS", many.clone()),
        ("AIRLOCK__LIMITS__REQUESTS_OVERALL", many.clone()),
        ("AIRLOCK__ACCESS__REQUESTS_PER_MINUTE", many),
        ("AIRLOCK__BUDGET__PER_DAY", "1000".to_owned()),
        ("AIRLOCK__ACCESS__TOKEN_SHA256", token),
    ];
    Binary::start(program, &["serve", "--stand-in"], &settings)
}

/// The document, with a request that the server has seen as the example of one.
async fn document_about(visitor: &Visitor) -> Result<String, Failure> {
    let reply = visitor.ask("Hello").await;
    let seen = reply.header("x-request-id").to_owned();
    reply.whole().await;
    let mut document: Value = serde_json::from_str(include_str!("../../docs/openapi.json"))?;
    let place = paths::XRAY.replace('/', "~1");
    let parameters = document.pointer_mut(&format!("/paths/{place}/get/parameters"));
    let parameters = parameters.and_then(Value::as_array_mut).ok_or("no X-ray")?;
    let named = |one: &&mut Value| one.get("name").is_some_and(|name| name == "request_id");
    let parameter = parameters.iter_mut().find(named);
    let parameter = parameter.and_then(Value::as_object_mut).ok_or("no id")?;
    parameter.insert("example".to_owned(), seen.into());
    Ok(document.to_string())
}

/// Has Schemathesis try those operations of `airlock` that `chosen` leaves, as a browser's page and as a program.
async fn tried(
    airlock: &Binary,
    visitor: &Visitor,
    document: &str,
    chosen: [&str; 2],
) -> Result<Report, Failure> {
    let folder = tempfile::tempdir()?;
    let told = folder.path().join("report.json");
    let written = folder.path().join("openapi.json");
    std::fs::write(&written, document)?;
    let mut command = Command::new(setting("AIRLOCK_SCHEMATHESIS"));
    command
        .current_dir(folder.path())
        .arg("run")
        .arg(written)
        .args(chosen)
        .args(["--url", &format!("http://{}", airlock.address)])
        .args(["--header", "Sec-Fetch-Site: same-origin"])
        .args(["--header", &format!("Cookie: {}", visitor.cookie())])
        .args([
            "--header",
            &format!("Authorization: Bearer {}", TokenHolder::TOKEN),
        ])
        .args(["--phases", "examples,coverage,fuzzing", "--checks", CHECKS])
        .args([
            "--max-examples",
            DRAWN,
            "--seed",
            "1",
            "--no-shrink",
            "--warnings",
            "off",
        ])
        .args(["--report", "json", "--report-json-path"])
        .arg(&told);
    let output = tokio::task::spawn_blocking(move || command.output()).await??;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stdout).into());
    }
    Ok(serde_json::from_slice(&std::fs::read(&told)?)?)
}

/// Every operation answers with success at least once, and no answer is other than the document has it. Spending is stopped last: what costs
/// money is refused from then on.
#[tokio::test]
async fn the_server_is_as_its_document_says() -> Result<(), Failure> {
    let airlock = airlock();
    let visitor = Visitor::arrive(airlock.address).await;
    let document = document_about(&visitor).await?;
    let (mut generated, mut untested) = (0, usize::MAX);
    for choice in ["--exclude-path", "--include-path"] {
        let chosen = [choice, paths::STOP_SPENDING];
        let report = tried(&airlock, &visitor, &document, chosen).await?;
        println!(
            "schemathesis: {:?}, {:?}",
            report.test_cases, report.operations
        );
        generated += report.test_cases.generated;
        assert_eq!(report.test_cases.with_failures, 0);
        assert_eq!(report.valid_rates.len(), report.operations.tested);
        untested = untested.min(report.operations.total) - report.operations.tested;
        for (operation, phases) in &report.valid_rates {
            let accepted: u32 = phases.values().map(|rate| rate.accepted).sum();
            assert!(accepted > 0, "{operation} was never answered with success");
        }
    }
    assert_eq!(untested, 0);
    assert!(generated > 100);
    Ok(())
}
