//! The preflight while one writes: when it runs, what is done about what it found, and the exact count.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::preflight::{Fix, Rule};

use super::Store;
use crate::api;
use crate::browser::{clock, frame, marks};
use crate::state::chat::ChatState;
use crate::state::draft::{Judge, Stage, Verdict};
use crate::state::mending::{Choices, Parts, Undo};
use crate::state::words;

/// From this many bytes on a draft is judged once its writer pauses: up to here that takes a small part of a frame.
const LONG_BYTES: usize = 16 * 1_024;

/// The pause: longer than between two letters of somebody who types, shorter than anybody waits for.
const PAUSE: Duration = Duration::from_millis(120);

/// How long what was found must stand before it is said aloud, so that nobody is interrupted at every letter.
const SAID_AFTER: Duration = Duration::from_millis(800);

/// The preflight's own state, which nothing on the screen follows.
#[derive(Debug, Default)]
pub(super) struct Judging {
    judge: Judge,
    /// Whether the next frame judges.
    is_due: bool,
    /// Counts changes of a long draft, of which the last one is judged.
    changes: u64,
    /// The rules by which something was found when it was last said aloud.
    said: Vec<Rule>,
    /// What was mended, the latest last.
    undos: Vec<Undo>,
}

impl Store {
    /// Judges what stands in the composer whenever it, or what it is judged by, changes. While an answer grows nothing can be sent,
    /// and the last verdict stays.
    pub(super) fn keep_judging(self) {
        Effect::new(move || {
            self.draft.track();
            self.server.track();
            self.settings.track();
            if !self.chat.with(ChatState::is_streaming) {
                self.judge_soon();
                return;
            }
            let is_sent = |verdict: &Verdict| verdict.stage == Stage::Sent;
            if !self
                .verdict
                .with_untracked(|verdict| verdict.as_ref().is_none_or(is_sent))
            {
                self.verdict
                    .update(|verdict| *verdict = verdict.take().map(Verdict::sent));
            }
        });
    }

    /// Judges in the next frame, however much changes until then; a long draft once it rests.
    fn judge_soon(self) {
        if self.draft.with_untracked(String::len) < LONG_BYTES {
            let is_due = |judging: &mut Judging| std::mem::replace(&mut judging.is_due, true);
            if !self.judging.try_update_value(is_due).unwrap_or(true) {
                frame::next(move || {
                    self.judging.update_value(|judging| judging.is_due = false);
                    self.judge_now();
                });
            }
            return;
        }
        let count = |judging: &mut Judging| {
            judging.changes += 1;
            judging.changes
        };
        let change = self.judging.try_update_value(count);
        frame::after(PAUSE, move || {
            let latest = self.judging.with_value(|judging| judging.changes);
            if change == Some(latest) {
                self.judge_now();
            }
        });
    }

    /// Judges what stands in the composer.
    pub(super) fn judge_now(self) {
        if self.chat.with_untracked(ChatState::is_streaming) {
            return;
        }
        let draft = self.draft.get_untracked();
        let verdict = self.verdict_on(&draft);
        self.show_verdict(verdict);
    }

    /// The verdict on asking `text` next; `None` until the server told its policy.
    fn verdict_on(self, text: &str) -> Option<Verdict> {
        marks::measured(marks::PREFLIGHT, || {
            self.judge(|judge, policy| {
                self.chat.with_untracked(|chat| {
                    self.settings.with_untracked(|settings| {
                        judge.verdict(chat, text, settings, policy, clock::now())
                    })
                })
            })
        })
    }

    /// Asks the judge, who needs the server's policy.
    pub(super) fn judge<T>(
        self,
        ask: impl FnOnce(&mut Judge, &shared::policy::Policy) -> T,
    ) -> Option<T> {
        self.server.with_untracked(|server| {
            let policy = &server.session()?.policy;
            self.judging
                .try_update_value(|judging| ask(&mut judging.judge, policy))
        })
    }

    /// Shows a verdict on what stands in the composer.
    pub(super) fn show_verdict(self, verdict: Option<Verdict>) {
        self.verdict.set(verdict);
        frame::after(SAID_AFTER, move || self.say_findings());
        self.offer_undo();
    }

    /// Says what was found, where that is something else than when it was last said: figures alone may change at every letter.
    fn say_findings(self) {
        let (rules, words) = self.verdict.with_untracked(|verdict| {
            let findings = verdict.as_ref().map(|verdict| &*verdict.findings);
            let findings = findings.unwrap_or_default();
            let rules: Vec<_> = findings.iter().map(|finding| finding.rule).collect();
            (rules, words::findings(findings))
        });
        let before = self
            .judging
            .try_update_value(|judging| std::mem::replace(&mut judging.said, rules.clone()));
        if before != Some(rules) && !words.is_empty() {
            self.say(words);
        }
    }

    /// Applies a fix.
    pub(crate) fn mend(self, fix: &Fix) {
        self.change_parts(|parts| parts.mend(fix));
    }

    /// Cuts all keys out, of what was said before too, and sends. What then still stands in the way is shown.
    pub(crate) fn redact_and_send(self) {
        self.change_parts(Parts::redact);
        self.send();
    }

    /// Sends the whole conversation again, with what was left out of it.
    pub(crate) fn bring_back(self) {
        self.change_parts(|parts| parts.chat.bring_back());
        self.keep_chat();
    }

    /// Has the prompt counted by whoever would answer it. The figure stands until the request says something else.
    pub(crate) fn count(self) {
        if self.is_counting.get_untracked() {
            return;
        }
        // Exactly what stands there now, which may be newer than the last verdict.
        self.judge_now();
        let may_count =
            |verdict: &Option<Verdict>| verdict.as_ref().is_some_and(Verdict::may_count);
        if !self.verdict.with_untracked(may_count) {
            return;
        }
        let request = self
            .judging
            .with_value(|judging| judging.judge.request().clone());
        self.is_counting.set(true);
        self.not_counted.set(String::new());
        spawn_local(async move {
            let counted = api::count::count(&request).await;
            self.is_counting.set(false);
            match counted {
                Ok(counted) => {
                    let tokens = words::count(counted.input_tokens.0);
                    self.say(format!("{tokens} tokens, counted."));
                    self.judging
                        .update_value(|judging| judging.judge.know(request.messages, counted));
                    self.judge_now();
                }
                Err(error) => {
                    let words = error.detail.as_deref().unwrap_or(error.kind.title());
                    self.say(format!("Not counted. {words}"));
                    self.not_counted.set(format!("Not counted. {words}"));
                }
            }
        });
    }

    /// Undoes the latest fix.
    pub(crate) fn undo(self) {
        let undo = self
            .judging
            .try_update_value(|judging| judging.undos.pop())
            .flatten();
        let Some(undo) = undo else { return };
        let mut parts = self.parts();
        if undo.is_possible(&parts) {
            undo.apply(&mut parts);
            self.put(parts);
            self.say("Undone.");
        }
    }

    /// Forgets how to undo what was mended: it was sent. What was cut out stays nowhere then.
    pub(super) fn forget_undos(self) {
        self.judging.update_value(|judging| judging.undos.clear());
        self.may_undo.set(false);
    }

    /// Changes what a request is put together from, in a way that can be undone.
    fn change_parts(self, change: impl FnOnce(&mut Parts)) {
        if self.chat.with_untracked(ChatState::is_streaming) {
            return;
        }
        let before = self.parts();
        let mut after = before.clone();
        change(&mut after);
        if let Some(undo) = Undo::between(before, after.clone()) {
            self.judging
                .update_value(|judging| judging.undos.push(undo));
            self.put(after);
        }
    }

    fn parts(self) -> Parts {
        Parts {
            draft: self.draft.get_untracked(),
            choices: self.settings.with_untracked(Choices::of),
            chat: self.chat.get_untracked(),
        }
    }

    fn put(self, parts: Parts) {
        let Parts {
            draft,
            choices,
            chat,
        } = parts;
        self.draft.set(draft);
        self.settings.update(|settings| choices.put_into(settings));
        if !self.chat.with_untracked(|shown| shown.is_same(&chat)) {
            self.chat.set(chat);
            self.keep_chat();
        }
        self.judge_now();
    }

    /// Offers to undo the latest fix while that is possible, and forgets those that cannot be undone any more.
    fn offer_undo(self) {
        let has_some = self.judging.with_value(|judging| !judging.undos.is_empty());
        let may_undo = has_some && {
            let parts = self.parts();
            self.judging
                .try_update_value(|judging| {
                    if judging
                        .undos
                        .last()
                        .is_some_and(|undo| !undo.is_possible(&parts))
                    {
                        judging.undos.clear();
                    }
                    !judging.undos.is_empty()
                })
                .unwrap_or_default()
        };
        if self.may_undo.get_untracked() != may_undo {
            self.may_undo.set(may_undo);
        }
    }
}
