//! From lines to blocks: `CommonMark` as models write it, with the tables and task lists of GitHub's dialect.
//!
//! A parser of our own, because what a page needs of one is small and what a whole one weighs is not: pulldown-cmark, with its
//! table of two thousand entities, is a fifth of the page. Left out on purpose: raw HTML (it is text here), reference
//! links, footnotes, indented code. No input makes it fail, and it takes time linear in the text's length.

use super::inline::inlines;
use super::table::table;
use super::{Block, Item, visible};

/// How deep quotations and lists may nest. People stop at five; what is deeper is shown as text.
const DEPTH_MAX: usize = 16;

/// The blocks of a text, each with the byte at which it starts.
pub(crate) fn parse(text: &str) -> Vec<(usize, Block)> {
    blocks(text, 0)
}

fn blocks(text: &str, depth: usize) -> Vec<(usize, Block)> {
    let mut lines = Lines::new(text);
    let mut blocks = Vec::new();
    while let Some(line) = lines.peek() {
        let start = lines.at;
        if line.trim().is_empty() {
            lines.skip();
            continue;
        }
        let block = heading(line, &mut lines)
            .or_else(|| rule(line, &mut lines))
            .or_else(|| code(line, &mut lines))
            .or_else(|| quote(line, &mut lines, depth))
            .or_else(|| list(line, &mut lines, depth))
            .or_else(|| table(&mut lines))
            .unwrap_or_else(|| paragraph(&mut lines));
        blocks.push((start, block));
    }
    blocks
}

fn inner(text: &str, depth: usize) -> Vec<Block> {
    let blocks = blocks(text, depth + 1).into_iter();
    blocks.map(|(_, block)| block).collect()
}

/// The lines of a text, without their ends.
#[derive(Clone, Debug)]
pub(super) struct Lines<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lines<'a> {
    const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next line, which stays the next.
    pub(super) fn peek(&self) -> Option<&'a str> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let line = rest.split('\n').next().unwrap_or_default();
        Some(line.strip_suffix('\r').unwrap_or(line))
    }

    /// The line after the next.
    pub(super) fn peek_second(&self) -> Option<&'a str> {
        let mut ahead = self.clone();
        ahead.skip();
        ahead.peek()
    }

    /// Goes on to the line after the next.
    pub(super) fn skip(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.at += rest.find('\n').map_or(rest.len(), |end| end + 1);
    }

    /// Takes the next line while `wanted` says so.
    pub(super) fn next_if(&mut self, wanted: impl Fn(&str) -> bool) -> Option<&'a str> {
        let line = self.peek().filter(|line| wanted(line))?;
        self.skip();
        Some(line)
    }
}

fn heading(line: &str, lines: &mut Lines<'_>) -> Option<Block> {
    let (level, words) = heading_parts(line)?;
    lines.skip();
    let words = words.trim();
    let open = words.trim_end_matches('#');
    let words = if open.is_empty() || open.ends_with(' ') {
        open
    } else {
        words
    };
    Some(Block::Heading(level, inlines(words.trim_end())))
}

fn heading_parts(line: &str) -> Option<(u8, &str)> {
    let line = line.trim_start();
    let words = line.trim_start_matches('#');
    let level = u8::try_from(line.len() - words.len()).ok()?;
    let is_heading = (1..=6).contains(&level) && (words.is_empty() || words.starts_with(' '));
    is_heading.then_some((level, words))
}

fn rule(line: &str, lines: &mut Lines<'_>) -> Option<Block> {
    is_rule(line).then(|| {
        lines.skip();
        Block::Rule
    })
}

/// Three or more of one sign, and nothing but spaces between them.
fn is_rule(line: &str) -> bool {
    let mut signs = line.chars().filter(|c| *c != ' ');
    let Some(first @ ('-' | '*' | '_')) = signs.next() else {
        return false;
    };
    let others = signs.clone().count();
    others >= 2 && signs.all(|sign| sign == first)
}

fn code(line: &str, lines: &mut Lines<'_>) -> Option<Block> {
    let (fence, info) = fence(line)?;
    let indent = indent_of(line);
    lines.skip();
    let mut text = String::new();
    while let Some(line) = lines.next_if(|line| !closes(line, fence)) {
        text.push_str(without_indent(line, indent));
        text.push('\n');
    }
    lines.skip();
    Some(Block::Code {
        language: visible(info),
        text: visible(&text),
    })
}

/// The signs of an opening fence, and what stands behind them.
fn fence(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start();
    let sign = line
        .chars()
        .next()
        .filter(|sign| matches!(sign, '`' | '~'))?;
    let info = line.trim_start_matches(sign);
    let signs = line.get(..line.len() - info.len())?;
    let is_fence = signs.len() >= 3 && !(sign == '`' && info.contains('`'));
    is_fence.then(|| (signs, info.trim()))
}

fn closes(line: &str, fence: &str) -> bool {
    let line = line.trim();
    line.starts_with(fence) && line.chars().all(|sign| fence.starts_with(sign))
}

fn quote(line: &str, lines: &mut Lines<'_>, depth: usize) -> Option<Block> {
    if depth >= DEPTH_MAX || !is_quote(line) {
        return None;
    }
    let mut text = String::new();
    while let Some(line) = lines.next_if(is_quote) {
        let line = line.trim_start();
        let line = line.strip_prefix('>').unwrap_or(line);
        text.push_str(line.strip_prefix(' ').unwrap_or(line));
        text.push('\n');
    }
    Some(Block::Quote(inner(&text, depth)))
}

fn is_quote(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// What begins an item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Marker {
    /// `-`, `*` or `+`; `.` or `)` behind a number.
    sign: char,
    number: Option<u64>,
    /// Spaces before it.
    indent: usize,
    /// Bytes up to the item's words.
    width: usize,
}

fn marker(line: &str) -> Option<Marker> {
    let indent = indent_of(line);
    let rest = line.get(indent..)?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let number = rest.get(..digits)?.parse().ok();
    let sign = rest.get(digits..)?.chars().next()?;
    let is_marker = match digits {
        0 => matches!(sign, '-' | '*' | '+'),
        // Longer numbers are none that a browser's list can begin with.
        1..=9 => matches!(sign, '.' | ')'),
        _ => false,
    };
    let words = rest.get(digits + 1..).filter(|_| is_marker)?;
    let spaces = indent_of(words);
    let is_item = (words.is_empty() || spaces > 0) && !is_rule(line);
    is_item.then_some(Marker {
        sign,
        number,
        indent,
        width: indent + digits + 1 + spaces.clamp(1, 4),
    })
}

fn list(line: &str, lines: &mut Lines<'_>, depth: usize) -> Option<Block> {
    let first = marker(line).filter(|_| depth < DEPTH_MAX)?;
    let mut items = Vec::new();
    while let Some(next) = lines.peek().and_then(marker) {
        if next.sign != first.sign || (next.indent >= first.indent + 2) {
            break;
        }
        items.push(item(next, lines, depth));
    }
    let start = first.number;
    Some(Block::List { start, items })
}

fn item(own: Marker, lines: &mut Lines<'_>, depth: usize) -> Item {
    let mut text = String::new();
    let first = lines.peek().unwrap_or_default();
    let (is_done, words) = task(first.get(own.width..).unwrap_or_default());
    text.push_str(words);
    lines.skip();
    // Models often indent by two where a number takes three.
    let inside = own.width.min(own.indent + 2);
    while let Some(line) = lines.peek() {
        let is_blank = line.trim().is_empty();
        let follows = lines
            .peek_second()
            .is_some_and(|line| indent_of(line) >= inside);
        let is_inside = indent_of(line) >= inside || (is_blank && follows);
        let begins = marker(line).is_some() || interrupts(line, lines);
        let is_lazy = !is_blank && !text.ends_with('\n') && !begins;
        if !is_inside && !is_lazy {
            break;
        }
        lines.skip();
        text.push('\n');
        text.push_str(without_indent(line, own.width));
    }
    skip_blank_before_next_item(lines, own);
    Item {
        is_done,
        blocks: inner(&text, depth),
    }
}

/// Blank lines between two items of one list belong to neither.
fn skip_blank_before_next_item(lines: &mut Lines<'_>, own: Marker) {
    let mut ahead = lines.clone();
    while ahead.next_if(|line| line.trim().is_empty()).is_some() {}
    let next = ahead.peek().and_then(marker);
    if next.is_some_and(|next| next.sign == own.sign) {
        *lines = ahead;
    }
}

/// Takes the box off a task.
fn task(words: &str) -> (Option<bool>, &str) {
    match words.get(..4) {
        Some("[ ] ") => (Some(false), words.get(4..).unwrap_or_default()),
        Some("[x] " | "[X] ") => (Some(true), words.get(4..).unwrap_or_default()),
        _ => (None, words),
    }
}

/// Takes lines up to the next block. A line of `=` or `-` below makes it a heading.
fn paragraph(lines: &mut Lines<'_>) -> Block {
    let mut text = String::new();
    while let Some(line) = lines.peek() {
        let underline = line.trim_end();
        let level = match underline.chars().next() {
            Some('=') if underline.trim_matches('=').is_empty() => Some(1),
            Some('-') if underline.trim_matches('-').is_empty() => Some(2),
            _ => None,
        };
        if let (Some(level), false) = (level, text.is_empty()) {
            lines.skip();
            return Block::Heading(level, inlines(text.trim_end()));
        }
        if !text.is_empty() && (line.trim().is_empty() || interrupts(line, lines)) {
            break;
        }
        lines.skip();
        text.push_str(line.trim_start());
        text.push('\n');
    }
    Block::Paragraph(inlines(text.trim_end()))
}

/// Whether a line ends the paragraph above it. A number other than one does not: it may be a year.
fn interrupts(line: &str, lines: &Lines<'_>) -> bool {
    let begins_list = marker(line).is_some_and(|marker| {
        marker.number.is_none_or(|number| number == 1) && line.len() > marker.width
    });
    begins_list
        || heading_parts(line).is_some()
        || is_rule(line)
        || fence(line).is_some()
        || is_quote(line)
        || table(&mut lines.clone()).is_some()
}

/// Spaces at the front of a line; a tab counts as one, since models do not mix the two.
fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

fn without_indent(line: &str, indent: usize) -> &str {
    line.get(indent_of(line).min(indent)..).unwrap_or_default()
}
