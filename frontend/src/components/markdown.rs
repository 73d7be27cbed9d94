//! Draws the Markdown tree: elements and text nodes, never an HTML string.

use leptos::prelude::*;

use super::copy_button::CopyButton;
use super::dynamic::{Key, keyed, nothing};
use crate::markdown::{Align, Block, Growing, Inline, Item, Table, Target};

/// Draws the blocks of a text. Of a growing one only the end is drawn anew.
pub(crate) fn draw(text: Memo<Growing>, on_copy: Callback<String>) -> AnyView {
    let keys = Signal::derive(move || text.with(Growing::keys));
    let block = move |key: Key| {
        let block = text.with_untracked(|text| text.block(key));
        block.map_or_else(nothing, |block| draw_block(&block, on_copy))
    };
    keyed(keys, Callback::new(block))
}

fn draw_blocks(blocks: &[Block], on_copy: Callback<String>) -> Vec<AnyView> {
    let drawn = blocks.iter().map(|block| draw_block(block, on_copy));
    drawn.collect()
}

fn draw_block(block: &Block, on_copy: Callback<String>) -> AnyView {
    match block {
        Block::Paragraph(inlines) => view! { <p dir="auto">{draw_inlines(inlines)}</p> }.into_any(),
        // Models skip levels, which loses a screen reader's user: every heading is of one level, and only looks differ.
        Block::Heading(level, inlines) => {
            view! { <h3 dir="auto" data-level=level.to_string()>{draw_inlines(inlines)}</h3> }
                .into_any()
        }
        Block::Code { language, text } => draw_code(language, text, on_copy),
        Block::Quote(blocks) => {
            view! { <blockquote>{draw_blocks(blocks, on_copy)}</blockquote> }.into_any()
        }
        Block::List { start, items } => draw_list(*start, items, on_copy),
        Block::Table(table) => draw_table(table),
        Block::Rule => view! { <hr /> }.into_any(),
    }
}

fn draw_code(language: &str, text: &str, on_copy: Callback<String>) -> AnyView {
    let shown = text.to_owned();
    let copied = text.to_owned();
    let name = if language.is_empty() { "text" } else { language };
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
    .into_any()
}

fn draw_list(start: Option<u64>, items: &[Item], on_copy: Callback<String>) -> AnyView {
    let drawn = items.iter().map(|item| draw_item(item, on_copy));
    let drawn: Vec<_> = drawn.collect();
    match start {
        Some(start) => view! { <ol start=start.to_string()>{drawn}</ol> }.into_any(),
        None => view! { <ul>{drawn}</ul> }.into_any(),
    }
}

fn draw_item(item: &Item, on_copy: Callback<String>) -> AnyView {
    let mut drawn = draw_blocks(&item.blocks, on_copy);
    let look = match item.is_done {
        None => "",
        Some(true) => "task done",
        Some(false) => "task",
    };
    if let Some(is_done) = item.is_done {
        let words = if is_done { "Done:" } else { "To do:" };
        drawn.insert(0, view! { <span class="unseen">{words}</span> }.into_any());
    }
    view! { <li class=look>{drawn}</li> }.into_any()
}

fn draw_table(table: &Table) -> AnyView {
    let head = table.head.iter().enumerate().map(|(place, cell)| {
        view! { <th scope="col" data-align=align(table, place)>{draw_inlines(cell)}</th> }
            .into_any()
    });
    let rows = table.rows.iter().map(|row| {
        let cells = row.iter().enumerate().map(|(place, cell)| {
            view! { <td data-align=align(table, place)>{draw_inlines(cell)}</td> }.into_any()
        });
        view! { <tr>{cells.collect::<Vec<_>>()}</tr> }.into_any()
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
    .into_any()
}

fn align(table: &Table, place: usize) -> &'static str {
    match table.columns.get(place).copied().unwrap_or_default() {
        Align::Start => "start",
        Align::Center => "center",
        Align::End => "end",
    }
}

fn draw_inlines(inlines: &[Inline]) -> Vec<AnyView> {
    inlines.iter().map(draw_inline).collect()
}

fn draw_inline(inline: &Inline) -> AnyView {
    match inline {
        Inline::Text(text) => text.clone().into_any(),
        Inline::Code(code) => view! { <code>{code.clone()}</code> }.into_any(),
        Inline::Emphasis(inner) => view! { <em>{draw_inlines(inner)}</em> }.into_any(),
        Inline::Strong(inner) => view! { <strong>{draw_inlines(inner)}</strong> }.into_any(),
        Inline::Struck(inner) => view! { <s>{draw_inlines(inner)}</s> }.into_any(),
        Inline::Link(target, words) => draw_link(target, words),
        Inline::Break => view! { <br /> }.into_any(),
    }
}

/// A link says where it leads, since its words may say something else.
fn draw_link(target: &Target, words: &[Inline]) -> AnyView {
    view! {
        <a href=target.url.clone() target="_blank" rel="noopener noreferrer">
            {draw_inlines(words)}
            <span class="host">{target.host.clone()}</span>
        </a>
    }
    .into_any()
}
