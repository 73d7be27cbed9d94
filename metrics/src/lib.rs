//! What Prometheus is told: how many calls there were, how long they took, what they cost, and what was refused.
//!
//! Names are those of OpenTelemetry's conventions for generative AI where it has any, in the form that Prometheus gives them. Every
//! label is a word of ours: a model's id from the catalogue, an error's code, a face. Nothing that a caller sends becomes one, so that the
//! number of series is bounded by the tables.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use shared::error::ErrorKind;
use shared::money::{NanoUsd, TokenCount, TokenUsage};

/// Counts. Cheap to clone; clones count together.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Series>);

/// A paid call that has ended.
#[derive(Clone, Copy, Debug)]
pub struct EndedCall {
    /// The model, by its id in the catalogue.
    pub model: &'static str,
    /// How it ended.
    pub outcome: &'static str,
    /// What it used.
    pub tokens: TokenUsage,
    /// What it was charged.
    pub charged: NanoUsd,
    /// How long it took until its first event, if it had one.
    pub first_event: Option<Duration>,
    /// How long it took in all.
    pub duration: Option<Duration>,
}

/// What is read off only when somebody asks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Readings {
    /// What was spent on this day.
    pub spent: NanoUsd,
    /// What requests under way hold.
    pub reserved: NanoUsd,
    /// Answers under way.
    pub streams: u32,
    /// Requests that wait for one to end.
    pub waiting: u32,
    /// Connections and other work under way.
    pub tasks: usize,
}

#[derive(Debug)]
struct Series {
    registry: Registry,
    token_usage: Family<Labels<4>, Histogram, Buckets>,
    duration: Family<Labels<3>, Histogram, Buckets>,
    first_event: Family<Labels<3>, Histogram, Buckets>,
    tokens: Family<Labels<2>, Counter>,
    calls: Family<Labels<2>, Counter>,
    spend: Family<Labels<3>, Counter>,
    refusals: Family<Labels<2>, Counter>,
    retries: Counter,
    spent_today: Gauge,
    reserved: Gauge,
    streams: Gauge,
    waiting: Gauge,
    tasks: Gauge,
}

/// Names of labels, each with its value: words of ours, both of them.
type Labels<const N: usize> = [(&'static str, &'static str); N];

/// Makes histograms with these upper bounds.
#[derive(Clone, Copy, Debug)]
struct Buckets(&'static [f64]);

impl MetricConstructor<Histogram> for Buckets {
    fn new_metric(&self) -> Histogram {
        Histogram::new(self.0.iter().copied())
    }
}

/// Bounds that the conventions advise, as far as a model's context goes.
const TOKENS: Buckets = Buckets(&[
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1_024.0,
    4_096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
]);
const DURATION: Buckets = Buckets(&[
    0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
]);
const FIRST_EVENT: Buckets = Buckets(&[
    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
]);

/// What OpenTelemetry wants to know of every call. The first two are the same for all of ours.
const fn of_call(model: &'static str) -> Labels<3> {
    [
        ("gen_ai_operation_name", "chat"),
        ("gen_ai_provider_name", "anthropic"),
        (MODEL, model),
    ]
}

const MODEL: &str = "gen_ai_request_model";

impl Default for Metrics {
    fn default() -> Self {
        let mut series = Series {
            registry: Registry::default(),
            token_usage: Family::new_with_constructor(TOKENS),
            duration: Family::new_with_constructor(DURATION),
            first_event: Family::new_with_constructor(FIRST_EVENT),
            tokens: Family::default(),
            calls: Family::default(),
            spend: Family::default(),
            refusals: Family::default(),
            retries: Counter::default(),
            spent_today: Gauge::default(),
            reserved: Gauge::default(),
            streams: Gauge::default(),
            waiting: Gauge::default(),
            tasks: Gauge::default(),
        };
        series.register();
        Self(Arc::new(series))
    }
}

impl Series {
    fn register(&mut self) {
        let gen_ai = self.registry.sub_registry_with_prefix("gen_ai");
        let help = "Tokens of a call, by whether they were read or written";
        gen_ai.register("client_token_usage", help, self.token_usage.clone());
        let help = "Time from a request's arrival to its settlement";
        let (name, duration) = ("client_operation_duration", self.duration.clone());
        gen_ai.register_with_unit(name, help, Unit::Seconds, duration);
        let help = "Time from a request's arrival to the first event of its answer";
        let (name, first) = ("server_time_to_first_token", self.first_event.clone());
        gen_ai.register_with_unit(name, help, Unit::Seconds, first);
        let own = self.registry.sub_registry_with_prefix("airlock");
        own.register(
            "tokens",
            "Tokens, by their five prices",
            self.tokens.clone(),
        );
        own.register("calls", "Paid calls, by how they ended", self.calls.clone());
        let help = "Billionths of a dollar that calls were charged";
        own.register("spend_nano_usd", help, self.spend.clone());
        let help = "Requests that were refused or failed, by the code of the error";
        own.register("refusals", help, self.refusals.clone());
        own.register(
            "retries",
            "Attempts that were made again",
            self.retries.clone(),
        );
        let help = "Billionths of a dollar spent on this UTC day";
        own.register("spent_today_nano_usd", help, self.spent_today.clone());
        let help = "Billionths of a dollar that requests under way hold";
        own.register("reserved_nano_usd", help, self.reserved.clone());
        own.register("streams", "Answers under way", self.streams.clone());
        let help = "Requests that wait for an answer to end";
        own.register("waiting", help, self.waiting.clone());
        let help = "Connections and other work under way";
        own.register("tasks", help, self.tasks.clone());
    }
}

impl Metrics {
    /// Counts a call that has ended.
    pub fn ended(&self, call: &EndedCall) {
        let (series, model) = (&self.0, call.model);
        let labels = of_call(model);
        series.spend.get_or_create(&labels).inc_by(call.charged.0);
        let outcome = [(MODEL, model), ("outcome", call.outcome)];
        series.calls.get_or_create(&outcome).inc();
        if let Some(duration) = call.duration {
            let durations = series.duration.get_or_create(&labels);
            durations.observe(duration.as_secs_f64());
        }
        if let Some(first_event) = call.first_event {
            let waits = series.first_event.get_or_create(&labels);
            waits.observe(first_event.as_secs_f64());
            self.used(model, &call.tokens);
        }
    }

    fn used(&self, model: &'static str, tokens: &TokenUsage) {
        for (class, count) in [
            ("input", tokens.input),
            ("output", tokens.output),
            ("cache_write_5m", tokens.cache_write_5m),
            ("cache_write_1h", tokens.cache_write_1h),
            ("cache_read", tokens.cache_read),
        ] {
            let labels = [(MODEL, model), ("class", class)];
            self.0.tokens.get_or_create(&labels).inc_by(count.0);
        }
        let [operation, provider, of_model] = of_call(model);
        for (kind, count) in [("input", tokens.prompt()), ("output", tokens.output)] {
            let labels = [operation, provider, of_model, ("gen_ai_token_type", kind)];
            let usage = self.0.token_usage.get_or_create(&labels);
            usage.observe(as_float(count));
        }
    }

    /// Counts a request to the face of programs, or to the page's, that was refused or failed.
    pub fn refused(&self, is_of_programs: bool, kind: ErrorKind) {
        let face = if is_of_programs { "programs" } else { "page" };
        let labels = [("face", face), ("code", kind.code())];
        self.0.refusals.get_or_create(&labels).inc();
    }

    /// Counts an attempt that is made again.
    pub fn retried(&self) {
        self.0.retries.inc();
    }

    /// Everything, in the text form that Prometheus reads.
    ///
    /// # Errors
    ///
    /// When it cannot be written, which nothing that is counted can cause.
    pub fn write(&self, readings: &Readings) -> Result<String, fmt::Error> {
        let series = &self.0;
        series.spent_today.set(signed(readings.spent.0));
        series.reserved.set(signed(readings.reserved.0));
        series.streams.set(readings.streams.into());
        series.waiting.set(readings.waiting.into());
        series.tasks.set(signed(readings.tasks as u64));
        let mut page = String::new();
        text::encode(&mut page, &series.registry)?;
        Ok(page)
    }
}

/// Token counts stay far below where this loses any.
fn as_float(tokens: TokenCount) -> f64 {
    f64::from(u32::try_from(tokens.0).unwrap_or(u32::MAX))
}

fn signed(amount: u64) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MAX)
}
