//! Tables: a row of headings, a row of dashes that says how columns are aligned, and rows of cells.

use super::block::Lines;
use super::inline::inlines;
use super::{Align, Block, Inline, Table};

/// Takes a table off the front of `lines`, if one begins there.
pub(super) fn table(lines: &mut Lines<'_>) -> Option<Block> {
    let head = lines.peek().filter(|line| line.contains('|'))?;
    let columns = columns(lines.peek_second()?)?;
    let head = cells(head);
    if head.len() != columns.len() {
        return None;
    }
    lines.skip();
    lines.skip();
    let mut rows = Vec::new();
    while let Some(line) = lines.next_if(|line| line.contains('|')) {
        let mut row = read(&cells(line));
        row.resize(columns.len(), Vec::new());
        rows.push(row);
    }
    Some(Block::Table(Table {
        head: read(&head),
        columns,
        rows,
    }))
}

fn read(cells: &[&str]) -> Vec<Vec<Inline>> {
    cells
        .iter()
        .map(|cell| inlines(&cell.replace("\\|", "|")))
        .collect()
}

/// How the columns are aligned, if the line is the one that says so.
fn columns(line: &str) -> Option<Vec<Align>> {
    let is_other = |c: char| !matches!(c, '|' | '-' | ':' | ' ');
    if !line.contains('-') || line.contains(is_other) {
        return None;
    }
    let align = |cell: &&str| {
        let dashes = cell.trim_matches(':');
        let is_column = !dashes.is_empty() && dashes.bytes().all(|byte| byte == b'-');
        is_column.then(|| match (cell.starts_with(':'), cell.ends_with(':')) {
            (true, true) => Align::Center,
            (false, true) => Align::End,
            _ => Align::Start,
        })
    };
    cells(line).iter().map(align).collect()
}

/// The cells of a row: what stands between bars that have no backslash before them.
fn cells(line: &str) -> Vec<&str> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut cells = Vec::new();
    let mut start = 0;
    for (place, _) in line.match_indices('|') {
        let before = line.get(start..place).unwrap_or_default();
        if !before.ends_with('\\') {
            cells.push(before.trim());
            start = place + 1;
        }
    }
    let last = line.get(start..).unwrap_or_default().trim();
    if !last.is_empty() {
        cells.push(last);
    }
    cells
}
