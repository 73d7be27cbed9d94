//! An upstream that never ends what it began: it says the same for as long as it is listened to, or nothing at all.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

const HEAD: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";

const START: &str = concat!(
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"model\":\"m\",",
    "\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}\n\n",
);

/// Bytes that are written at once.
const BLOCK_BYTES: usize = 64 * 1_024;

/// A running one. Dropping it closes its port; calls under way go on until they are closed.
#[derive(Debug)]
pub struct EndlessUpstream {
    /// Where it listens.
    pub address: SocketAddr,
    counts: Arc<Counts>,
    accepting: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Counts {
    bytes: AtomicU64,
    open: watch::Sender<usize>,
}

impl EndlessUpstream {
    /// One whose answers are events that say `text`, without end.
    pub async fn saying(text: &str) -> Self {
        let event = format!(
            "event: content_block_delta\ndata: {{\"type\":\"content_block_delta\",\"index\":0,\
             \"delta\":{{\"type\":\"text_delta\",\"text\":\"{text}\"}}}}\n\n"
        );
        let times = (BLOCK_BYTES / event.len()).max(1);
        Self::start(Some(event.repeat(times))).await
    }

    /// One that sends the headers of an answer and then nothing.
    pub async fn mute() -> Self {
        Self::start(None).await
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "it ends with the test, not with a server"
    )]
    async fn start(block: Option<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (block, counts) = (Arc::new(block), Arc::<Counts>::default());
        let counting = Arc::clone(&counts);
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (block, counts) = (Arc::clone(&block), Arc::clone(&counting));
                tokio::spawn(async move {
                    // It ends when the other side has had enough.
                    let _ = answer(stream, block.as_deref(), &counts).await;
                    counts.open.send_modify(|open| *open -= 1);
                });
            }
        });
        Self {
            address,
            counts,
            accepting,
        }
    }

    /// Bytes of events that were taken so far, by all calls.
    pub fn bytes(&self) -> u64 {
        self.counts.bytes.load(Ordering::SeqCst)
    }

    /// Waits until so many calls have an answer that has begun.
    pub async fn wait_for_open(&self, count: usize) {
        let mut open = self.counts.open.subscribe();
        // The sender lives in `self`, so that the wait cannot end by its loss.
        let _ = open.wait_for(|open| *open == count).await;
    }
}

impl Drop for EndlessUpstream {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn answer(
    mut stream: TcpStream,
    block: Option<&str>,
    counts: &Counts,
) -> std::io::Result<()> {
    // Whatever came, the answer is the same.
    let asked = stream.read(&mut [0; 4_096]).await;
    let begun = stream.write_all(HEAD.as_bytes()).await;
    counts.open.send_modify(|open| *open += 1);
    asked.and(begun)?;
    let Some(block) = block else {
        // Until the other side closes, which is when there is nothing more to read.
        while stream.read(&mut [0; 4_096]).await? > 0 {}
        return Ok(());
    };
    stream.write_all(START.as_bytes()).await?;
    loop {
        stream.write_all(block.as_bytes()).await?;
        let bytes = block.len() as u64;
        counts.bytes.fetch_add(bytes, Ordering::SeqCst);
    }
}
