//! The scanners that others trust, run over a folder as their documentation says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use tests::setting;

/// A scanner of others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Other {
    /// Its name and version.
    pub(crate) name: &'static str,
    find: fn(&Path) -> BTreeSet<Place>,
}

/// A file's name and a line in it.
pub(crate) type Place = (String, u64);

/// Every other scanner, in the version that `cargo xtask test scanner` installs.
pub(crate) const OTHERS: [Other; 2] = [
    Other {
        name: "gitleaks 8.30.1",
        find: gitleaks,
    },
    Other {
        name: "detect-secrets 1.5.0",
        find: detect_secrets,
    },
];

impl Other {
    /// The places in which it sees a secret, of any kind.
    pub(crate) fn find(&self, folder: &Path) -> BTreeSet<Place> {
        (self.find)(folder)
    }
}

fn gitleaks(folder: &Path) -> BTreeSet<Place> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Finding {
        file: String,
        start_line: u64,
    }
    let output = run(
        "gitleaks",
        &[
            "dir",
            ".",
            "--no-banner",
            "--exit-code",
            "0",
            "--report-format",
            "json",
            "--report-path",
            "-",
        ],
        folder,
    );
    let findings: Vec<Finding> = serde_json::from_slice(&output).unwrap();
    findings
        .into_iter()
        .map(|finding| (finding.file, finding.start_line))
        .collect()
}

fn detect_secrets(folder: &Path) -> BTreeSet<Place> {
    #[derive(Deserialize)]
    struct Report {
        results: BTreeMap<String, Vec<Finding>>,
    }
    #[derive(Deserialize)]
    struct Finding {
        line_number: u64,
    }
    // What it finds is not tried out on anybody's servers.
    let output = run(
        "detect-secrets",
        &["scan", "--all-files", "--no-verify", "."],
        folder,
    );
    let report: Report = serde_json::from_slice(&output).unwrap();
    let files = report.results.into_iter();
    files
        .flat_map(|(file, findings)| {
            findings
                .into_iter()
                .map(move |finding| (file.clone(), finding.line_number))
        })
        .collect()
}

fn run(program: &str, arguments: &[&str], folder: &Path) -> Vec<u8> {
    let programs = setting("AIRLOCK_SCANNERS");
    let mut command = Command::new(programs.join(program));
    // Nothing of the caller's, such as a configuration, may decide what it finds.
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", &programs);
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{program}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}
