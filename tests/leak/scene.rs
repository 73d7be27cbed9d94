//! The real binary with a canary for a key, a stand-in that talks about keys, and visitors.

use std::path::Path;

use serving::clock::Clock;
use serving::tasks::Tasks;
use stand_in::{Control, Settings, StandIn};
use tests::{Binary, Visitor};
use tokio::net::TcpListener;

use crate::needle::{Needle, random_word};

/// The binary, built for this ring.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_airlock-under-test");

/// A key that nobody gave out, of a family that no scanner takes for real.
#[derive(Debug)]
pub(crate) struct Canary {
    /// What the server is given as its key.
    pub(crate) key: String,
    /// Finds the random part of it.
    pub(crate) needle: Needle,
}

impl Canary {
    pub(crate) fn new() -> Self {
        let word = random_word();
        Self {
            key: format!("sk-canary-{word}"),
            needle: Needle::new(&word),
        }
    }
}

/// The binary at work.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) canary: Canary,
    pub(crate) airlock: Binary,
    pub(crate) stand_in: Control,
    tasks: Tasks,
}

impl Scene {
    /// Starts it with the key in its environment, and a log that leaves out nothing.
    pub(crate) async fn open() -> Self {
        let canary = Canary::new();
        let (stand_in, tasks) = start_stand_in().await;
        let airlock = Binary::start(
            Path::new(PROGRAM),
            &["serve"],
            &[
                ("ANTHROPIC_API_KEY", canary.key.clone()),
                (
                    "ANTHROPIC_BASE_URL",
                    format!("http://{}", stand_in.address()),
                ),
                ("AIRLOCK__LOG__FILTER", "trace".to_owned()),
                ("AIRLOCK__XRAY__ENABLED", "true".to_owned()),
            ],
        );
        Self {
            canary,
            airlock,
            stand_in: stand_in.control().clone(),
            tasks,
        }
    }

    /// Somebody who opens the page.
    pub(crate) async fn visitor(&self) -> Visitor {
        Visitor::arrive(self.airlock.address).await
    }

    /// Takes the stand-in away: from now on the upstream cannot be reached.
    pub(crate) async fn lose_upstream(&self) {
        self.tasks.stop();
        self.tasks.ended().await;
    }

    /// Fails where the word lies in `bytes`.
    #[track_caller]
    pub(crate) fn is_clean(&self, place: &str, bytes: &[u8]) {
        let found = self.canary.needle.found_in(bytes);
        assert_eq!(found, None, "the key is in {place}");
    }
}

async fn start_stand_in() -> (StandIn, Tasks) {
    // Every test of a process asks for it; the first one gets it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let tasks = Tasks::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let started = StandIn::start(listener, Settings::instant(), Clock::system(), &tasks).await;
    (started.expect("the stand-in starts"), tasks)
}
