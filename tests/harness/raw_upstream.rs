//! An upstream that answers every connection with the same bytes: for answers that no honest server gives.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A running one. Dropping it closes its port.
#[derive(Debug)]
pub struct RawUpstream {
    /// Where it listens.
    pub address: SocketAddr,
    connections: Arc<AtomicUsize>,
    accepting: JoinHandle<()>,
}

impl RawUpstream {
    /// How many connections it has had.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for RawUpstream {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Starts one that answers with `answer`, then closes.
pub async fn raw_upstream(answer: &str) -> RawUpstream {
    start(answer, drop).await
}

/// Starts one that answers with `answer`, then says nothing more and does not close.
pub async fn stuck_upstream(answer: &str) -> RawUpstream {
    let mut held = Vec::new();
    start(answer, move |stream| held.push(stream)).await
}

#[expect(
    clippy::disallowed_methods,
    reason = "it ends with the test, not with a server"
)]
async fn start(answer: &str, mut then: impl FnMut(TcpStream) + Send + 'static) -> RawUpstream {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&connections);
    let answer = answer.as_bytes().to_vec();
    let accepting = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counter.fetch_add(1, Ordering::SeqCst);
            let mut head = [0; 4_096];
            // Whatever came, the answer is the same; a client that has gone needs none.
            let _ = stream.read(&mut head).await;
            let _ = stream.write_all(&answer).await;
            then(stream);
        }
    });
    RawUpstream {
        address,
        connections,
        accepting,
    }
}
