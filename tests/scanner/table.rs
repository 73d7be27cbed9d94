//! A table in Markdown, and the document that quotes it.

use std::fmt;
use std::fs;
use std::path::Path;

use tests::is_writing;

use super::comparison::rows;

/// What the table stands between.
const MARKS: (&str, &str) = ("<!-- scanners -->\n", "<!-- /scanners -->");

/// A column for each scanner.
#[derive(Debug, Default)]
pub(crate) struct Table {
    columns: Vec<(String, Vec<String>)>,
}

impl Table {
    /// Adds a scanner with what it found, row by row.
    pub(crate) fn add(&mut self, name: &str, cells: Vec<String>) {
        self.columns.push((name.to_owned(), cells));
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.columns.iter().map(|(name, _)| name.as_str());
        writeln!(f, "| | {} |", names.collect::<Vec<_>>().join(" | "))?;
        writeln!(f, "|---|{}", "---|".repeat(self.columns.len()))?;
        for (index, row) in rows().iter().enumerate() {
            let cells = self.columns.iter().map(|(_, cells)| cells[index].as_str());
            writeln!(f, "| {row} | {} |", cells.collect::<Vec<_>>().join(" | "))?;
        }
        Ok(())
    }
}

/// Holds a document to the table: puts it between the marks when asked to write, and fails where something else stands there.
pub(crate) fn hold(document: &str, table: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .join(document);
    let text = fs::read_to_string(&file).unwrap();
    let (before, rest) = text.split_once(MARKS.0).expect("the first mark");
    let (quoted, after) = rest.split_once(MARKS.1).expect("the second mark");
    if is_writing() {
        fs::write(&file, [before, MARKS.0, table, MARKS.1, after].concat()).unwrap();
    } else {
        assert_eq!(
            quoted, table,
            "{document} is stale: `cargo xtask test scanner --write` writes it anew"
        );
    }
}
