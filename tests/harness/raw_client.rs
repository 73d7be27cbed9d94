//! A client that writes and reads bytes as it pleases: for what no honest client does.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

/// One connection. Dropping it closes it.
#[derive(Debug)]
pub struct RawClient(TcpStream);

impl RawClient {
    /// Connects to `server`.
    pub async fn connect(server: SocketAddr) -> Self {
        Self(TcpStream::connect(server).await.unwrap())
    }

    /// Connects to `server` with room for few bytes that nobody has read.
    pub async fn connect_with_little_room(server: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4_096).unwrap();
        Self(socket.connect(server).await.unwrap())
    }

    /// Sends `text`, and says whether the server is still there to take it.
    pub async fn send(&mut self, text: &str) -> bool {
        self.send_bytes(text.as_bytes()).await
    }

    /// Sends `bytes`, and says whether the server is still there to take them.
    pub async fn send_bytes(&mut self, bytes: &[u8]) -> bool {
        self.0.write_all(bytes).await.is_ok()
    }

    /// Says that nothing more will be sent, and goes on reading.
    pub async fn finish(&mut self) {
        // A connection that the server has closed is finished as well.
        let _ = self.0.shutdown().await;
    }

    /// All that comes until the server closes the connection, in whatever way.
    pub async fn read_to_the_end(&mut self) -> String {
        let mut bytes = Vec::new();
        // A connection that is reset is closed as well.
        let _ = self.0.read_to_end(&mut bytes).await;
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Whether anything comes before the server closes the connection.
    pub async fn answers(&mut self) -> bool {
        matches!(self.0.read(&mut [0; 4_096]).await, Ok(1..))
    }

    /// Reads until `end` has come, which it must.
    pub async fn read_until(&mut self, end: &str) -> String {
        let mut text = String::new();
        while !text.contains(end) {
            let mut bytes = [0; 4_096];
            let length = self.0.read(&mut bytes).await.unwrap();
            assert!(length > 0, "closed after {text:?}");
            text.push_str(&String::from_utf8_lossy(&bytes[..length]));
        }
        text
    }
}
