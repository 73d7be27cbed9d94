//! The conversation: what was said, or what to try first.

use std::sync::Arc;

use leptos::prelude::*;
use shared::api::chat::Role;

use super::{LOG_ID, copy};
use crate::app::Store;
use crate::browser::{page, scroll};
use crate::components::answer::{Answer, AnswerActions};
use crate::components::composer::COMPOSER_ID;
use crate::components::error_card::ErrorCard;
use crate::components::icon::{Icon, draw};
use crate::components::question::Question;
use crate::components::welcome::Welcome;
use crate::state::chat::{ChatId, ChatState};
use crate::state::curl;
use crate::state::examples::Example;
use crate::state::message::{Message, MessageId, Shown};

/// The scrolling part of the page.
#[component]
pub(super) fn Conversation(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let keys = Memo::new(move |_| store.chat.with(keys_of));
    let is_empty = Memo::new(move |_| store.chat.with(ChatState::is_empty));
    let is_streaming = Memo::new(move |_| store.chat.with(|chat| chat.is_streaming()));
    let jump = move |_| {
        store.follows.set(true);
        store.follow();
    };
    view! {
        <div
            class="conversation"
            id=LOG_ID
            tabindex="0"
            role="region"
            aria-label="Conversation"
            on:scroll=move |_| store.follows.set(scroll::is_at_end(LOG_ID))
        >
            <Show when=move || is_empty.get()>
                <Welcomed store />
            </Show>
            <div
                class="log"
                role="log"
                aria-label="Messages"
                aria-busy=move || is_streaming.get().to_string()
                data-testid="log"
            >
                <For each=move || keys.get() key=|key| *key let:key>
                    <Said store id=key.1 is_streaming />
                </For>
            </div>
            <ServerError store />
            <Show when=move || !store.follows.get()>
                <button type="button" class="jump" on:click=jump>
                    {draw(Icon::Down)}
                    <span>"Latest"</span>
                </button>
            </Show>
        </div>
    }
}

fn keys_of(chat: &ChatState) -> Vec<(ChatId, MessageId)> {
    let ids = chat.messages().iter().map(|message| (chat.id, message.id));
    ids.collect()
}

/// One message, whoever said it.
#[component]
fn Said(store: Store, id: MessageId, is_streaming: Memo<bool>) -> impl IntoView {
    let find = move || store.chat.with(|chat| chat.message(id).cloned());
    let message = Memo::new(move |before: Option<&Shown>| {
        // A message that was taken back is shown as it was until its view goes.
        let found = find().map(Shown).or_else(|| before.cloned());
        found.unwrap_or_else(|| Shown(Arc::new(Message::question(id, String::new()))))
    });
    let is_idle = Signal::derive(move || !is_streaming.get());
    match message.with_untracked(|message| message.role) {
        Role::User => {
            let on_resend = Callback::new(move |text: String| store.resend(id, &text));
            let message = message.get_untracked();
            view! { <Question message may_edit=is_idle on_resend /> }.into_any()
        }
        Role::Assistant => {
            let actions = AnswerActions {
                on_again: Callback::new(move |()| store.regenerate(id)),
                on_copy: copy(store),
                curl: Callback::new(move |()| store.command_for(id)),
            };
            view! { <Answer message may_ask=is_idle actions /> }.into_any()
        }
    }
}

/// The welcome, connected.
#[component]
fn Welcomed(store: Store) -> impl IntoView {
    let is_stand_in = Signal::derive(move || {
        let server = store.server.read();
        server
            .session()
            .is_some_and(|session| session.upstream.is_stand_in)
    });
    let take_up = move |example: Example| {
        store.server.with_untracked(|server| {
            if let Some(session) = server.session() {
                store
                    .settings
                    .update(|settings| example.choose(settings, &session.policy));
            }
        });
        store.draft.set(example.prompt.to_owned());
        page::focus(COMPOSER_ID);
    };
    view! { <Welcome is_stand_in on_example=Callback::new(take_up) /> }
}

/// Why the server does not tell who we are, where it does not.
#[component]
fn ServerError(store: Store) -> impl IntoView {
    let error = Memo::new(move |_| store.server.with(|server| server.error().cloned()));
    let on_retry = Callback::new(move |()| store.refresh_session());
    move || {
        error.get().map(|error| {
            view! { <ErrorCard error on_retry=Some(on_retry) on_copy=copy(store) /> }
        })
    }
}

impl Store {
    /// The request that the answer `id` came of, as a command; empty where there is none.
    fn command_for(self, id: MessageId) -> String {
        let mut before = self.chat.get_untracked();
        before.take_back(id);
        let request = self.request_for(before.to_request());
        let json = request.and_then(|request| serde_json::to_string(&request).ok());
        json.map(|json| curl::chat_command(&page::origin(), &json))
            .unwrap_or_default()
    }
}
