//! Google's CSP Evaluator reads the content security policy that the page comes with.

use std::fmt;
use std::path::Path;

use serde::Deserialize;
use tests::Airlock;

use crate::judge::{Failure, hear, judges};

/// How the evaluator counts what is a weakness at most under circumstances, such as a server that also hosts files of strangers.
/// Smaller is worse.
const MEDIUM_MAYBE: u32 = 50;
/// How it counts what gives a page away.
const HIGH: u32 = 10;

/// One objection.
#[derive(Debug, Deserialize)]
struct Finding {
    severity: u32,
    directive: String,
    description: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            severity,
            directive,
            description,
        } = self;
        write!(formatter, "{severity} {directive}: {description}")
    }
}

/// What the evaluator objects to in `policy`.
async fn findings(policy: &str) -> Result<Vec<Finding>, Failure> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("judges/findings.mjs");
    hear(&script, policy, &[("AIRLOCK_JUDGES", &judges())]).await
}

/// The policy that the page comes with.
async fn policy() -> Result<String, Failure> {
    let airlock = Airlock::start().await;
    let page = airlock.visitor().await.get("/").send().await?;
    let policy = page.headers().get("content-security-policy");
    Ok(policy.ok_or("no policy")?.to_str()?.to_owned())
}

/// That `'self'` is trusted is remarked on for servers that host files of strangers, which ours does not.
#[tokio::test]
async fn nothing_in_the_policy_is_worse_than_a_maybe() -> Result<(), Failure> {
    let findings = findings(&policy().await?).await?;
    for finding in findings {
        println!("{finding}");
        assert!(finding.severity >= MEDIUM_MAYBE, "{finding}");
    }
    Ok(())
}

#[tokio::test]
async fn one_loosened_word_of_the_policy_is_found() -> Result<(), Failure> {
    let policy = policy().await?;
    for (word, loosened, directive) in [
        ("script-src 'self'", "script-src *", "script-src"),
        (
            "script-src 'self'",
            "script-src 'self' 'unsafe-inline'",
            "script-src",
        ),
        ("object-src 'none'", "object-src *", "object-src"),
        ("base-uri 'none'", "base-uri *", "base-uri"),
    ] {
        assert!(policy.contains(word), "{policy}");
        let findings = findings(&policy.replace(word, loosened)).await?;
        let is_found = findings
            .iter()
            .any(|finding| finding.severity == HIGH && finding.directive == directive);
        assert!(is_found, "{loosened}: {findings:#?}");
    }
    Ok(())
}
