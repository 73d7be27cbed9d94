//! The model catalogue: what each Claude model is called, holds, costs and accepts, and when it ends.
//!
//! A model that is not here has no price, and what has no price is refused: nothing is ever billed as free.

mod table;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::api::chat::Effort;
use crate::money::{NanoUsd, Prices, TokenCount, TokenUsage};
use crate::time::{Day, UnixMillis};

/// The models that can be asked for, and the retired ones that people still ask for.
#[derive(Clone, Debug)]
pub struct Catalogue {
    models: Cow<'static, [Model]>,
}

impl Catalogue {
    /// The models of Anthropic's own API, as of the date in the table.
    pub const fn builtin() -> Self {
        Self {
            models: Cow::Borrowed(table::MODELS),
        }
    }

    /// Other models than the real ones, for rules that those would need much text for.
    #[cfg(test)]
    pub(crate) const fn of(models: Vec<Model>) -> Self {
        Self {
            models: Cow::Owned(models),
        }
    }

    /// The model that `id` names: its own id, its dated id, or a name that older guides gave it.
    pub fn find(&self, id: &str) -> Option<&Model> {
        self.models
            .iter()
            .find(|model| model.id == id || model.also_called.contains(&id))
    }

    /// All models, the current ones first.
    pub fn iter(&self) -> impl Iterator<Item = &Model> {
        self.models.iter()
    }
}

/// One model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// The id that requests name.
    pub id: &'static str,
    /// Other names of the same model: the dated id, and what older guides call it.
    pub also_called: &'static [&'static str],
    /// What people call it.
    pub display_name: &'static str,
    /// Its size class.
    pub tier: Tier,
    /// Most tokens that prompt and answer have together.
    pub context_tokens: u32,
    /// Most tokens of one answer.
    pub output_tokens_max: u32,
    /// Prices by the day from which they hold, oldest first; a retired model has none.
    pub prices: &'static [DatedPrices],
    /// Whether it still answers.
    pub lifecycle: Lifecycle,
    /// Least tokens of a prompt's beginning that it can be asked to keep; a mark on fewer does nothing.
    pub cache_tokens_min: u32,
    /// How it cuts text into tokens.
    pub tokenizer: Tokenizer,
    /// How it can be told to think.
    pub thinking: Thinking,
    /// The levels of effort that it can be asked for, least first; none where it takes no effort.
    pub efforts: &'static [Effort],
}

impl Model {
    /// The prices of a request that is made at `now` and has `prompt` tokens; `None` for a retired model.
    pub fn prices(&self, now: UnixMillis, prompt: TokenCount) -> Option<&Prices> {
        let today = now.day();
        let dated = self.prices.iter().rev().find(|dated| dated.from <= today);
        let dated = dated.or_else(|| self.prices.first())?;
        let tier = dated.tiers.iter().rev();
        tier.filter(|tier| tier.prompt_above == 0 || prompt.0 > tier.prompt_above)
            .map(|tier| &tier.prices)
            .next()
    }

    /// What `usage` costs at `now`, exactly; `None` for a retired model.
    pub fn cost(&self, now: UnixMillis, usage: &TokenUsage) -> Option<NanoUsd> {
        Some(self.prices(now, usage.prompt())?.cost(usage))
    }

    /// The most that a request can cost at `now` whose prompt has at most `prompt` tokens and whose answer at most
    /// `output`: every input token in its dearest class, in the dearest price tier that the prompt can reach. `None` for
    /// a retired model.
    pub fn worst_case(
        &self,
        now: UnixMillis,
        prompt: TokenCount,
        output: TokenCount,
    ) -> Option<NanoUsd> {
        let cost = |prices: &Prices| {
            let input = prices.dearest_input().times(prompt);
            input.saturating_add(prices.output.times(output))
        };
        let small = self.prices(now, TokenCount(0))?;
        let large = self.prices(now, prompt)?;
        Some(cost(small).max(cost(large)))
    }

    /// The most output tokens that a request can ask at `now` whose prompt has at most `prompt` tokens, so that its worst case
    /// stays within `budget`; zero where the prompt alone may cost more. `None` for a retired model.
    pub fn output_within(
        &self,
        now: UnixMillis,
        prompt: TokenCount,
        budget: NanoUsd,
    ) -> Option<TokenCount> {
        let bought = |prices: &Prices| {
            let left = budget.saturating_sub(prices.dearest_input().times(prompt));
            left.0
                .checked_div(u64::from(prices.output.0))
                .unwrap_or(u64::MAX)
        };
        let small = self.prices(now, TokenCount(0))?;
        let large = self.prices(now, prompt)?;
        Some(TokenCount(bought(small).min(bought(large))))
    }

    /// Whether the model can be asked how much effort to spend.
    pub const fn accepts_effort(&self) -> bool {
        !self.efforts.is_empty()
    }

    /// Whether the model can be asked to spend this much effort.
    pub fn accepts(&self, effort: Effort) -> bool {
        self.efforts.contains(&effort)
    }

    /// Whether the model can still be asked at `now`.
    pub fn is_available(&self, now: UnixMillis) -> bool {
        match self.lifecycle {
            Lifecycle::Active | Lifecycle::Legacy => true,
            Lifecycle::Ends { on, .. } => now.day() < on,
        }
    }
}

/// The size classes of Claude, smallest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Quick and cheap.
    Haiku,
    /// The middle.
    Sonnet,
    /// For hard work.
    Opus,
    /// For the hardest.
    Fable,
}

/// Where a model is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifecycle {
    /// Of the current line.
    Active,
    /// Still answers; a newer one of its tier exists.
    Legacy,
    /// Answers until the day before `on`, then is not found any more.
    Ends {
        /// The first day without it.
        on: Day,
        /// The model to ask instead: the current one of the same tier.
        use_instead: &'static str,
    },
}

/// Which tokenizer a model uses. None is published; the newer one makes about 30 % more tokens of the same text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tokenizer {
    /// Models up to 4.6.
    UpTo46,
    /// Models from 4.7 on.
    From47,
}

/// How a model thinks before it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thinking {
    /// Only when told to, with a token budget.
    Extended,
    /// As it sees fit, steered by effort; it can be switched off.
    Adaptive,
    /// As it sees fit, and it cannot be switched off.
    Always,
}

/// Prices from one day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatedPrices {
    /// The first day with these prices.
    pub from: Day,
    /// Prices by prompt size, smallest first; the first tier holds from no token on.
    pub tiers: &'static [PriceTier],
}

/// Prices of requests above a prompt size. The whole request has the price of its tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceTier {
    /// The tier holds for prompts of more tokens than this.
    pub prompt_above: u64,
    /// What the tokens cost.
    pub prices: Prices,
}

#[cfg(test)]
mod tests;
