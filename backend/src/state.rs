//! The parts that handlers share. Each handler takes the part that it needs and not the whole.

use std::sync::Arc;

use axum::extract::FromRef;
use shared::api::session::UpstreamInfo;

use crate::access::CallerId;
use crate::admission::{Budgets, KillSwitch};
use crate::assets::Assets;
use crate::layers::CallerGate;
use crate::proxy::Proxy;
use crate::usage::UsageDesk;
use metrics::Metrics;
use serving::clock::Clock;
use serving::tasks::Tasks;
use store::Store;
use xray::Xrays;

/// All parts, shared: a clone is one count more. Every request takes some.
#[derive(Clone, Debug)]
pub struct AppState(pub Arc<Parts>);

/// All parts.
#[derive(Debug)]
pub struct Parts {
    /// Tells the time.
    pub clock: Clock,
    /// Counts what happens.
    pub metrics: Metrics,
    /// Knows who is asking.
    pub gate: Arc<CallerGate>,
    /// Forwards requests.
    pub proxy: Arc<Proxy>,
    /// Knows where spending stands.
    pub budgets: Budgets,
    /// Stops all spending.
    pub switch: KillSwitch,
    /// Keeps the ledger.
    pub store: Arc<dyn Store>,
    /// Knows what was spent.
    pub usage: UsageDesk,
    /// Who answers, as the page shows it.
    pub upstream: Arc<UpstreamInfo>,
    /// Has the page.
    pub assets: Assets,
    /// Knows what happened to requests.
    pub xrays: Xrays<CallerId>,
    /// Knows whether the server is stopping.
    pub tasks: Tasks,
}

/// Lets a handler take one part as `State<Part>`.
macro_rules! part {
    ($field:ident: $part:ty) => {
        impl FromRef<AppState> for $part {
            fn from_ref(state: &AppState) -> Self {
                state.0.$field.clone()
            }
        }
    };
}

part!(clock: Clock);
part!(gate: Arc<CallerGate>);
part!(proxy: Arc<Proxy>);
part!(budgets: Budgets);
part!(switch: KillSwitch);
part!(store: Arc<dyn Store>);
part!(usage: UsageDesk);
part!(upstream: Arc<UpstreamInfo>);
part!(assets: Assets);
part!(xrays: Xrays<CallerId>);
part!(tasks: Tasks);
