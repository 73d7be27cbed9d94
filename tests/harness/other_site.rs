//! A page of somebody else, on another port of the same machine: what its scripts try is up to the test.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Its one page. No policy restrains it.
const PAGE: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: 46\r\nconnection: close\r\n\r\n\
    <!doctype html><title>Another site</title><p>.";

/// A running site. Dropping it closes its port.
#[derive(Debug)]
pub struct OtherSite {
    /// Where it listens.
    pub address: SocketAddr,
    serving: JoinHandle<()>,
}

impl OtherSite {
    /// Opens one on a free port.
    #[expect(
        clippy::disallowed_methods,
        reason = "it ends with the test, not with a server"
    )]
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let serving = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut head = [0; 4_096];
                    // Whatever was asked for, there is only one page; a browser that has gone needs none.
                    let _ = stream.read(&mut head).await;
                    let _ = stream.write_all(PAGE.as_bytes()).await;
                });
            }
        });
        Self { address, serving }
    }

    /// Its address. A browser holds it to be of the same site as any other port of this host.
    pub fn url(&self) -> String {
        format!("http://localhost:{}/", self.address.port())
    }
}

impl Drop for OtherSite {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
