//! Who gets in at all: host, origin, content type, size and session, each refused in its own words before anything is spent.

use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HOST, ORIGIN};
use reqwest::StatusCode;
use serde_json::json;
use shared::api::paths;
use shared::error::ErrorKind;
use tests::{Airlock, Answer, RawClient, Visitor, question};

fn body() -> String {
    serde_json::to_string(&question("Hello")).expect("serialises")
}

async fn sent(request: reqwest::RequestBuilder) -> ErrorKind {
    Answer::of(request.send().await.expect("answers"))
        .await
        .problem()
        .kind
}

/// A chat request of a real session with one header replaced.
async fn with(visitor: &Visitor, name: &'static str, value: &str) -> ErrorKind {
    let mut request = visitor.post(paths::CHAT, body()).build().expect("builds");
    request
        .headers_mut()
        .insert(name, value.parse().expect("a value"));
    let client = visitor.client();
    Answer::of(client.execute(request).await.expect("answers"))
        .await
        .problem()
        .kind
}

/// FM-48: names that were pointed at this address get nothing.
#[tokio::test]
async fn a_host_that_is_not_ours_is_refused_everywhere_but_at_the_probes() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    for host in [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.nip.io",
        "localhost:80:80",
    ] {
        assert_eq!(
            with(&visitor, "host", host).await,
            ErrorKind::HostRefused,
            "{host}"
        );
        let page = visitor.get("/").header(HOST, host);
        assert_eq!(
            page.send().await.expect("answers").status(),
            StatusCode::MISDIRECTED_REQUEST
        );
        let probe = visitor.get(paths::HEALTHZ).header(HOST, host);
        assert_eq!(
            probe.send().await.expect("answers").status(),
            StatusCode::OK
        );
    }
    assert_eq!(airlock.stand_in.requests().len(), 0);
}

/// FM-47, FM-48: only our own page's requests count, whatever cookie they carry.
#[tokio::test]
async fn a_foreign_or_silent_origin_is_refused_though_the_cookie_is_right() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    for site in ["same-site", "cross-site", "none", ""] {
        assert_eq!(
            with(&visitor, "sec-fetch-site", site).await,
            ErrorKind::OriginRefused,
            "{site}"
        );
    }
    let other_port = format!("http://localhost:{}", airlock.address.port() + 1);
    for origin in [
        "https://evil.example",
        "null",
        "http://localhost",
        &other_port,
    ] {
        assert_eq!(
            with(&visitor, "origin", origin).await,
            ErrorKind::OriginRefused,
            "{origin}"
        );
    }
    let mut silent = visitor.post(paths::CHAT, body()).build().expect("builds");
    silent.headers_mut().remove(ORIGIN);
    let answer = visitor.client().execute(silent).await.expect("answers");
    assert_eq!(
        Answer::of(answer).await.problem().kind,
        ErrorKind::OriginRefused
    );
    assert_eq!(airlock.stand_in.requests().len(), 0);
}

/// FM-48: what a form can send is not read.
#[tokio::test]
async fn only_plain_json_is_read() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "",
    ] {
        assert_eq!(
            with(&visitor, CONTENT_TYPE.as_str(), kind).await,
            ErrorKind::UnsupportedMediaType,
            "{kind}"
        );
    }
    assert_eq!(
        with(&visitor, CONTENT_ENCODING.as_str(), "gzip").await,
        ErrorKind::UnsupportedMediaType
    );
}

/// FM-52: a body over the limit is refused, whether it says its length or not, and depth is bounded.
#[tokio::test]
async fn a_body_over_the_limit_is_refused_however_it_comes() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let large = serde_json::to_vec(&question(&"x".repeat(600_000))).expect("serialises");
    assert_eq!(
        sent(visitor.post(paths::CHAT, large.clone())).await,
        ErrorKind::TooLarge
    );
    let answer = visitor.post(paths::CHAT, large.clone()).send().await;
    let answer = answer.expect("answers");
    assert_eq!(
        answer.headers()["connection"],
        "close",
        "its body stays unread"
    );
    let chunks = large
        .chunks(10_000)
        .map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec()));
    let chunks: Vec<_> = chunks.collect();
    let unannounced = reqwest::Body::wrap_stream(tests::stream_of(chunks));
    assert_eq!(
        sent(visitor.post(paths::CHAT, unannounced)).await,
        ErrorKind::TooLarge
    );
    let deep = "[".repeat(200_000);
    assert_eq!(
        sent(visitor.post(paths::CHAT, deep)).await,
        ErrorKind::InvalidRequest
    );
}

#[tokio::test]
async fn a_misspelt_field_is_refused_by_its_name() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let misspelt = body().replace("\"model\"", "\"max_token\":5,\"model\"");
    let answer = visitor
        .post(paths::CHAT, misspelt)
        .send()
        .await
        .expect("answers");
    let problem = Answer::of(answer).await.problem();
    assert_eq!(problem.kind, ErrorKind::InvalidRequest);
    assert!(problem.detail.expect("a detail").contains("max_token"));
}

/// FM-50: a session that is unknown and one that is missing look the same.
#[tokio::test]
async fn without_a_known_session_nothing_is_answered_and_nothing_is_told() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let (name, value) = visitor.cookie().split_once('=').expect("a cookie");
    let mut answers = Vec::new();
    for cookie in [
        String::new(),
        format!("{name}={}", "0".repeat(64)),
        format!("{name}="),
        format!("other={value}"),
        format!("{name}={value}0"),
    ] {
        let mut problem = visitor
            .with_cookie(&cookie)
            .chat(&question("Hello"))
            .await
            .problem();
        assert!(problem.request_id.take().is_some());
        answers.push(problem);
    }
    assert!(
        answers
            .iter()
            .all(|answer| answer.kind == ErrorKind::NotSignedIn)
    );
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(airlock.stand_in.requests().len(), 0);
}

/// FM-46: odd spellings of a path reach no route.
#[tokio::test]
async fn odd_paths_and_methods_are_refused_with_a_problem() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    for path in [
        "/api/chat/",
        "//api/chat",
        "/api/%63hat",
        "/api/../api/chat2",
        "/API/chat",
        "/nothing",
    ] {
        assert_eq!(
            sent(visitor.post(path, body())).await,
            ErrorKind::NotFound,
            "{path}"
        );
    }
    assert_eq!(
        sent(visitor.get(paths::CHAT)).await,
        ErrorKind::MethodNotAllowed
    );
    assert_eq!(
        sent(visitor.post(paths::SESSION, "{}")).await,
        ErrorKind::MethodNotAllowed
    );
    assert_eq!(airlock.stand_in.requests().len(), 0);
}

/// FM-46: which host a request is for is said once, or twice alike.
#[tokio::test]
async fn a_request_that_names_two_hosts_is_for_neither() {
    let airlock = Airlock::start().await;
    let ours = airlock.address.to_string();
    let whole_url = format!("http://{ours}{}", paths::SESSION);
    let foreign_url = format!("http://evil.example{}", paths::SESSION);
    for (target, hosts, status) in [
        (paths::SESSION, vec![ours.as_str()], 200),
        (&whole_url, vec![&ours], 200),
        (&foreign_url, vec![&ours], 421),
        (&foreign_url, vec!["evil.example"], 421),
        (paths::SESSION, vec![&ours, "evil.example"], 421),
        (paths::SESSION, vec![&ours, &ours], 421),
        (paths::SESSION, vec![], 421),
    ] {
        let hosts: Vec<_> = hosts
            .iter()
            .map(|host| format!("host: {host}\r\n"))
            .collect();
        let request = format!(
            "GET {target} HTTP/1.1\r\n{}sec-fetch-site: same-origin\r\nconnection: close\r\n\r\n",
            hosts.concat()
        );
        let mut client = RawClient::connect(airlock.address).await;
        assert!(client.send(&request).await);
        let answer = client.read_to_the_end().await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{request}{answer}"
        );
    }
}

/// FM-51: a conversation is text alone: whatever else could name an address to fetch is refused by its name.
#[tokio::test]
async fn no_field_names_an_address_to_fetch() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let address = "http://169.254.169.254/latest/meta-data";
    let image = json!([{"type": "image", "source": {"type": "url", "url": address}}]);
    for (field, value) in [
        ("base_url", json!(address)),
        ("image_url", json!(address)),
        ("mcp_servers", json!([{"type": "url", "url": address}])),
        (
            "tools",
            json!([{"type": "web_fetch_20250910", "name": "web_fetch"}]),
        ),
        ("messages", json!([{"role": "user", "content": image}])),
    ] {
        let mut request = json!(question("Hello"));
        request[field] = value;
        let refused = sent(visitor.post(paths::CHAT, request.to_string())).await;
        assert_eq!(refused, ErrorKind::InvalidRequest, "{field}");
    }
    assert_eq!(airlock.stand_in.requests().len(), 0);
}
