//! A page of another site, even one on another port of this host, gets nothing through the origin gate, although the browser hands
//! it the visitor's real cookie.

use serde_json::{Value, json};
use shared::error::ErrorKind;
use tests::browser::{Event, Evidence, Tolerated};
use tests::{OtherSite, Scene, Stage, on_stage};

/// What a script of the other site tries, as promises of what came of it. `home` is Airlock's origin, `body` a chat request.
const ATTEMPTS: [(&str, &str); 12] = [
    (
        "read the session",
        "fetch(home + '/api/session', { credentials: 'include' }).then(() => 'read', () => 'refused')",
    ),
    (
        "chat, and read",
        "fetch(home + '/api/chat', { method: 'POST', credentials: 'include', body, headers: { 'content-type': 'application/json' } }).then(() => 'read', () => 'refused')",
    ),
    (
        "chat as text, and read",
        "fetch(home + '/api/chat', { method: 'POST', credentials: 'include', body }).then(() => 'read', () => 'refused')",
    ),
    (
        "chat blindly",
        "fetch(home + '/api/chat', { method: 'POST', mode: 'no-cors', credentials: 'include', body }).then(answer => answer.type, () => 'refused')",
    ),
    (
        "open a session blindly",
        "fetch(home + '/api/session', { mode: 'no-cors', credentials: 'include' }).then(answer => answer.type, () => 'refused')",
    ),
    (
        "an image",
        "new Promise(done => { const it = new Image(); it.onload = () => done('read'); it.onerror = () => done('refused'); it.src = home + '/api/session' })",
    ),
    (
        "a script",
        "new Promise(done => { const it = document.createElement('script'); it.onload = () => done('read'); it.onerror = () => done('refused'); it.src = home + '/boot.js'; document.body.append(it) })",
    ),
    (
        "an event source",
        "new Promise(done => { const it = new EventSource(home + '/api/chat', { withCredentials: true }); it.onopen = () => done('read'); it.onerror = () => { it.close(); done('refused') } })",
    ),
    (
        "a web socket",
        "new Promise(done => { const it = new WebSocket(home.replace('http', 'ws') + '/api/chat'); it.onopen = () => done('read'); it.onerror = () => done('refused') })",
    ),
    (
        "a beacon of text",
        "navigator.sendBeacon(home + '/api/chat', new Blob([body], { type: 'text/plain' })) && 'opaque'",
    ),
    (
        "a beacon of JSON",
        "navigator.sendBeacon(home + '/api/chat', new Blob([body], { type: 'application/json' })) && 'opaque'",
    ),
    (
        "a frame",
        "new Promise(done => { const it = document.createElement('iframe'); it.onload = () => done('opaque'); it.src = home + '/'; document.body.append(it) })",
    ),
];

/// A form whose field and value make JSON together, as text: the oldest trick there is.
const FORM: &str = "(() => { const form = document.createElement('form'); form.method = 'POST'; form.enctype = 'text/plain'; form.action = home + '/api/chat'; \
    const field = document.createElement('input'); field.name = body.slice(0, -2) + ', \"x'; field.value = '\": 1}'; form.append(field); document.body.append(form); form.submit(); return true })()";

fn body() -> String {
    serde_json::to_string(&tests::question("Spend the visitor's money")).expect("serialises")
}

async fn attempt(stage: &Stage, script: &str) -> Value {
    let home = stage.page.home();
    let script = format!(
        "((home, body) => {script})({}, {})",
        json!(home),
        json!(body())
    );
    stage.page.eval(&script).await
}

/// Answers of our API to requests from `place` on: the path with the status, also where the browser kept the answer to itself.
fn answers(evidence: &Evidence, home: &str, place: usize) -> Vec<(String, u64)> {
    let sent = evidence.since(place, "Network.requestWillBeSent");
    let heads = evidence.since(place, "Network.responseReceivedExtraInfo");
    let from_us = heads.iter().filter_map(|head| {
        let asked = |event: &&Event| event.text("/requestId") == head.text("/requestId");
        let url = sent.iter().rev().find(asked)?.text("/request/url");
        let path = url.strip_prefix(home)?;
        let status = head.particulars["statusCode"].as_u64()?;
        path.starts_with("/api/").then(|| (path.to_owned(), status))
    });
    from_us.collect()
}

/// The heads of requests from `place` on that carried the session cookie, as the browser itself tells: those that left with it.
fn with_cookie(evidence: &Evidence, place: usize) -> usize {
    let sent = evidence.since(place, "Network.requestWillBeSentExtraInfo");
    let has_cookie = |event: &&Event| {
        event.particulars["headers"]
            .as_object()
            .is_some_and(|headers| {
                headers.iter().any(|(name, value)| {
                    name.eq_ignore_ascii_case("cookie")
                        && value
                            .as_str()
                            .is_some_and(|value| value.contains("__Host-"))
                })
            })
    };
    sent.iter().filter(has_cookie).count()
}

fn scene() -> Scene {
    Scene {
        tolerated: Tolerated {
            other_origins: true,
            ..Tolerated::default()
        },
        ..Scene::default()
    }
}

/// FM-47, FM-48: whatever a page of another port tries, Claude hears nothing of it, no money is reserved and nothing can be read.
#[test]
fn a_page_on_another_port_gets_nothing_through_though_it_sends_the_real_cookie() {
    on_stage(scene(), async |stage| {
        let (page, stand_in) = (&stage.page, &stage.airlock.stand_in);
        let evidence = page.browser().evidence();
        page.ask("Is my session good?").await;
        assert_eq!(
            page.answered(1).await,
            "done",
            "the cookie is real and works"
        );
        let budget_before = page.text("budget").await;
        let billed_before = stand_in.billed();

        let site = OtherSite::open().await;
        page.goto(&site.url()).await;
        let place = evidence.len();
        for (what, script) in ATTEMPTS {
            let came_of_it = attempt(stage, script).await;
            assert!(
                came_of_it == "refused" || came_of_it == "opaque",
                "{what}: {came_of_it}"
            );
        }
        attempt(stage, FORM).await;
        page.until(
            "the form was sent",
            "document.body.innerText.includes('origin_refused')",
        )
        .await;
        page.goto(&site.url()).await;
        attempt(stage, "(location = home + '/api/session', true)").await;
        page.until(
            "the link was followed",
            "document.body.innerText.includes('origin_refused')",
        )
        .await;
        page.browser().settle().await;

        let answers = answers(evidence, page.home(), place);
        let carried = with_cookie(evidence, place);
        println!("{carried} requests with the cookie; {answers:?}");
        assert!(
            answers.len() >= 10,
            "the attempts reached the server: {answers:?}"
        );
        for (path, status) in &answers {
            assert_eq!(
                *status,
                u64::from(ErrorKind::OriginRefused.status()),
                "{path}"
            );
        }
        assert!(
            carried >= 10,
            "only {carried} attempts carried the cookie, so they prove little"
        );
        assert_eq!(stand_in.requests().len(), 1, "Claude heard of nothing");
        assert_eq!(stand_in.billed(), billed_before);

        page.open().await;
        assert_eq!(page.text("budget").await, budget_before);
    });
}

/// FM-47: no answer invites another origin to read it, whatever the request says.
#[test]
fn no_answer_invites_another_origin() {
    on_stage(scene(), async |stage| {
        let page = &stage.page;
        let evidence = page.browser().evidence();
        let site = OtherSite::open().await;
        page.goto(&site.url()).await;
        let place = evidence.len();
        for (_, script) in &ATTEMPTS[..5] {
            attempt(stage, script).await;
        }
        page.browser().settle().await;
        let heads = evidence.since(place, "Network.responseReceivedExtraInfo");
        assert!(heads.len() >= 5, "{} answers", heads.len());
        for head in heads {
            let head = head.particulars["headers"].to_string().to_lowercase();
            assert!(!head.contains("access-control-allow"), "{head}");
        }
    });
}

/// FM-48: the page cannot be put into somebody else's frame.
#[test]
fn the_page_refuses_to_be_framed() {
    on_stage(scene(), async |stage| {
        let page = &stage.page;
        let site = OtherSite::open().await;
        page.goto(&site.url()).await;
        let evidence = page.browser().evidence();
        let place = evidence.len();
        attempt(stage, ATTEMPTS[11].1).await;
        page.browser().settle().await;
        let frames = evidence.since(place, "Page.frameNavigated");
        let blocked =
            |event: &Event| event.text("/frame/unreachableUrl") == format!("{}/", page.home());
        assert!(frames.iter().any(blocked), "{frames:?}");
    });
}
