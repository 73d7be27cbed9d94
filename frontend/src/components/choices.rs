//! What an answer may be made with: the model, its effort, and how long it may get.

use leptos::prelude::*;
use shared::api::chat::Effort;
use shared::models::Catalogue;
use shared::policy::Policy;
use shared::preflight::AUTO;
use shared::time::UnixMillis;

use super::part::{IntoPart, Part, nothing, redrawn};
use crate::state::settings::{Settings, efforts_of};
use crate::state::words;

/// Output caps to choose from: an answer in a paragraph, a usual one, a long one, the longest that a browser may ask for.
const OUTPUT_CAPS: [(u32, &str); 4] = [
    (1_024, "Short"),
    (4_096, "Standard"),
    (8_192, "Long"),
    (16_384, "Longest"),
];

/// One choice, as a native list: its value, what it says, and whether it is chosen.
type Choice = (String, String, bool);

/// Draws the three choices, as far as the policy leaves any. Prices have dates, so `now` says which hold.
pub(crate) fn draw_choices(
    policy: &Policy,
    settings: RwSignal<Settings>,
    now: UnixMillis,
) -> Vec<Part> {
    let listed = move |list: fn(&Settings, &Policy, UnixMillis) -> Vec<Choice>| {
        let policy = policy.clone();
        Callback::new(move |()| settings.with(|settings| list(settings, &policy, now)))
    };
    let choose_model = move |value| settings.update(|settings| settings.model = Some(value));
    let choose_effort = move |value: String| {
        let effort = Effort::ALL
            .into_iter()
            .find(|effort| effort.as_str() == value);
        settings.update(|settings| settings.effort = effort);
    };
    let choose_cap = move |value: String| {
        settings.update(|settings| settings.output_cap = value.parse().ok());
    };
    vec![
        select(
            "Model",
            "model",
            listed(model_choices),
            Callback::new(choose_model),
        ),
        select(
            "Effort",
            "effort",
            listed(effort_choices),
            Callback::new(choose_effort),
        ),
        select(
            "Output cap",
            "output-cap",
            listed(cap_choices),
            Callback::new(choose_cap),
        ),
    ]
}

/// Draws a native list; nothing where there is no choice to make.
fn select(
    label: &'static str,
    test_id: &'static str,
    choices: Callback<(), Vec<Choice>>,
    on_choose: Callback<String>,
) -> Part {
    redrawn(move || {
        let choices = choices.run(());
        if choices.is_empty() {
            return nothing();
        }
        let options = choices.into_iter().map(|(value, words, is_chosen)| {
            view! { <option value=value selected=is_chosen>{words}</option> }.part()
        });
        view! {
            <select
                class="choice"
                aria-label=label
                title=label
                data-testid=test_id
                on:change:target=move |event| on_choose.run(event.target().value())
            >
                {options.collect::<Vec<_>>()}
            </select>
        }
        .part()
    })
}

fn model_choices(settings: &Settings, policy: &Policy, now: UnixMillis) -> Vec<Choice> {
    let catalogue = Catalogue::builtin();
    let chosen = settings.model_under(policy);
    let choice = |id: &String| {
        let known = catalogue.find(id);
        let words = known.map(|model| words::model_with_prices(model, now));
        (
            id.clone(),
            words.unwrap_or_else(|| id.clone()),
            *id == chosen,
        )
    };
    let auto = (
        AUTO.to_owned(),
        "Auto · the preflight chooses".to_owned(),
        chosen == AUTO,
    );
    let has_choice = policy.models.len() > 1;
    let models = policy.models.iter().map(choice);
    models.chain(has_choice.then_some(auto)).collect()
}

/// The levels of effort; none where the model takes none.
fn effort_choices(settings: &Settings, policy: &Policy, _: UnixMillis) -> Vec<Choice> {
    let catalogue = Catalogue::builtin();
    let levels = efforts_of(&settings.model_under(policy), &catalogue);
    if levels.is_empty() {
        return Vec::new();
    }
    let name = |effort: Effort| match effort {
        Effort::Low => "Effort: low",
        Effort::Medium => "Effort: medium",
        Effort::High => "Effort: high",
        Effort::ExtraHigh => "Effort: extra high",
        Effort::Max => "Effort: max",
    };
    let default = (
        String::new(),
        "Effort: default".to_owned(),
        settings.effort.is_none(),
    );
    let levels = levels.iter().map(|&effort| {
        let is_chosen = settings.effort == Some(effort);
        (
            effort.as_str().to_owned(),
            name(effort).to_owned(),
            is_chosen,
        )
    });
    std::iter::once(default).chain(levels).collect()
}

/// The presets that the policy allows; what is chosen beside them is shown too.
fn cap_choices(settings: &Settings, policy: &Policy, _: UnixMillis) -> Vec<Choice> {
    let chosen = settings.output_cap_under(policy);
    let presets = OUTPUT_CAPS.into_iter();
    let mut caps: Vec<_> = presets
        .filter(|(cap, _)| *cap <= policy.output_tokens_max)
        .collect();
    if !caps.iter().any(|(cap, _)| *cap == chosen) {
        let place = caps.partition_point(|(cap, _)| *cap < chosen);
        caps.insert(place, (chosen, "Custom"));
    }
    let choice = |(cap, name): (u32, &str)| {
        let words = format!("{name} · {} tokens", words::count(u64::from(cap)));
        (cap.to_string(), words, cap == chosen)
    };
    caps.into_iter().map(choice).collect()
}

#[cfg(test)]
mod tests {
    use shared::policy::OnSecret;

    use super::*;

    const NOW: UnixMillis = UnixMillis(1_795_000_000_000);

    fn policy() -> Policy {
        Policy {
            models: vec!["claude-haiku-5-5".to_owned(), "claude-opus-5-5".to_owned()],
            output_tokens_max: 6_000,
            output_tokens_default: 2_000,
            messages_max: 10,
            request_bytes_max: 1_000,
            system_bytes: 0,
            budget_left: None,
            on_secret: OnSecret::Block,
            prompt_caching: false,
        }
    }

    #[test]
    fn models_are_the_policys_with_their_prices() {
        let choices = model_choices(&Settings::default(), &policy(), NOW);
        let ids: Vec<_> = choices.iter().map(|(id, ..)| id.as_str()).collect();
        assert_eq!(ids, ["claude-haiku-5-5", "claude-opus-5-5", AUTO]);
        assert_eq!(choices[0].1, "Haiku 5.5 · $0.10 in, $0.50 out");
        assert!(choices[0].2 && !choices[1].2);
    }

    #[test]
    fn caps_stay_within_the_policy_and_include_what_is_chosen() {
        let caps: Vec<_> = cap_choices(&Settings::default(), &policy(), NOW)
            .into_iter()
            .map(|(value, _, is_chosen)| (value, is_chosen))
            .collect();
        let expected = [("1024", false), ("2000", true), ("4096", false)];
        assert_eq!(
            caps,
            expected.map(|(value, chosen)| (value.to_owned(), chosen))
        );
    }

    #[test]
    fn exactly_one_effort_is_chosen() {
        let settings = Settings {
            effort: Some(Effort::Max),
            ..Settings::default()
        };
        let chosen = effort_choices(&settings, &policy(), NOW)
            .into_iter()
            .filter(|choice| choice.2);
        assert_eq!(chosen.map(|choice| choice.0).collect::<Vec<_>>(), ["max"]);
    }
}
