//! An upstream that plays foul on purpose, byte by byte, and behaves again afterwards: "the next request succeeds" is asked of the
//! same address.

mod play;
mod wire;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serving::clock::{Clock, ManualClock};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use play::Play;
use play::Stage;
pub use wire::{ANSWER, COST, Dialect, NOBODYS_BUSINESS, Wire};

/// Connections that may wait to be accepted; there is never more than a handful.
const BACKLOG: u32 = 16;

/// A hostile upstream. Dropping it closes its port.
#[derive(Debug)]
pub struct Hostile {
    /// Where it is. The port is its own also while it refuses connections.
    pub address: SocketAddr,
    /// Bound and not listening: whoever connects is refused.
    closed_door: Option<TcpSocket>,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    clock: Clock,
    /// What to play on the next connections; without one, the upstream behaves.
    scripts: Mutex<VecDeque<Vec<Play>>>,
    connections: AtomicUsize,
    /// How many connections wait for time to pass.
    waiting: watch::Sender<usize>,
}

impl Hostile {
    /// Takes a port and refuses every connection to it. Its pauses are timed by `clock`.
    ///
    /// # Errors
    ///
    /// When there is no free port.
    pub fn refusing(clock: ManualClock) -> std::io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        Ok(Self {
            address: socket.local_addr()?,
            closed_door: Some(socket),
            shared: Arc::new(Shared {
                clock: clock.into(),
                scripts: Mutex::default(),
                connections: AtomicUsize::new(0),
                waiting: watch::Sender::new(0),
            }),
            accepting: None,
        })
    }

    /// Plays `script` on each of the next `times` connections.
    pub fn play(&self, script: &[Play], times: usize) {
        let mut scripts = self.shared.scripts.lock().unwrap();
        scripts.extend(std::iter::repeat_n(script.to_vec(), times));
    }

    /// Lets connections in from now on.
    #[expect(
        clippy::disallowed_methods,
        reason = "it ends with the test, not with a server"
    )]
    pub fn open(&mut self) {
        let Some(door) = self.closed_door.take() else {
            return;
        };
        let listener = door.listen(BACKLOG).unwrap();
        let shared = Arc::clone(&self.shared);
        self.accepting = Some(tokio::spawn(accept(listener, shared)));
    }

    /// From now on it behaves, whatever was planned.
    pub fn relent(&mut self) {
        self.shared.scripts.lock().unwrap().clear();
        self.open();
    }

    /// How many connections it has had.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Whether a connection waits for time to pass.
    pub fn is_waiting(&self) -> bool {
        *self.shared.waiting.borrow() > 0
    }

    /// Waits until a connection waits for time to pass.
    pub async fn waits(&self) {
        let mut waiting = self.shared.waiting.subscribe();
        // The sender lives in `self`, so that the wait cannot end by its loss.
        let _ = waiting.wait_for(|waiting| *waiting > 0).await;
    }
}

impl Drop for Hostile {
    fn drop(&mut self) {
        if let Some(accepting) = &self.accepting {
            accepting.abort();
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "it ends with the test, not with a server"
)]
async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        shared.connections.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(serve(stream, Arc::clone(&shared)));
    }
}

/// Plays one connection. Whatever fails on the way, the other side has left, which is its right.
async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let script = shared.scripts.lock().unwrap().pop_front();
    let mut stage = Stage::new(stream, shared.clock.clone(), &shared.waiting);
    let _ = match script {
        Some(script) => stage.perform(&script).await,
        None => stage.behave().await,
    };
}
