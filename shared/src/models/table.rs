//! The catalogue's rows, as of 2026-11-23.
//!
//! Ids, limits, prices and dates are those of Anthropic's model, pricing and deprecation pages; the prices are nano-dollars per
//! token, that is, a thousandth of a dollar per million tokens. The least lengths that are cached are those of its page on prompt
//! caching; a model that the page did not list when this was written has the longest of any.

use super::{DatedPrices, Lifecycle, Model, PriceTier, Thinking, Tier, Tokenizer};
use crate::api::chat::Effort;
use crate::money::{NanoUsdPerToken, Prices};
use crate::time::Day;

/// Prices that a catalogue row may hold from the start of time.
const ALWAYS: Day = Day::from_date(1970, 1, 1);
/// On this day cache reads of Sonnet became cheaper.
const OCTOBER_7: Day = Day::from_date(2026, 10, 7);

/// Prices in the order in which the pricing page lists them.
const fn prices(input: u32, output: u32, write_short: u32, write_long: u32, read: u32) -> Prices {
    Prices {
        input: NanoUsdPerToken(input),
        output: NanoUsdPerToken(output),
        cache_write_5m: NanoUsdPerToken(write_short),
        cache_write_1h: NanoUsdPerToken(write_long),
        cache_read: NanoUsdPerToken(read),
    }
}

/// Prices that do not depend on the prompt's size.
const fn flat(prices: Prices) -> [PriceTier; 1] {
    [PriceTier {
        prompt_above: 0,
        prices,
    }]
}

const HAIKU_5_5: &[DatedPrices] = &[DatedPrices {
    from: ALWAYS,
    tiers: &[
        PriceTier {
            prompt_above: 0,
            prices: prices(100, 500, 125, 200, 10),
        },
        PriceTier {
            prompt_above: 100_000,
            prices: prices(500, 2_500, 625, 1_000, 50),
        },
    ],
}];
const SONNET_5_5: &[DatedPrices] = &[
    DatedPrices {
        from: ALWAYS,
        tiers: &flat(prices(2_000, 10_000, 2_500, 4_000, 200)),
    },
    DatedPrices {
        from: OCTOBER_7,
        tiers: &flat(prices(2_000, 10_000, 2_500, 4_000, 100)),
    },
];
const OPUS_5_5: &[DatedPrices] = &[DatedPrices {
    from: ALWAYS,
    tiers: &flat(prices(4_000, 20_000, 5_000, 8_000, 200)),
}];
const FABLE_5_2: &[DatedPrices] = &[DatedPrices {
    from: ALWAYS,
    tiers: &flat(prices(8_000, 40_000, 10_000, 16_000, 200)),
}];
const FABLE_5_1: &[DatedPrices] = &[DatedPrices {
    from: ALWAYS,
    tiers: &flat(prices(10_000, 50_000, 12_500, 20_000, 250)),
}];
const FABLE_5: &[DatedPrices] = &[DatedPrices {
    from: ALWAYS,
    tiers: &flat(prices(10_000, 50_000, 12_500, 20_000, 1_000)),
}];
/// Opus 4.5 to 5 share one price.
const OPUS_4_5_TO_5: &[DatedPrices] = &[DatedPrices {
    from: ALWAYS,
    tiers: &flat(prices(5_000, 25_000, 6_250, 10_000, 500)),
}];
const SONNET_5: &[DatedPrices] = &[DatedPrices {
    from: ALWAYS,
    tiers: &flat(prices(2_000, 10_000, 2_500, 4_000, 200)),
}];
/// Sonnet 4.5 and 4.6 share one price.
const SONNET_4_5_AND_6: &[DatedPrices] = &[DatedPrices {
    from: ALWAYS,
    tiers: &flat(prices(3_000, 15_000, 3_750, 6_000, 300)),
}];
const HAIKU_4_5: &[DatedPrices] = &[DatedPrices {
    from: ALWAYS,
    tiers: &flat(prices(1_000, 5_000, 1_250, 2_000, 100)),
}];

/// The least length that any model caches, the most demanding ones included.
const CACHE_TOKENS_MIN_OF_ALL: u32 = 4_096;

/// A current model with a context of a million tokens.
const fn current(
    id: &'static str,
    display_name: &'static str,
    tier: Tier,
    prices: &'static [DatedPrices],
    thinking: Thinking,
) -> Model {
    Model {
        id,
        also_called: &[],
        display_name,
        tier,
        context_tokens: 1_000_000,
        output_tokens_max: 128_000,
        prices,
        lifecycle: Lifecycle::Active,
        cache_tokens_min: CACHE_TOKENS_MIN_OF_ALL,
        tokenizer: Tokenizer::From47,
        thinking,
        efforts: &Effort::ALL,
    }
}

/// A model like a current one that a newer one has followed.
const fn legacy(
    id: &'static str,
    display_name: &'static str,
    tier: Tier,
    prices: &'static [DatedPrices],
    thinking: Thinking,
) -> Model {
    Model {
        lifecycle: Lifecycle::Legacy,
        ..current(id, display_name, tier, prices, thinking)
    }
}

/// A model of the 4.6 line: its tokenizer is the older one, and extra high effort came after it.
const fn line_4_6(
    id: &'static str,
    display_name: &'static str,
    tier: Tier,
    prices: &'static [DatedPrices],
) -> Model {
    Model {
        tokenizer: Tokenizer::UpTo46,
        efforts: &[Effort::Low, Effort::Medium, Effort::High, Effort::Max],
        ..legacy(id, display_name, tier, prices, Thinking::Adaptive)
    }
}

/// A model of the 4.5 line: 200,000 tokens of context, it thinks only with a budget, and takes no effort.
const fn line_4_5(
    id: &'static str,
    also_called: &'static [&'static str],
    display_name: &'static str,
    tier: Tier,
    prices: &'static [DatedPrices],
) -> Model {
    Model {
        also_called,
        context_tokens: 200_000,
        output_tokens_max: 64_000,
        tokenizer: Tokenizer::UpTo46,
        efforts: &[],
        ..legacy(id, display_name, tier, prices, Thinking::Extended)
    }
}

/// A model that has ended: kept so that its name gets an answer that helps.
const fn retired(
    id: &'static str,
    also_called: &'static [&'static str],
    display_name: &'static str,
    tier: Tier,
    on: Day,
) -> Model {
    let use_instead = match tier {
        Tier::Haiku => "claude-haiku-5-5",
        Tier::Sonnet => "claude-sonnet-5-5",
        Tier::Opus => "claude-opus-5-5",
        Tier::Fable => "claude-fable-5-2",
    };
    Model {
        lifecycle: Lifecycle::Ends { on, use_instead },
        ..line_4_5(id, also_called, display_name, tier, &[])
    }
}

pub(super) const MODELS: &[Model] = &[
    current(
        "claude-haiku-5-5",
        "Claude Haiku 5.5",
        Tier::Haiku,
        HAIKU_5_5,
        Thinking::Adaptive,
    ),
    current(
        "claude-sonnet-5-5",
        "Claude Sonnet 5.5",
        Tier::Sonnet,
        SONNET_5_5,
        Thinking::Adaptive,
    ),
    Model {
        cache_tokens_min: 512,
        ..current(
            "claude-opus-5-5",
            "Claude Opus 5.5",
            Tier::Opus,
            OPUS_5_5,
            Thinking::Always,
        )
    },
    current(
        "claude-fable-5-2",
        "Claude Fable 5.2",
        Tier::Fable,
        FABLE_5_2,
        Thinking::Always,
    ),
    legacy(
        "claude-fable-5-1",
        "Claude Fable 5.1",
        Tier::Fable,
        FABLE_5_1,
        Thinking::Always,
    ),
    Model {
        cache_tokens_min: 512,
        ..legacy(
            "claude-fable-5",
            "Claude Fable 5",
            Tier::Fable,
            FABLE_5,
            Thinking::Always,
        )
    },
    Model {
        cache_tokens_min: 512,
        ..legacy(
            "claude-opus-5",
            "Claude Opus 5",
            Tier::Opus,
            OPUS_4_5_TO_5,
            Thinking::Adaptive,
        )
    },
    Model {
        cache_tokens_min: 1_024,
        ..legacy(
            "claude-sonnet-5",
            "Claude Sonnet 5",
            Tier::Sonnet,
            SONNET_5,
            Thinking::Adaptive,
        )
    },
    Model {
        cache_tokens_min: 1_024,
        ..legacy(
            "claude-opus-4-8",
            "Claude Opus 4.8",
            Tier::Opus,
            OPUS_4_5_TO_5,
            Thinking::Adaptive,
        )
    },
    Model {
        cache_tokens_min: 2_048,
        ..legacy(
            "claude-opus-4-7",
            "Claude Opus 4.7",
            Tier::Opus,
            OPUS_4_5_TO_5,
            Thinking::Adaptive,
        )
    },
    line_4_6(
        "claude-opus-4-6",
        "Claude Opus 4.6",
        Tier::Opus,
        OPUS_4_5_TO_5,
    ),
    Model {
        cache_tokens_min: 2_048,
        ..line_4_6(
            "claude-sonnet-4-6",
            "Claude Sonnet 4.6",
            Tier::Sonnet,
            SONNET_4_5_AND_6,
        )
    },
    Model {
        efforts: &[Effort::Low, Effort::Medium, Effort::High],
        ..line_4_5(
            "claude-opus-4-5",
            &["claude-opus-4-5-20251101"],
            "Claude Opus 4.5",
            Tier::Opus,
            OPUS_4_5_TO_5,
        )
    },
    Model {
        lifecycle: Lifecycle::Ends {
            on: Day::from_date(2026, 11, 30),
            use_instead: "claude-sonnet-5-5",
        },
        cache_tokens_min: 1_024,
        ..line_4_5(
            "claude-sonnet-4-5",
            &["claude-sonnet-4-5-20250929"],
            "Claude Sonnet 4.5",
            Tier::Sonnet,
            SONNET_4_5_AND_6,
        )
    },
    line_4_5(
        "claude-haiku-4-5",
        &["claude-haiku-4-5-20251001"],
        "Claude Haiku 4.5",
        Tier::Haiku,
        HAIKU_4_5,
    ),
    retired(
        "claude-opus-4-1",
        &["claude-opus-4-1-20250805"],
        "Claude Opus 4.1",
        Tier::Opus,
        Day::from_date(2026, 8, 5),
    ),
    retired(
        "claude-opus-4-0",
        &["claude-opus-4-20250514"],
        "Claude Opus 4",
        Tier::Opus,
        Day::from_date(2026, 6, 15),
    ),
    retired(
        "claude-sonnet-4-0",
        &["claude-sonnet-4-20250514"],
        "Claude Sonnet 4",
        Tier::Sonnet,
        Day::from_date(2026, 6, 15),
    ),
    retired(
        "claude-3-7-sonnet",
        &["claude-3-7-sonnet-20250219"],
        "Claude Sonnet 3.7",
        Tier::Sonnet,
        Day::from_date(2026, 2, 19),
    ),
    retired(
        "claude-3-5-haiku",
        &["claude-3-5-haiku-20241022"],
        "Claude Haiku 3.5",
        Tier::Haiku,
        Day::from_date(2026, 2, 19),
    ),
    retired(
        "claude-3-5-sonnet",
        &["claude-3-5-sonnet-20241022", "claude-3-5-sonnet-20240620"],
        "Claude Sonnet 3.5",
        Tier::Sonnet,
        Day::from_date(2025, 10, 28),
    ),
    retired(
        "claude-3-opus",
        &["claude-3-opus-20240229"],
        "Claude Opus 3",
        Tier::Opus,
        Day::from_date(2026, 1, 5),
    ),
    retired(
        "claude-3-sonnet",
        &["claude-3-sonnet-20240229"],
        "Claude Sonnet 3",
        Tier::Sonnet,
        Day::from_date(2025, 7, 21),
    ),
    retired(
        "claude-3-haiku",
        &["claude-3-haiku-20240307"],
        "Claude Haiku 3",
        Tier::Haiku,
        Day::from_date(2026, 4, 20),
    ),
];
