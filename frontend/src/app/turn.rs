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
use crate::state::draft::Verdict;
use crate::state::message::{Foreseen, MessageId, Status};
use crate::state::retry::Retry;
use crate::state::server::ServerState;
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

    /// Asks for the answer `id` once more. As long as nobody knows whether the server took the question up, it goes under the name that it
    /// had, so that it is not paid for twice.
    pub(crate) fn regenerate(self, id: MessageId) {
        if !self.is_ready() {
            return;
        }
        let send_key = self.chat.with_untracked(|chat| chat.send_key(id, false));
        self.chat.update(|chat| chat.take_back(id));
        self.begin(Asked::Answer, send_key, Attempt::First);
    }

    /// Asks for the rest of the answer `id`, which broke off.
    pub(crate) fn carry_on(self, id: MessageId) {
        if self.is_ready() && self.chat.with_untracked(|chat| chat.can_carry_on(id)) {
            let send_key = self.chat.with_untracked(|chat| chat.send_key(id, true));
            self.begin(Asked::Rest, send_key, Attempt::First);
        }
    }

    /// Makes the second attempt, for which the page waited or which the person does not want to wait for.
    pub(crate) fn send_again(self) {
        let Some(Retry { answer, .. }) = self.retry() else {
            return;
        };
        if !self.is_ready() {
            return;
        }
        let is_rest = self.chat.with_untracked(|chat| chat.can_carry_on(answer));
        let send_key = self
            .chat
            .with_untracked(|chat| chat.send_key(answer, is_rest));
        if is_rest {
            self.begin(Asked::Rest, send_key, Attempt::Second);
        } else {
            self.chat.update(|chat| chat.take_back(answer));
            self.begin(Asked::Answer, send_key, Attempt::Second);
        }
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

    /// Whether a turn could begin: the policy is known, and no other turn is under way.
    fn is_ready(self) -> bool {
        let is_known = |server: &ServerState| server.session().is_some();
        self.server.with_untracked(is_known) && !self.chat.with_untracked(ChatState::is_streaming)
    }

    fn ask(self, question: &str) -> bool {
        let question = question.trim();
        if !self.is_ready() {
            return false;
        }
        let verdict = self.verdict_on(question);
        if !verdict.as_ref().is_some_and(Verdict::may_send) {
            // What stands in the composer may have changed since it was judged last.
            self.judge_now();
            return false;
        }
        self.chat.update(|chat| chat.ask(question.to_owned()));
        self.begin(Asked::Answer, None, Attempt::First);
        true
    }

    /// Begins a turn, under the name `send_key` or, for a press of Send that has none yet, under a new one.
    fn begin(self, asked: Asked, send_key: Option<String>, attempt: Attempt) {
        let said = self.chat.with_untracked(|chat| match asked {
            Asked::Answer => chat.to_request(),
            Asked::Rest => chat.to_carry_on(),
        });
        let Some(request) = self.request_for(said) else {
            return;
        };
        let foreseen = self.judge(|judge, policy| judge.foresee(&request, policy, clock::now()));
        let (estimate, model) = foreseen.unwrap_or_default();
        let foreseen = estimate.as_ref().map(Foreseen::of);
        let send_key = send_key.unwrap_or_else(random::name);
        let abort = Abort::new();
        self.under_way.update_value(|under_way| {
            under_way.abort.clone_from(&abort);
            under_way.turn += 1;
        });
        self.set_retry(None);
        self.forget_undos();
        self.follows.set(true);
        self.chat.update(|chat| match asked {
            Asked::Answer => chat.begin_answer(model, send_key.clone(), foreseen),
            Asked::Rest => chat.carry_on(send_key.clone()),
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
            Ok(answer) => self.read(answer).await,
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
