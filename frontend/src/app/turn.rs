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
use crate::browser::{clock, frame, marks, random, scroll};
use crate::pages::chat::LOG_ID;
use crate::state::chat::ChatState;
use crate::state::message::{Foreseen, MessageId, Status};
use crate::state::retry::Retry;
use crate::state::words;

/// What a turn asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// An answer to the last question.
    Answer,
    /// The rest of the last answer.
    Rest,
}

/// How often the same was sent: what is refused is tried once more by itself, and not again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    /// It may be tried once more.
    First,
    /// It may not, or the person does not want to.
    Second,
}

/// Why nothing can be sent before the server has told its policy.
const NO_POLICY: &str = "The server has not told its policy yet.";

/// How long after an answer that ended early the budget is asked for: the server has settled it by then.
const SETTLED_AFTER: Duration = Duration::from_millis(400);

impl Store {
    /// Sends what stands in the composer, if the preflight lets it go.
    pub(crate) fn send(self) {
        let draft = self.draft.get_untracked();
        if self.ask(self.chat.get_untracked(), &draft).is_ok() {
            self.draft.set(String::new());
        } else {
            // What stands in the composer may have changed since it was judged last.
            self.judge_now();
        }
    }

    /// Puts `text` in the place of the question `id` and all that followed it.
    ///
    /// # Errors
    ///
    /// Why it must not be sent, in words; nothing has changed then.
    pub(crate) fn resend(self, id: MessageId, text: &str) -> Result<(), String> {
        let outcome = self.ask(self.chat_before(id), text);
        outcome.inspect_err(|words| self.say(words.as_str()))
    }

    /// Asks for the answer `id` once more. As long as nobody knows whether the server took the question up, it goes under the name that it
    /// had, so that it is not paid for twice.
    pub(crate) fn regenerate(self, id: MessageId) {
        self.show_refusal(self.answer_again(id, Attempt::First));
    }

    /// Asks for the rest of the answer `id`, which broke off.
    pub(crate) fn carry_on(self, id: MessageId) {
        if self.chat.with_untracked(|chat| chat.can_carry_on(id)) {
            self.show_refusal(self.ask_for_rest(id, Attempt::First));
        }
    }

    /// Makes the second attempt, for which the page waited or which the person does not want to wait for.
    pub(crate) fn send_again(self) {
        let Some(Retry { answer, .. }) = self.retry() else {
            return;
        };
        self.set_retry(None);
        let is_rest = self.chat.with_untracked(|chat| chat.can_carry_on(answer));
        self.show_refusal(if is_rest {
            self.ask_for_rest(answer, Attempt::Second)
        } else {
            self.answer_again(answer, Attempt::Second)
        });
    }

    /// Ends the answer under way: its request is aborted at once, which ends the one at Claude too, or leaves the queue for it. Where the
    /// page is waiting to ask again, it does not.
    pub(crate) fn stop(self) {
        self.cancel_retry();
        if !self.chat.with_untracked(ChatState::is_streaming) {
            return;
        }
        marks::set(marks::ABORT);
        self.under_way.update_value(|under_way| {
            if let Some(abort) = under_way.abort.take() {
                abort.abort();
            }
            under_way.turn += 1;
        });
        self.chat.update(ChatState::stop);
        self.end_turn(Attempt::Second);
    }

    /// The number of the latest turn.
    pub(super) fn turn(self) -> u64 {
        self.under_way.with_value(|under_way| under_way.turn)
    }

    /// The conversation up to the message `id`.
    fn chat_before(self, id: MessageId) -> ChatState {
        let mut chat = self.chat.get_untracked();
        chat.take_back(id);
        chat
    }

    /// Asks `question` at the end of `chat`.
    fn ask(self, mut chat: ChatState, question: &str) -> Result<(), String> {
        let question = question.trim();
        if question.is_empty() {
            return Err("There is nothing to send.".to_owned());
        }
        chat.ask(question.to_owned());
        self.begin(chat, Asked::Answer, None, Attempt::First)
    }

    fn answer_again(self, id: MessageId, attempt: Attempt) -> Result<(), String> {
        let send_key = self.chat.with_untracked(|chat| chat.send_key(id, false));
        self.begin(self.chat_before(id), Asked::Answer, send_key, attempt)
    }

    fn ask_for_rest(self, id: MessageId, attempt: Attempt) -> Result<(), String> {
        let chat = self.chat.get_untracked();
        let send_key = chat.send_key(id, true);
        self.begin(chat, Asked::Rest, send_key, attempt)
    }

    fn show_refusal(self, outcome: Result<(), String>) {
        if let Err(words) = outcome {
            self.refused.set(words.clone());
            self.say(words);
        }
    }

    /// Begins a turn in `chat`, which takes the place of the one that is shown, under the name `send_key` or, for a press of Send that
    /// has none yet, under a new one. Nothing changes where it must not be sent.
    fn begin(
        self,
        chat: ChatState,
        asked: Asked,
        send_key: Option<String>,
        attempt: Attempt,
    ) -> Result<(), String> {
        if self.chat.with_untracked(ChatState::is_streaming) {
            return Err("An answer is still on its way.".to_owned());
        }
        let said = match asked {
            Asked::Answer => chat.to_request(),
            Asked::Rest => chat.to_carry_on(),
        };
        let request = self.request_for(said).ok_or(NO_POLICY)?;
        let began_us = clock::passed_us();
        let foreseen = marks::measured(marks::PREFLIGHT, || {
            self.judge(|judge, policy| judge.foresee(&request, policy, clock::now()))
        });
        let (estimate, model) = foreseen
            .ok_or(NO_POLICY)?
            .map_err(|finding| format!("Not sent. {} {}", finding.what, finding.why))?;
        let foreseen = estimate.as_ref().map(Foreseen::of);
        let send_key = send_key.unwrap_or_else(random::name);
        let abort = Abort::new();
        self.under_way.update_value(|under_way| {
            under_way.abort.clone_from(&abort);
            under_way.turn += 1;
        });
        self.note_checked(began_us);
        self.set_retry(None);
        self.forget_undos();
        self.refused.set(String::new());
        self.follows.set(true);
        self.chat.update(|shown| {
            *shown = chat;
            match asked {
                Asked::Answer => shown.begin_answer(model, send_key.clone(), foreseen),
                Asked::Rest => shown.carry_on(send_key.clone()),
            }
        });
        self.keep_chat();
        self.say("Claude is answering.");
        frame::next(move || self.follow());
        let turn = Turn {
            store: self,
            number: self.turn(),
            attempt,
            pending: Rc::default(),
        };
        spawn_local(turn.run(request, send_key, abort));
        Ok(())
    }

    /// What is to be done after a turn, however it ended.
    fn end_turn(self, attempt: Attempt) {
        marks::set(marks::ANSWER_END);
        self.under_way
            .update_value(|under_way| under_way.abort = None);
        self.keep_chat();
        let last = self
            .chat
            .with_untracked(|chat| chat.messages().last().cloned());
        let Some(last) = last else { return };
        if let Some(id) = last.request_id {
            self.note_done(id);
        }
        let wait_s = match attempt {
            Attempt::First => self.wait_to_retry(&last),
            Attempt::Second => None,
        };
        self.say(words::outcome(&last, wait_s));
        match &last.usage {
            Some(usage) if last.status == Status::Done => {
                self.server.update(|server| server.spend(usage));
            }
            _ => frame::after(SETTLED_AFTER, move || self.refresh_session()),
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
    attempt: Attempt,
    pending: Rc<RefCell<Vec<ChatEvent>>>,
}

impl Turn {
    async fn run(self, request: ChatRequest, send_key: String, abort: Option<Abort>) {
        marks::set(marks::SENT);
        let outcome = match api::chat::chat(&request, &send_key, abort.as_ref()).await {
            Ok(answer) => {
                self.take_up(&answer);
                self.read(answer).await
            }
            Err(error) => Err(error),
        };
        self.write();
        if self.is_current() {
            if let Err(error) = outcome {
                self.store.chat.update(|chat| chat.fail(error));
            }
            self.store.end_turn(self.attempt);
        }
    }

    /// Notes that the answer's head has come, and the server's name for the request.
    fn take_up(&self, answer: &Answer) {
        if self.is_current() {
            self.store.note_headed();
            self.store
                .chat
                .update(|chat| chat.name_request(answer.request_id));
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
        let last_place = events.iter().rev().find_map(|event| match event {
            ChatEvent::Queued(queued) => Some(*queued),
            _ => None,
        });
        self.store.chat.update(|chat| {
            for event in events {
                chat.apply(event);
            }
        });
        if let Some(queued) = last_place {
            self.store.say(words::place(&queued));
        }
    }

    /// Whether no other turn has begun, and this one was not stopped.
    fn is_current(&self) -> bool {
        self.store.turn() == self.number
    }
}
