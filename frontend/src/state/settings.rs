//! What the person chose, kept on this device.

use serde::{Deserialize, Serialize};
use shared::api::chat::Effort;
use shared::models::Catalogue;
use shared::policy::Policy;
use shared::preflight::AUTO;

use super::chat::ChatId;

/// The choices. Unknown fields of a newer page are dropped, missing ones get their defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    /// Light, dark, or as the system says.
    pub(crate) theme: Theme,
    /// The model to ask; the policy's first where absent or not allowed.
    pub(crate) model: Option<String>,
    /// The effort to ask for; the model's default where absent.
    pub(crate) effort: Option<Effort>,
    /// The output cap to ask for; the policy's default where absent.
    pub(crate) output_cap: Option<u32>,
    /// Whether chats and drafts are kept on this device.
    pub(crate) keeps_history: bool,
    /// The chat to open at the next visit.
    pub(crate) open_chat: Option<ChatId>,
    /// Whether the list of chats has its column, on screens that have room for it.
    pub(crate) shows_history: bool,
    /// Whether the preflight has its column, on screens that have room for it.
    pub(crate) shows_preflight: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            model: None,
            effort: None,
            output_cap: None,
            keeps_history: true,
            open_chat: None,
            shows_history: true,
            shows_preflight: true,
        }
    }
}

impl Settings {
    /// The model that a request would name under `policy`: the chosen one while it is allowed, else the first. Where there are
    /// several, the choice can be left to the rules.
    pub(crate) fn model_under(&self, policy: &Policy) -> String {
        let chosen = self.model.as_ref();
        let is_allowed = |model: &String| {
            policy.models.contains(model) || (model == AUTO && policy.models.len() > 1)
        };
        chosen
            .filter(|model| is_allowed(model))
            .or_else(|| policy.models.first())
            .cloned()
            .unwrap_or_default()
    }

    /// The effort that a request for `model` would name: the chosen one, where the model takes it.
    pub(crate) fn effort_for(&self, model: &str, catalogue: &Catalogue) -> Option<Effort> {
        let levels = efforts_of(model, catalogue);
        self.effort.filter(|effort| levels.contains(effort))
    }

    /// The output cap that a request would name under `policy`: never more than it allows.
    pub(crate) fn output_cap_under(&self, policy: &Policy) -> u32 {
        self.output_cap
            .unwrap_or(policy.output_tokens_default)
            .min(policy.output_tokens_max)
    }
}

/// The levels of effort that `model` takes; none where it is unknown. To the rules that choose a model each level says something of
/// the work.
pub(crate) fn efforts_of(model: &str, catalogue: &Catalogue) -> &'static [Effort] {
    if model == AUTO {
        return &Effort::ALL;
    }
    catalogue.find(model).map_or(&[], |model| model.efforts)
}

/// The colours of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Ink on paper.
    Light,
    /// Paper on ink.
    Dark,
}

impl Theme {
    /// The name that the document's `data-theme` has; none for the system's choice.
    pub(crate) const fn attribute(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    /// What people call it.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::System => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The one after it, in the order in which the button goes round.
    #[must_use]
    pub(crate) const fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::policy::OnSecret;

    use super::*;

    fn policy() -> Policy {
        Policy {
            models: vec!["claude-haiku-5-5".to_owned(), "claude-opus-4-5".to_owned()],
            output_tokens_max: 4_096,
            output_tokens_default: 1_024,
            messages_max: 10,
            request_bytes_max: 1_000,
            system_bytes: 0,
            budget_left: None,
            on_secret: OnSecret::Block,
            prompt_caching: false,
        }
    }

    #[test]
    fn a_model_that_is_not_allowed_any_more_gives_way_to_the_first() {
        let settings = Settings {
            model: Some("claude-opus-5-5".to_owned()),
            ..Settings::default()
        };
        assert_eq!(settings.model_under(&policy()), "claude-haiku-5-5");
    }

    #[test]
    fn the_choice_is_left_to_the_rules_only_where_there_is_one() {
        let settings = Settings {
            model: Some(AUTO.to_owned()),
            ..Settings::default()
        };
        let mut policy = policy();
        assert_eq!(settings.model_under(&policy), AUTO);
        policy.models.truncate(1);
        assert_eq!(settings.model_under(&policy), "claude-haiku-5-5");
    }

    #[test]
    fn effort_is_left_out_where_the_model_does_not_take_it() {
        let most = Some(Effort::Max);
        let settings = Settings {
            effort: most,
            ..Settings::default()
        };
        let catalogue = Catalogue::builtin();
        assert_eq!(settings.effort_for("claude-haiku-5-5", &catalogue), most);
        assert_eq!(settings.effort_for("claude-opus-4-5", &catalogue), None);
        assert_eq!(settings.effort_for(AUTO, &catalogue), most);
    }

    #[test]
    fn the_output_cap_never_passes_the_policys() {
        let settings = Settings {
            output_cap: Some(16_384),
            ..Settings::default()
        };
        assert_eq!(settings.output_cap_under(&policy()), 4_096);
        assert_eq!(Settings::default().output_cap_under(&policy()), 1_024);
    }

    #[test]
    fn settings_of_another_version_of_the_page_still_read() {
        let read: Settings = serde_json::from_str(r#"{"theme":"dark","gone":1}"#).expect("reads");
        assert_eq!(read.theme, Theme::Dark);
        assert!(read.keeps_history);
    }

    #[test]
    fn the_theme_button_goes_round() {
        let theme = Theme::System;
        assert_eq!(theme.next().next().next(), theme);
    }
}
