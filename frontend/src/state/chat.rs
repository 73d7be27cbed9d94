//! One conversation and how each event changes it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use shared::api::chat::{ChatEvent, ChatMessage, Role};
use shared::error::ApiError;
use shared::ids::RequestId;
use shared::money::NanoUsd;

use super::message::{Foreseen, Message, MessageId, Status};

/// What asks for the rest of an answer that broke off; the page shows that it was said.
pub(crate) const CARRY_ON: &str = "Your answer broke off. Carry it on with the very next word after its end: no introduction, nothing repeated, the same language and format.";

/// Names a conversation: the millisecond in which it began, which is also where it stands among the others.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub(crate) struct ChatId(pub(crate) u64);

/// A conversation. Messages are shared, so that a view of one sees by its address whether it changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ChatState {
    /// Which conversation this is.
    pub(crate) id: ChatId,
    /// The messages, oldest first.
    #[serde(with = "unshared")]
    messages: Vec<Arc<Message>>,
    /// The number of the next message; it only grows, so that a message that takes the place of another is known as new.
    next: u64,
}

impl ChatState {
    /// An empty conversation.
    pub(crate) const fn new(id: ChatId) -> Self {
        Self {
            id,
            messages: Vec::new(),
            next: 0,
        }
    }

    /// The messages, oldest first.
    pub(crate) fn messages(&self) -> &[Arc<Message>] {
        &self.messages
    }

    /// The message with this id.
    pub(crate) fn message(&self, id: MessageId) -> Option<&Arc<Message>> {
        self.messages.iter().find(|message| message.id == id)
    }

    /// Whether nothing was said yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// Whether an answer is on its way.
    pub(crate) fn is_streaming(&self) -> bool {
        self.messages.last().is_some_and(|last| last.is_streaming())
    }

    /// The messages that a request says, oldest first.
    pub(crate) fn sent(&self) -> impl Iterator<Item = &Message> {
        let messages = self.messages.iter().map(AsRef::as_ref);
        messages.filter(|message| message.is_sent())
    }

    /// How many messages are left out of what is sent.
    pub(crate) fn left_out(&self) -> usize {
        let messages = self.messages.iter();
        messages.filter(|message| message.is_left_out).count()
    }

    /// Leaves `count` messages out of what is sent: those from the one on that is sent as the `first`th, counted from 0.
    pub(crate) fn leave_out(&mut self, first: usize, count: usize) {
        let sent = self.messages.iter_mut().filter(|message| message.is_sent());
        for message in sent.skip(first).take(count) {
            Arc::make_mut(message).is_left_out = true;
        }
    }

    /// Sends again what was left out.
    pub(crate) fn bring_back(&mut self) {
        for message in &mut self.messages {
            if message.is_left_out {
                Arc::make_mut(message).is_left_out = false;
            }
        }
    }

    /// Changes the text of the message that is sent as the `place`th, counted from 0. It is another message then.
    pub(crate) fn rewrite(&mut self, place: usize, change: impl FnOnce(&mut String)) {
        let id = MessageId(self.next);
        let mut sent = self.messages.iter_mut().filter(|message| message.is_sent());
        if let Some(message) = sent.nth(place) {
            let message = Arc::make_mut(message);
            message.id = id;
            change(&mut message.text);
            self.next = self.next.saturating_add(1);
        }
    }

    /// What its answers have cost so far.
    pub(crate) fn spent(&self) -> NanoUsd {
        let usages = self.messages.iter().filter_map(|m| m.usage.as_ref());
        usages.map(|usage| usage.cost_nano_usd).sum()
    }

    /// What a request says that asks for an answer to the conversation as it is.
    pub(crate) fn to_request(&self) -> Vec<ChatMessage> {
        self.sent().filter_map(Message::to_request).collect()
    }

    /// Adds what the person wrote.
    pub(crate) fn ask(&mut self, question: String) {
        let id = self.next_id();
        self.messages
            .push(Arc::new(Message::question(id, question)));
    }

    /// Begins an answer of `model` under the name of the press of Send, to which the events then apply.
    pub(crate) fn begin_answer(
        &mut self,
        model: String,
        send_key: String,
        foreseen: Option<Foreseen>,
    ) {
        let id = self.next_id();
        let answer = Message::answer(id, model, send_key);
        self.messages.push(Arc::new(Message { foreseen, ..answer }));
    }

    /// Whether the answer `id` could be carried on: it is the last message, and has words of an end that never came.
    pub(crate) fn can_carry_on(&self, id: MessageId) -> bool {
        let last = self.messages.last();
        last.is_some_and(|last| last.id == id && last.is_cut())
    }

    /// Whether this is the last message.
    pub(crate) fn is_last(&self, id: MessageId) -> bool {
        self.messages.last().is_some_and(|last| last.id == id)
    }

    /// What a request says that asks for the rest of the last answer. Current models refuse to complete a turn of their own, so what
    /// has arrived is their turn, and [`CARRY_ON`] the next one of the person's.
    pub(crate) fn to_carry_on(&self) -> Vec<ChatMessage> {
        let Some((last, before)) = self.messages.split_last() else {
            return Vec::new();
        };
        let said = before.iter().filter_map(|message| message.to_request());
        let ask = ChatMessage {
            role: Role::User,
            content: CARRY_ON.to_owned(),
        };
        said.chain([last.to_carry_on(), ask]).collect()
    }

    /// The name under which the answer `id`, or the rest of it, was asked for, as long as nobody knows whether the server took that up.
    pub(crate) fn send_key(&self, id: MessageId, is_rest: bool) -> Option<String> {
        let answer = self.message(id)?;
        // An answer with words was taken up; the name that it has is that of the rest.
        let is_same = answer.text.is_empty() != is_rest;
        answer.send_key.clone().filter(|_| is_same)
    }

    /// What the request said that brought the answer `id`, or that asked for its rest, where it failed at that.
    pub(crate) fn asked_for(&self, id: MessageId) -> Vec<ChatMessage> {
        if self.can_carry_on(id) && self.send_key(id, true).is_some() {
            return self.to_carry_on();
        }
        let before = self.messages.iter().take_while(|message| message.id != id);
        before.filter_map(|message| message.to_request()).collect()
    }

    /// Begins to carry on the last answer: the events then apply to it again.
    pub(crate) fn carry_on(&mut self, send_key: String) {
        if let Some(last) = self.messages.last_mut().filter(|last| last.is_cut()) {
            Arc::make_mut(last).resume(send_key);
        }
    }

    /// Notes the server's name for the request of the answer that is on its way.
    pub(crate) fn name_request(&mut self, id: Option<RequestId>) {
        if let Some(answer) = self.answer_under_way() {
            answer.request_id = id;
        }
    }

    /// Applies one event to the answer that is on its way; without one it changes nothing.
    pub(crate) fn apply(&mut self, event: ChatEvent) {
        let Some(answer) = self.answer_under_way() else {
            return;
        };
        match event {
            ChatEvent::Queued(queued) => answer.queued = Some(queued),
            ChatEvent::Started(started) => {
                answer.queued = None;
                answer.send_key = None;
                answer.request_id = Some(started.request_id);
                answer.model = Some(started.model);
            }
            ChatEvent::Delta(piece) => answer.append(&piece.text),
            ChatEvent::Thinking(piece) => answer.thinking.push_str(&piece.text),
            ChatEvent::Usage(usage) => answer.charge(usage),
            ChatEvent::Done(done) => {
                answer.stop_reason = Some(done.stop_reason);
                answer.status = Status::Done;
            }
            ChatEvent::Error(error) => answer.interrupt(Some(*error)),
        }
    }

    /// Ends the answer that is on its way with an error.
    pub(crate) fn fail(&mut self, error: ApiError) {
        self.apply(ChatEvent::Error(Box::new(error)));
    }

    /// Ends the answer that is on its way because the person said so. Who asks again after that wants another one.
    pub(crate) fn stop(&mut self) {
        if let Some(answer) = self.answer_under_way() {
            answer.interrupt(None);
            answer.send_key = None;
        }
    }

    /// Ends the answer that was on its way when the page was closed. Nobody knows whether the server took its question up, so it
    /// keeps the name that it was sent under.
    pub(crate) fn lose_answer(&mut self) {
        if let Some(answer) = self.answer_under_way() {
            answer.interrupt(None);
        }
    }

    /// Takes back the message with this id and all that follow it.
    pub(crate) fn take_back(&mut self, id: MessageId) {
        if let Some(place) = self.messages.iter().position(|message| message.id == id) {
            self.messages.truncate(place);
        }
        if self.messages.last().is_some_and(|last| last.is_left_out) {
            // What is asked about now was left out: it cannot be asked without being said.
            self.bring_back();
        }
    }

    /// Whether all that `other` says is what this chat begins with.
    pub(crate) fn begins_with(&self, other: &Self) -> bool {
        let begins = self.messages.iter().zip(&other.messages);
        let says_it = |(this, other): (&Arc<Message>, &Arc<Message>)| {
            this.role == other.role && this.text == other.text
        };
        self.messages.len() >= other.messages.len() && begins.into_iter().all(says_it)
    }

    /// Whether nothing was changed between the two: a message that was is another one in memory.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let mut both = self.messages.iter().zip(&other.messages);
        self.messages.len() == other.messages.len()
            && self.id == other.id
            && both.all(|(this, other)| Arc::ptr_eq(this, other))
    }

    /// Whether the two say the same.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        self.messages.len() == other.messages.len() && self.begins_with(other)
    }

    /// Numbers the messages anew and drops the names of presses of Send: what comes from a file may hold any.
    pub(crate) fn tidy(&mut self) {
        for (number, message) in (0..).zip(&mut self.messages) {
            let message = Arc::make_mut(message);
            message.id = MessageId(number);
            message.send_key = None;
        }
        self.next = self.messages.len() as u64;
    }

    /// What the first question says, as a title.
    pub(crate) fn title(&self) -> String {
        /// A title that still fits one line of the list.
        const TITLE_CHARS: usize = 48;
        let first = self.messages.first().map_or("", |message| &message.text);
        let mut words: String = first.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((end, _)) = words.char_indices().nth(TITLE_CHARS) {
            words.truncate(end);
            words.push('…');
        }
        if words.is_empty() {
            "New chat".to_owned()
        } else {
            words
        }
    }

    fn answer_under_way(&mut self) -> Option<&mut Message> {
        let last = self
            .messages
            .last_mut()
            .filter(|last| last.is_streaming())?;
        Some(Arc::make_mut(last))
    }

    fn next_id(&mut self) -> MessageId {
        let id = MessageId(self.next);
        self.next = self.next.saturating_add(1);
        id
    }
}

/// Messages are written without their sharing.
mod unshared {
    use std::sync::Arc;

    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::Message;

    pub(super) fn serialize<S: Serializer>(
        messages: &[Arc<Message>],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(messages.iter().map(AsRef::as_ref))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Arc<Message>>, D::Error> {
        let messages = Vec::<Message>::deserialize(deserializer)?;
        Ok(messages.into_iter().map(Arc::new).collect())
    }
}

#[cfg(test)]
#[path = "chat_tests.rs"]
mod tests;
