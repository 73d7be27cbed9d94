//! What Claude answered: its words, its thoughts folded, what it cost, and what went wrong.

use leptos::prelude::*;

use super::copy_button::CopyButton;
use super::error_card::ErrorCard;
use super::icon::{Icon, draw};
use super::markdown::Markdown;
use crate::markdown::{Growing, visible};
use crate::state::message::{Message, Shown, Status};
use crate::state::words;

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
) -> impl IntoView {
    let blocks = Memo::new_owning(move |before: Option<Growing>| {
        let mut growing = before.unwrap_or_default();
        let message = message.get();
        let has_changed = if message.is_streaming() {
            growing.grow(&message.text)
        } else {
            growing.finish(&message.text)
        };
        (growing, has_changed)
    });
    let status = Memo::new(move |_| message.with(|message| message.status));
    let is_waiting = Memo::new(move |_| {
        message.with(|message| {
            message.is_streaming() && message.text.is_empty() && message.thinking.is_empty()
        })
    });
    let on_copy = actions.on_copy;
    view! {
        <article
            class="answer"
            data-testid="message-assistant"
            data-state=move || status.get().as_str()
            aria-busy=move || (status.get() == Status::Streaming).then_some("true")
        >
            <h2 class="who">{move || message.with(|message| name_of(message))}</h2>
            <Thoughts message />
            <Show when=move || is_waiting.get()>
                <p class="waiting">
                    <span></span>
                    <span></span>
                    <span></span>
                    <span class="unseen">"Waiting for the first word"</span>
                </p>
            </Show>
            <div class="prose">
                <Markdown blocks on_copy />
            </div>
            {move || {
                (status.get() != Status::Streaming)
                    .then(|| view! { <Ending message=message.get_untracked() may_ask actions /> })
            }}
        </article>
    }
}

fn name_of(message: &Message) -> String {
    let model = message.model.as_deref();
    model.map_or_else(|| "Claude".to_owned(), words::model_name)
}

/// What the model thought, folded.
#[component]
fn Thoughts(message: Memo<Shown>) -> impl IntoView {
    let has_some = Memo::new(move |_| message.with(|message| !message.thinking.is_empty()));
    view! {
        <Show when=move || has_some.get()>
            <details class="thoughts">
                <summary>"Thinking"</summary>
                <p dir="auto">{move || message.with(|message| visible(&message.thinking))}</p>
            </details>
        </Show>
    }
}

/// What stands below an answer that is over.
#[component]
fn Ending(message: Shown, may_ask: Signal<bool>, actions: AnswerActions) -> impl IntoView {
    let AnswerActions {
        on_again,
        on_copy,
        curl,
    } = actions;
    let text = message.0.clone();
    let card = message.error.clone().map(|error| {
        let on_retry = error.kind.is_retryable().then_some(on_again);
        view! { <ErrorCard error curl=Some(curl) on_retry on_copy /> }
    });
    let note =
        note_on(&message).map(|note| view! { <p class="note">{draw(Icon::Info)} {note}</p> });
    let copy = (!message.text.is_empty()).then(|| {
        let text = Callback::new(move |()| visible(&text.text));
        view! { <CopyButton label="Copy" test_id="copy" text on_copy /> }
    });
    let again = if message.status == Status::Done {
        "Regenerate"
    } else {
        "Retry"
    };
    view! {
        {note}
        {card}
        <div class="tools">
            {copy}
            <button
                type="button"
                class="quiet"
                data-testid="regenerate"
                disabled=move || !may_ask.get()
                on:click=move |_| on_again.run(())
            >
                {draw(Icon::Again)}
                <span>{again}</span>
            </button>
            {spent(&message)}
        </div>
    }
}

/// What an answer took, in figures.
fn spent(message: &Message) -> Option<AnyView> {
    let usage = message.usage.as_ref()?;
    let tokens = format!(
        "{} in, {} out",
        words::count(usage.tokens.prompt().0),
        words::count(usage.tokens.output.0)
    );
    let cost = words::money(usage.cost_nano_usd);
    Some(view! { <span class="spent" data-testid="spent">{tokens} " · " {cost}</span> }.into_any())
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
