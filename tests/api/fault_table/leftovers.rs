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
        assert_eq!(open_sockets(airlock, upstream), 0);
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
                open_sockets(airlock, upstream),
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

/// The sockets that this process has open to or from either address; listening ones do not count.
///
/// The system's own list is asked, by port: other tests of the process open and close descriptors all the time, but none has these
/// ports.
#[cfg(target_os = "linux")]
fn open_sockets(airlock: &Airlock, upstream: &Hostile) -> usize {
    const LISTENING: &str = "0A";
    let ports =
        [airlock.address, upstream.address].map(|address| format!(":{:04X}", address.port()));
    let list = std::fs::read_to_string("/proc/self/net/tcp").expect("Linux has it");
    let is_open = |line: &&str| {
        let columns: Vec<_> = line.split_whitespace().collect();
        let [_, local, remote, state, ..] = columns[..] else {
            return false;
        };
        let is_ours = ports
            .iter()
            .any(|port| local.ends_with(port) || remote.ends_with(port));
        // A socket whose descriptor was closed has no inode any more.
        is_ours && state != LISTENING && columns.get(9).is_some_and(|inode| *inode != "0")
    };
    list.lines().skip(1).filter(is_open).count()
}

/// Elsewhere there is no such list; the tasks, each of which owns a socket, are counted everywhere.
#[cfg(not(target_os = "linux"))]
fn open_sockets(_: &Airlock, _: &Hostile) -> usize {
    0
}
