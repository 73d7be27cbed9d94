//! The probes: what a load balancer asks, and what it costs.

use std::time::Duration;

use shared::api::paths;
use tests::Airlock;

/// FM-54: probes never call upstream, and an idle server stays ready.
#[tokio::test]
async fn probes_cost_nothing_and_stay_green() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    airlock.advance(Duration::from_hours(48));
    let visitor = visitor.reconnected();
    for path in [paths::HEALTHZ, paths::READYZ] {
        let response = visitor.get(path).send().await.expect("answers");
        assert_eq!(response.status().as_u16(), 200, "{path}");
    }
    assert_eq!(airlock.stand_in.requests().len(), 0);
}
