//! Draws the Markdown tree: elements and text nodes, never an HTML string.

use leptos::prelude::*;

use super::copy_button::CopyButton;
use crate::markdown::{Align, Block, Growing, Inline, Item, Keyed, Table, Target};

/// The blocks of a text. Of a growing one only the last is drawn anew.
#[component]
pub(crate) fn Markdown(
    /// The text, parsed.
    #[prop(into)]
    blocks: Signal<Growing>,
    /// Copies a code block.
    on_copy: Callback<String>,
) -> impl IntoView {
    let each = move || blocks.with(|growing| growing.blocks().to_vec());
    view! {
        <For each=each key=|keyed| keyed.key let:keyed>
            {draw_keyed(&keyed, on_copy)}
        </For>
    }
}

fn draw_keyed(keyed: &Keyed, on_copy: Callback<String>) -> AnyView {
    draw_block(&keyed.block, on_copy)
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
    .into_any()
}

fn draw_list(start: Option<u64>, items: &[Item], on_copy: Callback<String>) -> AnyView {
    let drawn = items.iter().map(|item| {
        let marker = item.is_done.map(|is_done| {
            let (sign, words) = if is_done {
                ("☑", "Done: ")
            } else {
                ("☐", "To do: ")
            };
            view! {
                <span class="task" aria-hidden="true">{sign}</span>
                <span class="unseen">{words}</span>
            }
        });
        let is_task = item.is_done.is_some();
        view! { <li class:task-item=is_task>{marker}{draw_blocks(&item.blocks, on_copy)}</li> }
    });
    let drawn: Vec<_> = drawn.collect();
    match start {
        Some(start) => view! { <ol start=start.to_string()>{drawn}</ol> }.into_any(),
        None => view! { <ul>{drawn}</ul> }.into_any(),
    }
}

fn draw_table(table: &Table) -> AnyView {
    let align = |place: usize| match table.columns.get(place).copied().unwrap_or_default() {
        Align::Start => "start",
        Align::Center => "center",
        Align::End => "end",
    };
    let head = table.head.iter().enumerate().map(|(place, cell)| {
        view! { <th scope="col" data-align=align(place)>{draw_inlines(cell)}</th> }
    });
    let rows = table.rows.iter().map(|row| {
        let cells = row.iter().enumerate().map(|(place, cell)| {
            view! { <td data-align=align(place)>{draw_inlines(cell)}</td> }
        });
        view! { <tr>{cells.collect::<Vec<_>>()}</tr> }
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
