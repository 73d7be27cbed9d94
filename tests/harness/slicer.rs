//! A network that hands on answers byte by byte: it stands between the browser and the server.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How an answer is known that is to be sliced: the page itself comes in one piece, or it would take minutes.
const SLICED: &[u8] = b"text/event-stream";

/// Long enough that the system sends each byte by itself.
const PAUSE: Duration = Duration::from_millis(1);

/// A running one. Dropping it closes its port.
#[derive(Debug)]
pub(crate) struct Slicer {
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Slicer {
    /// Puts one in front of `server`.
    #[expect(
        clippy::disallowed_methods,
        reason = "it ends with the test, not with a server"
    )]
    pub(crate) async fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let accepting = tokio::spawn(async move {
            while let Ok((browser, _)) = listener.accept().await {
                tokio::spawn(relay(browser, server));
            }
        });
        Self { address, accepting }
    }

    /// The server's address, as the browser sees it.
    pub(crate) fn url(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }
}

impl Drop for Slicer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Hands bytes on in both directions until either side closes.
async fn relay(browser: TcpStream, server: SocketAddr) -> std::io::Result<()> {
    let server = TcpStream::connect(server).await?;
    browser.set_nodelay(true)?;
    let (mut from_browser, mut to_browser) = browser.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let upwards = tokio::io::copy(&mut from_browser, &mut to_server);
    let downwards = async {
        let mut buffer = [0; 16_384];
        let mut is_sliced = false;
        loop {
            let length = from_server.read(&mut buffer).await?;
            let Some(bytes) = buffer.get(..length).filter(|bytes| !bytes.is_empty()) else {
                return Ok(0);
            };
            is_sliced |= bytes.windows(SLICED.len()).any(|window| window == SLICED);
            if is_sliced {
                write_slowly(&mut to_browser, bytes).await?;
            } else {
                to_browser.write_all(bytes).await?;
            }
        }
    };
    tokio::select! {
        ended = upwards => ended.map(drop),
        ended = downwards => ended.map(drop),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "sockets live in real time, whatever the server's clock says"
)]
async fn write_slowly(
    to: &mut tokio::net::tcp::OwnedWriteHalf,
    bytes: &[u8],
) -> std::io::Result<()> {
    for byte in bytes {
        to.write_all(std::slice::from_ref(byte)).await?;
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}
