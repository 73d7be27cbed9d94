//! The lab's routes on the main server. Those below `/api` pass its origin gate, as all of its API does.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use serving::clock::Clock;
use serving::tasks::Tasks;
use shared::api::session::UpstreamInfo;

use crate::attacks::{self, Proof};
use crate::loot::Piece;
use crate::unsafe_half::UnsafeHalf;
use crate::visits::Report;
use crate::{Lab, page, reply};

/// The lab's page and its API, which are open while the stand-in is the main server's `upstream`.
pub fn open<S>(upstream: &UpstreamInfo, clock: &Clock, tasks: &Tasks) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let lab = Lab::new(upstream.is_stand_in, clock.clone(), tasks.clone());
    Router::new()
        .route("/lab", get(show))
        .route("/lab/{file}", get(file))
        .route("/api/lab/visits", post(begin))
        .route("/api/lab/visits/{visit}", get(look))
        .route("/api/lab/answers", post(judge))
        .route("/api/lab/fixes", post(judge_fix))
        .with_state(Arc::new(lab))
}

/// A visit as its page sees it.
#[derive(Serialize)]
struct View<'a> {
    visit: &'a str,
    /// The unsafe half's origin.
    unsafe_half: String,
    /// What the attacks there came to so far.
    reports: BTreeMap<&'static str, Report>,
    /// What answers carried away so far.
    collected: Vec<Piece>,
    bill: Bill,
}

/// What thieves have spent with the lab's keys since the start, as the lab's Claude counted it.
#[derive(Serialize)]
struct Bill {
    dollars: String,
    requests: u64,
}

/// What somebody found.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    attack: String,
    answer: String,
}

/// Whether that was it.
#[derive(Serialize)]
struct Verdict {
    is_right: bool,
}

/// Which change somebody would make, by its place among the four.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    attack: String,
    choice: usize,
}

/// Whether it helps, and why or why not.
#[derive(Serialize)]
struct Opinion {
    is_right: bool,
    because: &'static str,
}

async fn show(State(lab): State<Arc<Lab>>, headers: HeaderMap) -> Response {
    let is_open = lab.is_open && reply::is_for_this_machine(&headers);
    reply::file("text/html; charset=utf-8", page::page(is_open))
}

async fn file(Path(name): Path<String>) -> Response {
    page::file(&name).unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

async fn begin(State(lab): State<Arc<Lab>>, headers: HeaderMap) -> Response {
    if !lab.is_open || !reply::is_for_this_machine(&headers) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let half = match lab.half().await {
        Ok(half) => half,
        Err(error) => return unavailable(&error),
    };
    match half.shared.visits.begin() {
        Ok(id) => describe(half, &id),
        Err(error) => unavailable(&error),
    }
}

async fn look(State(lab): State<Arc<Lab>>, Path(visit): Path<String>) -> Response {
    match lab.half.get() {
        Some(half) => describe(half, &visit),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn judge(State(lab): State<Arc<Lab>>, body: Bytes) -> Response {
    let Ok(answer) = serde_json::from_slice::<Answer>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let (Some(half), Some(attack)) = (lab.half.get(), attacks::find(&answer.attack)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let is_right = match attack.proof {
        Proof::Key(hiding) => half.shared.canaries.is(hiding, &answer.answer),
        Proof::Receipt => half.shared.loot.has(answer.answer.trim()),
        Proof::DearAnswer => half.shared.paid_for(answer.answer.trim()),
    };
    reply::json(&Verdict { is_right })
}

async fn judge_fix(body: Bytes) -> Response {
    let Ok(Choice { attack, choice }) = serde_json::from_slice(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let fix = attacks::find(&attack).map(|attack| attack.fix);
    match fix.and_then(|fix| Some((fix.right == choice, fix.changes.get(choice)?))) {
        Some((is_right, change)) => reply::json(&Opinion {
            is_right,
            because: change.because,
        }),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn describe(half: &UnsafeHalf, visit: &str) -> Response {
    let Some(reports) = half.shared.visits.reports(visit) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (spent, requests) = half.shared.bill();
    reply::json(&View {
        visit,
        unsafe_half: half.origin(),
        reports,
        collected: half.shared.loot.pieces(),
        bill: Bill {
            dollars: spent.to_string(),
            requests,
        },
    })
}

fn unavailable(error: &dyn std::error::Error) -> Response {
    tracing::error!(%error, "the lab's unsafe half did not start");
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}
