//! The verdict as other front ends get it: the server's own words, and places counted as JavaScript counts.

use serde::Serialize;
use shared::api::chat::ChatRequest;
use shared::preflight::{Estimate, Finding, Fix, Preflight, Route, Rule, Severity, Span};

/// The verdict on one request.
#[derive(Clone, Debug, Serialize)]
pub struct Report<'a> {
    /// Whether something was found that must not be sent.
    is_blocked: bool,
    /// What was found, the worst first.
    findings: Vec<Found<'a>>,
    /// What it will take.
    estimate: Option<Estimate>,
    /// The model that the rules chose.
    route: Option<&'a Route>,
}

/// A [`Finding`] whose place is also told in UTF-16.
#[derive(Clone, Debug, Serialize)]
struct Found<'a> {
    rule: Rule,
    severity: Severity,
    place: Option<FoundPlace>,
    what: &'a str,
    why: &'a str,
    fix: Option<&'a Fix>,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct FoundPlace {
    message: usize,
    span: Option<Span>,
    utf16: Option<Span>,
}

impl<'a> Report<'a> {
    /// The report on `request`, of which `verdict` was given.
    pub fn of(request: &'a ChatRequest, verdict: &'a Preflight) -> Self {
        let mut ruler = Ruler::default();
        let findings = verdict.findings.iter();
        Self {
            is_blocked: verdict.is_blocked(),
            findings: findings
                .map(|finding| found(finding, request, &mut ruler))
                .collect(),
            estimate: verdict.estimate,
            route: verdict.route.as_ref(),
        }
    }
}

fn found<'a>(finding: &'a Finding, request: &'a ChatRequest, ruler: &mut Ruler<'a>) -> Found<'a> {
    let place = finding.place.map(|place| {
        let text = request.messages.get(place.message);
        let text = text.map_or("", |message| message.content.as_str());
        FoundPlace {
            message: place.message,
            span: place.span,
            utf16: place.span.map(|span| ruler.measure(text, span)),
        }
    });
    Found {
        rule: finding.rule,
        severity: finding.severity,
        place,
        what: &finding.what,
        why: &finding.why,
        fix: finding.fix.as_ref(),
    }
}

/// Where `span`, in bytes of UTF-8, lies in `text` as JavaScript has it. What is beyond the end is at the end.
pub fn utf16(text: &str, span: Span) -> Span {
    Ruler::default().measure(text, span)
}

/// Counts UTF-16 code units up to a byte of a text, on from where it counted last: findings come in the order of their places, so that
/// many of them in one text cost one walk through it.
#[derive(Debug, Default)]
struct Ruler<'a> {
    text: &'a str,
    byte: usize,
    unit: usize,
}

impl<'a> Ruler<'a> {
    fn measure(&mut self, text: &'a str, span: Span) -> Span {
        let start = self.unit_at(text, span.start);
        let end = self.unit_at(text, span.end);
        Span { start, end }
    }

    fn unit_at(&mut self, text: &'a str, byte: usize) -> usize {
        if !std::ptr::eq(text, self.text) || byte < self.byte {
            (self.text, self.byte, self.unit) = (text, 0, 0);
        }
        let byte = text.floor_char_boundary(byte);
        let between = text.get(self.byte..byte).unwrap_or_default();
        self.unit += between.chars().map(char::len_utf16).sum::<usize>();
        self.byte = byte;
        self.unit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: usize, end: usize) -> Span {
        Span { start, end }
    }

    #[test]
    fn places_are_counted_as_javascript_counts() {
        // Bytes: one, two, three and four each; units: one, one, one and two.
        let text = "aé漢🙂z";
        assert_eq!(utf16(text, span(0, 1)), span(0, 1));
        assert_eq!(utf16(text, span(1, 6)), span(1, 3));
        assert_eq!(utf16(text, span(6, 10)), span(3, 5));
        assert_eq!(utf16(text, span(10, 11)), span(5, 6));
    }

    #[test]
    fn what_is_beyond_the_end_is_at_the_end_and_what_is_inside_a_character_before_it() {
        assert_eq!(utf16("🙂", span(2, 99)), span(0, 2));
        assert_eq!(utf16("", span(3, 1)), span(0, 0));
    }

    #[test]
    fn going_on_from_the_last_place_counts_as_starting_anew() {
        let (one, other) = ("é🙂".repeat(50), "漢a".repeat(50));
        let mut ruler = Ruler::default();
        for text in [&one, &other, &one] {
            for (start, end) in [(0, 2), (6, 10), (8, 60), (4, 4), (100, 200)] {
                let span = span(start, end);
                assert_eq!(ruler.measure(text, span), utf16(text, span), "{span:?}");
            }
        }
    }
}
