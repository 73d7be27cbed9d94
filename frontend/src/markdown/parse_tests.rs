//! What becomes of Markdown, and above all of what must not get through.

use super::*;

fn blocks(text: &str) -> Vec<Block> {
    parse(text).blocks.into_iter().map(|(_, block)| block).collect()
}

fn text(words: &str) -> Inline {
    Inline::Text(words.to_owned())
}

fn paragraph(words: &str) -> Block {
    Block::Paragraph(vec![text(words)])
}

#[test]
fn text_headings_and_stress_keep_their_shape() {
    assert_eq!(
        blocks("## Title\n\nPlain **bold *and* more** `code`"),
        [
            Block::Heading(2, vec![text("Title")]),
            Block::Paragraph(vec![
                text("Plain "),
                Inline::Strong(vec![
                    text("bold "),
                    Inline::Emphasis(vec![text("and")]),
                    text(" more")
                ]),
                text(" "),
                Inline::Code("code".to_owned()),
            ]),
        ]
    );
}

#[test]
fn raw_html_is_shown_as_the_text_that_it_is() {
    assert_eq!(
        blocks("<script>alert(1)</script>\n"),
        [paragraph("<script>alert(1)</script>\n")]
    );
    assert_eq!(
        blocks("a <img src=x onerror=alert(1)> b"),
        [paragraph("a <img src=x onerror=alert(1)> b")]
    );
}

#[test]
fn images_are_links_in_words_and_load_nothing() {
    let [Block::Paragraph(inlines)] = &blocks("![a chart](https://x.example/?secret=1)")[..] else {
        panic!("one paragraph");
    };
    let [Inline::Link(target, words)] = &inlines[..] else {
        panic!("one link: {inlines:?}");
    };
    assert_eq!(target.host, "x.example");
    assert_eq!(words, &[text("Image: a chart")]);
}

#[test]
fn images_by_reference_are_links_too() {
    let tree = format!("{:?}", blocks("![x][1]\n\n[1]: https://e.example/p"));
    assert!(tree.contains("Link") && tree.contains("Image: x"), "{tree}");
}

#[test]
fn a_link_that_must_not_be_followed_is_text_with_its_address() {
    assert_eq!(
        blocks("[click](javascript:alert(1))"),
        [paragraph("click (javascript:alert(1))")]
    );
    assert_eq!(
        blocks("[home](/api/session)"),
        [paragraph("home (/api/session)")]
    );
}

#[test]
fn code_blocks_keep_every_line_and_their_language() {
    assert_eq!(
        blocks("```rust,ignore\nfn main() {\n\n}\n```"),
        [Block::Code {
            language: "rust".to_owned(),
            text: "fn main() {\n\n}\n".to_owned()
        }]
    );
}

#[test]
fn overrides_in_code_cannot_hide() {
    let [Block::Code { text, .. }] = &blocks("```\na\u{202e}b\n```")[..] else {
        panic!("one code block");
    };
    assert_eq!(text, "a[U+202E]b\n");
}

#[test]
fn tables_have_a_head_columns_and_rows() {
    let [Block::Table(table)] = &blocks("| a | b |\n|---|--:|\n| 1 | 2 |\n| 3 | 4 |")[..] else {
        panic!("one table");
    };
    assert_eq!(table.columns, [Align::Start, Align::End]);
    assert_eq!(table.head, [[text("a")], [text("b")]]);
    assert_eq!(table.rows.len(), 2);
    assert_eq!(table.rows[1], [[text("3")], [text("4")]]);
}

#[test]
fn lists_nest_and_tasks_have_boxes() {
    let [Block::List { start: None, items }] = &blocks("- [x] one\n- two\n  1. inner\n")[..] else {
        panic!("one list");
    };
    assert_eq!(items[0].is_done, Some(true));
    assert_eq!(items[0].blocks, [paragraph("one")]);
    assert!(matches!(
        &items[1].blocks[..],
        [Block::Paragraph(_), Block::List { start: Some(1), .. }]
    ));
}

#[test]
fn nesting_without_end_is_flattened_and_loses_no_words() {
    fn depth(block: &Block) -> usize {
        match block {
            Block::Quote(inner) => 1 + inner.iter().map(depth).max().unwrap_or(0),
            _ => 1,
        }
    }
    let deep = format!("{} words", ">".repeat(5_000));
    let blocks = blocks(&deep);
    assert!(blocks.iter().map(depth).max() <= Some(DEPTH_MAX + 1));
    assert!(format!("{blocks:?}").contains("words"));
}

#[test]
fn blocks_say_where_they_start() {
    let text = "one\n\n```\ntwo\n```\n\n---\n\nthree";
    let starts: Vec<_> = parse(text).blocks.iter().map(|(start, _)| *start).collect();
    assert_eq!(starts, [0, 5, 18, 23]);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_fail(text in "[-*_`#>\\[\\]()!|<&;:~ \n\\\\a1.]{0,200}") {
        parse(&text);
    }
}
