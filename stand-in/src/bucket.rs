//! What one key may still ask for in this minute: three buckets that fill evenly, by the clock.

use std::time::Duration;

use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use shared::time::UnixMillis;

use super::refusal::{Refusal, Wording};
use super::settings::Limits;

/// Levels are kept in 60,000ths: a bucket of N a minute gains exactly N of them each millisecond.
const PER_UNIT: u64 = 60_000;

/// The organisation that every key belongs to. Errors name it, so that a test can see whether it reaches a browser.
pub(super) const ORGANIZATION: &str = "5f7a1c9e-57a4-4d19-9a1e-0c1a0de00001";

/// The buckets of one key.
#[derive(Debug)]
pub(super) struct Buckets {
    requests: Bucket,
    input: Bucket,
    output: Bucket,
}

impl Buckets {
    /// Full buckets.
    pub(super) fn new(limits: Limits, now: UnixMillis) -> Self {
        Self {
            requests: Bucket::new(limits.requests, now),
            input: Bucket::new(limits.input_tokens, now),
            output: Bucket::new(limits.output_tokens, now),
        }
    }

    /// Takes one request with `input` fresh prompt tokens; the answer's tokens are taken later and only have to be possible.
    ///
    /// # Errors
    ///
    /// 429 with the time until it would fit, and then nothing is taken.
    pub(super) fn admit(
        &mut self,
        now: UnixMillis,
        model: &str,
        input: u64,
    ) -> Result<(), Refusal> {
        for (bucket, wanted, unit) in [
            (&mut self.requests, 1, "requests"),
            (&mut self.input, input, "input tokens"),
            (&mut self.output, 1, "output tokens"),
        ] {
            let wait = bucket.wait_for(now, wanted);
            if !wait.is_zero() {
                let refusal = Refusal::rate_limited(message(bucket.limit, unit, model), wait);
                return Err(refusal.or_in_openai(wording(bucket.limit, unit, model, wait)));
            }
        }
        self.requests.take(1);
        self.input.take(input);
        Ok(())
    }

    /// Takes the tokens of an answer.
    pub(super) fn take_output(&mut self, output: u64) {
        self.output.take(output);
    }

    /// The twelve headers that tell a client where it stands.
    pub(super) fn write_anthropic_headers(&self, now: UnixMillis, headers: &mut HeaderMap) {
        let (input, output) = (self.input.state(now), self.output.state(now));
        let (input, output) = (input.in_thousands(), output.in_thousands());
        let tokens = input.and(output);
        for (name, state) in [
            ("requests", self.requests.state(now)),
            ("tokens", tokens),
            ("input-tokens", input),
            ("output-tokens", output),
        ] {
            for (what, value) in [
                ("limit", state.limit.to_string()),
                ("remaining", state.remaining.to_string()),
                ("reset", state.full_at.to_string()),
            ] {
                write_header(
                    headers,
                    &format!("anthropic-ratelimit-{name}-{what}"),
                    value,
                );
            }
        }
    }

    /// The six headers that say the same in the OpenAI dialect.
    pub(super) fn write_openai_headers(&self, now: UnixMillis, headers: &mut HeaderMap) {
        let tokens = self.input.state(now).and(self.output.state(now));
        for (name, state) in [("requests", self.requests.state(now)), ("tokens", tokens)] {
            let reset = lasting(Duration::from_millis(now.until_ms(state.full_at)));
            for (what, value) in [
                ("limit", state.limit.to_string()),
                ("remaining", state.remaining.to_string()),
                ("reset", reset),
            ] {
                write_header(headers, &format!("x-ratelimit-{what}-{name}"), value);
            }
        }
    }
}

fn write_header(headers: &mut HeaderMap, name: &str, value: String) {
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        headers.insert(name, value);
    }
}

/// `6m0s`, `20s` or `120ms`, as OpenAI tells how long something takes.
fn lasting(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0 => format!("{}ms", duration.as_millis()),
        1..60 => format!("{seconds}s"),
        _ => format!("{}m{}s", seconds / 60, seconds % 60),
    }
}

fn wording(limit: u64, unit: &'static str, model: &str, wait: Duration) -> Wording {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let message = format!(
        "Rate limit reached for {model} in organization {ORGANIZATION} on {unit} per min: Limit {limit}. Please try again in {seconds}s."
    );
    let kind = if unit == "requests" { unit } else { "tokens" };
    Wording::new(message).kind(kind).code("rate_limit_exceeded")
}

fn message(limit: u64, unit: &str, model: &str) -> String {
    let limit = with_commas(limit);
    format!(
        "This request would exceed your organization's rate limit of {limit} {unit} per minute (org: {ORGANIZATION}, model: \
         {model}). For details, refer to: https://docs.claude.com/en/api/rate-limits. You can see the response headers for \
         current usage. Please reduce the prompt length or the maximum tokens requested, or try again later. You may also \
         contact sales at https://claude.com/contact-sales to discuss your options for a rate limit increase."
    )
}

/// `1000` as `1,000`.
pub(super) fn with_commas(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[derive(Debug)]
struct Bucket {
    limit: u64,
    /// In units of [`PER_UNIT`]; at most a minute's worth.
    level: u64,
    filled_at: UnixMillis,
}

/// What the headers say about one bucket.
#[derive(Clone, Copy)]
struct State {
    limit: u64,
    remaining: u64,
    full_at: UnixMillis,
}

impl State {
    /// Tokens are told by the thousand.
    const fn in_thousands(self) -> Self {
        Self {
            remaining: (self.remaining + 500) / 1_000 * 1_000,
            ..self
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            limit: self.limit + other.limit,
            remaining: self.remaining + other.remaining,
            full_at: self.full_at.max(other.full_at),
        }
    }
}

impl Bucket {
    fn new(limit: u32, now: UnixMillis) -> Self {
        let limit = u64::from(limit);
        Self {
            limit,
            level: limit * PER_UNIT,
            filled_at: now,
        }
    }

    /// Fills up to `now` and says how long until `wanted` is there. What is more than a whole bucket waits for a full one.
    fn wait_for(&mut self, now: UnixMillis, wanted: u64) -> Duration {
        let full = self.limit * PER_UNIT;
        let gained = self.filled_at.until_ms(now).saturating_mul(self.limit);
        self.level = self.level.saturating_add(gained).min(full);
        self.filled_at = now;
        let missing = (wanted.min(self.limit) * PER_UNIT).saturating_sub(self.level);
        Duration::from_millis(missing.div_ceil(self.limit.max(1)))
    }

    fn take(&mut self, amount: u64) {
        self.level = self.level.saturating_sub(amount.saturating_mul(PER_UNIT));
    }

    /// Right after [`Bucket::wait_for`] or [`Bucket::take`].
    fn state(&self, now: UnixMillis) -> State {
        let missing = (self.limit * PER_UNIT).saturating_sub(self.level);
        State {
            limit: self.limit,
            remaining: self.level / PER_UNIT,
            full_at: UnixMillis(now.0 + missing.div_ceil(self.limit.max(1))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        requests: 2,
        input_tokens: 1_000,
        output_tokens: 100,
    };
    const START: UnixMillis = UnixMillis(1_000_000);

    #[test]
    fn the_third_of_two_requests_a_minute_waits_for_half_a_minute() {
        let mut buckets = Buckets::new(LIMITS, START);
        assert!(buckets.admit(START, "m", 1).is_ok());
        assert!(buckets.admit(START, "m", 1).is_ok());
        let refusal = buckets.admit(START, "m", 1).expect_err("none is left");
        assert_eq!(refusal.retry_after, Some(Duration::from_secs(30)));
        assert!(refusal.message.contains("2 requests per minute"));
        assert!(buckets.admit(UnixMillis(START.0 + 29_999), "m", 1).is_err());
        assert!(buckets.admit(UnixMillis(START.0 + 30_000), "m", 1).is_ok());
    }

    #[test]
    fn a_refused_request_takes_nothing() {
        let mut buckets = Buckets::new(LIMITS, START);
        assert!(buckets.admit(START, "m", 600).is_ok());
        assert!(buckets.admit(START, "m", 600).is_err());
        assert!(buckets.admit(START, "m", 400).is_ok());
    }

    #[test]
    fn spent_answers_hold_up_the_next_request() {
        let mut buckets = Buckets::new(LIMITS, START);
        assert!(buckets.admit(START, "m", 1).is_ok());
        buckets.take_output(1_000);
        let refusal = buckets.admit(START, "m", 1).expect_err("no output is left");
        assert!(refusal.message.contains("100 output tokens per minute"));
        assert!(refusal.message.contains(ORGANIZATION));
    }

    #[test]
    fn twelve_headers_tell_limit_remaining_and_reset() {
        let mut buckets = Buckets::new(Limits::START, START);
        buckets.admit(START, "m", 2_600).expect("fits");
        let mut headers = HeaderMap::new();
        buckets.write_anthropic_headers(START, &mut headers);
        assert_eq!(headers.len(), 12);
        let header = |name: &str| {
            headers
                .get(format!("anthropic-ratelimit-{name}"))
                .and_then(|value| value.to_str().ok())
        };
        assert_eq!(header("requests-limit"), Some("1000"));
        assert_eq!(header("requests-remaining"), Some("999"));
        assert_eq!(header("requests-reset"), Some("1970-01-01T00:16:40Z"));
        assert_eq!(header("input-tokens-remaining"), Some("1997000"));
        assert_eq!(header("tokens-limit"), Some("2400000"));
        assert_eq!(header("tokens-remaining"), Some("2397000"));
    }

    #[test]
    fn six_headers_tell_it_in_the_openai_dialect() {
        let mut buckets = Buckets::new(LIMITS, START);
        buckets.admit(START, "m", 500).expect("fits");
        let mut headers = HeaderMap::new();
        buckets.write_openai_headers(START, &mut headers);
        let told = ["limit", "remaining", "reset"].map(|what| {
            ["requests", "tokens"].map(|of| headers[&format!("x-ratelimit-{what}-{of}")].clone())
        });
        assert_eq!(told, [["2", "1100"], ["1", "600"], ["30s", "30s"]]);
        assert_eq!(lasting(Duration::from_mins(6)), "6m0s");
        assert_eq!(lasting(Duration::from_millis(120)), "120ms");
    }

    #[test]
    fn numbers_have_commas_by_the_thousand() {
        assert_eq!(with_commas(100), "100");
        assert_eq!(with_commas(2_000_000), "2,000,000");
    }
}
