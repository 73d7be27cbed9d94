//! Both ends, over a real socket.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;

use axum::Router;
use axum::routing::{get, post};
use tokio::sync::oneshot;

use super::{NAME, Socket, call};

/// What a command is told, and whose file the socket was.
#[tokio::test]
async fn a_command_reaches_the_server_of_its_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let socket = Socket::listen(folder.path()).expect("it listens");
    let mode = fs::metadata(folder.path().join(NAME))
        .expect("a file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(
        Socket::listen(folder.path()).is_err(),
        "somebody answers there"
    );
    let router = Router::new()
        .route("/echo", post(|body: String| async move { body }))
        .route("/hello", get(|| async { "hello" }));
    let (stop, stopping) = oneshot::channel::<()>();
    let served = socket.serve(router, async {
        let _ = stopping.await;
    });
    let asked = async {
        let said = async |path, body| {
            let answer = call(folder.path(), path, body).await.expect("it works");
            let answer = answer.expect("a server runs");
            (answer.status.as_u16(), answer.body)
        };
        assert_eq!(
            said("/echo", Some(b"{}".to_vec())).await,
            (200, "{}".into())
        );
        assert_eq!(said("/hello", None).await, (200, "hello".into()));
        assert_eq!(said("/nothing", None).await.0, 404);
        stop.send(()).expect("it runs");
    };
    tokio::join!(served, asked);
    assert!(!folder.path().join(NAME).exists());
    assert!(
        call(folder.path(), "/hello", None)
            .await
            .expect("it works")
            .is_none()
    );
}

/// A server that was killed leaves its socket behind: no command takes it for one that runs, and the next server takes its place.
#[tokio::test]
async fn a_socket_that_nobody_listens_at_is_no_server_and_gives_way() {
    let folder = tempfile::tempdir().expect("a folder");
    drop(UnixListener::bind(folder.path().join(NAME)).expect("it is left behind"));
    assert!(
        call(folder.path(), "/", None)
            .await
            .expect("it works")
            .is_none()
    );
    Socket::listen(folder.path()).expect("it gives way");
}
