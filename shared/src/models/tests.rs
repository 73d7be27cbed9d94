//! Rules that every row of the catalogue must hold.

use std::collections::HashSet;

use super::*;

fn at(year: u64, month: u64, day: u64) -> UnixMillis {
    Day::from_date(year, month, day).start()
}

#[test]
fn every_name_names_one_model() {
    let catalogue = Catalogue::builtin();
    let mut seen = HashSet::new();
    for model in catalogue.iter() {
        for name in std::iter::once(&model.id).chain(model.also_called) {
            assert!(seen.insert(*name), "{name} stands twice");
            assert_eq!(catalogue.find(name), Some(model));
        }
    }
    assert_eq!(catalogue.find("gpt-5"), None);
}

#[test]
fn every_model_that_answers_has_prices_and_no_retired_one_has() {
    let now = at(2026, 11, 23);
    for model in Catalogue::builtin().iter() {
        let has_prices = model.prices(now, TokenCount(1)).is_some();
        assert_eq!(has_prices, model.is_available(now), "{}", model.id);
    }
}

#[test]
fn what_to_use_instead_of_a_retired_model_is_active_and_of_its_tier() {
    let catalogue = Catalogue::builtin();
    for model in catalogue.iter() {
        if let Lifecycle::Ends { use_instead, .. } = model.lifecycle {
            let next = catalogue.find(use_instead).expect(use_instead);
            assert_eq!((next.lifecycle, next.tier), (Lifecycle::Active, model.tier));
        }
    }
}

#[test]
fn each_line_of_models_takes_the_levels_of_effort_that_came_with_it() {
    let catalogue = Catalogue::builtin();
    let takes = |id: &str| {
        let model = catalogue.find(id).expect(id);
        Effort::ALL.map(|effort| model.accepts(effort))
    };
    assert_eq!(takes("claude-haiku-4-5"), [false; 5]);
    assert_eq!(takes("claude-opus-4-5"), [true, true, true, false, false]);
    assert_eq!(takes("claude-sonnet-4-6"), [true, true, true, false, true]);
    assert_eq!(takes("claude-haiku-5-5"), [true; 5]);
}

#[test]
fn a_large_prompt_moves_the_whole_request_to_the_dearer_tier() {
    let catalogue = Catalogue::builtin();
    let haiku = catalogue.find("claude-haiku-5-5").expect("haiku");
    let now = at(2026, 11, 23);
    let usage = |input| TokenUsage {
        input: TokenCount(input),
        output: TokenCount(10),
        ..TokenUsage::default()
    };
    assert_eq!(haiku.cost(now, &usage(100_000)), Some(NanoUsd(10_005_000)));
    assert_eq!(haiku.cost(now, &usage(100_001)), Some(NanoUsd(50_025_500)));
}

#[test]
fn cache_reads_count_towards_the_price_tier() {
    let catalogue = Catalogue::builtin();
    let haiku = catalogue.find("claude-haiku-5-5").expect("haiku");
    let usage = TokenUsage {
        cache_read: TokenCount(100_001),
        ..TokenUsage::default()
    };
    assert_eq!(
        haiku.cost(at(2026, 11, 23), &usage),
        Some(NanoUsd(5_000_050))
    );
}

#[test]
fn prices_change_on_their_day() {
    let catalogue = Catalogue::builtin();
    let sonnet = catalogue.find("claude-sonnet-5-5").expect("sonnet");
    let read = |now| sonnet.prices(now, TokenCount(1)).map(|p| p.cache_read.0);
    assert_eq!(read(UnixMillis(at(2026, 10, 7).0 - 1)), Some(200));
    assert_eq!(read(at(2026, 10, 7)), Some(100));
}

#[test]
fn no_usage_within_the_bound_costs_more_than_the_worst_case() {
    let now = at(2026, 11, 23);
    for model in Catalogue::builtin().iter().filter(|m| m.is_available(now)) {
        for prompt in [1, 99_999, 100_000, 100_001, 1_000_000] {
            let worst = model.worst_case(now, TokenCount(prompt), TokenCount(7));
            for part in [0, 1, prompt / 2, prompt] {
                let usage = TokenUsage {
                    input: TokenCount(prompt - part),
                    cache_write_1h: TokenCount(part),
                    output: TokenCount(7),
                    ..TokenUsage::default()
                };
                assert!(
                    model.cost(now, &usage) <= worst,
                    "{} {prompt} {part}",
                    model.id
                );
            }
        }
    }
}

#[test]
fn a_deprecated_model_answers_until_its_last_day() {
    let catalogue = Catalogue::builtin();
    let sonnet = catalogue.find("claude-sonnet-4-5").expect("sonnet 4.5");
    assert!(sonnet.is_available(at(2026, 11, 29)));
    assert!(!sonnet.is_available(at(2026, 11, 30)));
}

proptest::proptest! {
    /// A budget buys exactly as many output tokens as its worst case can hold: one more would pass it.
    #[test]
    fn a_budget_buys_the_most_tokens_that_it_can_hold(
        prompt in 0..400_000_u64,
        budget in 0..20_000_000_000_u64,
    ) {
        let now = at(2026, 11, 23);
        let (prompt, budget) = (TokenCount(prompt), NanoUsd(budget));
        for model in Catalogue::builtin().iter().filter(|m| m.is_available(now)) {
            let bought = model.output_within(now, prompt, budget).expect("it has a price");
            let worst = |output| model.worst_case(now, prompt, output).expect("it has a price");
            proptest::prop_assert!(worst(bought) <= budget || bought.0 == 0, "{}", model.id);
            proptest::prop_assert!(worst(TokenCount(bought.0 + 1)) > budget, "{}", model.id);
        }
    }

    /// What was reserved for a request is never less than what it can cost, in whatever classes its tokens are counted.
    #[test]
    fn no_usage_costs_more_than_the_worst_case(
        counts in proptest::array::uniform5(0..2_000_000_u64),
        days in 0..2_000,
    ) {
        let usage = TokenUsage {
            input: TokenCount(counts[0]),
            output: TokenCount(counts[1]),
            cache_write_5m: TokenCount(counts[2]),
            cache_write_1h: TokenCount(counts[3]),
            cache_read: TokenCount(counts[4]),
        };
        let now = (0..days).fold(Day::from_date(2025, 1, 1), |day, _| day.next()).start();
        for model in Catalogue::builtin().iter() {
            let most = model.worst_case(now, usage.prompt(), usage.output);
            proptest::prop_assert!(model.cost(now, &usage) <= most, "{}", model.id);
        }
    }
}
