//! Placeholder until the branch is merged.
use crate::{clock::Clock, tasks::Tasks};
use std::net::SocketAddr;
use tokio::net::TcpListener;
#[derive(Debug)]
pub struct StandIn(SocketAddr);
#[derive(Debug, Default)]
pub struct Settings;
impl Settings {
    pub fn demo() -> Self {
        Self
    }
}
impl StandIn {
    pub async fn start(
        l: TcpListener,
        _s: Settings,
        _c: Clock,
        _t: &Tasks,
    ) -> std::io::Result<Self> {
        l.local_addr().map(Self)
    }
    pub fn address(&self) -> SocketAddr {
        self.0
    }
}
