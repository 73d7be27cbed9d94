//! What no test may leave behind: errors in the console, violations of the content security policy, requests to other hosts.

use super::evidence::{Event, Evidence};

/// Chromium says this of the integrity that trunk writes beside the preloaded WASM. It is why boot.js gives the same integrity to
/// the request itself, where it counts.
const IGNORED_INTEGRITY: &str =
    "The `integrity` attribute is currently ignored for preload destinations";

/// What a test expects that would be a fault in any other.
#[derive(Clone, Debug, Default)]
pub struct Tolerated {
    /// Statuses of our own server's answers, each of which the browser reports as an error of its own.
    pub statuses: Vec<u16>,
    /// Whether the test is about pages of other origins: what they ask for, and what the browser says of it, is then the test's to
    /// judge.
    pub other_origins: bool,
    /// Whether connections are broken off on purpose, which the browser reports by its own names for it.
    pub broken_connections: bool,
}

/// Everything in the evidence that must not be there, in words. `home` is the page's own origin.
pub(super) fn complaints(evidence: &Evidence, home: &str, tolerated: &Tolerated) -> Vec<String> {
    let events = evidence.everything();
    let found = events
        .iter()
        .filter_map(|event| complaint(event, home, tolerated));
    found.collect()
}

fn complaint(event: &Event, home: &str, tolerated: &Tolerated) -> Option<String> {
    if event.method == "lost" {
        return Some(format!(
            "evidence was lost: {} events",
            event.particulars["count"]
        ));
    }
    if tolerated.other_origins {
        return None;
    }
    match event.method.as_str() {
        "Runtime.exceptionThrown" => Some(format!(
            "an exception: {} {}",
            event.text("/exceptionDetails/text"),
            event.text("/exceptionDetails/exception/description")
        )),
        "Runtime.consoleAPICalled" => console(event),
        "Log.entryAdded" => log_entry(event, tolerated),
        "Audits.issueAdded" => issue(event),
        "Network.requestWillBeSent" => foreign(event.text("/request/url"), home),
        "Network.webSocketCreated" => Some(format!("a WebSocket to {}", event.text("/url"))),
        _ => None,
    }
}

fn console(event: &Event) -> Option<String> {
    let is_bad = matches!(event.text("/type"), "error" | "warning" | "assert");
    is_bad.then(|| format!("the page complains: {}", event.particulars["args"]))
}

fn log_entry(event: &Event, tolerated: &Tolerated) -> Option<String> {
    let words = event.text("/entry/text");
    let is_expected = words.starts_with(IGNORED_INTEGRITY)
        || tolerated
            .statuses
            .iter()
            .any(|status| words.contains(&format!("responded with a status of {status}")))
        || (tolerated.broken_connections && words.contains("net::ERR_"));
    let is_bad = matches!(event.text("/entry/level"), "error" | "warning");
    (is_bad && !is_expected).then(|| {
        format!(
            "the browser complains ({}): {words} {}",
            event.text("/entry/source"),
            event.text("/entry/url")
        )
    })
}

/// The browser's own list of a page's faults, of which the policy's violations concern us.
fn issue(event: &Event) -> Option<String> {
    let code = event.text("/issue/code");
    (code == "ContentSecurityPolicyIssue")
        .then(|| format!("a CSP violation: {}", event.particulars["issue"]["details"]))
}

fn foreign(url: &str, home: &str) -> Option<String> {
    let is_ours = url
        .strip_prefix(home)
        .is_some_and(|path| path.starts_with('/'));
    (!is_ours).then(|| format!("a request to another origin: {url}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn complaint_on(method: &str, particulars: serde_json::Value) -> Option<String> {
        let event = Event {
            method: method.to_owned(),
            particulars,
        };
        let tolerated = Tolerated {
            statuses: vec![503],
            ..Tolerated::default()
        };
        complaint(&event, "http://localhost:80", &tolerated)
    }

    #[test]
    fn requests_to_other_origins_are_found() {
        for (url, is_ours) in [
            ("http://localhost:80/api/session", true),
            ("http://localhost:8080/", false),
            ("http://127.0.0.1:80/", false),
            ("https://fonts.example/x.woff2", false),
            ("data:text/css,a", false),
        ] {
            let event = json!({ "request": { "url": url } });
            let found = complaint_on("Network.requestWillBeSent", event);
            assert_eq!(found.is_none(), is_ours, "{url}");
        }
    }

    #[test]
    fn only_the_status_that_a_test_expects_is_no_fault() {
        let entry = |status: u16| {
            let text = format!(
                "Failed to load resource: the server responded with a status of {status} ()"
            );
            json!({ "entry": { "level": "error", "source": "network", "text": text } })
        };
        assert_eq!(complaint_on("Log.entryAdded", entry(503)), None);
        assert!(complaint_on("Log.entryAdded", entry(500)).is_some());
    }

    #[test]
    fn exceptions_console_errors_and_policy_violations_are_found() {
        for (method, particulars) in [
            ("Runtime.exceptionThrown", json!({})),
            ("Runtime.consoleAPICalled", json!({ "type": "error" })),
            ("Network.webSocketCreated", json!({ "url": "ws://x" })),
            (
                "Audits.issueAdded",
                json!({ "issue": { "code": "ContentSecurityPolicyIssue" } }),
            ),
            ("lost", json!({ "count": 1 })),
        ] {
            assert!(complaint_on(method, particulars).is_some(), "{method}");
        }
        let said = json!({ "type": "log" });
        assert_eq!(complaint_on("Runtime.consoleAPICalled", said), None);
    }
}
