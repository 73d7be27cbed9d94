//! The draft in pieces, of which some are underlined: what the composer shows behind its text.

use shared::preflight::{Finding, Severity};

/// A piece of the draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Its text.
    pub(crate) text: String,
    /// How bad what was found in it is; absent where nothing was.
    pub(crate) severity: Option<Severity>,
}

/// Cuts `draft`, the message at `index`, where `findings` say that something is. Without any there are no pieces. Of findings that
/// overlap the first is underlined; one that does not fit the text, because that has changed meanwhile, is not.
pub(crate) fn pieces(draft: &str, index: usize, findings: &[Finding]) -> Vec<Piece> {
    let mut places: Vec<_> = findings
        .iter()
        .filter_map(|finding| {
            let place = finding.place.filter(|place| place.message == index)?;
            Some((place.span?.range(), finding.severity))
        })
        .collect();
    places.sort_by_key(|(range, _)| range.start);
    let mut pieces = Vec::new();
    let mut end = 0;
    for (range, severity) in places {
        let (Some(before), Some(found)) = (draft.get(end..range.start), draft.get(range.clone()))
        else {
            continue;
        };
        pieces.push(piece(before, None));
        pieces.push(piece(found, Some(severity)));
        end = range.end;
    }
    if !pieces.is_empty() {
        pieces.push(piece(draft.get(end..).unwrap_or_default(), None));
    }
    pieces
}

fn piece(text: &str, severity: Option<Severity>) -> Piece {
    Piece {
        text: text.to_owned(),
        severity,
    }
}

#[cfg(test)]
mod tests {
    use shared::preflight::{Place, Rule, Span};

    use super::*;

    fn found(message: usize, start: usize, end: usize) -> Finding {
        Finding {
            rule: Rule::Secret,
            severity: Severity::Block,
            place: Some(Place {
                message,
                span: Some(Span { start, end }),
            }),
            what: String::new(),
            why: "".into(),
            fix: None,
        }
    }

    fn cut(draft: &str, findings: &[Finding]) -> Vec<(String, bool)> {
        let pieces = pieces(draft, 2, findings).into_iter();
        pieces
            .map(|piece| (piece.text, piece.severity.is_some()))
            .collect()
    }

    #[test]
    fn what_was_found_is_underlined_and_nothing_is_lost() {
        let pieces = cut("a key and é key.", &[found(2, 10, 16), found(2, 2, 5)]);
        let expected = [
            ("a ", false),
            ("key", true),
            (" and ", false),
            ("é key", true),
            (".", false),
        ];
        assert_eq!(pieces, expected.map(|(text, is)| (text.to_owned(), is)));
    }

    #[test]
    fn findings_elsewhere_underline_nothing_here() {
        assert_eq!(cut("a key", &[found(1, 0, 1)]), []);
        assert_eq!(cut("a key", &[]), []);
    }

    #[test]
    fn findings_that_overlap_or_do_not_fit_are_left_out() {
        let findings = [found(2, 0, 3), found(2, 2, 4), found(2, 3, 99)];
        let pieces = cut("é and", &findings);
        let text: String = pieces.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(text, "é and");
        assert_eq!(pieces.iter().filter(|(_, is)| *is).count(), 1);
        // In the middle of a character.
        assert_eq!(cut("é and", &[found(2, 1, 3)]), []);
    }
}
