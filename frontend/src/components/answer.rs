//! What Claude answered: its words, its thoughts folded, what it cost, and what went wrong.

use leptos::prelude::*;

use super::button::Button;
use super::copy_button::CopyButton;
use super::error_card::{Remedies, draw_error};
use super::icon::{Icon, draw};
use super::markdown;
use super::part::{IntoPart, Part, nothing, shown};
use crate::markdown::{Growing, visible};
use crate::state::message::{Message, Shown, Status};
use crate::state::words;

/// The hook for tests of what asks for an answer once more, wherever it stands.
const AGAIN: &str = "regenerate";

/// What can be done with an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AnswerActions {
    /// Asks for it once more.
    pub(crate) on_again: Callback<()>,
    /// Copies.
    pub(crate) on_copy: Callback<String>,
    /// The request that brought it, as a command.
    pub(crate) curl: Callback<(), String>,
}

/// One answer, which may still be growing.
#[component]
pub(crate) fn Answer(
    /// The message.
    message: Memo<Shown>,
    /// Whether the answer could be asked for once more now.
    #[prop(into)]
    may_ask: Signal<bool>,
    /// What can be done with it.
    actions: AnswerActions,
) -> Part {
    let text = Memo::new_owning(move |before: Option<Growing>| {
        let mut growing = before.unwrap_or_default();
        let has_grown = message.with(|message| growing.grow(&message.text));
        (growing, has_grown)
    });
    let is_over = Memo::new(move |_| message.with(|message| !message.is_streaming()));
    let state = move || message.with(|message| message.status.as_str().to_owned());
    let name = Signal::derive(move || message.with(|message| name_of(message)));
    let ending = shown(is_over.into(), move || {
        draw_ending(&message.get_untracked(), may_ask, actions)
    });
    view! {
        <article
            class="answer"
            data-testid="message-assistant"
            data-state=Signal::derive(state)
            aria-busy=Signal::derive(move || (!is_over.get()).to_string())
        >
            <h2 class="who">{name}</h2>
            {draw_thoughts(message)}
            {draw_wait(message)}
            <div class="prose">{markdown::draw(text, actions.on_copy)}</div>
            {ending}
        </article>
    }
    .part()
}

fn name_of(message: &Message) -> String {
    let model = message.model.as_deref();
    model.map_or_else(|| "Claude".to_owned(), words::model_name)
}

/// What the model thought, folded.
fn draw_thoughts(message: Memo<Shown>) -> Part {
    let has_some = move || message.with(|message| !message.thinking.is_empty());
    let thoughts = Signal::derive(move || message.with(|message| visible(&message.thinking)));
    shown(Signal::derive(has_some), move || {
        view! {
            <details class="thoughts">
                <summary>"Thinking"</summary>
                <p dir="auto">{thoughts}</p>
            </details>
        }
        .part()
    })
}

/// What stands there until the first word comes.
fn draw_wait(message: Memo<Shown>) -> Part {
    let is_waiting = move || {
        message.with(|message| {
            message.is_streaming() && message.text.is_empty() && message.thinking.is_empty()
        })
    };
    shown(Signal::derive(is_waiting), || {
        view! {
            <p class="waiting">
                <span></span>
                <span></span>
                <span></span>
                <span class="unseen">"Waiting for the first word"</span>
            </p>
        }
        .part()
    })
}

/// What stands below an answer that is over.
fn draw_ending(message: &Shown, may_ask: Signal<bool>, actions: AnswerActions) -> Part {
    let AnswerActions {
        on_again,
        on_copy,
        curl,
    } = actions;
    let note = note_on(message).map_or_else(nothing, |note| {
        view! { <p class="note">{draw(Icon::Info)} {note}</p> }.part()
    });
    let card = message.error.as_ref().map_or_else(nothing, |error| {
        let on_retry = error.kind.is_retryable().then_some((AGAIN, on_again));
        let curl = Some(curl);
        draw_error(
            error,
            Remedies {
                on_retry,
                curl,
                on_copy,
            },
        )
    });
    let copy = if message.text.is_empty() {
        nothing()
    } else {
        let message = message.clone();
        let text = Callback::new(move |()| visible(&message.text));
        view! { <CopyButton label="Copy" test_id="copy" text on_copy /> }.part()
    };
    let offers_retry = message
        .error
        .as_ref()
        .is_some_and(|error| error.kind.is_retryable());
    let again = if offers_retry {
        nothing()
    } else {
        let label = if message.status == Status::Done {
            "Regenerate"
        } else {
            "Retry"
        };
        let is_disabled = Signal::derive(move || !may_ask.get());
        view! {
            <Button look="quiet" test_id=AGAIN icon=Icon::Again label is_disabled on_press=on_again />
        }
        .part()
    };
    view! {
        {note}
        {card}
        <div class="tools">
            {copy} {again}
            <span class="spent" data-testid="spent">{spent(message)}</span>
        </div>
    }
    .part()
}

/// What an answer took, in figures; empty where nobody said.
fn spent(message: &Message) -> String {
    let Some(usage) = &message.usage else {
        return String::new();
    };
    let (input, output) = (usage.tokens.prompt(), usage.tokens.output);
    let cost = words::money(usage.cost_nano_usd);
    format!(
        "{} in, {} out · {cost}",
        words::count(input.0),
        words::count(output.0)
    )
}

/// Why an answer is not what was asked for, where it is not.
fn note_on(message: &Message) -> Option<&'static str> {
    match (message.status, message.stop_reason.as_deref()) {
        (Status::Interrupted, _) if message.error.is_none() => {
            Some("Interrupted: this answer was stopped before its end.")
        }
        (Status::Interrupted, _) => Some("Interrupted: this is the part that arrived."),
        (Status::Done, Some("max_tokens")) => {
            Some("Cut at the output cap. Choose a longer one below and regenerate.")
        }
        (Status::Done, Some("refusal")) => Some("Claude declined to answer this."),
        (Status::Done, Some("model_context_window_exceeded")) => {
            Some("The conversation has filled the model's context. Begin a new chat.")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::message::MessageId;

    fn ended(status: Status, stop_reason: Option<&str>) -> Message {
        Message {
            status,
            stop_reason: stop_reason.map(str::to_owned),
            ..Message::answer(MessageId(1), "claude-haiku-5-5".to_owned())
        }
    }

    #[test]
    fn an_answer_that_is_not_whole_says_so() {
        assert_eq!(note_on(&ended(Status::Done, Some("end_turn"))), None);
        for message in [
            ended(Status::Interrupted, None),
            ended(Status::Done, Some("max_tokens")),
            ended(Status::Done, Some("refusal")),
        ] {
            assert!(note_on(&message).is_some(), "{message:?}");
        }
    }

    #[test]
    fn an_answer_is_signed_by_its_model() {
        assert_eq!(name_of(&ended(Status::Done, None)), "Claude Haiku 5.5");
    }
}
