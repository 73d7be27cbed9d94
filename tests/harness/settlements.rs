//! Listens to what the server says of its money in its log: one line for each call that it settled.

use std::sync::{Arc, Mutex};

use shared::money::NanoUsd;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Dispatch, Event, Metadata, Subscriber};

/// What the servers of this thread settled since it began to listen. A test runs its server on its own thread, so that it hears no
/// other's.
#[derive(Debug)]
pub struct Settlements {
    heard: Arc<Mutex<Vec<Line>>>,
    /// Hears nothing. While there is one subscriber in all, a line that another thread logs first is thought to be heard by nobody, for good:
    /// that thread alone is asked.
    _another: Dispatch,
    _listening: DefaultGuard,
}

impl Settlements {
    /// Listens until it is dropped.
    pub fn listen() -> Self {
        let heard = Arc::default();
        let ear = Ear(Arc::clone(&heard));
        Self {
            heard,
            _another: Dispatch::new(Ear(Arc::default())),
            _listening: tracing::subscriber::set_default(ear),
        }
    }

    /// What each settled call was charged, in their order.
    pub fn charges(&self) -> Vec<NanoUsd> {
        let heard = self.heard.lock().unwrap();
        heard.iter().filter_map(|line| line.charge).collect()
    }

    /// Of each settled call, in their order, whether the rules had chosen its model.
    pub fn were_routed(&self) -> Vec<bool> {
        let heard = self.heard.lock().unwrap();
        heard.iter().map(|line| line.is_auto).collect()
    }
}

struct Ear(Arc<Mutex<Vec<Line>>>);

/// What a line says that concerns us.
#[derive(Debug, Default)]
struct Line {
    is_settlement: bool,
    is_auto: bool,
    charge: Option<NanoUsd>,
}

impl Visit for Line {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "cost_nano_usd" {
            self.charge = Some(NanoUsd(value));
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.is_auto |= field.name() == "is_auto" && value;
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.is_settlement = format!("{value:?}") == "a call was settled";
        }
    }
}

impl Subscriber for Ear {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event()
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        if line.is_settlement {
            self.0.lock().unwrap().push(line);
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
