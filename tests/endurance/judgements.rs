//! The preflight under requests that nobody would write: cut, joined and filled with whatever trips rules up, and judged again and again.
//!
//! Beside its own promise that nothing makes it fail, it is held to what the page and the server build on. Each input follows from a
//! number, which a failure names.

use shared::api::chat::ChatRequest;
use shared::models::Catalogue;
use shared::preflight::{Finding, Memo, Preflight, TokenRange, check, secrets};
use tests::corpus::{Case, corpus};
use tests::{Dice, is_soak};

/// Longer cases would make for fewer of them, and hold nothing else.
const BYTES_MAX: usize = 2_000;

/// What is put into texts: beginnings and ends of keys, what escapes and hides, fences of code, characters of every length.
const PIECES: [&str; 24] = [
    "sk-ant-api03-",
    "sk-",
    "AKIA",
    "ghp_",
    "eyJ",
    "-----BEGIN ",
    " PRIVATE KEY-----",
    "%",
    "%E2%80",
    "\\u",
    "\\u{",
    "&#",
    "&#x",
    ";",
    "\\\n",
    "\u{200b}",
    "\u{ad}",
    "\u{301}",
    "漢",
    "🙂",
    "```",
    "\0",
    "\u{feff}",
    "\r\n",
];
const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

fn inputs() -> u64 {
    if is_soak() { 1_000_000 } else { 10_000 }
}

/// A case of the corpus whose texts were changed in a few places.
fn changed(case: &Case, others: &[Case], dice: &mut Dice) -> Case {
    let mut case = case.clone();
    for message in &mut case.request.messages {
        for _ in 0..dice.below(4) {
            let place = message
                .content
                .floor_char_boundary(dice.below(message.content.len() + 1));
            let piece = piece(dice);
            message.content.insert_str(place, &piece);
        }
        if dice.below(4) == 0 {
            let length = message
                .content
                .floor_char_boundary(dice.below(message.content.len() + 1));
            message.content.truncate(length);
        }
    }
    if dice.below(3) == 0 {
        let other = &others[dice.below(others.len())];
        case.policy.clone_from(&other.policy);
        case.request.model.clone_from(&other.request.model);
        case.now = other.now;
    }
    case
}

fn piece(dice: &mut Dice) -> String {
    if dice.below(3) == 0 {
        let count = dice.below(130);
        return (0..count)
            .map(|_| char::from(dice.one_of(ALPHABET)))
            .collect();
    }
    dice.one_of(&PIECES).to_owned()
}

fn judged(case: &Case) -> Preflight {
    check(&case.request, &case.policy, &Catalogue::builtin(), case.now)
}

fn assert_well_placed(finding: &Finding, request: &ChatRequest) {
    let Some(place) = finding.place else { return };
    let text = &request.messages[place.message].content;
    if let Some(span) = place.span {
        // `get` gives nothing where an end is inside a character or beyond the text.
        let part = text.get(span.range());
        assert!(part.is_some_and(|part| !part.is_empty()), "{finding:?}");
    }
}

/// A fix removes its finding: there is one fewer of its rule, or the whole request has changed to another that is judged anew.
fn assert_mended(finding: &Finding, case: &Case, before: &Preflight) {
    let Some(fix) = &finding.fix else { return };
    let count = |preflight: &Preflight| {
        preflight
            .findings
            .iter()
            .filter(|found| found.rule == finding.rule)
            .count()
    };
    let mended = Case {
        request: fix.apply(&case.request),
        ..case.clone()
    };
    assert!(count(&judged(&mended)) < count(before), "{finding:?} stays");
}

fn assert_in_order(range: TokenRange, what: &str) {
    assert!(
        range.low <= range.likely && range.likely <= range.high,
        "{what}: {range:?}"
    );
}

/// The corpus as far as it can be meant: no long texts, and no policy that lists a model by its second name, which no server starts with.
fn sound() -> Vec<Case> {
    let catalogue = Catalogue::builtin();
    let is_id = |name: &String| catalogue.find(name).is_none_or(|model| model.id == name);
    let mut cases = corpus();
    cases.retain(|case| {
        let messages = case.request.messages.iter();
        let bytes: usize = messages.map(|message| message.content.len()).sum();
        bytes <= BYTES_MAX && case.policy.models.iter().all(is_id)
    });
    cases
}

#[test]
fn whatever_is_judged_has_its_findings_in_place_and_mended_and_costs_what_it_must() {
    let catalogue = Catalogue::builtin();
    let cases = sound();
    let mut memo = Memo::default();
    for number in 0..inputs() {
        let mut dice = Dice::new(number);
        let case = changed(&cases[dice.below(cases.len())], &cases, &mut dice);
        let Case {
            request,
            policy,
            now,
            ..
        } = &case;
        let preflight = judged(&case);
        let remembered = memo.check(request, policy, &catalogue, *now);
        assert_eq!(
            preflight, remembered,
            "input {number}: with memory and without"
        );
        for finding in &preflight.findings {
            assert_well_placed(finding, request);
            assert_mended(finding, &case, &preflight);
        }
        if let Some(estimate) = preflight.estimate {
            assert_in_order(estimate.input, &format!("input {number}"));
            assert!(
                estimate.input.high <= estimate.input_bound
                    && estimate.output_likely <= estimate.output_max,
                "input {number}"
            );
            assert!(estimate.likely <= estimate.worst_case, "input {number}");
        }
        for message in &request.messages {
            let redacted = secrets::redact(&message.content);
            assert_eq!(
                secrets::scan(&redacted),
                [],
                "input {number}: keys are left"
            );
        }
    }
}

/// What has more text is never estimated or bounded lower, whichever model is asked.
#[test]
fn more_text_never_costs_less() {
    let catalogue = Catalogue::builtin();
    let mut cases = sound();
    cases.retain(|case| !case.request.messages.is_empty());
    for number in 0..inputs() / 10 {
        let mut dice = Dice::new(number);
        let less = changed(&cases[dice.below(cases.len())], &cases, &mut dice);
        let mut more = less.clone();
        let place = dice.below(more.request.messages.len());
        let added = format!("\n\n{}", less.request.messages[0].content);
        more.request.messages[place].content.push_str(&added);
        let cost = |case: &Case| {
            Memo::default().compare(&case.request, &case.policy, &catalogue, case.now)
        };
        for (less, more) in cost(&less).iter().zip(&cost(&more)) {
            assert_eq!(less.model, more.model, "input {number}");
            let (less, more) = (&less.estimate, &more.estimate);
            assert!(
                less.input_bound < more.input_bound && less.worst_case <= more.worst_case,
                "input {number}: {less:?} {more:?}"
            );
            assert!(
                less.input.low <= more.input.low && less.input.high <= more.input.high,
                "input {number}: {less:?} {more:?}"
            );
        }
    }
}
