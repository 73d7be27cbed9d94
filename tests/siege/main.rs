//! The siege: slowhttptest plays a thousand slow clients from one address while somebody at another goes about their business.
#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "a test ends at the first thing that is not as it must be, and real sockets live in real time"
)]

use std::net::{IpAddr, Ipv4Addr};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use tests::{Binary, is_soak, process, setting};

/// The server, compiled with this ring.
const PROGRAM: &str = env!("CARGO_BIN_EXE_airlock-under-test");

/// Where the others come from; the besiegers have 127.0.0.1.
const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

/// Slow connections that are wanted at once, and how many of them are opened in a second.
const BESIEGERS: &str = "1000";
const ARRIVALS: &str = "500";

/// What the server's process may have open: 256 connections of the besiegers, and its own.
const DESCRIPTORS_MAX: usize = 256 + 64;

/// Below this a figure tells of the machine's scheduler, which has the besiegers' thousand sockets to care for too, and not of the server.
const NOTICEABLE: Duration = Duration::from_millis(25);

/// A machine that builds something else meanwhile gets another try; a server that gives way fails them all.
const TRIES: usize = 3;

/// The four ways to be slow, each at the path where it hurts most: where a body would be read, or the largest answer is.
const MODES: [(&str, &str, &[&str]); 4] = [
    ("slow headers", "/api/chat", &["-H", "-i", "2"]),
    ("slow body", "/api/chat", &["-B", "-i", "2", "-s", "8192"]),
    ("ranges", "/", &["-R", "-a", "5", "-b", "2000"]),
    ("slow read", "/", &["-X", "-n", "2", "-z", "5", "-k", "3"]),
];

/// How long each mode lasts, in seconds.
fn seconds() -> u64 {
    if is_soak() { 60 } else { 8 }
}

/// Someone with an honest browser.
struct Citizen {
    client: Client,
    url: String,
    host: String,
}

impl Citizen {
    fn of(binary: &Binary) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .no_proxy()
            .local_address(ELSEWHERE)
            // Each request has to get in anew.
            .pool_max_idle_per_host(0)
            .build();
        Self {
            client: client.expect("a client"),
            url: format!("http://{}/api/session", binary.address),
            host: format!("localhost:{}", binary.address.port()),
        }
    }

    /// Asks again and again while `goes_on`, and gives the time that 99 of 100 requests do not exceed.
    async fn p99(&self, mut goes_on: impl FnMut() -> bool) -> Duration {
        let mut times = Vec::new();
        while goes_on() {
            let asked = Instant::now();
            let request = self.client.get(&self.url).header("host", &self.host);
            let answer = request.header("origin", format!("http://{}", self.host));
            let answer = answer.send().await.expect("everybody else is served");
            assert_eq!(answer.status(), StatusCode::OK);
            answer.bytes().await.expect("a whole answer");
            times.push(asked.elapsed());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        times.sort_unstable();
        let index = (times.len() * 99).div_ceil(100).saturating_sub(1);
        times.get(index).copied().expect("some requests were made")
    }
}

fn besiege(binary: &Binary, path: &str, way: &[&str]) -> Child {
    let seconds = seconds().to_string();
    let url = format!("http://{}{path}", binary.address);
    Command::new(setting("AIRLOCK_SLOWHTTPTEST"))
        .args(way)
        .args(["-c", BESIEGERS, "-r", ARRIVALS, "-l", &seconds, "-u", &url])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("slowhttptest starts")
}

/// How a mode went: without and with the besiegers, and what the server had open meanwhile.
#[derive(Debug)]
struct Outcome {
    baseline: Duration,
    besieged: Duration,
    descriptors: usize,
}

impl Outcome {
    fn is_calm(&self) -> bool {
        self.besieged < (2 * self.baseline).max(NOTICEABLE)
    }
}

async fn siege(binary: &Binary, citizen: &Citizen, path: &str, way: &[&str]) -> Outcome {
    let quiet = Instant::now();
    let is_quiet = || quiet.elapsed() < Duration::from_secs(3);
    let baseline = citizen.p99(is_quiet).await;
    let mut besiegers = besiege(binary, path, way);
    let mut descriptors = 0;
    let is_besieged = || {
        let open = process::open_descriptors(binary.process());
        descriptors = descriptors.max(open.unwrap_or(0));
        besiegers.try_wait().expect("a child").is_none()
    };
    let besieged = citizen.p99(is_besieged).await;
    Outcome {
        baseline,
        besieged,
        descriptors,
    }
}

/// DOS: while a thousand clients are slow in each of four ways, everybody else waits no longer than twice as long as without them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_clients_are_no_trouble_to_the_others() {
    let nothing: [(&str, &str); 0] = [];
    let binary = Binary::start(PROGRAM.as_ref(), &["serve", "--stand-in"], &nothing);
    let citizen = Citizen::of(&binary);
    for (name, path, way) in MODES {
        let mut is_calm = false;
        for _ in 0..TRIES {
            let outcome = siege(&binary, &citizen, path, way).await;
            println!("{name}: p99 {outcome:?}");
            assert!(outcome.descriptors < DESCRIPTORS_MAX, "{name}");
            is_calm = outcome.is_calm();
            if is_calm {
                break;
            }
        }
        assert!(is_calm, "{name}: others had to wait");
    }
    let log = binary.end();
    let log = String::from_utf8_lossy(&log);
    assert!(log.contains("turned away"), "there was a siege");
}
