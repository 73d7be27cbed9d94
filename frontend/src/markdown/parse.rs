//! From pulldown-cmark's events to our tree; everything that the tree has no place for becomes text.

use pulldown_cmark::{Alignment, CodeBlockKind, Event, Options, Parser, Tag};

use super::{Align, Block, Inline, Item, Table, Target, visible};

/// How deep blocks and stresses may nest. People stop at five; deeper nesting is flattened, so that no text can make the
/// page run out of stack.
const DEPTH_MAX: usize = 32;

/// The blocks of a text.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    /// The top-level blocks, each with the byte at which it starts.
    pub(crate) blocks: Vec<(usize, Block)>,
    /// Whether some line defines the target of a link that may be used anywhere else in the text.
    pub(crate) has_definitions: bool,
}

/// Parses a whole text.
pub(crate) fn parse(text: &str) -> Parsed {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let events = Parser::new_ext(text, options).into_offset_iter();
    let mut parsed = Parsed {
        has_definitions: events.reference_definitions().iter().next().is_some(),
        ..Parsed::default()
    };
    let mut builder = Builder::default();
    let mut start = 0;
    for (event, range) in events {
        if builder.open.is_empty() && builder.root.inlines.is_empty() {
            start = range.start;
        }
        builder.take(event);
        if builder.open.is_empty() {
            builder.root.end_paragraph();
            let finished = builder.root.blocks.drain(..);
            parsed.blocks.extend(finished.map(|block| (start, block)));
        }
    }
    parsed
}

/// What has been begun and not ended, outermost first.
#[derive(Default)]
struct Builder<'a> {
    root: Content,
    open: Vec<(Tag<'a>, Content)>,
    /// Begun below [`DEPTH_MAX`], and so not opened.
    flattened: usize,
}

/// What something consists of so far. Most kinds of tags fill one of the fields.
#[derive(Default)]
struct Content {
    blocks: Vec<Block>,
    inlines: Vec<Inline>,
    items: Vec<Item>,
    table: Table,
    cells: Vec<Vec<Inline>>,
    is_done: Option<bool>,
}

impl<'a> Builder<'a> {
    fn take(&mut self, event: Event<'a>) {
        match event {
            Event::Start(_) if self.open.len() >= DEPTH_MAX => self.flattened += 1,
            Event::Start(tag) => {
                if is_block(&tag) {
                    self.innermost().end_paragraph();
                }
                self.open.push((tag, Content::default()));
            }
            Event::End(_) if self.flattened > 0 => self.flattened -= 1,
            Event::End(_) => {
                if let Some((tag, content)) = self.open.pop() {
                    self.innermost().close(tag, content);
                }
            }
            Event::Code(code) => self.push(Inline::Code(visible(&code))),
            Event::SoftBreak => self.innermost().push_text("\n"),
            Event::HardBreak => self.push(Inline::Break),
            Event::Rule => {
                self.innermost().end_paragraph();
                self.innermost().blocks.push(Block::Rule);
            }
            Event::TaskListMarker(is_done) => self.innermost().is_done = Some(is_done),
            Event::Text(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => self.innermost().push_text(&visible(&text)),
        }
    }

    fn innermost(&mut self) -> &mut Content {
        self.open
            .last_mut()
            .map_or(&mut self.root, |(_, content)| content)
    }

    fn push(&mut self, inline: Inline) {
        self.innermost().inlines.push(inline);
    }
}

impl Content {
    /// Takes in what `tag` enclosed.
    fn close(&mut self, tag: Tag<'_>, mut content: Self) {
        match tag {
            Tag::Heading { level, .. } => {
                self.blocks
                    .push(Block::Heading(level as u8, content.inlines));
            }
            Tag::CodeBlock(kind) => self.blocks.push(Block::Code {
                language: language(&kind),
                text: plain(&content.inlines),
            }),
            Tag::BlockQuote(_) => {
                content.end_paragraph();
                self.blocks.push(Block::Quote(content.blocks));
            }
            Tag::List(start) => self.blocks.push(Block::List {
                start,
                items: content.items,
            }),
            Tag::Item => {
                content.end_paragraph();
                self.items.push(Item {
                    is_done: content.is_done,
                    blocks: content.blocks,
                });
            }
            Tag::Table(columns) => {
                content.table.columns = columns.into_iter().map(align).collect();
                self.blocks.push(Block::Table(content.table));
            }
            Tag::TableHead => self.table.head = content.cells,
            Tag::TableRow => self.table.rows.push(content.cells),
            Tag::TableCell => self.cells.push(content.inlines),
            Tag::Emphasis => self.inlines.push(Inline::Emphasis(content.inlines)),
            Tag::Strong => self.inlines.push(Inline::Strong(content.inlines)),
            Tag::Strikethrough => self.inlines.push(Inline::Struck(content.inlines)),
            Tag::Link { dest_url, .. } => self.link(&dest_url, content.inlines),
            Tag::Image { dest_url, .. } => {
                let words = plain(&content.inlines);
                let words = format!("Image: {}", if words.is_empty() { "untitled" } else { &words });
                self.link(&dest_url, vec![Inline::Text(words)]);
            }
            _ => {
                content.end_paragraph();
                self.blocks.append(&mut content.blocks);
            }
        }
    }

    /// Adds a link, or the words and the address as text where it must not be followed.
    fn link(&mut self, url: &str, words: Vec<Inline>) {
        match Target::new(url) {
            Some(target) => self.inlines.push(Inline::Link(target, words)),
            None => {
                self.inlines.extend(words);
                self.push_text(&format!(" ({})", visible(url)));
            }
        }
    }

    fn push_text(&mut self, text: &str) {
        match self.inlines.last_mut() {
            Some(Inline::Text(last)) => last.push_str(text),
            _ => self.inlines.push(Inline::Text(text.to_owned())),
        }
    }

    /// Makes a paragraph of text that has none around it, as in the items of a tight list.
    fn end_paragraph(&mut self) {
        if !self.inlines.is_empty() {
            let inlines = std::mem::take(&mut self.inlines);
            self.blocks.push(Block::Paragraph(inlines));
        }
    }
}

/// Whether `tag` ends the text before it.
fn is_block(tag: &Tag<'_>) -> bool {
    !matches!(
        tag,
        Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
    )
}

/// The words of `inlines` without their dress.
fn plain(inlines: &[Inline]) -> String {
    inlines
        .iter()
        .map(|inline| match inline {
            Inline::Text(text) | Inline::Code(text) => text.clone(),
            Inline::Emphasis(inner)
            | Inline::Strong(inner)
            | Inline::Struck(inner)
            | Inline::Link(_, inner) => plain(inner),
            Inline::Break => "\n".to_owned(),
        })
        .collect()
}

fn language(kind: &CodeBlockKind<'_>) -> String {
    match kind {
        CodeBlockKind::Indented => String::new(),
        CodeBlockKind::Fenced(info) => {
            let word = info.split([' ', ',', '{']).next().unwrap_or_default();
            visible(word)
        }
    }
}

const fn align(alignment: Alignment) -> Align {
    match alignment {
        Alignment::None | Alignment::Left => Align::Start,
        Alignment::Center => Align::Center,
        Alignment::Right => Align::End,
    }
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
