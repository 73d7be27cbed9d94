//! What becomes of Markdown, and above all of what must not get through.

use super::block::parse;
use super::*;

fn blocks(text: &str) -> Vec<Block> {
    parse(text).into_iter().map(|(_, block)| block).collect()
}

fn text(words: &str) -> Inline {
    Inline::Text(words.to_owned())
}

fn paragraph(words: &str) -> Block {
    Block::Paragraph(vec![text(words)])
}

fn line(words: &str) -> Vec<Inline> {
    match blocks(words).pop() {
        Some(Block::Paragraph(inlines)) => inlines,
        other => panic!("a paragraph, not {other:?}"),
    }
}

fn link(url: &str, words: &str) -> Inline {
    Inline::Link(Target::new(url).expect("a link"), vec![text(words)])
}

#[test]
fn text_headings_and_stress_keep_their_shape() {
    assert_eq!(
        blocks("## Title ##\n\nPlain **bold *and* more** `code`"),
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
    assert_eq!(
        blocks("Title\n====="),
        [Block::Heading(1, vec![text("Title")])]
    );
    assert_eq!(blocks("#hashtag"), [paragraph("#hashtag")]);
}

#[test]
fn stress_is_where_people_see_it() {
    assert_eq!(
        line("snake_case_name and 2 * 3 * 4"),
        [text("snake_case_name and 2 * 3 * 4")]
    );
    assert_eq!(
        line("***both***"),
        [Inline::Emphasis(vec![Inline::Strong(vec![text("both")])])]
    );
    assert_eq!(line("~~gone~~"), [Inline::Struck(vec![text("gone")])]);
    assert_eq!(line("*not closed **at all"), [text("*not closed **at all")]);
    assert_eq!(line(r"\*escaped\*"), [text("*escaped*")]);
    assert_eq!(
        line("**Note:** x"),
        [Inline::Strong(vec![text("Note:")]), text(" x")]
    );
}

#[test]
fn code_within_a_line_is_left_alone() {
    assert_eq!(
        line("a `*b*` c ``d ` e`` `open"),
        [
            text("a "),
            Inline::Code("*b*".to_owned()),
            text(" c "),
            Inline::Code("d ` e".to_owned()),
            text(" `open"),
        ]
    );
}

#[test]
fn line_ends_break_only_where_asked() {
    assert_eq!(line("a\nb"), [text("a\nb")]);
    assert_eq!(line("a  \nb"), [text("a"), Inline::Break, text("b")]);
    assert_eq!(line("a\\\nb"), [text("a"), Inline::Break, text("b")]);
}

#[test]
fn raw_html_is_shown_as_the_text_that_it_is() {
    for html in [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "<div onclick=\"x\">",
        "<!-- comment -->",
    ] {
        assert_eq!(line(html), [text(html)]);
    }
    assert_eq!(
        line("1 &lt; 2 &amp; &unknown;"),
        [text("1 < 2 & &unknown;")]
    );
}

#[test]
fn links_lead_where_they_say() {
    assert_eq!(
        line("see [the *docs*](https://docs.rs/x_(y) \"A title\")."),
        [
            text("see "),
            Inline::Link(
                Target::new("https://docs.rs/x_(y)").expect("a link"),
                vec![text("the "), Inline::Emphasis(vec![text("docs")])]
            ),
            text("."),
        ]
    );
    assert_eq!(
        line("<https://a.example/b>, https://c.example/d."),
        [
            link("https://a.example/b", "https://a.example/b"),
            text(", "),
            link("https://c.example/d", "https://c.example/d"),
            text("."),
        ]
    );
    assert_eq!(
        line("an [array][0] and [x] y"),
        [text("an [array][0] and [x] y")]
    );
}

#[test]
fn images_are_links_in_words_and_load_nothing() {
    assert_eq!(
        line("![a chart](https://x.example/?secret=1)"),
        [link("https://x.example/?secret=1", "Image: a chart")]
    );
    let linked = line("[![x](https://a.example/i.png)](https://b.example)");
    assert!(format!("{linked:?}").contains("b.example"), "{linked:?}");
}

#[test]
fn a_link_that_must_not_be_followed_is_text_with_its_address() {
    assert_eq!(
        line("[click](javascript:alert(1)) [home](/api/session)"),
        [text("click (javascript:alert(1)) home (/api/session)")]
    );
    assert_eq!(
        line("![x](data:text/html,y)"),
        [text("Image: x (data:text/html,y)")]
    );
}

#[test]
fn code_blocks_keep_every_line_and_their_language() {
    let code = |language: &str, text: &str| Block::Code {
        language: language.to_owned(),
        text: text.to_owned(),
    };
    assert_eq!(
        blocks("```rust,ignore\nfn main() {\n\n    x\n}\n```\nafter"),
        [
            code("rust,ignore", "fn main() {\n\n    x\n}\n"),
            paragraph("after")
        ]
    );
    assert_eq!(blocks("~~~~\n```\n~~~\n~~~~"), [code("", "```\n~~~\n")]);
    assert_eq!(blocks("```sh\nnot closed"), [code("sh", "not closed\n")]);
}

#[test]
fn overrides_and_escapes_cannot_hide() {
    assert_eq!(
        blocks("```\na\u{202e}b\n```\n\n`c\u{1b}` \u{2066}"),
        [
            Block::Code {
                language: String::new(),
                text: "a[U+202E]b\n".to_owned()
            },
            Block::Paragraph(vec![Inline::Code("c␛".to_owned()), text(" [U+2066]")]),
        ]
    );
}

#[test]
fn tables_have_a_head_columns_and_rows() {
    let [
        Block::Paragraph(_),
        Block::Table(table),
        Block::Paragraph(_),
    ] = &blocks("Here:\n| a | b |\n|---|--:|\n| 1 | 2 |\n| `x\\|y` |\n\nafter")[..]
    else {
        panic!("a table between paragraphs");
    };
    assert_eq!(table.columns, [Align::Start, Align::End]);
    assert_eq!(table.head, [[text("a")], [text("b")]]);
    assert_eq!(table.rows[0], [[text("1")], [text("2")]]);
    assert_eq!(
        table.rows[1],
        [vec![Inline::Code("x|y".to_owned())], vec![]]
    );
    assert_eq!(line("a | b\n---|"), [text("a | b\n---|")]);
}

#[test]
fn lists_nest_by_indent_and_tasks_have_boxes() {
    let [Block::List { start: None, items }, Block::Paragraph(_)] =
        &blocks("- [x] one\n- two\n  1. inner\n  2. more\n\n  still two\n\nafter")[..]
    else {
        panic!("a list and a paragraph");
    };
    assert_eq!(items[0].is_done, Some(true));
    assert_eq!(items[0].blocks, [paragraph("one")]);
    assert!(matches!(
        &items[1].blocks[..],
        [Block::Paragraph(_), Block::List { start: Some(1), items }, Block::Paragraph(_)]
            if items.len() == 2
    ));
}

#[test]
fn lists_are_read_as_models_write_them() {
    let count = |text: &str| match &blocks(text)[..] {
        [Block::List { items, .. }] => items.len(),
        other => panic!("one list, not {other:?}"),
    };
    assert_eq!(count("1. one\n\n2. two\n\n3. three"), 3);
    assert_eq!(count("1. one\n  - two spaces under a number\n2. two"), 2);
    assert_eq!(count("* one\n  lazily\ncontinued\n* two\n"), 2);
    assert_eq!(
        count("1. Run:\n\n   ```sh\n   x\n   ```\n\n2. Then this"),
        2
    );
    assert_eq!(
        blocks("It was\n1986. A year")[..],
        [paragraph("It was\n1986. A year")]
    );
    assert_eq!(blocks("text\n* * *"), [paragraph("text"), Block::Rule]);
}

#[test]
fn nesting_without_end_is_flattened_and_loses_no_words() {
    fn depth(block: &Block) -> usize {
        match block {
            Block::Quote(inner) => 1 + inner.iter().map(depth).max().unwrap_or(0),
            _ => 1,
        }
    }
    let blocks = blocks(&format!("{} words", ">".repeat(5_000)));
    assert!(blocks.iter().map(depth).max() <= Some(17));
    assert!(format!("{blocks:?}").contains("words"));
}

#[test]
fn blocks_say_where_they_start() {
    let text = "one\n\n```\ntwo\n```\n\n---\n\nthree";
    let starts: Vec<_> = parse(text).iter().map(|(start, _)| *start).collect();
    assert_eq!(starts, [0, 5, 18, 23]);
}

/// Each of these makes a parser that starts over at every sign take time by the square: these would take minutes.
#[test]
fn no_text_takes_more_than_linear_time() {
    for piece in [
        "[", "*a ", "**a_", "`a``", "[a](", "<", "> ", "- ", "|a", "https://", "![", "a\n",
    ] {
        let text = piece.repeat(100_000 / piece.len());
        parse(&text);
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_fail(text in "[-*_`#>\\[\\]()!|<&;:~ \n\\\\a1.\u{e9}]{0,200}") {
        parse(&text);
    }

    #[test]
    fn no_word_is_lost(words in "[a-z]{3,9}", around in "[-*_`#>\\[\\]!~ \n]{0,40}") {
        let tree = format!("{:?}", parse(&format!("{around}{words}{around}")));
        proptest::prop_assert!(tree.contains(&words), "{tree}");
    }
}
