//! Settled calls, added up one after the other in one pass.

use shared::api::usage::{
    Bucket, CacheSavings, Call, Cursor, FirstEvent, Period, Refusals, Share, Tally, Usage,
};
use shared::models::{Catalogue, Model};
use shared::money::{NanoUsd, Prices, TokenCount, TokenUsage};
use shared::time::UnixMillis;

/// What the calls come to that were added so far.
#[derive(Debug)]
pub(crate) struct Additions {
    period: Period,
    total: Tally,
    trend: Vec<Bucket>,
    models: Vec<OfModel>,
    environments: Vec<Share>,
    cache: CacheSavings,
    first_events_ms: Vec<u32>,
}

/// What is added of one settled call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Added<'a> {
    pub(crate) opened_at: UnixMillis,
    pub(crate) model: &'a str,
    pub(crate) environment: &'a str,
    pub(crate) tokens: TokenUsage,
    pub(crate) cost: NanoUsd,
    pub(crate) first_event_ms: Option<u32>,
}

/// What is told beside the sums.
#[derive(Debug)]
pub(crate) struct Beside {
    pub(crate) spent_today: NanoUsd,
    pub(crate) spent_this_month: NanoUsd,
    pub(crate) refusals: Vec<Refusals>,
    pub(crate) calls: Vec<Call>,
    pub(crate) older: Option<Cursor>,
}

/// The calls to one model. What is no longer in the catalogue has no prices, and saves nothing.
#[derive(Debug)]
struct OfModel {
    share: Share,
    model: Option<Model>,
}

impl Additions {
    pub(crate) fn new(period: Period) -> Self {
        let empty = |starts_at_unix_ms| Bucket {
            starts_at_unix_ms,
            tally: Tally::default(),
        };
        Self {
            period,
            total: Tally::default(),
            trend: period.steps().map(empty).collect(),
            models: Vec::new(),
            environments: Vec::new(),
            cache: CacheSavings::default(),
            first_events_ms: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, call: Added<'_>) {
        let Added { cost, tokens, .. } = call;
        self.total.add(cost, tokens);
        if let Some(bucket) = self.bucket(call.opened_at) {
            bucket.tally.add(cost, tokens);
        }
        if let Some(share) = of_environment(&mut self.environments, call.environment) {
            share.tally.add(cost, tokens);
        }
        if let Some(OfModel { share, model }) = of_model(&mut self.models, call.model) {
            share.tally.add(cost, tokens);
            let prices = model.as_ref();
            if let Some(prices) = prices.and_then(|it| it.prices(call.opened_at, tokens.prompt())) {
                add_savings(&mut self.cache, prices, &tokens);
            }
        }
        self.first_events_ms.extend(call.first_event_ms);
    }

    /// The step that a moment falls in.
    fn bucket(&mut self, moment: UnixMillis) -> Option<&mut Bucket> {
        let after = self
            .trend
            .partition_point(|bucket| bucket.starts_at_unix_ms <= moment);
        self.trend.get_mut(after.checked_sub(1)?)
    }

    /// All of it, the dearest first.
    pub(crate) fn finish(self, beside: Beside) -> Usage {
        let shares = self.models.into_iter().map(|of_model| of_model.share);
        let Beside {
            spent_today,
            spent_this_month,
            mut refusals,
            calls,
            older,
        } = beside;
        refusals.sort_by(|a, b| b.times.cmp(&a.times).then_with(|| a.code.cmp(&b.code)));
        Usage {
            from_unix_ms: self.period.from,
            to_unix_ms: self.period.to,
            step: self.period.step,
            spent_today_nano_usd: spent_today,
            spent_this_month_nano_usd: spent_this_month,
            total: self.total,
            trend: self.trend,
            by_model: dearest_first(shares.collect()),
            by_environment: dearest_first(self.environments),
            cache: self.cache,
            first_event: first_event(self.first_events_ms),
            refusals,
            calls,
            older,
        }
    }
}

/// The part of the split that has this name, which begins empty.
fn of_environment<'a>(environments: &'a mut Vec<Share>, name: &str) -> Option<&'a mut Share> {
    let known = environments.iter().position(|share| share.name == name);
    if known.is_none() {
        environments.push(empty_share(name));
    }
    match known {
        Some(index) => environments.get_mut(index),
        None => environments.last_mut(),
    }
}

/// The same for a model, with its prices.
fn of_model<'a>(models: &'a mut Vec<OfModel>, id: &str) -> Option<&'a mut OfModel> {
    let known = models.iter().position(|of_model| of_model.share.name == id);
    if known.is_none() {
        models.push(OfModel {
            share: empty_share(id),
            model: Catalogue::builtin().find(id).cloned(),
        });
    }
    match known {
        Some(index) => models.get_mut(index),
        None => models.last_mut(),
    }
}

fn empty_share(name: &str) -> Share {
    Share {
        name: name.to_owned(),
        tally: Tally::default(),
    }
}

fn dearest_first(mut shares: Vec<Share>) -> Vec<Share> {
    shares.sort_by(|a, b| {
        let cost = |share: &Share| share.tally.cost_nano_usd;
        cost(b).cmp(&cost(a)).then_with(|| a.name.cmp(&b.name))
    });
    shares
}

/// Adds what the cache saved on one call, and what it cost more.
fn add_savings(savings: &mut CacheSavings, prices: &Prices, tokens: &TokenUsage) {
    let fresh = |tokens: TokenCount| prices.input.times(tokens);
    let read = prices.cache_read.times(tokens.cache_read);
    let saved = fresh(tokens.cache_read).saturating_sub(read);
    savings.reads_saved_nano_usd = savings.reads_saved_nano_usd.saturating_add(saved);
    for (price, written) in [
        (prices.cache_write_5m, tokens.cache_write_5m),
        (prices.cache_write_1h, tokens.cache_write_1h),
    ] {
        let more = price.times(written).saturating_sub(fresh(written));
        savings.writes_cost_more_nano_usd = savings.writes_cost_more_nano_usd.saturating_add(more);
    }
}

/// The percentiles of these times by their rank: each is a time that some answer took.
fn first_event(mut times_ms: Vec<u32>) -> Option<FirstEvent> {
    let calls = times_ms.len();
    let mut at = |percent: usize| {
        let rank = (calls * percent).div_ceil(100).checked_sub(1)?;
        let (_, time, _) = times_ms.select_nth_unstable(rank);
        Some(*time)
    };
    Some(FirstEvent {
        p50_ms: at(50)?,
        p95_ms: at(95)?,
        calls: calls as u64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_time_that_was_taken() {
        assert_eq!(first_event(Vec::new()), None);
        let of = |times| first_event(times).map(|it| (it.calls, it.p50_ms, it.p95_ms));
        assert_eq!(of(vec![7]), Some((1, 7, 7)));
        assert_eq!(of(vec![9, 1]), Some((2, 1, 9)));
        assert_eq!(of((1..=100).rev().collect()), Some((100, 50, 95)));
        assert_eq!(of((1..=20).collect()), Some((20, 10, 19)));
    }

    #[test]
    fn the_cache_saves_by_the_prices_of_the_calls_own_day_and_size() {
        let october = |day| shared::time::Day::from_date(2026, 10, day).start();
        let period = Period {
            from: october(1),
            to: october(30),
            step: shared::api::usage::Step::Day,
        };
        let mut additions = Additions::new(period);
        let tokens = TokenUsage {
            cache_read: TokenCount(1_000),
            cache_write_5m: TokenCount(100),
            cache_write_1h: TokenCount(10),
            ..TokenUsage::default()
        };
        // Sonnet's reads cost 200 nano-dollars a token until the 6th and 100 from the 7th; fresh input 2,000, writes 2,500 and 4,000.
        for day in [6, 7] {
            additions.add(Added {
                opened_at: october(day),
                model: "claude-sonnet-5-5",
                environment: "dev",
                tokens,
                cost: NanoUsd(1),
                first_event_ms: None,
            });
        }
        // Haiku's large prompts cost five times as much.
        additions.add(Added {
            opened_at: october(8),
            model: "claude-haiku-5-5",
            environment: "dev",
            tokens: TokenUsage {
                input: TokenCount(100_000),
                cache_read: TokenCount(1),
                ..TokenUsage::default()
            },
            cost: NanoUsd(1),
            first_event_ms: None,
        });
        assert_eq!(
            additions.cache,
            CacheSavings {
                reads_saved_nano_usd: NanoUsd(1_000 * (1_800 + 1_900) + 450),
                writes_cost_more_nano_usd: NanoUsd(2 * (100 * 500 + 10 * 2_000)),
            }
        );
    }
}
