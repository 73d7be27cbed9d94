//! The same files for all: what each scanner finds of the keys, and what it takes for one.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use shared::preflight::secrets::scan_bytes;

use super::benign;
use super::forms::{FORMS, Form, Group};
use super::keys::{KINDS, Kind};
use super::others::OTHERS;
use super::recall::{is_found, is_found_in_text};
use super::table::{self, Table};

/// Near misses in one file: so many lines as a longer source file has.
const LINES: usize = 100;

/// A form and a kind of key, by their numbers, which name its file.
type Case = (usize, usize);

#[test]
fn the_documents_table_says_what_each_scanner_finds() {
    let folder = tempfile::tempdir().unwrap();
    let (keys, benign) = (folder.path().join("keys"), folder.path().join("benign"));
    write_keys(&keys);
    let misses = benign::lines();
    write_benign(&benign, &misses);

    let mut table = Table::default();
    let ours = cases(|case| is_found(form(case), &key(case)));
    assert_eq!(ours.len(), FORMS.len() * KINDS.len());
    let taken = misses
        .iter()
        .filter(|line| !scan_bytes(line.as_bytes()).is_empty())
        .count();
    add(&mut table, "Airlock, files", &ours, taken);
    let text = cases(|case| is_found_in_text(form(case), &key(case)));
    add(&mut table, "Airlock, text", &text, taken);
    for other in OTHERS {
        let found: BTreeSet<String> = other
            .find(&keys)
            .into_iter()
            .map(|(file, _)| file)
            .collect();
        // The mark at the start of a name, `./`, is there or not.
        let found = cases(|case| found.iter().any(|file| file.ends_with(&file_name(case))));
        assert!(
            !found.is_empty(),
            "{} found nothing at all: it did not look",
            other.name
        );
        add(&mut table, other.name, &found, other.find(&benign).len());
    }
    println!("{table}");
    table::hold("docs/secrets.md", &table.to_string());
}

fn add(table: &mut Table, name: &str, found: &BTreeSet<Case>, taken: usize) {
    let share = |is_one: &dyn Fn(&Case) -> bool| {
        let all = cases(|case| is_one(&case));
        format!("{} of {}", found.intersection(&all).count(), all.len())
    };
    let mut column = vec![share(&|_| true)];
    for group in Group::ALL {
        column.push(share(&|case| FORMS[case.0].group == group));
    }
    for kind in 0..KINDS.len() {
        column.push(share(&|case| case.1 == kind));
    }
    column.push(taken.to_string());
    table.add(name, column);
}

/// What the rows of the table are.
pub(crate) fn rows() -> Vec<String> {
    let mut rows = vec!["**keys found**".to_owned()];
    rows.extend(Group::ALL.map(|group| {
        format!(
            "{}, {} forms",
            group.name(),
            FORMS.iter().filter(|form| form.group == group).count()
        )
    }));
    rows.extend(KINDS.iter().map(|kind| kind.name.to_owned()));
    rows.push(format!(
        "**taken for a key, of {} near misses**",
        benign::lines().len()
    ));
    rows
}

fn cases(is_one: impl Fn(Case) -> bool) -> BTreeSet<Case> {
    let all = (0..FORMS.len()).flat_map(|form| (0..KINDS.len()).map(move |kind| (form, kind)));
    all.filter(|case| is_one(*case)).collect()
}

fn form(case: Case) -> &'static Form {
    &FORMS[case.0]
}

fn key(case: Case) -> String {
    let kind: &Kind = &KINDS[case.1];
    kind.key(case.0)
}

fn file_name(case: Case) -> String {
    format!("form{:02}-kind{:02}.txt", case.0, case.1)
}

fn write_keys(folder: &Path) {
    fs::create_dir(folder).unwrap();
    for case in cases(|_| true) {
        fs::write(folder.join(file_name(case)), (form(case).write)(&key(case))).unwrap();
    }
}

fn write_benign(folder: &Path, lines: &[String]) {
    fs::create_dir(folder).unwrap();
    for (number, lines) in lines.chunks(LINES).enumerate() {
        fs::write(folder.join(format!("{number:03}.txt")), lines.join("\n")).unwrap();
    }
}
