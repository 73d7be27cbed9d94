//! `docs/failure-modes.md`: what breaks gateways, the rule that holds here instead, and the tests that prove it.
//!
//! The rules are kept in `rules.toml` beside this file. A test says in its doc comment which of them it proves: `FM-22`.

mod proofs;

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::source::Tree;
use proofs::Proof;

const RULES: &str = "xtask/src/docs/failure_modes/rules.toml";

const OPENING: &str = "\
Systems that do what Airlock does have failed in public, over and over in the same ways. Each row is one of those ways, turned
into a rule that holds here, with the tests that prove it. A test names its row in its doc comment (`FM-22`), and
`cargo xtask tidy` fails on a row without one.
";

/// The rows of `rules.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    /// By area, in the order of their numbers.
    area: Vec<Area>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Area {
    name: String,
    rule: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    /// `n` of `FM-n`.
    number: u32,
    /// What goes wrong elsewhere, in a few words.
    failure: String,
    /// What holds here instead.
    holds: String,
    /// The part of Airlock that the rule waits for, where that is not built yet. Such a row has no test.
    open: Option<String>,
    /// What will have to be proved beside, once a further part is built.
    later: Option<String>,
}

/// Writes the page.
pub(super) fn write(tree: &Tree) -> Result<String> {
    let rules = rules(tree)?;
    let proofs = proofs::find(tree);
    let all: Vec<_> = rules.area.iter().flat_map(|area| &area.rule).collect();
    let open = all.iter().filter(|rule| rule.open.is_some()).count();
    let mut page = format!("# Failure modes\n\n{OPENING}\n");
    writeln!(
        page,
        "{} rows: {} proved, {open} open until the part that they concern is built.",
        all.len(),
        all.len() - open
    )?;
    for area in &rules.area {
        write!(page, "\n## {}\n\n", area.name)?;
        page.push_str("| | what goes wrong | what holds here | proved by |\n|---|---|---|---|\n");
        for rule in &area.rule {
            write_row(&mut page, rule, &proofs)?;
        }
    }
    Ok(page)
}

fn write_row(page: &mut String, rule: &Rule, proofs: &[Proof]) -> Result<()> {
    let mut cells: Vec<_> = proofs::of(rule.number, proofs).map(Proof::link).collect();
    cells.extend(rule.open.iter().map(|part| format!("*open: {part}*")));
    cells.extend(rule.later.iter().map(|part| format!("*to come: {part}*")));
    writeln!(
        page,
        "| FM-{} | {} | {} | {} |",
        rule.number,
        rule.failure,
        rule.holds,
        cells.join("<br>")
    )?;
    Ok(())
}

/// What is wrong with the rows: each sentence stands for itself.
pub(crate) fn problems(tree: &Tree) -> Result<Vec<String>> {
    let rules = rules(tree)?;
    let proofs = proofs::find(tree);
    let mut problems = Vec::new();
    let mut expected = 1;
    for rule in rules.area.iter().flat_map(|area| &area.rule) {
        let number = rule.number;
        if number != expected {
            problems.push(format!("FM-{number} stands where FM-{expected} belongs"));
        }
        expected = number + 1;
        match (proofs::of(number, &proofs).next(), &rule.open) {
            (None, None) => problems.push(format!(
                "FM-{number} has no test: write one that names it in its doc comment ({})",
                rule.holds
            )),
            (Some(proof), Some(_)) => problems.push(format!(
                "FM-{number} is listed as open, and {} proves it: take `open` out",
                proof.test
            )),
            _ => {}
        }
    }
    for proof in proofs {
        if !(1..expected).contains(&proof.number) {
            problems.push(format!(
                "{} names FM-{}, which is no row",
                proof.test, proof.number
            ));
        }
    }
    Ok(problems)
}

/// Where [`problems`] are mended.
pub(crate) const fn place() -> &'static str {
    RULES
}

fn rules(tree: &Tree) -> Result<Rules> {
    let file = tree
        .get(RULES)
        .with_context(|| format!("{RULES} is not there"))?;
    toml::from_str(&file.text).with_context(|| format!("{RULES} cannot be read"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEST: &str = "/// FM-1: why.\n#[test]\nfn money_is_kept() {}\n";

    fn tree(rows: &str) -> Tree {
        let rules = format!("[[area]]\nname = \"Money\"\n{rows}");
        Tree::of(&[(RULES, &rules), ("tests/api/books.rs", TEST)])
    }

    fn row(number: u32, further: &str) -> String {
        format!("[[area.rule]]\nnumber = {number}\nfailure = \"F\"\nholds = \"R\"\n{further}\n")
    }

    #[test]
    fn a_row_links_to_the_test_that_proves_it() {
        let page = write(&tree(&row(1, ""))).unwrap();
        assert!(
            page.contains("| FM-1 | F | R | [`money_is_kept`](../tests/api/books.rs) |"),
            "{page}"
        );
        assert!(page.contains("1 rows: 1 proved, 0 open"), "{page}");
    }

    #[test]
    fn a_row_needs_a_test_or_a_reason_to_have_none() {
        let proved = row(1, "");
        assert_eq!(problems(&tree(&proved)).unwrap().len(), 0);
        assert_eq!(
            problems(&tree(&(proved.clone() + &row(2, ""))))
                .unwrap()
                .len(),
            1
        );
        let open = row(2, "open = \"tokens\"");
        assert_eq!(problems(&tree(&(proved + &open))).unwrap().len(), 0);
    }

    #[test]
    fn a_row_that_is_proved_is_not_open() {
        let problems = problems(&tree(&row(1, "open = \"tokens\""))).unwrap();
        assert!(
            problems.concat().contains("take `open` out"),
            "{problems:?}"
        );
    }

    #[test]
    fn rows_are_numbered_without_gaps_and_tests_name_rows_that_exist() {
        let problems = problems(&tree(&row(2, "open = \"tokens\"")))
            .unwrap()
            .concat();
        assert!(
            problems.contains("FM-2 stands where FM-1 belongs"),
            "{problems}"
        );
        let none = Tree::of(&[(RULES, "area = []"), ("tests/api/books.rs", TEST)]);
        assert!(super::problems(&none).unwrap().concat().contains("no row"));
    }
}
