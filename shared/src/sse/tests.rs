//! What any event-stream parser must hold, over every way to cut a stream in pieces.

use proptest::prelude::*;

use super::*;

const LIMIT: usize = 1_024;

fn parse(chunks: &[&[u8]]) -> Result<Vec<(String, String)>, EventTooLarge> {
    let mut parser = Parser::new(LIMIT);
    let mut events = Vec::new();
    for chunk in chunks {
        let mut input = *chunk;
        while let Some(event) = parser.next(&mut input)? {
            events.push((
                String::from_utf8_lossy(event.name).into_owned(),
                String::from_utf8_lossy(event.data).into_owned(),
            ));
        }
        assert!(input.is_empty(), "all input is taken");
    }
    Ok(events)
}

fn event(name: &str, data: &str) -> (String, String) {
    (name.to_owned(), data.to_owned())
}

#[test]
fn every_line_end_gives_the_same_events() {
    for end in ["\n", "\r\n", "\r"] {
        let text = [
            "event: ping",
            "data: {}",
            "",
            ": note",
            "data:two",
            "data: lines",
            "",
            "",
        ]
        .join(end);
        assert_eq!(
            parse(&[text.as_bytes()]),
            Ok(vec![event("ping", "{}"), event("", "two\nlines")]),
            "{end:?}"
        );
    }
}

#[test]
fn an_event_without_data_is_not_dispatched() {
    assert_eq!(
        parse(&[b"event: lost\n\ndata: kept\n\n"]),
        Ok(vec![event("", "kept")])
    );
}

#[test]
fn padding_and_a_byte_order_mark_do_no_harm() {
    assert_eq!(
        parse(&["\u{feff}event: a\ndata: {\"index\":0  }\n\n".as_bytes()]),
        Ok(vec![event("a", "{\"index\":0  }")])
    );
}

#[test]
fn an_event_over_the_limit_is_an_error_however_it_arrives() {
    let long = [b"data: ".as_slice(), &[b'x'; LIMIT + 1], b"\n\n"].concat();
    let too_large = Err(EventTooLarge { limit_bytes: LIMIT });
    assert_eq!(parse(&[&long]), too_large);
    let bytes: Vec<&[u8]> = long.chunks(1).collect();
    assert_eq!(parse(&bytes), too_large);
    let many_lines = b"data: x\n".repeat(LIMIT);
    assert_eq!(parse(&[&many_lines]), too_large);
}

#[test]
fn a_cut_inside_an_event_is_noticed() {
    let mut parser = Parser::new(LIMIT);
    for (text, is_inside) in [
        ("data: whole\n\n", false),
        ("event: half", true),
        ("\n", true),
        ("data: x\n", true),
        ("\n", false),
    ] {
        let mut input = text.as_bytes();
        while parser.next(&mut input).is_ok_and(|event| event.is_some()) {}
        assert_eq!(parser.is_inside_event(), is_inside, "{text:?}");
    }
}

#[test]
fn written_data_cannot_break_out_of_its_event() {
    let mut out = Vec::new();
    write_event(&mut out, "delta\nevent: x", b"a\n\nevent: done\rb");
    assert_eq!(
        parse(&[&out]),
        Ok(vec![event("deltaevent: x", "a\n\nevent: done\nb")])
    );
}

/// FM-26: any chunking of a valid stream parses to the same events.
#[test]
fn a_stream_of_many_bytes_cut_at_every_offset_parses_alike() {
    let text = "event: a\r\ndata: 北京🙂\r\n\r\n: c\r\ndata: 1\rdata: 2\n\n".as_bytes();
    let whole = parse(&[text]);
    for at in 0..=text.len() {
        let (left, right) = text.split_at(at);
        assert_eq!(parse(&[left, right]), whole, "cut at {at}");
    }
}

proptest! {
    #[test]
    fn cutting_never_changes_what_is_read(
        text in "(event|data|: |:|x|\n|\r|\r\n| |é){0,60}",
        cuts in proptest::collection::vec(0_usize..120, 0..6),
    ) {
        let bytes = text.as_bytes();
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let chunks: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        prop_assert_eq!(parse(&chunks), parse(&[bytes]));
    }

    #[test]
    fn what_is_written_is_read_back(name in "[a-z_]{1,12}", data in "[^\r]{0,80}") {
        let mut out = Vec::new();
        write_event(&mut out, &name, data.as_bytes());
        prop_assert_eq!(parse(&[&out]), Ok(vec![(name, data)]));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&[&bytes]);
    }
}
