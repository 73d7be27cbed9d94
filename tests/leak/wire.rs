//! Everything that the server says to anybody: answers of every kind, and its log of them at its most talkative.

use reqwest::header::{ACCEPT_ENCODING, CONTENT_TYPE, COOKIE, HOST, ORIGIN};
use reqwest::{RequestBuilder, StatusCode};
use shared::api::paths;
use stand_in::Script;
use tests::{Visitor, question, setting};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::bundle::files;
use crate::needle::{Needle, random_word};
use crate::scene::Scene;

fn body(text: &str) -> String {
    serde_json::to_string(&question(text)).expect("serialises")
}

/// All of an answer, as text and bytes: status, headers, body, also one that breaks off.
async fn whole(what: &str, request: RequestBuilder) -> (StatusCode, Vec<u8>) {
    let sent = request.send().await;
    let mut answer = sent.unwrap_or_else(|error| panic!("{what}: {error}"));
    let status = answer.status();
    let mut bytes = format!("{status} {:?}\n", answer.headers()).into_bytes();
    while let Ok(Some(chunk)) = answer.chunk().await {
        bytes.extend_from_slice(&chunk);
    }
    (status, bytes)
}

/// Sends it, holds it to its status and searches the answer.
async fn is_clean(scene: &Scene, what: &str, status: u16, request: RequestBuilder) {
    let (answered, bytes) = whole(what, request).await;
    let text = String::from_utf8_lossy(&bytes);
    assert_eq!(answered.as_u16(), status, "{what}: {text}");
    scene.is_clean(what, &bytes);
}

/// The server tries at most so often.
const ATTEMPTS_MAX: usize = 3;

/// Errors of the upstream, each of which quotes the key back at us, and the status that becomes of each.
const UPSTREAM_ERRORS: [(u16, &str, u16); 9] = [
    (400, "invalid_request_error", 502),
    (401, "authentication_error", 502),
    (402, "billing_error", 503),
    (403, "permission_error", 502),
    (404, "not_found_error", 502),
    (413, "request_too_large", 502),
    (429, "rate_limit_error", 429),
    (500, "api_error", 502),
    (529, "overloaded_error", 503),
];

/// Has the upstream answer with `refusal` as often as the server tries.
async fn upstream_error(
    scene: &Scene,
    visitor: &Visitor,
    what: &str,
    becomes: u16,
    refusal: Script,
) {
    for _ in 0..ATTEMPTS_MAX {
        scene.stand_in.reply_with(refusal.clone());
    }
    let request = visitor.post(paths::CHAT, body("Hello"));
    is_clean(scene, what, becomes, request).await;
    scene.stand_in.forget_scripts();
}

async fn upstream_errors(scene: &Scene, visitor: &Visitor) {
    for (status, error_type, becomes) in UPSTREAM_ERRORS {
        let quote = format!("invalid x-api-key: {}", scene.canary.key);
        let status = StatusCode::from_u16(status).expect("a status");
        let refusal = Script::refuse(status, error_type, quote);
        upstream_error(scene, visitor, error_type, becomes, refusal).await;
    }
}

/// Wherever somebody cuts a long message short, the part of the key that is left is no less of a leak.
async fn long_quotes(scene: &Scene, visitor: &Visitor) {
    for padding in (0..scene.canary.key.len()).step_by(8) {
        let quotes = format!("{} ", scene.canary.key).repeat(2_000);
        let quote = format!("{}{quotes}", "x".repeat(padding));
        let refusal = Script::refuse(
            StatusCode::INTERNAL_SERVER_ERROR,
            "api_error",
            quote.clone(),
        );
        upstream_error(scene, visitor, "a long quote", 502, refusal).await;
        let broken = Script::text(["a", "b"]).error_after(4, "api_error", quote);
        scene.stand_in.reply_with(broken);
        let request = visitor.post(paths::CHAT, body("Hello"));
        is_clean(scene, "a long quote in a stream", 200, request).await;
    }
}

async fn streams(scene: &Scene, visitor: &Visitor) {
    let quote = format!("overloaded while serving {}", scene.canary.key);
    for (what, script) in [
        ("a whole stream", Script::text(["All", " is well"])),
        (
            "a stream with an error in it",
            Script::text(["a", "b"]).error_after(4, "overloaded_error", quote),
        ),
        ("a cut stream", Script::text(["a", "b"]).close_after(4)),
    ] {
        scene.stand_in.reply_with(script);
        is_clean(scene, what, 200, visitor.post(paths::CHAT, body("Hello"))).await;
    }
}

async fn refusals(scene: &Scene, visitor: &Visitor) {
    let chat = || visitor.post(paths::CHAT, body("Hello"));
    let stranger = visitor.with_cookie("");
    // The server hangs up on whoever still sends; the others keep their connection.
    let talkative = scene.visitor().await;
    let unknown = body("Hello").replace("claude-haiku-5-5", "claude-nothing");
    for (what, status, request) in [
        (
            "a broken body",
            400,
            visitor.post(paths::CHAT, "{\"model\":"),
        ),
        ("an unknown model", 400, visitor.post(paths::CHAT, unknown)),
        ("no session", 401, stranger.post(paths::CHAT, body("Hello"))),
        (
            "another origin",
            403,
            with(chat(), ORIGIN, "https://evil.example"),
        ),
        ("no such path", 404, visitor.get("/nothing")),
        ("another method", 405, visitor.get(paths::CHAT)),
        (
            "a body too large",
            413,
            talkative.post(paths::CHAT, body(&"x".repeat(600_000))),
        ),
        (
            "a body of text",
            415,
            with(chat(), CONTENT_TYPE, "text/plain"),
        ),
        ("another host", 421, with(chat(), HOST, "evil.example")),
    ] {
        is_clean(scene, what, status, request).await;
    }
}

/// The request with another value for this header.
fn with(
    request: RequestBuilder,
    name: reqwest::header::HeaderName,
    value: &'static str,
) -> RequestBuilder {
    let headers = reqwest::header::HeaderMap::from_iter([(
        name,
        reqwest::header::HeaderValue::from_static(value),
    )]);
    request.headers(headers)
}

async fn pages(scene: &Scene, visitor: &Visitor) {
    let folder = setting("AIRLOCK_PAGE_DIST");
    let mut paths: Vec<_> = files(&folder)
        .iter()
        .filter_map(|file| file.strip_prefix(&folder).ok()?.to_str())
        // Folders with a dot hold pages that are not served here.
        .filter(|path| *path != "index.html" && !path.starts_with('.'))
        .map(|path| format!("/{path}"))
        .collect();
    assert!(paths.len() > 3, "the page has files: {paths:?}");
    paths.extend(["/", paths::SESSION, paths::HEALTHZ, paths::READYZ].map(str::to_owned));
    for path in &paths {
        // What is compressed by the build could hide the word; its plain form, which is searched too, could not.
        for encoding in ["identity", "br", "gzip"] {
            let request = visitor.get(path).header(ACCEPT_ENCODING, encoding);
            is_clean(scene, path, 200, request).await;
        }
    }
}

/// What does not even look like HTTP is answered too.
async fn noise(scene: &Scene) {
    for noise in [
        "NOISE\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(scene.airlock.address)
            .await
            .expect("connects");
        stream.write_all(noise.as_bytes()).await.expect("sends");
        stream.shutdown().await.expect("closes");
        let mut answer = Vec::new();
        // A connection that is reset says nothing more.
        let _ = stream.read_to_end(&mut answer).await;
        scene.is_clean(noise, &answer);
    }
}

/// FM-40: no answer of any kind holds the key, nor does a line of the log at TRACE; both would be seen if they did.
#[tokio::test]
async fn no_answer_and_no_line_of_the_log_holds_the_key() {
    let scene = Scene::open().await;
    let visitor = scene.visitor().await;
    streams(&scene, &visitor).await;
    let received = scene.stand_in.last_request().expect("a request");
    let key = received.key.expect("a key").fingerprint;
    assert_eq!(
        key,
        visitor.session().await.upstream.key_fingerprint,
        "the canary was the key"
    );

    upstream_errors(&scene, &visitor).await;
    long_quotes(&scene, &visitor).await;
    refusals(&scene, &visitor).await;
    pages(&scene, &visitor).await;
    noise(&scene).await;
    scene.lose_upstream().await;
    is_clean(
        &scene,
        "no upstream",
        502,
        visitor.post(paths::CHAT, body("Hello")),
    )
    .await;

    // The detectors prove themselves: a word that does come back, and that is logged.
    let planted = random_word();
    let needle = Needle::new(&planted);
    let misspelt = body("Hello").replace("\"model\"", &format!("\"{planted}\":1,\"model\""));
    let (_, answer) = whole("a misspelt field", visitor.post(paths::CHAT, misspelt)).await;
    assert_eq!(needle.found_in(&answer), Some("in clear"));
    whole(
        "a planted path",
        visitor.get(&format!("/{planted}")).header(COOKIE, "none"),
    )
    .await;

    let Scene {
        canary, airlock, ..
    } = scene;
    let log = airlock.end();
    let text = String::from_utf8_lossy(&log);
    assert_eq!(needle.found_in(&log), Some("in clear"));
    assert!(
        text.contains("\"TRACE\""),
        "the log is at its most talkative"
    );
    assert!(
        text.contains("invalid x-api-key: […]"),
        "the upstream's quotes of the key came to the log and lost it there"
    );
    assert_eq!(canary.needle.found_in(&log), None, "the key is in the log");
}
