//! What Claude answered: its words, its thoughts folded, what it cost, and what went wrong.

use leptos::prelude::*;
use shared::error::{ApiError, ErrorKind};
use shared::money::NanoUsd;

use super::button::Button;
use super::copy_button::CopyButton;
use super::error_card::{Remedies, draw_error};
use super::icon::{Icon, draw};
use super::markdown;
use super::part::{IntoPart, Part, nothing, redrawn, several, shown};
use super::xray_panel::XRAY_ID;
use crate::markdown::{Growing, visible};
use crate::state::chat::CARRY_ON;
use crate::state::message::{Message, Shown, Status};
use crate::state::words;

/// The hook for tests of what asks for an answer once more, wherever it stands.
const AGAIN: &str = "regenerate";

/// What may be done with an answer now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AnswerChances {
    /// Whether it could be asked for once more.
    pub(crate) may_ask: Signal<bool>,
    /// Whether it could be carried on.
    pub(crate) may_carry_on: Signal<bool>,
    /// How long until it is asked for once more by itself; empty where it is not.
    pub(crate) wait: Signal<String>,
    /// Whether the server tells how requests went.
    pub(crate) has_xray: Signal<bool>,
    /// Whether this one's way is looked at.
    pub(crate) shows_xray: Signal<bool>,
}

/// What can be done with an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AnswerActions {
    /// Asks for it once more.
    pub(crate) on_again: Callback<()>,
    /// Asks for its rest.
    pub(crate) on_carry_on: Callback<()>,
    /// Asks once more now, in place of waiting.
    pub(crate) on_now: Callback<()>,
    /// Asks once more not at all, in place of waiting.
    pub(crate) on_cancel: Callback<()>,
    /// Looks at how its request went.
    pub(crate) on_xray: Callback<()>,
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
    /// What may be done with it now.
    chances: AnswerChances,
    /// What can be done with it.
    actions: AnswerActions,
) -> Part {
    let text = Memo::new_owning(move |before: Option<Growing>| {
        let mut growing = before.unwrap_or_default();
        let has_grown = message.with(|message| growing.grow(&message.text, message.seams));
        (growing, has_grown)
    });
    let is_over = Memo::new(move |_| message.with(|message| !message.is_streaming()));
    let state = move || message.with(|message| message.status.as_str().to_owned());
    let name = Signal::derive(move || message.with(|message| name_of(message)));
    let ending = shown(is_over.into(), move || {
        draw_ending(&message.get_untracked(), chances, actions)
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
            <div class="prose">{markdown::draw(text, actions.on_copy)}</div>
            {draw_wait(message)}
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

/// What stands there until the next word comes: before the first one, or where an answer is carried on.
fn draw_wait(message: Memo<Shown>) -> Part {
    let is_waiting = move || message.with(|message| message.is_waiting());
    let place = move || {
        message.with(|message| {
            message
                .queued
                .as_ref()
                .map(words::place)
                .unwrap_or_default()
        })
    };
    shown(Signal::derive(is_waiting), move || {
        view! {
            <p class="waiting">
                <i></i>
                <i></i>
                <i></i>
                <span class="unseen">"Waiting for the first word"</span>
                <span class="place" data-testid="queue">{Signal::derive(place)}</span>
            </p>
        }
        .part()
    })
}

/// What stands below an answer that is over.
fn draw_ending(message: &Shown, chances: AnswerChances, actions: AnswerActions) -> Part {
    let note = note_on(message).map_or_else(nothing, |note| {
        view! { <p class="note">{draw(Icon::Info)} {note}</p> }.part()
    });
    let copy = if message.text.is_empty() {
        nothing()
    } else {
        let on_copy = actions.on_copy;
        let message = message.clone();
        let text = Callback::new(move |()| visible(&message.text));
        view! { <CopyButton label="Copy" test_id="copy" text on_copy /> }.part()
    };
    let (card, again) = match &message.error {
        Some(error) if is_worth_asking_again(error.kind) => {
            let again = draw_second_chance(message, chances, actions);
            (draw_card(error, vec![again], actions), Vec::new())
        }
        Some(error) => {
            let card = draw_card(error, Vec::new(), actions);
            (card, draw_again(message, "quiet", chances, actions))
        }
        None => (nothing(), draw_again(message, "quiet", chances, actions)),
    };
    let tools = view! {
        <div class="tools">
            {copy} {again} {draw_xray(message, chances, actions)}
            <span class="spent">
                <span data-testid="foreseen">{foreseen(message)}</span>
                <span data-testid="spent">{spent(message)}</span>
            </span>
        </div>
    };
    several(vec![draw_seams(message), note, card, tools.part()])
}

/// The way to look at how the request went, where the server named and remembers it.
fn draw_xray(message: &Message, chances: AnswerChances, actions: AnswerActions) -> Part {
    if message.request_id.is_none() {
        return nothing();
    }
    shown(chances.has_xray, move || {
        view! {
            <Button
                look="quiet"
                test_id="xray-open"
                icon=Icon::Xray
                label="X-ray"
                opens=Some((XRAY_ID, chances.shows_xray))
                on_press=actions.on_xray
            />
        }
        .part()
    })
}

/// Whether the card itself offers to ask again.
fn is_worth_asking_again(kind: ErrorKind) -> bool {
    kind.is_retryable() || kind == ErrorKind::DuplicateRequest
}

fn draw_card(error: &ApiError, remedies: Vec<Part>, actions: AnswerActions) -> Part {
    draw_error(
        error,
        Remedies {
            actions: remedies,
            curl: Some(actions.curl),
            on_copy: actions.on_copy,
        },
    )
}

/// What a card offers: to wait for the second attempt, where there is one, else to ask again.
fn draw_second_chance(message: &Shown, chances: AnswerChances, actions: AnswerActions) -> Part {
    let wait = chances.wait;
    let is_waiting = Memo::new(move |_| wait.with(|wait| !wait.is_empty()));
    let message = message.clone();
    redrawn(move || {
        if is_waiting.get() {
            draw_countdown(wait, actions)
        } else {
            several(draw_again(&message, "solid", chances, actions))
        }
    })
}

/// The wait for the second attempt. It is told to nobody second by second: what is said aloud is said once, when it begins.
fn draw_countdown(wait: Signal<String>, actions: AnswerActions) -> Part {
    let AnswerActions {
        on_now, on_cancel, ..
    } = actions;
    let left = view! {
        <p class="countdown" role="timer" aria-live="off" data-testid="countdown">
            "The page sends once more in " <strong>{wait}</strong>
        </p>
    };
    let now = view! { <Button look="solid" test_id="send-now" icon=Icon::Again label="Send now" on_press=on_now /> };
    let cancel = view! { <Button look="quiet" test_id="cancel-retry" icon=Icon::Cross label="Cancel" on_press=on_cancel /> };
    several(vec![left.part(), now.part(), cancel.part()])
}

/// The ways to ask again: for the rest of what broke off, or for the whole anew. The first of them has the look `main`.
fn draw_again(
    message: &Shown,
    main: &'static str,
    chances: AnswerChances,
    actions: AnswerActions,
) -> Vec<Part> {
    let may_carry_on = chances.may_carry_on;
    let carry_on = if message.is_cut() {
        shown(may_carry_on, move || {
            let on_press = actions.on_carry_on;
            view! { <Button look=main test_id="carry-on" icon=Icon::Forward label="Carry on" on_press /> }
                .part()
        })
    } else {
        nothing()
    };
    let look = if message.is_cut() { "quiet" } else { main };
    let label = match (&message.error, message.status) {
        (_, Status::Done) => "Regenerate",
        (Some(error), _) if error.kind == ErrorKind::DuplicateRequest => "Ask anew",
        (Some(_), Status::Error) => "Try again",
        _ => "Ask again",
    };
    let is_disabled = Signal::derive(move || !chances.may_ask.get());
    let on_press = actions.on_again;
    let again = view! { <Button look test_id=AGAIN icon=Icon::Again label is_disabled on_press /> };
    vec![carry_on, again.part()]
}

/// Says that an answer was put together, and what Claude was told for that.
fn draw_seams(message: &Message) -> Part {
    let times = match message.seams {
        0 => return nothing(),
        1 => "once".to_owned(),
        seams => format!("{seams} times"),
    };
    view! {
        <details class="thoughts" data-testid="seams">
            <summary>{format!("Broke off and was carried on {times}")}</summary>
            <p>
                "Claude was sent the part that had arrived, and behind it: “" {CARRY_ON}
                "” The two parts are joined at the last word of the first."
            </p>
        </details>
    }
    .part()
}

/// What was foreseen of an answer, beside what it took; empty where either is not known, or where it took more than one request.
fn foreseen(message: &Message) -> String {
    let foreseen = message.foreseen.as_ref();
    let is_whole = message.usage.is_some() && message.seams == 0;
    foreseen
        .filter(|_| is_whole)
        .map_or_else(String::new, words::foreseen)
}

/// What an answer took, in figures; empty where nobody said.
fn spent(message: &Message) -> String {
    let Some(usage) = &message.usage else {
        return String::new();
    };
    let (input, output) = (usage.tokens.prompt(), usage.tokens.output);
    let cost = words::money(usage.cost_nano_usd);
    let told = format!(
        "{} in, {} out · {cost}",
        words::count(input.0),
        words::count(output.0)
    );
    match usage.saved_nano_usd {
        NanoUsd::ZERO => told,
        saved => told + ", " + &words::money(saved) + " saved by the cache",
    }
}

/// Why an answer is not what was asked for, where it is not.
fn note_on(message: &Message) -> Option<&'static str> {
    match (message.status, message.stop_reason.as_deref()) {
        (Status::Interrupted, _) if message.error.is_none() => {
            Some("Interrupted: this answer was stopped before its end.")
        }
        (Status::Interrupted, _) => Some("Interrupted: this is the part that arrived."),
        (Status::Done, Some("max_tokens")) => {
            Some("Cut at the output cap. Carry on, or choose a longer one below and regenerate.")
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
            ..Message::answer(
                MessageId(1),
                "claude-haiku-5-5".to_owned(),
                "key".to_owned(),
            )
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
