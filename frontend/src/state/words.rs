//! Figures as people read them: money, tokens, moments.

use shared::api::chat::Queued;
use shared::models::{Catalogue, Model};
use shared::money::{NanoUsd, NanoUsdPerToken};
use shared::preflight::{AUTO, Finding, Fix, Severity};
use shared::time::UnixMillis;

use super::message::{Foreseen, Message, Status};

const NANOS_PER_CENT: u64 = 10_000_000;

/// An amount with two decimals, and below a dime with as many as it takes to show two digits. Rounded up: what a thing costs is never
/// shown as less.
pub(crate) fn money(amount: NanoUsd) -> String {
    let nanos = amount.0;
    let mut step = NANOS_PER_CENT;
    let mut decimals = 2_usize;
    while nanos > 0 && nanos < step.saturating_mul(10) && step > 1 {
        step /= 10;
        decimals += 1;
    }
    let steps = nanos.div_ceil(step);
    let per_dollar = 1_000_000_000 / step;
    let (dollars, rest) = (steps / per_dollar, steps % per_dollar);
    let dollars = count(dollars);
    let text = format!("${dollars}.{rest:0decimals$}");
    // Two decimals at least, and no more zeros than that.
    let zeros = text.len() - text.trim_end_matches('0').len();
    let spare = zeros.min(decimals.saturating_sub(2));
    text.get(..text.len() - spare).unwrap_or(&text).to_owned()
}

/// An amount that is left: rounded down to the cent, so that nobody counts on what is not there.
pub(crate) fn money_left(amount: NanoUsd) -> String {
    money(NanoUsd(amount.0 - amount.0 % NANOS_PER_CENT))
}

/// A number with commas between its thousands.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number of tokens that lies somewhere between two. What is guessed always has a range, however small.
pub(crate) fn range(low: u64, high: u64) -> String {
    let high = high.max(low.saturating_add(1));
    format!("{} to {}", count(low), count(high))
}

/// What a fix does, as its button says it.
pub(crate) fn fix(fix: &Fix) -> String {
    match fix {
        Fix::UseModel { model } => format!("Ask {}", model_name(model)),
        Fix::LeaveOutEffort => "Leave effort out".to_owned(),
        Fix::CapOutput { max_tokens } => {
            format!("Cap at {} tokens", count(u64::from(*max_tokens)))
        }
        Fix::Redact { .. } => "Redact".to_owned(),
        Fix::LeaveOutMessage { .. } => "Leave it out".to_owned(),
        Fix::DropOldest { messages } => {
            format!("Leave out the oldest {}", messages_of(*messages))
        }
    }
}

/// A severity as tests and styles name it.
pub(crate) const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warn => "warn",
        Severity::Block => "block",
    }
}

/// How many messages, in words.
pub(crate) fn messages_of(number: usize) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} message{plural}", count(number as u64))
}

/// What was found, for those who do not see it: what is worth a second look and what must not be sent.
pub(crate) fn findings(findings: &[Finding]) -> String {
    let mut said = String::new();
    for finding in findings {
        let word = match finding.severity {
            Severity::Info => continue,
            Severity::Warn => "Warning: ",
            Severity::Block => "Blocked: ",
        };
        if !said.is_empty() {
            said.push(' ');
        }
        said.push_str(word);
        said.push_str(&finding.what);
    }
    said
}

/// What was foreseen of an answer that is there.
pub(crate) fn foreseen(foreseen: &Foreseen) -> String {
    let tokens = range(foreseen.input_low, foreseen.input_high);
    format!("estimated {tokens} in · {}", money(foreseen.likely))
}

/// A price by the million tokens, as price lists have it.
pub(crate) fn price(price: NanoUsdPerToken) -> String {
    money(NanoUsd(u64::from(price.0).saturating_mul(1_000_000)))
}

/// What people call a model, or its id where the catalogue does not have it.
pub(crate) fn model_name(id: &str) -> String {
    let catalogue = Catalogue::builtin();
    let known = catalogue.find(id).map(|model| model.display_name);
    let family = (id == AUTO).then_some("Claude");
    known.or(family).unwrap_or(id).to_owned()
}

/// A model with its prices for input and output by the million tokens.
pub(crate) fn model_with_prices(model: &Model, now: UnixMillis) -> String {
    let name = short_name(model);
    match model.prices(now, shared::money::TokenCount(0)) {
        Some(prices) => format!(
            "{name} · {} in, {} out",
            price(prices.input),
            price(prices.output)
        ),
        None => name.to_owned(),
    }
}

/// A model's name without the family's, for places where only Claude answers.
pub(crate) fn short_name(model: &Model) -> &'static str {
    let name = model.display_name;
    name.strip_prefix("Claude ").unwrap_or(name)
}

/// How long ago `then` was, roughly.
pub(crate) fn age(then: UnixMillis, now: UnixMillis) -> String {
    let minutes = then.until_ms(now) / 60_000;
    match minutes {
        0 => "now".to_owned(),
        1..60 => format!("{minutes} min"),
        60..1_440 => format!("{} h", minutes / 60),
        _ => format!("{} d", minutes / 1_440),
    }
}

/// How long a wait is, rounded up.
pub(crate) fn wait(wait_ms: u64) -> String {
    let seconds = wait_ms.div_ceil(1_000);
    match seconds {
        0..=120 => format!("{seconds} s"),
        121..7_200 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3_600)),
    }
}

/// How long something took, to two digits or more, never rounded up.
pub(crate) fn took(took_us: u64) -> String {
    let tenths = |unit_us: u64, unit: &str| {
        let tenths = took_us / (unit_us / 10);
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    };
    match took_us {
        0..1_000 => format!("{took_us} µs"),
        1_000..10_000 => tenths(1_000, "ms"),
        10_000..1_000_000 => format!("{} ms", took_us / 1_000),
        1_000_000..60_000_000 => tenths(1_000_000, "s"),
        _ => wait(took_us / 1_000),
    }
}

/// A place in the queue.
pub(crate) fn place_in_line(place: u32) -> String {
    if place <= 1 {
        return "Next in line".to_owned();
    }
    let ending = match (place % 100, place % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{place}{ending} in line")
}

/// A place in the queue, with the wait where it is known.
pub(crate) fn place(queued: &Queued) -> String {
    let place = place_in_line(queued.place);
    match queued.wait_ms {
        Some(wait_ms) => format!("{place}, about {}", wait(wait_ms)),
        None => place,
    }
}

/// How a turn ended, for those who do not see it; `wait_s` where the page asks once more after that many seconds.
pub(crate) fn outcome(answer: &Message, wait_s: Option<u64>) -> String {
    match (&answer.error, wait_s) {
        (Some(error), Some(wait_s)) => {
            let title = error.kind.title();
            format!("{title}. The page sends once more in {wait_s} s.")
        }
        (Some(error), None) => error.kind.title().to_owned(),
        (None, _) if answer.status == Status::Interrupted => "Stopped.".to_owned(),
        (None, _) => "The answer is complete.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_has_two_decimals_or_two_digits_and_is_never_too_little() {
        for (nanos, text) in [
            (0, "$0.00"),
            (1_000_000_000, "$1.00"),
            (1_234_000_000, "$1.24"),
            (100_000_000, "$0.10"),
            (2_156_400, "$0.0022"),
            (21_564_000, "$0.022"),
            (20_000_000, "$0.02"),
            (1, "$0.000000001"),
            (999_999_999, "$1.00"),
            (1_500_000_000_000, "$1,500.00"),
        ] {
            assert_eq!(money(NanoUsd(nanos)), text, "{nanos}");
        }
    }

    #[test]
    fn what_is_left_is_never_too_much() {
        assert_eq!(money_left(NanoUsd(998_900_000)), "$0.99");
        assert_eq!(money_left(NanoUsd(4_000_000)), "$0.00");
    }

    #[test]
    fn numbers_have_commas_between_thousands() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(count(number), text);
        }
    }

    #[test]
    fn prices_are_by_the_million() {
        assert_eq!(price(NanoUsdPerToken(100)), "$0.10");
        assert_eq!(price(NanoUsdPerToken(10_000)), "$10.00");
    }

    #[test]
    fn models_are_called_what_people_call_them() {
        assert_eq!(model_name("claude-haiku-5-5"), "Claude Haiku 5.5");
        assert_eq!(model_name("some-model"), "some-model");
    }

    #[test]
    fn ages_are_rough() {
        let then = UnixMillis(0);
        for (now, text) in [
            (59_000, "now"),
            (60_000, "1 min"),
            (7_200_000, "2 h"),
            (172_800_000, "2 d"),
        ] {
            assert_eq!(age(then, UnixMillis(now)), text);
        }
    }

    #[test]
    fn waits_are_never_shown_too_short() {
        for (wait_ms, text) in [
            (1, "1 s"),
            (8_000, "8 s"),
            (119_001, "120 s"),
            (120_001, "3 min"),
            (86_400_000, "24 h"),
        ] {
            assert_eq!(wait(wait_ms), text, "{wait_ms}");
        }
    }

    #[test]
    fn what_was_measured_is_told_in_the_unit_that_fits() {
        for (took_us, text) in [
            (0, "0 µs"),
            (999, "999 µs"),
            (1_290, "1.2 ms"),
            (10_900, "10 ms"),
            (310_000, "310 ms"),
            (4_190_000, "4.1 s"),
            (59_990_000, "59.9 s"),
            (61_000_000, "61 s"),
        ] {
            assert_eq!(took(took_us), text, "{took_us}");
        }
    }

    #[test]
    fn places_in_line_are_ordinals() {
        for (number, text) in [
            (1, "Next in line"),
            (2, "2nd in line"),
            (3, "3rd in line"),
            (4, "4th in line"),
            (11, "11th in line"),
            (21, "21st in line"),
            (112, "112th in line"),
        ] {
            let queued = Queued {
                place: number,
                wait_ms: None,
            };
            assert_eq!(place(&queued), text);
        }
        let known = Queued {
            place: 2,
            wait_ms: Some(7_200),
        };
        assert_eq!(place(&known), "2nd in line, about 8 s");
    }
}
