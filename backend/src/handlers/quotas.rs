//! What every answer and every refusal of the limited routes tells: where the caller stands with limits of its own.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use shared::api::paths;

use crate::access::Caller;
use crate::admission::Standing;
use crate::layers::{self, Quota};
use crate::proxy::Proxy;

/// Sets `RateLimit` and `RateLimit-Policy` of whatever comes of a request. It stands inside the gate that proves the caller.
pub(crate) async fn tell(
    State(proxy): State<Arc<Proxy>>,
    request: Request,
    next: Next,
) -> Response {
    let caller = request.extensions().get::<Caller>().cloned();
    let is_count = request.uri().path() == paths::COUNT;
    let mut response = next.run(request).await;
    if let Some(caller) = caller {
        let [answers, counts] = proxy.standings(&caller);
        let quota = if is_count {
            by_minute("counts", counts)
        } else {
            by_minute("requests", answers)
        };
        layers::tell(&mut response, &caller.id.partition(), &[quota]);
    }
    response
}

fn by_minute(name: &'static str, standing: Standing) -> Quota {
    Quota {
        name,
        unit: None,
        limit: standing.limit.into(),
        window_s: Standing::WINDOW.as_secs(),
        left: standing.left.into(),
        reset_s: whole_seconds(standing.full_in),
    }
}

/// Rounded up: who comes back then does not come too early.
fn whole_seconds(duration: Duration) -> u64 {
    let has_more = duration.subsec_nanos() > 0;
    duration.as_secs().saturating_add(has_more.into())
}
