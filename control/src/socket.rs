//! The server's end.

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use axum::Router;
use tokio::net::UnixListener;

use super::NAME;

/// A socket that commands can reach. It is gone when this is.
#[derive(Debug)]
pub struct Socket {
    listener: UnixListener,
    file: SocketFile,
}

/// The socket's file, which is removed with it.
#[derive(Debug)]
struct SocketFile(PathBuf);

impl Socket {
    /// Listens in `folder`, whose lock the caller must hold: what an earlier server left there is removed, unless somebody answers at it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::AddrInUse`] where somebody does; otherwise what the system says, such as that the folder's path is too long for a socket,
    /// which may have some 100 bytes.
    pub fn listen(folder: &Path) -> io::Result<Self> {
        let path = folder.join(NAME);
        if UnixStream::connect(&path).is_ok() {
            return Err(ErrorKind::AddrInUse.into());
        }
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let listener = UnixListener::bind(&path)?;
        let file = SocketFile(path);
        fs::set_permissions(&file.0, Permissions::from_mode(0o600))?;
        Ok(Self { listener, file })
    }

    /// Answers commands with `router` until `stopping` ends and what they asked has been answered.
    pub async fn serve(self, router: Router, stopping: impl Future<Output = ()> + Send + 'static) {
        let Self { listener, file } = self;
        // It fails at nothing: an error of accepting is waited out.
        let _ = axum::serve(listener, router)
            .with_graceful_shutdown(stopping)
            .await;
        drop(file);
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // It may have been removed by hand, or its folder.
        let _ = fs::remove_file(&self.0);
    }
}
