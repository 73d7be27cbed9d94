//! One turn: from the question in the composer to the last event of its answer.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::chat::{ChatEvent, ChatRequest};
use shared::error::ApiError;

use super::Store;
use crate::api;
use crate::api::chat::Answer;
use crate::browser::fetch::Abort;
use crate::browser::{frame, marks, scroll};
use crate::pages::chat::LOG_ID;
use crate::state::chat::ChatState;
use crate::state::message::{MessageId, Status};
use crate::state::server::ServerState;

/// How long after an answer that ended early the budget is asked for: the server has settled it by then.
const SETTLED_AFTER: Duration = Duration::from_millis(400);

impl Store {
    /// Sends what stands in the composer, if the preflight lets it go.
    pub(crate) fn send(self) {
        let draft = self.draft.get_untracked();
        if self.ask(&draft) {
            self.draft.set(String::new());
        }
    }

    /// Puts `text` in the place of the question `id` and all that followed it, if the preflight lets it go.
    pub(crate) fn resend(self, id: MessageId, text: &str) {
        if !self.is_ready() {
            return;
        }
        let before = self.chat.get_untracked();
        self.chat.update(|chat| chat.take_back(id));
        if !self.ask(text) {
            self.chat.set(before);
        }
    }

    /// Asks for the answer `id` once more.
    pub(crate) fn regenerate(self, id: MessageId) {
        if !self.is_ready() {
            return;
        }
        self.chat.update(|chat| chat.take_back(id));
        self.answer();
    }

    /// Ends the answer under way: its request is aborted at once, which ends the one at Claude too.
    pub(crate) fn stop(self) {
        if !self.chat.with_untracked(ChatState::is_streaming) {
            return;
        }
        marks::set(marks::ABORT);
        self.abort.with_value(|abort| {
            if let Some(abort) = abort {
                abort.abort();
            }
        });
        self.turn.update_value(|turn| *turn += 1);
        self.chat.update(ChatState::stop);
        self.end_turn();
    }

    /// Whether a turn could begin: the policy is known, and no other turn is under way.
    fn is_ready(self) -> bool {
        let is_known = |server: &ServerState| server.session().is_some();
        self.server.with_untracked(is_known) && !self.chat.with_untracked(ChatState::is_streaming)
    }

    fn ask(self, question: &str) -> bool {
        let verdict = untrack(|| self.verdict_on(question));
        if !self.is_ready() || !verdict.is_some_and(|verdict| verdict.may_send()) {
            return false;
        }
        self.chat
            .update(|chat| chat.ask(question.trim().to_owned()));
        self.answer();
        true
    }

    fn answer(self) {
        let said = self.chat.with_untracked(ChatState::to_request);
        let Some(request) = self.request_for(said) else {
            return;
        };
        let abort = Abort::new();
        self.abort.set_value(abort.clone());
        self.turn.update_value(|turn| *turn += 1);
        self.follows.set(true);
        self.chat
            .update(|chat| chat.begin_answer(request.model.clone()));
        self.keep_chat();
        self.say("Claude is answering.");
        frame::next(move || self.follow());
        let turn = Turn {
            store: self,
            number: self.turn.get_value(),
            pending: Rc::default(),
        };
        spawn_local(turn.run(request, abort));
    }

    /// What is to be done after a turn, however it ended.
    fn end_turn(self) {
        marks::set(marks::ANSWER_END);
        self.abort.set_value(None);
        self.keep_chat();
        let last = self
            .chat
            .with_untracked(|chat| chat.messages().last().cloned());
        let Some(last) = last else { return };
        self.say(match (last.status, &last.error) {
            (_, Some(error)) => error.kind.title(),
            (Status::Interrupted, None) => "Stopped.",
            _ => "The answer is complete.",
        });
        match &last.usage {
            Some(usage) => self.server.update(|server| server.spend(usage)),
            None => frame::after(SETTLED_AFTER, move || self.refresh_session()),
        }
        frame::next(move || self.follow());
    }

    /// Shows the end of a conversation that is about to be drawn: drawing is done by the frame after the next.
    pub(super) fn follow_once_drawn(self) {
        frame::next(move || frame::next(move || self.follow()));
    }

    /// Keeps the end of the conversation in view, for a reader who is there.
    pub(crate) fn follow(self) {
        if self.follows.get_untracked() {
            scroll::to_end(LOG_ID);
        }
    }
}

/// A turn under way. What it brings is gathered and written once an animation frame.
#[derive(Clone)]
struct Turn {
    store: Store,
    number: u64,
    pending: Rc<RefCell<Vec<ChatEvent>>>,
}

impl Turn {
    async fn run(self, request: ChatRequest, abort: Option<Abort>) {
        marks::set(marks::SENT);
        let outcome = match api::chat::chat(&request, abort.as_ref()).await {
            Ok(answer) => self.read(answer).await,
            Err(error) => Err(error),
        };
        self.write();
        if self.is_current() {
            if let Err(error) = outcome {
                self.store.chat.update(|chat| chat.fail(error));
            }
            self.store.end_turn();
        }
    }

    /// Reads the answer to its end.
    async fn read(&self, mut answer: Answer) -> Result<(), ApiError> {
        let mut has_text = false;
        loop {
            let event = answer.next().await?;
            if !self.is_current() {
                return Ok(());
            }
            let is_last = matches!(event, ChatEvent::Done(_) | ChatEvent::Error(_));
            if matches!(event, ChatEvent::Delta(_)) && !has_text {
                has_text = true;
                marks::set(marks::FIRST_DELTA);
            }
            self.gather(event);
            if is_last {
                // On its own: the person need not wait for it.
                spawn_local(answer.read_out());
                return Ok(());
            }
        }
    }

    fn gather(&self, event: ChatEvent) {
        let is_first = {
            let mut pending = self.pending.borrow_mut();
            pending.push(event);
            pending.len() == 1
        };
        if is_first {
            let turn = self.clone();
            frame::next(move || turn.write());
            // Registered behind the write, it runs in the same frame, once the page has changed and before it is painted.
            let store = self.store;
            frame::next(move || store.follow());
        }
    }

    /// Writes what has gathered: one change, however many events.
    fn write(&self) {
        let events = self.pending.take();
        if events.is_empty() || !self.is_current() {
            return;
        }
        self.store.chat.update(|chat| {
            for event in events {
                chat.apply(event);
            }
        });
    }

    /// Whether no other turn has begun, and this one was not stopped.
    fn is_current(&self) -> bool {
        self.store.turn.get_value() == self.number
    }
}
