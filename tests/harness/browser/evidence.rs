//! Everything that the browser's developer tools report while a test runs, in order.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use thirtyfour::cdp::{CdpSession, RawEvent, SessionId};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

use super::PATIENCE;

/// Begins the console message that marks a place in the evidence.
const MARK: &str = "airlock-evidence-mark-";

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Event {
    /// What the developer tools call it, such as `Network.requestWillBeSent`.
    pub method: String,
    /// Its particulars.
    pub particulars: Value,
}

impl Event {
    /// A text among the particulars, empty where there is none: `event.text("/request/url")`.
    pub fn text(&self, pointer: &str) -> &str {
        let value = self.particulars.pointer(pointer);
        value.and_then(Value::as_str).unwrap_or_default()
    }
}

/// A collection that grows while the test runs. Cheap to clone; clones are the same collection.
#[derive(Clone, Debug)]
pub struct Evidence {
    events: Arc<watch::Sender<Vec<Event>>>,
    marks: Arc<AtomicU64>,
}

impl Evidence {
    /// Collects what concerns the tab `session`. It must be taken off the channel at once: the channel forgets when it is full.
    #[expect(
        clippy::disallowed_methods,
        reason = "it ends with the browser's connection, not with a server"
    )]
    pub(super) fn collect(mut from: Receiver<RawEvent>, session: Option<&SessionId>) -> Self {
        let evidence = Self {
            events: Arc::new(watch::Sender::new(Vec::new())),
            marks: Arc::default(),
        };
        let events = Arc::clone(&evidence.events);
        let session = session.cloned();
        tokio::spawn(async move {
            loop {
                let event = match from.recv().await {
                    Ok(event) if event.session_id == session => Event {
                        method: event.method,
                        particulars: event.params,
                    },
                    Ok(_) => continue,
                    Err(RecvError::Lagged(count)) => Event {
                        method: "lost".to_owned(),
                        particulars: json!({ "count": count }),
                    },
                    Err(RecvError::Closed) => return,
                };
                events.send_modify(|events| events.push(event));
            }
        });
        evidence
    }

    /// How much there is so far: a place to look on from.
    pub fn len(&self) -> usize {
        self.events.borrow().len()
    }

    /// Whether nothing has happened yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The events of this kind from `place` on.
    pub fn since(&self, place: usize, method: &str) -> Vec<Event> {
        let events = self.events.borrow();
        let kept = events.iter().skip(place);
        kept.filter(|event| event.method == method)
            .cloned()
            .collect()
    }

    /// All events of this kind.
    pub fn all(&self, method: &str) -> Vec<Event> {
        self.since(0, method)
    }

    /// All events.
    pub fn everything(&self) -> Vec<Event> {
        let events = self.events.borrow().clone();
        events.into_iter().filter(|event| !is_mark(event)).collect()
    }

    /// Waits until something has happened, and fails where it does not.
    pub async fn wait_for(&self, what: &str, has_happened: impl Fn(&Event) -> bool) {
        let mut changes = self.events.subscribe();
        let happened = changes.wait_for(|events| events.iter().any(&has_happened));
        let waited = tokio::time::timeout(PATIENCE, happened).await;
        assert!(waited.is_ok(), "not within {PATIENCE:?}: {what}");
    }

    /// Has the page say a word that nobody else says, and waits until it is heard: what happened before it was heard before it.
    pub(super) async fn mark_reached(&self, tools: &CdpSession) {
        let number = self.marks.fetch_add(1, Ordering::Relaxed);
        let mark = format!("{MARK}{number}");
        let parameters = json!({ "expression": format!("console.debug('{mark}')") });
        tools
            .send_raw("Runtime.evaluate", parameters)
            .await
            .expect("the page can speak");
        let is_heard =
            |event: &Event| is_mark(event) && event.text("/args/0/value") == mark.as_str();
        // The sender lives in `self`, so that the wait cannot end by its loss.
        let _ = self
            .events
            .subscribe()
            .wait_for(|events| events.iter().rev().any(is_heard))
            .await;
    }
}

fn is_mark(event: &Event) -> bool {
    event.method == "Runtime.consoleAPICalled" && event.text("/args/0/value").starts_with(MARK)
}
