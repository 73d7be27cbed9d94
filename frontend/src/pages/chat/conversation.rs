//! The conversation: what was said, or what to try first.

use std::cell::Cell;
use std::sync::Arc;

use leptos::prelude::*;
use shared::api::chat::Role;
use shared::error::ApiError;
use shared::ids::RequestId;
use shared::json;

use super::{LOG_ID, copy};
use crate::app::Store;
use crate::browser::{page, scroll};
use crate::components::answer::{Answer, AnswerActions, AnswerChances};
use crate::components::button::Button;
use crate::components::composer::COMPOSER_ID;
use crate::components::error_card::{Remedies, draw_error};
use crate::components::icon::{Icon, draw};
use crate::components::part::{IntoPart, Key, Part, keyed, nothing, redrawn, several, shown};
use crate::components::question::draw_question;
use crate::components::welcome::Welcome;
use crate::state::chat::ChatState;
use crate::state::curl;
use crate::state::examples::Example;
use crate::state::message::{Message, MessageId, Shown};
use crate::state::server::ServerState;

/// The scrolling part of the page.
#[component]
pub(super) fn Conversation(
    /// What the page knows.
    store: Store,
) -> Part {
    let keys = Memo::new(move |_| store.chat.with(keys_of));
    let is_empty = Signal::derive(move || store.chat.with(ChatState::is_empty));
    let is_streaming = Memo::new(move |_| store.chat.with(ChatState::is_streaming));
    let said = Callback::new(move |(_, id): Key| draw_said(store, MessageId(id), is_streaming));
    let top = Cell::new(0);
    let has_left = Signal::derive(move || !store.follows.get());
    let to_end = Callback::new(move |()| {
        store.follows.set(true);
        store.follow();
    });
    let jump = shown(has_left, move || {
        view! { <Button look="jump" icon=Icon::Down label="Latest" on_press=to_end /> }.part()
    });
    view! {
        <div
            class="conversation"
            id=LOG_ID
            tabindex="0"
            role="region"
            aria-label="Conversation"
            on:scroll=move |_| yield_to_reader(store, &top)
        >
            {shown(is_empty, move || draw_welcome(store))}
            <div
                class="log"
                role="log"
                aria-label="Messages"
                aria-busy=Signal::derive(move || is_streaming.get().to_string())
                data-testid="log"
            >
                {keyed(keys.into(), said)}
            </div>
            {draw_server_error(store)}
            {jump}
        </div>
    }
    .part()
}

/// Stops following the end when the reader scrolls up, and follows it again from where they come back to it. An answer that grows
/// moves the end away too, but nothing up.
fn yield_to_reader(store: Store, top: &Cell<i32>) {
    let Some(place) = scroll::place(LOG_ID) else {
        return;
    };
    if place.is_at_end {
        store.follows.set(true);
    } else if place.top_px < top.get() {
        store.follows.set(false);
    }
    top.set(place.top_px);
}

fn keys_of(chat: &ChatState) -> Vec<Key> {
    let ids = chat
        .messages()
        .iter()
        .map(|message| (chat.id.0, message.id.0));
    ids.collect()
}

/// Draws one message, whoever said it.
fn draw_said(store: Store, id: MessageId, is_streaming: Memo<bool>) -> Part {
    let find = move || store.chat.with(|chat| chat.message(id).cloned());
    let message = Memo::new(move |before: Option<&Shown>| {
        // A message that was taken back is shown as it was until its view goes.
        let found = find().map(Shown).or_else(|| before.cloned());
        found.unwrap_or_else(|| Shown(Arc::new(Message::question(id, String::new()))))
    });
    let is_idle = Signal::derive(move || !is_streaming.get());
    let is_left_out = Signal::derive(move || message.with(|message| message.is_left_out));
    let left_out = shown(is_left_out, || {
        let words = "Left out of what is sent";
        view! { <p class="note left-out" data-testid="message-left-out">{draw(Icon::Cut)} {words}</p> }
            .part()
    });
    let said = match message.with_untracked(|message| message.role) {
        Role::User => {
            let on_resend = Callback::new(move |text: String| store.resend(id, &text));
            draw_question(&message.get_untracked(), is_idle, on_resend)
        }
        Role::Assistant => {
            view! { <Answer message chances=chances(store, id, is_idle) actions=actions(store, id) /> }
                .part()
        }
    };
    several(vec![left_out, said])
}

/// What may be done with the answer `id`.
fn chances(store: Store, id: MessageId, may_ask: Signal<bool>) -> AnswerChances {
    // What is waited for is the last question's answer.
    let is_last = Memo::new(move |_| store.chat.with(|chat| chat.is_last(id)));
    let wait = move || {
        let wait = store.wait.get();
        if is_last.get() { wait } else { String::new() }
    };
    AnswerChances {
        may_ask,
        may_carry_on: Signal::derive(move || store.chat.with(|chat| chat.can_carry_on(id))),
        wait: Signal::derive(wait),
        has_xray: Signal::derive(move || store.server.with(ServerState::has_xray)),
        shows_xray: Signal::derive(move || store.shows_xray_of(request_of(store, id))),
    }
}

/// What can be done with the answer `id`. What takes its own button away moves the focus to where one goes on.
fn actions(store: Store, id: MessageId) -> AnswerActions {
    let and_focus = move |act: fn(Store)| {
        Callback::new(move |()| {
            act(store);
            page::focus(COMPOSER_ID);
        })
    };
    AnswerActions {
        on_again: Callback::new(move |()| store.regenerate(id)),
        on_carry_on: Callback::new(move |()| store.carry_on(id)),
        on_now: and_focus(Store::send_again),
        on_cancel: and_focus(Store::cancel_retry),
        on_xray: Callback::new(move |()| {
            if let Some(request) = request_of(store, id) {
                store.toggle_xray(request);
            }
        }),
        on_copy: copy(store),
        curl: Callback::new(move |()| store.command_for(id)),
    }
}

/// The request that brought the answer `id`. Tracks nothing: once an answer is over it keeps its request.
fn request_of(store: Store, id: MessageId) -> Option<RequestId> {
    store
        .chat
        .with_untracked(|chat| chat.message(id)?.request_id)
}

/// Draws the welcome, connected.
fn draw_welcome(store: Store) -> Part {
    let is_stand_in = move || {
        store.server.with(|server| {
            let session = server.session();
            session.is_some_and(|session| session.upstream.is_stand_in)
        })
    };
    let take_up = move |example: Example| {
        store.server.with_untracked(|server| {
            if let Some(session) = server.session() {
                let policy = &session.policy;
                store
                    .settings
                    .update(|settings| example.choose(settings, policy));
            }
        });
        store.draft.set(example.text());
        page::focus(COMPOSER_ID);
    };
    let on_example = Callback::new(take_up);
    view! { <Welcome is_stand_in=Signal::derive(is_stand_in) on_example /> }.part()
}

/// Draws why the server does not tell who we are, where it does not.
fn draw_server_error(store: Store) -> Part {
    let draw = move |error: &ApiError| {
        let on_press = Callback::new(move |()| store.refresh_session());
        let again = view! { <Button look="solid" test_id="retry" icon=Icon::Again label="Try again" on_press /> };
        let remedies = Remedies {
            actions: vec![again.part()],
            curl: None,
            on_copy: copy(store),
        };
        draw_error(error, remedies)
    };
    redrawn(move || {
        store
            .server
            .with(|server| server.error().map_or_else(nothing, draw))
    })
}

impl Store {
    /// The request that the answer `id` came of, as a command; empty where there is none.
    fn command_for(self, id: MessageId) -> String {
        let said = self.chat.with_untracked(|chat| chat.asked_for(id));
        let request = self.request_for(said);
        let json = request.and_then(|request| json::write(&request).ok());
        json.map(|json| curl::chat_command(&page::origin(), &json))
            .unwrap_or_default()
    }
}
