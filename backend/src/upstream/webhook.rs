//! Alerts on their way to whoever the operator wants told. Nothing waits for them, and nothing that a caller said is in them.

use std::time::Duration;

use reqwest::Client;
use serde_json::json;
use serving::clock::Clock;
use serving::tasks::Tasks;

use super::client::client;
use crate::admission::{Alert, Alerts};
use configuration::WebhookUrl;

/// How long one attempt may take. Whoever is told reads it minutes later at the earliest.
const ATTEMPT_MAX: Duration = Duration::from_secs(10);

/// How long to wait before each further attempt: past a connection that broke, and past a restart.
const WAITS: [Duration; 2] = [Duration::from_secs(2), Duration::from_mins(1)];

/// Posts alerts to one address.
#[derive(Debug)]
pub struct Webhook {
    url: WebhookUrl,
    client: Client,
    clock: Clock,
}

impl Webhook {
    /// A webhook at `url`.
    ///
    /// # Errors
    ///
    /// When TLS cannot be set up.
    pub fn new(url: WebhookUrl, clock: Clock) -> reqwest::Result<Self> {
        let client = client(url.is_https(), None, clock.clone())?;
        Ok(Self { url, client, clock })
    }

    /// Posts each of `alerts` in its turn, until the server stops.
    pub async fn run(self, mut alerts: Alerts, tasks: Tasks) {
        let posting = async {
            while let Some(alert) = alerts.recv().await {
                self.post(&alert).await;
            }
        };
        tokio::select! {
            () = posting => {}
            () = tasks.stopping() => {}
        }
    }

    /// Posts one alert, more than once where that fails; then the log has to do.
    async fn post(&self, alert: &Alert) {
        let body = body(alert);
        let mut waits = WAITS.into_iter();
        loop {
            let Err(error) = self.attempt(body.clone()).await else {
                return;
            };
            let Some(wait) = waits.next() else {
                tracing::error!(error, budget = alert.name(), "an alert could not be sent");
                return;
            };
            self.clock.sleep(wait).await;
        }
    }

    async fn attempt(&self, body: String) -> Result<(), String> {
        let request = self
            .client
            .post(self.url.as_str())
            .header("content-type", "application/json")
            .body(body);
        let answered = tokio::select! {
            answered = request.send() => answered,
            () = self.clock.sleep(ATTEMPT_MAX) => return Err("no answer in time".to_owned()),
        };
        match answered {
            Ok(response) if response.status().is_success() => Ok(()),
            Ok(response) => Err(format!("it answered {}", response.status())),
            // Without the address, which may be a secret.
            Err(error) => Err(error.without_url().to_string()),
        }
    }
}

/// What is posted: a sentence under the name that chat services read, and its figures beside it.
fn body(alert: &Alert) -> String {
    let budget = &alert.budget;
    let (name, percent) = (alert.name(), budget.mark());
    let (limit, spent, window) = (budget.limit, budget.spent, budget.window);
    let resets_at = budget.resets_at.to_string();
    json!({
        "text": format!(
            "Airlock: {percent} % of the budget of {name} for this {window} is spent: {spent} of {limit}. The next one begins at {resets_at}."
        ),
        "budget": name,
        "window": window.to_string(),
        "percent": percent,
        "limit_nano_usd": limit,
        "spent_nano_usd": spent,
        "resets_at": resets_at,
    })
    .to_string()
}
