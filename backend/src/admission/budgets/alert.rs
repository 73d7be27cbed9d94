//! Alerts: spending has carried a budget over a mark. Each is logged at once, and handed to whoever passes them on.

use shared::api::budget::BudgetInfo;
use shared::hex::hex;
use store::Scope;
use tokio::sync::mpsc;

/// Alerts that wait to be passed on. A budget has three in a day and three in a month, so that more than a few budgets must be at their marks
/// at once before one is left out; the log has them all.
const WAITING_MAX: usize = 64;

/// A budget of everybody's, of an environment or of a token that has been spent to a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Whose it is.
    pub scope: Scope,
    /// Where it stands.
    pub budget: BudgetInfo,
}

/// Hears of alerts.
pub type Alerts = mpsc::Receiver<Alert>;

/// Tells of alerts.
#[derive(Debug)]
pub(super) struct Alarm(mpsc::Sender<Alert>);

pub(super) fn channel() -> (Alarm, Alerts) {
    let (sender, receiver) = mpsc::channel(WAITING_MAX);
    (Alarm(sender), receiver)
}

impl Alarm {
    pub(super) fn ring(&self, alerts: Vec<Alert>) {
        for alert in alerts {
            let BudgetInfo {
                limit,
                spent,
                window,
                resets_at,
                ..
            } = alert.budget;
            tracing::warn!(
                budget = alert.name(),
                %window, %limit, %spent, %resets_at,
                percent = alert.budget.mark(),
                "a budget has been spent to a mark"
            );
            // Nobody listens where nobody asked to be told; what finds no place was logged.
            let _ = self.0.try_send(alert);
        }
    }
}

impl Alert {
    /// The budget's name for people. A token goes by the first digits of its digest.
    pub fn name(&self) -> String {
        match &self.scope {
            Scope::Overall => "everybody".to_owned(),
            Scope::Environment(name) => format!("environment {name}"),
            Scope::Token(digest) => {
                let [first, second, third, fourth, ..] = digest.0;
                format!("token {}", hex(&[first, second, third, fourth]))
            }
            Scope::Session(_) => "a session".to_owned(),
            Scope::Address(_) => "an address".to_owned(),
        }
    }
}
