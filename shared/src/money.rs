//! Money and tokens as integers: nothing is rounded, because nothing is a fraction.
//!
//! Prices are nano-dollars per token, which is exact for every published price ($0.001 per million tokens is one
//! nano-dollar a token), so that a cost is a product of whole numbers.
#![deny(clippy::arithmetic_side_effects)]

use std::fmt;
use std::iter::Sum;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An amount of money in billionths of a US dollar. The largest is about 18 billion dollars; sums stop there.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct NanoUsd(pub u64);

impl NanoUsd {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// More than anybody has: a request that costs this much fits no budget.
    pub const MAX: Self = Self(u64::MAX);

    /// An amount in whole dollars.
    pub const fn from_usd(dollars: u64) -> Self {
        Self(dollars.saturating_mul(1_000_000_000))
    }

    /// The sum, or the largest amount where the sum would pass it.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference, or nothing where `other` is more.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for NanoUsd {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Self::saturating_add)
    }
}

impl fmt::Display for NanoUsd {
    /// Dollars with at least two decimals and no more than the amount needs: `$1.00`, `$0.000125`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (dollars, nanos) = (self.0 / 1_000_000_000, self.0 % 1_000_000_000);
        let digits = format!("{nanos:09}");
        let trimmed = digits.trim_end_matches('0');
        write!(f, "${dollars}.{trimmed:0<2}")
    }
}

/// Says that a text is not an amount of dollars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnAmount;

impl fmt::Display for NotAnAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount is dollars with at most nine decimals, such as `5` or `0.25`")
    }
}

impl std::error::Error for NotAnAmount {}

impl FromStr for NanoUsd {
    type Err = NotAnAmount;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.strip_prefix('$').unwrap_or(text);
        let (dollars, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let is_number = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !is_number(dollars) || !is_number(decimals) || decimals.len() > 9 {
            return Err(NotAnAmount);
        }
        let dollars: u64 = dollars.parse().map_err(|_| NotAnAmount)?;
        let nanos: u64 = format!("{decimals:0<9}").parse().map_err(|_| NotAnAmount)?;
        dollars
            .checked_mul(1_000_000_000)
            .and_then(|whole| whole.checked_add(nanos))
            .map(Self)
            .ok_or(NotAnAmount)
    }
}

/// A number of tokens.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct TokenCount(pub u64);

impl TokenCount {
    /// The sum; token counts stay far below the limit, and stop there if they do not.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl fmt::Display for TokenCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What one token costs, in nano-dollars. $1 per million tokens is 1,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NanoUsdPerToken(pub u32);

impl NanoUsdPerToken {
    /// What `tokens` cost.
    pub const fn times(self, tokens: TokenCount) -> NanoUsd {
        NanoUsd((self.0 as u64).saturating_mul(tokens.0))
    }
}

/// What one model's tokens cost, by class: absolute prices, since the ratios between classes differ from model to model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// Fresh input.
    pub input: NanoUsdPerToken,
    /// Output, thinking included.
    pub output: NanoUsdPerToken,
    /// Input written to the five-minute cache.
    pub cache_write_5m: NanoUsdPerToken,
    /// Input written to the one-hour cache.
    pub cache_write_1h: NanoUsdPerToken,
    /// Input read from a cache.
    pub cache_read: NanoUsdPerToken,
}

impl Prices {
    /// What `usage` costs, exactly.
    pub fn cost(&self, usage: &TokenUsage) -> NanoUsd {
        [
            self.input.times(usage.input),
            self.output.times(usage.output),
            self.cache_write_5m.times(usage.cache_write_5m),
            self.cache_write_1h.times(usage.cache_write_1h),
            self.cache_read.times(usage.cache_read),
        ]
        .into_iter()
        .sum()
    }

    /// The dearest price that an input token can have.
    pub fn dearest_input(&self) -> NanoUsdPerToken {
        self.input
            .max(self.cache_write_5m)
            .max(self.cache_write_1h)
            .max(self.cache_read)
    }
}

/// The tokens of one request in the five classes that have a price of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenUsage {
    /// Fresh input.
    pub input: TokenCount,
    /// Output, thinking included.
    pub output: TokenCount,
    /// Input written to the five-minute cache.
    pub cache_write_5m: TokenCount,
    /// Input written to the one-hour cache.
    pub cache_write_1h: TokenCount,
    /// Input read from a cache.
    pub cache_read: TokenCount,
}

impl TokenUsage {
    /// All input classes together: what the model read, and what decides a price tier.
    pub fn prompt(&self) -> TokenCount {
        self.input
            .saturating_add(self.cache_write_5m)
            .saturating_add(self.cache_write_1h)
            .saturating_add(self.cache_read)
    }

    /// The same tokens as they would be counted without a cache.
    #[must_use]
    pub fn without_cache(&self) -> Self {
        Self {
            input: self.prompt(),
            output: self.output,
            ..Self::default()
        }
    }

    /// The sum, class by class.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self {
            input: self.input.saturating_add(other.input),
            output: self.output.saturating_add(other.output),
            cache_write_5m: self.cache_write_5m.saturating_add(other.cache_write_5m),
            cache_write_1h: self.cache_write_1h.saturating_add(other.cache_write_1h),
            cache_read: self.cache_read.saturating_add(other.cache_read),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::array::uniform5;
    use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

    use super::*;

    #[test]
    fn amounts_read_as_people_write_them() {
        for (text, nanos) in [
            ("1", 1_000_000_000),
            ("$0.25", 250_000_000),
            ("0.000000001", 1),
            ("12.5", 12_500_000_000),
        ] {
            assert_eq!(text.parse(), Ok(NanoUsd(nanos)), "{text}");
        }
        for text in [
            "",
            ".",
            "1.",
            "-1",
            "1e3",
            "0.0000000001",
            "1,5",
            "99999999999",
        ] {
            assert_eq!(text.parse::<NanoUsd>(), Err(NotAnAmount), "{text}");
        }
    }

    #[test]
    fn amounts_show_at_least_two_decimals_and_lose_none() {
        assert_eq!(NanoUsd::from_usd(1).to_string(), "$1.00");
        assert_eq!(NanoUsd(125_000).to_string(), "$0.000125");
        assert_eq!(NanoUsd(1_500_000_001).to_string(), "$1.500000001");
    }

    #[test]
    fn each_token_class_costs_its_own_price() {
        let prices = Prices {
            input: NanoUsdPerToken(3),
            output: NanoUsdPerToken(500),
            cache_write_5m: NanoUsdPerToken(70_000),
            cache_write_1h: NanoUsdPerToken(11_000_000),
            cache_read: NanoUsdPerToken(1),
        };
        let usage = TokenUsage {
            input: TokenCount(1),
            output: TokenCount(1),
            cache_write_5m: TokenCount(1),
            cache_write_1h: TokenCount(1),
            cache_read: TokenCount(1),
        };
        assert_eq!(prices.cost(&usage), NanoUsd(11_070_504));
        assert_eq!(prices.dearest_input(), NanoUsdPerToken(11_000_000));
    }

    #[test]
    fn sums_stop_at_the_largest_amount() {
        assert_eq!(NanoUsd::MAX.saturating_add(NanoUsd(1)), NanoUsd::MAX);
        assert_eq!(
            NanoUsdPerToken(u32::MAX).times(TokenCount(u64::MAX)),
            NanoUsd::MAX
        );
    }

    fn prices() -> impl Strategy<Value = Prices> {
        any::<[u32; 5]>().prop_map(|prices| Prices {
            input: NanoUsdPerToken(prices[0]),
            output: NanoUsdPerToken(prices[1]),
            cache_write_5m: NanoUsdPerToken(prices[2]),
            cache_write_1h: NanoUsdPerToken(prices[3]),
            cache_read: NanoUsdPerToken(prices[4]),
        })
    }

    /// Counts as requests have them, and counts that no request has.
    fn usage() -> impl Strategy<Value = TokenUsage> {
        let count = prop_oneof![0..2_000_000_u64, any::<u64>()].prop_map(TokenCount);
        uniform5(count).prop_map(|counts| TokenUsage {
            input: counts[0],
            output: counts[1],
            cache_write_5m: counts[2],
            cache_write_1h: counts[3],
            cache_read: counts[4],
        })
    }

    proptest! {
        #[test]
        fn an_amount_reads_back_as_it_is_shown(nanos in any::<u64>()) {
            prop_assert_eq!(NanoUsd(nanos).to_string().parse(), Ok(NanoUsd(nanos)));
        }

        #[test]
        fn any_text_is_an_amount_or_none(text in prop_oneof!["\\PC{0,40}", "\\$?[0-9]{0,25}\\.?[0-9]{0,25}"]) {
            if let Ok(amount) = text.parse::<NanoUsd>() {
                prop_assert_eq!(amount.to_string().parse(), Ok(amount), "{}", text);
            }
        }

        /// Reserving and giving back are the two ways of a sum: neither wraps, and less than the largest amount nothing is lost.
        #[test]
        fn sums_neither_wrap_nor_lose(one in any::<u64>(), other in any::<u64>()) {
            let (one, other) = (NanoUsd(one), NanoUsd(other));
            let sum = one.saturating_add(other);
            prop_assert_eq!(sum, other.saturating_add(one));
            prop_assert!(sum >= one && one.saturating_sub(other) <= one);
            if sum < NanoUsd::MAX {
                prop_assert_eq!(sum.saturating_sub(other), one);
            }
        }

        /// More tokens never cost less, whatever is counted and whatever it costs; and no class costs more than the dearest.
        #[test]
        fn more_tokens_never_cost_less(prices in prices(), one in usage(), other in usage()) {
            let both = one.saturating_add(other);
            prop_assert!(prices.cost(&both) >= prices.cost(&one).max(prices.cost(&other)));
            prop_assert!(both.prompt() >= one.prompt());
            let most = prices.dearest_input().times(one.prompt());
            let most = most.saturating_add(prices.output.times(one.output));
            prop_assert!(prices.cost(&one) <= most);
        }
    }
}
