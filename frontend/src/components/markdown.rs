//! Draws the Markdown tree: elements and text nodes, never an HTML string.

use leptos::prelude::*;

use super::copy_button::CopyButton;
use super::part::{IntoPart, Key, Part, keyed, nothing};
use crate::markdown::{Align, Block, Growing, Inline, Item, Table, Target};

/// Draws the blocks of a text. Of a growing one only the end is drawn anew.
pub(crate) fn draw(text: Memo<Growing>, on_copy: Callback<String>) -> Part {
    let keys = Signal::derive(move || text.with(Growing::keys));
    let block = move |key: Key| {
        let block = text.with_untracked(|text| text.block(key));
        block.map_or_else(nothing, |block| draw_block(&block, on_copy))
    };
    keyed(keys, Callback::new(block))
}

fn draw_blocks(blocks: &[Block], on_copy: Callback<String>) -> Vec<Part> {
    let drawn = blocks.iter().map(|block| draw_block(block, on_copy));
    drawn.collect()
}

fn draw_block(block: &Block, on_copy: Callback<String>) -> Part {
    match block {
        Block::Paragraph(inlines) => view! { <p dir="auto">{draw_inlines(inlines)}</p> }.part(),
        // Models skip levels, which loses a screen reader's user: every heading is of one level, and only looks differ.
        Block::Heading(level, inlines) => {
            view! { <h3 dir="auto" data-level=level.to_string()>{draw_inlines(inlines)}</h3> }
                .part()
        }
        Block::Code { language, text } => draw_code(language, text, on_copy),
        Block::Quote(blocks) => {
            view! { <blockquote>{draw_blocks(blocks, on_copy)}</blockquote> }.part()
        }
        Block::List { start, items } => draw_list(*start, items, on_copy),
        Block::Table(table) => draw_table(table),
        Block::Rule => view! { <hr /> }.part(),
    }
}

fn draw_code(language: &str, text: &str, on_copy: Callback<String>) -> Part {
    let shown = text.to_owned();
    let copied = text.to_owned();
    let name = if language.is_empty() {
        "text"
    } else {
        language
    };
    view! {
        <figure class="code">
            <figcaption>
                <span>{name.to_owned()}</span>
                <CopyButton
                    label="Copy code"
                    test_id="copy-code"
                    text=Callback::new(move |()| copied.clone())
                    on_copy
                />
            </figcaption>
            <pre tabindex="0">
                <code>{shown}</code>
            </pre>
        </figure>
    }
    .part()
}

fn draw_list(start: Option<u64>, items: &[Item], on_copy: Callback<String>) -> Part {
    let drawn = items.iter().map(|item| draw_item(item, on_copy));
    let drawn: Vec<_> = drawn.collect();
    match start {
        Some(start) => view! { <ol start=start.to_string()>{drawn}</ol> }.part(),
        None => view! { <ul>{drawn}</ul> }.part(),
    }
}

fn draw_item(item: &Item, on_copy: Callback<String>) -> Part {
    let mut drawn = draw_blocks(&item.blocks, on_copy);
    let look = match item.is_done {
        None => "",
        Some(true) => "task done",
        Some(false) => "task",
    };
    if let Some(is_done) = item.is_done {
        let words = if is_done { "Done:" } else { "To do:" };
        drawn.insert(0, view! { <span class="unseen">{words}</span> }.part());
    }
    view! { <li class=look>{drawn}</li> }.part()
}

fn draw_table(table: &Table) -> Part {
    let head = table.head.iter().enumerate().map(|(place, cell)| {
        view! { <th scope="col" data-align=align(table, place)>{draw_inlines(cell)}</th> }.part()
    });
    let rows = table.rows.iter().map(|row| {
        let cells = row.iter().enumerate().map(|(place, cell)| {
            view! { <td data-align=align(table, place)>{draw_inlines(cell)}</td> }.part()
        });
        view! { <tr>{cells.collect::<Vec<_>>()}</tr> }.part()
    });
    view! {
        <div class="table" tabindex="0" role="group" aria-label="Table">
            <table>
                <thead>
                    <tr>{head.collect::<Vec<_>>()}</tr>
                </thead>
                <tbody>{rows.collect::<Vec<_>>()}</tbody>
            </table>
        </div>
    }
    .part()
}

fn align(table: &Table, place: usize) -> &'static str {
    match table.columns.get(place).copied().unwrap_or_default() {
        Align::Start => "start",
        Align::Center => "center",
        Align::End => "end",
    }
}

fn draw_inlines(inlines: &[Inline]) -> Vec<Part> {
    inlines.iter().map(draw_inline).collect()
}

fn draw_inline(inline: &Inline) -> Part {
    match inline {
        Inline::Text(text) => text.clone().part(),
        Inline::Code(code) => view! { <code>{code.clone()}</code> }.part(),
        Inline::Emphasis(inner) => view! { <em>{draw_inlines(inner)}</em> }.part(),
        Inline::Strong(inner) => view! { <strong>{draw_inlines(inner)}</strong> }.part(),
        Inline::Struck(inner) => view! { <s>{draw_inlines(inner)}</s> }.part(),
        Inline::Link(target, words) => draw_link(target, words),
        Inline::Break => view! { <br /> }.part(),
    }
}

/// A link says where it leads, since its words may say something else.
fn draw_link(target: &Target, words: &[Inline]) -> Part {
    view! {
        <a href=target.url.clone() target="_blank" rel="noopener noreferrer">
            {draw_inlines(words)}
            <span class="host">{format!(" {}", target.host)}</span>
        </a>
    }
    .part()
}
