//! `[budget]`: what may be spent, by whom, and in which time.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};
use shared::money::NanoUsd;

use super::{Problems, WebhookUrl, nearest};

/// `[budget]`: what may be spent, in US dollars, such as `"2.50"`. Days and months are those of UTC. Zero means that nothing may be spent;
/// a limit that is absent does not hold. A request has to fit into every budget that it counts towards, with the most that it can cost.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct BudgetConfig {
    /// Dollars that everybody together may spend in a day, such as `"2.50"`. Where neither this nor `per_month` is set, a real key gets a
    /// dollar a day; so does the stand-in, to show how it looks.
    #[serde(deserialize_with = "dollars")]
    pub per_day: Option<NanoUsd>,
    /// Dollars that everybody together may spend in a month, such as `"50"`.
    #[serde(deserialize_with = "dollars")]
    pub per_month: Option<NanoUsd>,
    /// The same for each environment by its name, such as `{ production = { per_day = "10", per_month = "200" } }`. `chat.environment` and
    /// `access.environment` say which one a request belongs to.
    pub environments: BTreeMap<String, Limit>,
    /// Dollars that one access token may spend in a day, such as `"5"`.
    #[serde(deserialize_with = "dollars")]
    pub token_per_day: Option<NanoUsd>,
    /// Dollars that one access token may spend in a month, such as `"50"`.
    #[serde(deserialize_with = "dollars")]
    pub token_per_month: Option<NanoUsd>,
    /// Dollars that one browser session may spend in a day, such as `"0.50"`. A visitor can open another: `address_per_day` is what holds
    /// them then.
    #[serde(deserialize_with = "dollars")]
    pub session_per_day: Option<NanoUsd>,
    /// Dollars that may be spent in a day from one address, such as `"1"`; an IPv6 network of 64 bits counts as one.
    #[serde(deserialize_with = "dollars")]
    pub address_per_day: Option<NanoUsd>,
    /// Where to send a word when half, four fifths or all of a budget of everybody's, of an environment or of a token is spent, once in its day
    /// or month, such as `https://hooks.example.org/budget`. A JSON object is posted there, whose `text` chat services show.
    pub alert_webhook: Option<WebhookUrl>,
}

/// What one scope may spend. What is absent does not hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limit {
    /// Dollars in a UTC day.
    #[serde(deserialize_with = "dollars", skip_serializing_if = "Option::is_none")]
    pub per_day: Option<NanoUsd>,
    /// Dollars in a UTC month.
    #[serde(deserialize_with = "dollars", skip_serializing_if = "Option::is_none")]
    pub per_month: Option<NanoUsd>,
}

/// What each scope may spend.
#[derive(Clone, Debug, Default)]
pub struct BudgetLimits {
    /// Everybody together.
    pub overall: Limit,
    /// Everybody in one environment.
    pub environments: BTreeMap<Arc<str>, Limit>,
    /// Whoever uses one access token.
    pub token: Limit,
    /// One browser session.
    pub session: Limit,
    /// One client address.
    pub address: Limit,
}

/// What may be spent in a day with a key and no word about money: enough to try things, too little to hurt.
pub const DEFAULT_DAILY_BUDGET: NanoUsd = NanoUsd::from_usd(1);

impl BudgetConfig {
    /// Whether somebody chose what everybody together may spend, rather than nobody.
    pub const fn is_chosen(&self) -> bool {
        self.per_day.is_some() || self.per_month.is_some()
    }

    /// Notes environments that cannot be meant: once some are listed, those that requests belong to must be among them, so that no limit
    /// fails to hold for a slip of the pen.
    pub(super) fn check(&self, used: &[(&str, &str)], problems: &mut Problems) {
        for (setting, name) in used {
            if !self.environments.is_empty() && !self.environments.contains_key(*name) {
                problems.add(
                    setting,
                    format!("{name:?} is not listed in budget.environments, so that no limit of an environment would hold"),
                    nearest::one_of(name, self.environments.keys().map(String::as_str)),
                );
            }
        }
    }

    /// What each scope may spend.
    pub fn limits(&self) -> BudgetLimits {
        let per_day = if self.is_chosen() {
            self.per_day
        } else {
            Some(DEFAULT_DAILY_BUDGET)
        };
        let environments = self.environments.iter();
        let limit = |per_day, per_month| Limit { per_day, per_month };
        BudgetLimits {
            overall: limit(per_day, self.per_month),
            environments: environments
                .map(|(name, limit)| (Arc::from(name.as_str()), *limit))
                .collect(),
            token: limit(self.token_per_day, self.token_per_month),
            session: limit(self.session_per_day, None),
            address: limit(self.address_per_day, None),
        }
    }
}

/// Reads dollars from a string or a whole number. A decimal number without quotes is refused: it would be a binary fraction.
fn dollars<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NanoUsd>, D::Error> {
    #[derive(Deserialize)]
    #[serde(
        untagged,
        expecting = "dollars in quotes, such as \"2.50\", or a whole number"
    )]
    enum Dollars {
        Whole(u64),
        Text(String),
    }
    match Dollars::deserialize(deserializer)? {
        Dollars::Whole(dollars) => Ok(Some(NanoUsd::from_usd(dollars))),
        Dollars::Text(text) => text.parse().map(Some).map_err(serde::de::Error::custom),
    }
}
