//! What to try first: each example shows off one thing.

use shared::models::Catalogue;
use shared::policy::Policy;

use super::settings::Settings;

/// An example prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Example {
    /// What it shows.
    pub(crate) title: &'static str,
    /// What to expect.
    pub(crate) hint: &'static str,
    /// What it asks; where it says `KEY`, what looks like a key belongs.
    pub(crate) prompt: &'static str,
    /// Whether it asks the dearest model for the longest answer, so that the preflight has something to say.
    pub(crate) is_dear: bool,
}

/// The examples, in the order in which they are shown.
pub(crate) const EXAMPLES: [Example; 4] = [
    Example {
        title: "A long answer",
        hint: "Watch it stream, scroll away, stop it halfway.",
        prompt: "Explain in detail how a request travels from this page to Claude and back, and why the API key never reaches my browser.",
        is_dear: false,
    },
    Example {
        title: "Some code",
        hint: "Fenced code with its language and a copy button.",
        prompt: "Write a Rust function that parses a duration such as \"1h30m\" into seconds, with tests.",
        is_dear: false,
    },
    Example {
        title: "A pasted key",
        hint: "Made up here. The preflight sees it and cuts it out.",
        prompt: "Why does this answer 401?\n\ncurl https://api.anthropic.com/v1/models -H 'x-api-key: KEY'",
        is_dear: false,
    },
    Example {
        title: "A dear request",
        hint: "The preflight prices it before it costs anything.",
        prompt: "Write a complete handbook on securing a service that spends money on behalf of its visitors, one chapter a threat.",
        is_dear: true,
    },
];

/// What a key of Anthropic's begins with, and what is behind that, in parts: nothing that looks like a whole key is in the page, so
/// that whoever searches it for one finds nothing.
const KEY_BEGINS: [&str; 3] = ["sk-", "ant-", "api03-"];
/// Characters between a key's beginning and its end.
const KEY_CHARS: usize = 93;
/// What a key ends in.
const KEY_ENDS: &str = "AA";
/// Characters that keys are made of.
const KEY_ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// What has the form of a key and opens nothing: its characters come from a fixed sequence that mixes well.
fn made_up_key() -> String {
    let mut key = KEY_BEGINS.concat();
    let mut state = 2_463_534_242_u32;
    for _ in 0..KEY_CHARS {
        // Marsaglia's xorshift: three shifts that go through every number but zero.
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let letter = KEY_ALPHABET.get((state >> 26) as usize);
        key.extend(letter.map(|letter| char::from(*letter)));
    }
    key.push_str(KEY_ENDS);
    key
}

impl Example {
    /// What it puts into the composer.
    pub(crate) fn text(&self) -> String {
        self.prompt.replace("KEY", &made_up_key())
    }

    /// Chooses what the example needs to show off its thing.
    pub(crate) fn choose(&self, settings: &mut Settings, policy: &Policy) {
        if !self.is_dear {
            return;
        }
        let catalogue = Catalogue::builtin();
        let dearest = policy
            .models
            .iter()
            .filter_map(|id| catalogue.find(id))
            .max_by_key(|model| model.tier);
        settings.model = dearest.map(|model| model.id.to_owned());
        settings.output_cap = Some(policy.output_tokens_max);
    }
}

#[cfg(test)]
mod tests {
    use shared::policy::OnSecret;
    use shared::preflight::secrets;

    use super::*;

    #[test]
    fn one_example_pastes_what_the_scanner_takes_for_a_key() {
        let keys = EXAMPLES.map(|example| secrets::scan(&example.text()).len());
        assert_eq!(keys, [0, 0, 1, 0]);
    }

    #[test]
    fn the_dear_example_asks_the_highest_tier_for_the_most() {
        let policy = Policy {
            models: vec!["claude-haiku-5-5".to_owned(), "claude-opus-5-5".to_owned()],
            output_tokens_max: 16_384,
            output_tokens_default: 4_096,
            messages_max: 10,
            request_bytes_max: 1_000,
            system_bytes: 0,
            budget_left: None,
            on_secret: OnSecret::Block,
            prompt_caching: false,
        };
        for example in EXAMPLES {
            let mut settings = Settings::default();
            example.choose(&mut settings, &policy);
            let is_opus = settings.model.as_deref() == Some("claude-opus-5-5");
            assert_eq!(is_opus, example.is_dear);
            assert_eq!(settings.output_cap.is_some(), example.is_dear);
        }
    }
}
