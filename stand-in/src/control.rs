//! The handle that only tests and `airlock stand-in` have: it sees what arrived, holds answers back and dictates them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use shared::money::NanoUsd;
use tokio::sync::watch;

use super::log::{Log, Received};
use super::refusal::Refusal;
use super::script::Script;
use serving::clock::Clock;

/// Looks into a running stand-in and steers it. Cheap to clone; clones steer the same one.
#[derive(Clone, Debug)]
pub struct Control {
    pub(super) clock: Clock,
    requests_kept: usize,
    log: Arc<watch::Sender<Log>>,
    gates: Arc<watch::Sender<Gates>>,
    scripts: Arc<Mutex<VecDeque<Script>>>,
}

/// What is held back, and how many may pass all the same. Streams that wait for the same gate pass in no given order.
#[derive(Debug, Default)]
struct Gates {
    headers: Gate,
    events: Gate,
}

#[derive(Debug, Default)]
struct Gate {
    is_closed: bool,
    may_pass: u64,
}

impl Gate {
    /// Lets one through, if one may pass.
    const fn pass(&mut self) -> bool {
        if self.is_closed && self.may_pass == 0 {
            return false;
        }
        self.may_pass = self.may_pass.saturating_sub(1);
        true
    }

    const fn close(&mut self) {
        *self = Self {
            is_closed: true,
            may_pass: 0,
        };
    }
}

impl Control {
    pub(super) fn new(clock: Clock, requests_kept: usize) -> Self {
        Self {
            clock,
            requests_kept,
            log: Arc::new(watch::Sender::new(Log::default())),
            gates: Arc::new(watch::Sender::new(Gates::default())),
            scripts: Arc::default(),
        }
    }

    /// The requests that are remembered, oldest first.
    pub fn requests(&self) -> Vec<Received> {
        self.log.borrow().requests().cloned().collect()
    }

    /// The newest request.
    pub fn last_request(&self) -> Option<Received> {
        self.log.borrow().requests().next_back().cloned()
    }

    /// Streams that have begun and not ended.
    pub fn open_streams(&self) -> usize {
        self.log.borrow().open_streams()
    }

    /// Requests that the client left before their answer was whole.
    pub fn aborts(&self) -> u64 {
        self.log.borrow().aborts()
    }

    /// What all requests cost, by the catalogue's prices.
    pub fn billed(&self) -> NanoUsd {
        self.log.borrow().billed()
    }

    /// Requests whose tokens were counted, which costs nothing.
    pub fn counted(&self) -> u64 {
        self.log.borrow().counted()
    }

    /// Looks at the log as it is at one moment.
    pub fn look<T>(&self, at: impl FnOnce(&Log) -> T) -> T {
        at(&self.log.borrow())
    }

    /// Waits until `is_so`, without polling: it is asked again after each change of the log.
    pub async fn wait_for(&self, is_so: impl FnMut(&Log) -> bool) {
        // The sender lives in `self`, so that the wait cannot end by its loss.
        let _ = self.log.subscribe().wait_for(is_so).await;
    }

    /// Waits until `count` requests have arrived since the start.
    pub async fn wait_for_requests(&self, count: u64) {
        self.wait_for(|log| log.received() >= count).await;
    }

    /// Waits until clients have left `count` requests since the start.
    pub async fn wait_for_aborts(&self, count: u64) {
        self.wait_for(|log| log.aborts() >= count).await;
    }

    /// From now on no answer's headers are sent until [`Control::release_headers`] says so.
    pub fn hold_headers(&self) {
        self.gates.send_modify(|gates| gates.headers.close());
    }

    /// Lets the headers of `count` answers go.
    pub fn release_headers(&self, count: u64) {
        self.gates
            .send_modify(|gates| gates.headers.may_pass += count);
    }

    /// From now on each event behind the first one of a stream is sent only when [`Control::allow_events`] says so.
    pub fn step(&self) {
        self.gates.send_modify(|gates| gates.events.close());
    }

    /// Lets `count` events go.
    pub fn allow_events(&self, count: u64) {
        self.gates
            .send_modify(|gates| gates.events.may_pass += count);
    }

    /// Holds nothing back any more.
    pub fn open_gates(&self) {
        self.gates.send_replace(Gates::default());
    }

    /// Dictates an answer for the next request, in either dialect; further calls dictate the ones after it, in the order of the calls.
    /// A request that is refused for its own faults uses up none; one that has tokens counted uses up an error, but no answer.
    pub fn reply_with(&self, script: Script) {
        let mut scripts = self.scripts.lock().unwrap_or_else(PoisonError::into_inner);
        scripts.push_back(script);
    }

    /// Takes back every dictated answer that nobody has come for.
    pub fn forget_scripts(&self) {
        let mut scripts = self.scripts.lock().unwrap_or_else(PoisonError::into_inner);
        scripts.clear();
    }

    pub(super) fn next_script(&self) -> Option<Script> {
        let mut scripts = self.scripts.lock().unwrap_or_else(PoisonError::into_inner);
        scripts.pop_front()
    }

    /// The refusal that is dictated next; an answer stays for whoever asks for one.
    pub(super) fn next_refusal(&self) -> Option<Refusal> {
        let mut scripts = self.scripts.lock().unwrap_or_else(PoisonError::into_inner);
        let is_refusal = |script: &mut Script| script.refusal.is_some();
        scripts.pop_front_if(is_refusal)?.refusal
    }

    pub(super) async fn pass_headers(&self) {
        self.pass(|gates| &mut gates.headers).await;
    }

    pub(super) async fn pass_event(&self) {
        self.pass(|gates| &mut gates.events).await;
    }

    /// Changes the log and wakes those who wait for a change. `change` is also told how many requests to keep.
    pub(super) fn note<T: Default>(&self, change: impl FnOnce(&mut Log, usize) -> T) -> T {
        let mut noted = T::default();
        self.log
            .send_modify(|log| noted = change(log, self.requests_kept));
        noted
    }

    async fn pass(&self, gate: impl Fn(&mut Gates) -> &mut Gate) {
        // Subscribed before the first try, so that no opening between the two is missed.
        let mut changes = self.gates.subscribe();
        loop {
            let mut passed = false;
            self.gates.send_if_modified(|gates| {
                passed = gate(gates).pass();
                false
            });
            if passed || changes.changed().await.is_err() {
                return;
            }
        }
    }
}
