//! `docs/errors.md`: the one table of errors, for people who have one in front of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context as _, Result, ensure};
use syn::Item;

use super::rust;
use crate::source::Tree;

const KINDS: &str = "shared/src/error/mod.rs";
const COLUMNS: &str = "shared/src/error/columns.rs";
/// The columns that the page shows. A new one in the source is an error here until it has found its place.
const SHOWN: [&str; 9] = [
    "anthropic_type",
    "cause",
    "code",
    "fix",
    "is_retryable",
    "openai_type",
    "status",
    "title",
    "verify",
];

const OPENING: &str = "\
Every way in which a request can end early. On the browser face (`/api/…`) an error is an
[RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problem document of the content type `application/problem+json`:

```json
{
  \"type\": \"/docs/errors#rate_limited\",
  \"title\": \"Too many requests\",
  \"status\": 429,
  \"code\": \"rate_limited\",
  \"cause\": \"…\",
  \"fix\": \"…\",
  \"verify\": \"…\",
  \"request_id\": \"req_…\",
  \"retry_after_ms\": 1500
}
```

`code` is stable: programs decide by it. `detail` says what was wrong in this one request, `findings` what the preflight found;
`request_id` is what the server's log knows the request by. A wait that is known is also in the header `Retry-After`, in whole
seconds. Once an answer streams its status is sent, so an error becomes its last event: `event: error` with the same document.

On the face for programs (`/v1/…`) the same error has the form of Anthropic's API, so that official clients raise their own exception for it:
`{\"type\": \"error\", \"error\": {\"type\": …, \"message\": …}, \"request_id\": …}` with the type of the column *Anthropic*. The column
*OpenAI* is what clients of that dialect know it by. What the upstream itself refuses passes on that face as it came.
";

/// Kinds of errors with one answer to the question whose move it is.
struct Group {
    title: &'static str,
    about: &'static str,
    is_callers: bool,
    is_retryable: bool,
}

/// All four, so that each kind belongs to one.
const GROUPS: [Group; 4] = [
    Group {
        title: "The request has to change",
        about: "Sent again as it is, it gets the same answer.",
        is_callers: true,
        is_retryable: false,
    },
    Group {
        title: "A limit is reached",
        about: "Nothing was spent. The same request is fine after the wait.",
        is_callers: true,
        is_retryable: true,
    },
    Group {
        title: "The operator has to do something",
        about: "Waiting does not mend these.",
        is_callers: false,
        is_retryable: false,
    },
    Group {
        title: "It may pass by itself",
        about: "The server has tried again already where that was safe; the page tries once more.",
        is_callers: false,
        is_retryable: true,
    },
];

impl Group {
    fn has(&self, row: &Row) -> bool {
        row.is_callers() == self.is_callers && row.is_retryable() == self.is_retryable
    }
}

/// One kind of error: the value of each column by the column's name.
struct Row {
    columns: BTreeMap<String, String>,
}

impl Row {
    fn get(&self, column: &str) -> &str {
        self.columns.get(column).map_or("", String::as_str)
    }

    /// Whether the request, rather than a server, is at fault.
    fn is_callers(&self) -> bool {
        self.get("status").starts_with('4')
    }

    fn is_retryable(&self) -> bool {
        self.get("is_retryable") == "true"
    }
}

/// What a problem of one kind is known by.
pub(super) struct Status {
    /// Its code.
    pub(super) code: String,
    /// Its status, in digits.
    pub(super) number: String,
}

/// Code and status of every kind, by its name in the source.
pub(super) fn statuses(tree: &Tree) -> Result<BTreeMap<String, Status>> {
    let statuses = kinds(tree)?
        .into_iter()
        .zip(rows(tree)?)
        .map(|(kind, row)| {
            let status = Status {
                code: row.get("code").to_owned(),
                number: row.get("status").to_owned(),
            };
            (kind, status)
        });
    Ok(statuses.collect())
}

/// Writes the page.
pub(super) fn write(tree: &Tree) -> Result<String> {
    let rows = rows(tree)?;
    let mut page = format!("# Errors\n\n{OPENING}\n## All codes\n\n");
    page.push_str("| code | status | again? | Anthropic | OpenAI |\n|---|---|---|---|---|\n");
    for row in &rows {
        let code = row.get("code");
        writeln!(
            page,
            "| [`{code}`](#{code}) | {} | {} | `{}` | `{}` |",
            row.get("status"),
            if row.is_retryable() { "yes" } else { "no" },
            row.get("anthropic_type"),
            row.get("openai_type"),
        )?;
    }
    for group in GROUPS {
        write!(page, "\n## {}\n\n{}\n", group.title, group.about)?;
        for row in rows.iter().filter(|row| group.has(row)) {
            write_row(&mut page, row)?;
        }
    }
    Ok(page)
}

fn write_row(page: &mut String, row: &Row) -> Result<()> {
    // The heading alone decides the anchor that problem documents point to.
    writeln!(page, "\n### {}\n", row.get("code"))?;
    writeln!(page, "**{}** ({})\n", row.get("title"), row.get("status"))?;
    writeln!(page, "- Cause: {}", row.get("cause"))?;
    writeln!(page, "- Fix: {}", row.get("fix"))?;
    writeln!(page, "- Verify: {}", row.get("verify"))?;
    Ok(())
}

/// The table, in the order in which the kinds are declared.
fn rows(tree: &Tree) -> Result<Vec<Row>> {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for item in &rust::parse(tree, COLUMNS)?.items {
        let Item::Impl(block) = item else { continue };
        for function in rust::functions(block) {
            let column = function.sig.ident.to_string();
            ensure!(
                SHOWN.contains(&column.as_str()),
                "{COLUMNS} has a column `{column}`, which xtask/src/docs/errors.rs does not show"
            );
            for (kind, value) in rust::table(&function.block)
                .with_context(|| format!("the column `{column}` of {COLUMNS}"))?
            {
                let row = rows.entry(kind).or_insert_with(|| Row {
                    columns: BTreeMap::new(),
                });
                row.columns.insert(column.clone(), value);
            }
        }
    }
    kinds(tree)?
        .into_iter()
        .map(|kind| {
            rows.remove(&kind)
                .filter(|row| row.columns.len() == SHOWN.len())
                .with_context(|| format!("{kind} has not every column in {COLUMNS}"))
        })
        .collect()
}

/// The names of all kinds, as they are declared.
fn kinds(tree: &Tree) -> Result<Vec<String>> {
    rust::parse(tree, KINDS)?
        .items
        .into_iter()
        .find_map(|item| match item {
            Item::Enum(kinds) if kinds.ident == "ErrorKind" => Some(kinds),
            _ => None,
        })
        .map(|kinds| {
            let names = kinds.variants.iter();
            names.map(|variant| variant.ident.to_string()).collect()
        })
        .with_context(|| format!("{KINDS} declares no `ErrorKind`"))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Adds the sources of a table to `tree`.
    pub(in super::super) fn put(tree: &mut Tree) {
        let table = table("A, B", "Self::A => { 400 } Self::B => { 500 }", "");
        for path in [KINDS, COLUMNS] {
            let text = table.get(path).unwrap().text.clone();
            tree.put(path, text);
        }
    }

    /// The sources of a table in which each column says the same of every kind, but for the status.
    fn table(kinds: &str, statuses: &str, further: &str) -> Tree {
        let columns: Vec<_> = SHOWN
            .iter()
            .filter(|column| **column != "status")
            .map(|column| {
                format!(
                    "const fn {column}(self) -> &str {{ match self {{ Self::A | Self::B => {{ \"{column}!\" }} }} }}"
                )
            })
            .collect();
        let columns = columns.join("\n");
        Tree::of(&[
            (KINDS, &format!("enum ErrorKind {{ {kinds} }}")),
            (
                COLUMNS,
                &format!(
                    "impl ErrorKind {{ const fn status(self) -> u16 {{ match self {{ {statuses} }} }}\n{columns}{further} }}"
                ),
            ),
        ])
    }

    #[test]
    fn every_kind_has_a_row_and_a_section_with_its_anchor() {
        let page = write(&table("B, A", "Self::A => 400, Self::B => 503", "")).unwrap();
        assert!(
            page.contains(
                "| [`code!`](#code!) | 503 | no | `anthropic_type!` | `openai_type!` |\n| [`code!`](#code!) | 400 |"
            ),
            "{page}"
        );
        assert_eq!(page.matches("\n### code!\n").count(), 2);
    }

    #[test]
    fn a_kind_without_a_column_and_a_column_without_a_place_are_errors() {
        assert!(write(&table("A, B, C", "Self::A | Self::B => 400", "")).is_err());
        let further = "const fn colour(self) -> &str { match self { Self::A => \"\" } }";
        assert!(write(&table("A, B", "Self::A | Self::B => 400", further)).is_err());
    }
}
