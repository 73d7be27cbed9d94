//! `airlock scan`: looks for keys in files by the scanner that the preflight runs, and says where they are and never what they are.

mod files;
mod report;

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use shared::preflight::secrets;

use files::Content;
use report::Ruler;
pub use report::{Found, Problem, Report};

/// What stands for standard input among the paths.
const STDIN: &str = "-";

/// Looks through `paths`, folders with all that is in them; `-` is `stdin`.
pub fn scan(paths: &[PathBuf], mut stdin: impl Read) -> Report {
    let mut report = Report::default();
    for path in paths {
        if path.as_os_str() == STDIN {
            report.add(path, files::read_all(&mut stdin));
        } else {
            files::walk(path, |path, content| report.add(path, content));
        }
    }
    report
}

impl Report {
    /// Looks through one file, if it could be read.
    fn add(&mut self, path: &Path, content: io::Result<Content>) {
        let bytes = match content {
            Ok(Content::Text(bytes)) => bytes,
            Ok(Content::Binary) => {
                self.binary_files = self.binary_files.saturating_add(1);
                return;
            }
            Err(error) => return self.problems.push(Problem::new(path, &error)),
        };
        self.files = self.files.saturating_add(1);
        let mut ruler = Ruler::at_the_beginning_of(&bytes);
        for secret in secrets::scan_bytes(&bytes) {
            let (line, column) = ruler.measure_to(secret.span.start);
            self.findings.push(Found {
                path: report::shown(path),
                line,
                column,
                kind: secret.kind.name(),
            });
        }
    }
}

#[cfg(test)]
mod tests;
