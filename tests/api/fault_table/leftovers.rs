//! What a request must not leave behind: tasks and open sockets.

use std::time::Duration;

use anyhow::{Result, ensure};
use tests::Airlock;
use tests::hostile::Hostile;

/// How long closing may take, by the wall: two sides of a socket close one after the other, in tasks of their own.
const GONE_WITHIN: Duration = Duration::from_secs(5);

/// How things stood before.
#[derive(Debug)]
pub(super) struct Baseline {
    /// All tasks of the test's runtime, the server's and its client's among them.
    tasks: usize,
}

impl Baseline {
    pub(super) fn of(airlock: &Airlock, upstream: &Hostile) -> Self {
        assert_eq!(open_sockets(&ports(airlock, upstream)), 0);
        Self { tasks: tasks() }
    }

    /// Waits until everything is as before; that must come soon.
    pub(super) async fn returns(&self, airlock: &Airlock, upstream: &Hostile) -> Result<()> {
        // The upstream's own task accepts connections from the first request on.
        let expected = (self.tasks + 1, 0, 0);
        let seen = || {
            (
                tasks(),
                airlock.running_tasks(),
                open_sockets(&ports(airlock, upstream)),
            )
        };
        let returned = async {
            while seen() != expected {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let is_back = tokio::time::timeout(GONE_WITHIN, returned).await.is_ok();
        ensure!(
            is_back,
            "tasks, the server's connections, sockets: {:?} instead of {expected:?}",
            seen()
        );
        Ok(())
    }
}

fn tasks() -> usize {
    tokio::runtime::Handle::current()
        .metrics()
        .num_alive_tasks()
}

fn ports(airlock: &Airlock, upstream: &Hostile) -> [u16; 2] {
    [airlock.address.port(), upstream.address.port()]
}

/// The sockets that anybody here has open to or from these ports; listening ones do not count.
///
/// The system's own list is asked, by port: other tests of the process open and close descriptors all the time, but none has these
/// ports.
#[cfg(target_os = "linux")]
pub(crate) fn open_sockets(ports: &[u16]) -> usize {
    const LISTENING: &str = "0A";
    let ends = ports.iter().map(|port| format!(":{port:04X}"));
    let ends: Vec<String> = ends.collect();
    let list = std::fs::read_to_string("/proc/self/net/tcp").expect("Linux has it");
    let is_open = |line: &&str| {
        let columns: Vec<_> = line.split_whitespace().collect();
        let [_, local, remote, state, ..] = columns[..] else {
            return false;
        };
        let is_ours = ends
            .iter()
            .any(|end| local.ends_with(end) || remote.ends_with(end));
        // A socket whose descriptor was closed has no inode any more.
        is_ours && state != LISTENING && columns.get(9).is_some_and(|inode| *inode != "0")
    };
    list.lines().skip(1).filter(is_open).count()
}

/// Elsewhere there is no such list; the tasks, each of which owns a socket, are counted everywhere.
#[cfg(not(target_os = "linux"))]
pub(crate) fn open_sockets(_: &[u16]) -> usize {
    0
}
