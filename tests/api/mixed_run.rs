//! A mixed run of everything at once: faults, retries, clients that leave and send again, all sizes. The books agree with the upstream's
//! own account to the nano-dollar, or within the margin that is documented for answers that nobody saw the end of.

use configuration::LimitsConfig;
use reqwest::StatusCode;
use shared::api::chat::{ChatEvent, ChatRequest, IDEMPOTENCY_KEY};
use shared::api::paths;
use shared::error::ErrorKind;
use shared::money::NanoUsd;
use stand_in::{Limits, Outcome, Received, Script, Settings};
use tests::{Airlock, Answer, Dice, Reply, Settlements, Setup, Visitor, is_soak, question};
use tokio::task::JoinSet;

use crate::exactness::worst_case;

/// FM-1, FM-2: a mixed run of whole, refused, broken, retried and abandoned calls of all sizes. Each is charged by the documented rule, the
/// books are the sum of what was settled, and never hold more than the budget.
#[tokio::test]
async fn a_mixed_run_agrees_with_the_upstreams_own_account() {
    let rounds = if is_soak() { 100 } else { 3 };
    for seed in 0..rounds {
        mixed_round(seed).await;
    }
}

/// Requests in one round, and how many are under way at once: more than there are slots, fewer than slots and places.
const SENDS: usize = 60;
const AT_ONCE: usize = 12;

async fn mixed_round(seed: u64) {
    let settlements = Settlements::listen();
    let mut dice = Dice::new(seed);
    let airlock = Airlock::start_with(Setup {
        // Enough for most; the dearest do not always find it.
        budget: NanoUsd(600_000_000),
        limits: LimitsConfig {
            streams_overall: 8,
            queue_places: 6,
            ..Setup::default().limits
        },
        // Retries wait, and connections must not be closed under a request by time that is moved.
        is_real_time: true,
        stand_in: Settings {
            limits: Limits::UNREACHABLE,
            ..Settings::instant()
        },
        ..Setup::default()
    })
    .await;
    for _ in 0..SENDS {
        airlock.stand_in.reply_with(script(&mut dice));
    }
    let visitor = airlock.visitor().await;
    let mut under_way = JoinSet::new();
    let mut done = Vec::new();
    for number in 0..SENDS {
        if under_way.len() == AT_ONCE {
            done.extend(under_way.join_next().await);
        }
        let fate = Dice::new(seed << 32 | number as u64);
        under_way.spawn(send(visitor.clone(), number, fate));
        assert_within_budget(&visitor, seed).await;
    }
    done.extend(under_way.join_all().await.into_iter().map(Ok));
    airlock
        .stand_in
        .wait_for(|log| log.open_streams() == 0)
        .await;
    let spent = settled(&visitor).await;
    let charges: NanoUsd = settlements.charges().into_iter().sum();
    assert_eq!(
        spent, charges,
        "seed {seed}: the books are what was settled"
    );
    let received = airlock.stand_in.requests();
    let (mut least, mut most) = (NanoUsd::ZERO, NanoUsd::ZERO);
    for sent in done {
        let owed = sent.expect("no panic").owed(&received, seed);
        least = least.saturating_add(owed.0);
        most = most.saturating_add(owed.1);
    }
    let is_in_bounds = least <= spent && spent <= most;
    assert!(
        is_in_bounds,
        "seed {seed}: {spent} is not between {least} and {most}"
    );
}

/// An answer, or something that goes wrong, of any kind.
fn script(dice: &mut Dice) -> Script {
    let pieces: Vec<String> = (0..=dice.below(8))
        .map(|_| "word ".repeat(1 + dice.below(6)))
        .collect();
    let text = Script::text(pieces);
    let refuse = |status, error_type| {
        let status = StatusCode::from_u16(status).expect("a status");
        Script::refuse(status, error_type, "no")
    };
    match dice.below(12) {
        0 => refuse(400, "invalid_request_error"),
        1 => refuse(401, "authentication_error"),
        2 => refuse(529, "overloaded_error"),
        3 => refuse(500, "api_error"),
        4 => text.close_after(dice.below(8)),
        5 => text.error_after(dice.below(8), "overloaded_error", "Overloaded"),
        _ => text,
    }
}

/// One request and what its client saw.
struct Send {
    /// A word in its prompt that no other has.
    name: String,
    worst_case: NanoUsd,
    seen: Seen,
}

#[derive(Debug)]
enum Seen {
    /// The client left before it heard the end.
    Nothing,
    /// It was refused, or broke off without a word of its cost.
    Refused(ErrorKind),
    /// The server said what it cost.
    Cost { charged: NanoUsd, is_whole: bool },
}

/// Sends one question, and if that did not go well perhaps once more under the same name, as the page does.
async fn send(visitor: Visitor, number: usize, mut dice: Dice) -> Send {
    let name = format!("<{number}>");
    let mut request = question(&format!("{name}{}", "x".repeat(dice.below(4_000))));
    let models = ["claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5"];
    dice.one_of(&models).clone_into(&mut request.model);
    request.max_tokens = u32::try_from(300 + dice.below(4_000)).ok();
    let worst_case = worst_case(&visitor, &request).await;
    let key = format!("the-send-with-number-{number}");
    let mut seen = attempt(&visitor, &key, &request, &mut dice).await;
    if !matches!(seen, Seen::Cost { is_whole: true, .. }) && dice.below(2) == 0 {
        let was_paid = matches!(seen, Seen::Cost { charged, .. } if charged > NanoUsd::ZERO);
        match attempt(&visitor, &key, &request, &mut dice).await {
            Seen::Refused(ErrorKind::DuplicateRequest) => {}
            // Who leaves before the answer does not know whether the name was free.
            Seen::Nothing if was_paid => {}
            again => {
                assert!(!was_paid, "{name} was paid for and let in once more");
                seen = again;
            }
        }
    }
    Send {
        name,
        worst_case,
        seen,
    }
}

/// Asks, and either reads to the end or leaves somewhere on the way, before the headers perhaps.
async fn attempt(visitor: &Visitor, key: &str, request: &ChatRequest, dice: &mut Dice) -> Seen {
    let body = serde_json::to_vec(request).expect("json");
    let asked = visitor.post(paths::CHAT, body).header(IDEMPOTENCY_KEY, key);
    let patience = dice.one_of(&[usize::MAX, usize::MAX, usize::MAX, dice.clone().below(200)]);
    let events = dice.one_of(&[usize::MAX, usize::MAX, usize::MAX, dice.clone().below(6)]);
    let watched = async {
        match Answer::of(asked.send().await.expect("answers")).await {
            Answer::Stream(reply) => watch(reply, events).await,
            Answer::Refused(_, problem) => Seen::Refused(problem.kind),
        }
    };
    tokio::select! {
        biased;
        seen = watched => seen,
        () = yields(patience) => Seen::Nothing,
    }
}

async fn yields(count: usize) {
    for _ in 0..count {
        tokio::task::yield_now().await;
    }
}

/// What the reader of at most so many events hears.
async fn watch(mut reply: Reply, events: usize) -> Seen {
    let mut seen = Seen::Nothing;
    for _ in 0..events {
        match (reply.next().await, &mut seen) {
            (Some(ChatEvent::Usage(report)), _) => {
                seen = Seen::Cost {
                    charged: report.cost_nano_usd,
                    is_whole: false,
                }
            }
            (Some(ChatEvent::Done(_)), Seen::Cost { is_whole, .. }) => *is_whole = true,
            (Some(ChatEvent::Error(error)), Seen::Nothing) => seen = Seen::Refused(error.kind),
            (Some(_), _) => {}
            (None, _) => break,
        }
    }
    seen
}

async fn assert_within_budget(visitor: &Visitor, seed: u64) {
    let budget = visitor.session().await.budget.expect("a budget");
    let held = budget.spent.saturating_add(budget.reserved);
    assert!(held <= budget.limit, "seed {seed}: {budget:?}");
}

/// Waits until nothing is held any more, and says what was spent.
async fn settled(visitor: &Visitor) -> NanoUsd {
    loop {
        let budget = visitor.session().await.budget.expect("a budget");
        if budget.reserved == NanoUsd::ZERO {
            return budget.spent;
        }
        tokio::task::yield_now().await;
    }
}

impl Send {
    /// The least and the most that it may have been charged, by what the upstream billed for its attempts and what the client heard. Both
    /// are the same where somebody saw the end: what was billed, what the client was told, or nothing for what was refused. Where nobody
    /// did, it is something between what was billed and what was reserved.
    fn owed(&self, received: &[Received], seed: u64) -> (NanoUsd, NanoUsd) {
        let is_of_it =
            |received: &&Received| String::from_utf8_lossy(&received.body).contains(&self.name);
        let attempts: Vec<&Received> = received.iter().filter(is_of_it).collect();
        let billed = attempts.iter().map(|attempt| attempt.cost).sum();
        let told = format!(
            "seed {seed}, {}: {:?}, billed {billed}",
            self.name, self.seen
        );
        assert!(billed <= self.worst_case, "{told}");
        match self.seen {
            Seen::Cost { charged, is_whole } => {
                assert!(charged <= self.worst_case, "{told}");
                let is_right = if is_whole {
                    charged == billed
                } else {
                    charged >= billed
                };
                assert!(is_right, "{told}");
                (charged, charged)
            }
            Seen::Refused(_) if attempts.iter().copied().all(is_refused) => {
                (NanoUsd::ZERO, NanoUsd::ZERO)
            }
            // It may have been on its way when the client left, even if it never arrived.
            Seen::Nothing | Seen::Refused(_) => (billed, self.worst_case),
        }
    }
}

/// Whether the upstream refused it, be it in place of the first event.
fn is_refused(attempt: &Received) -> bool {
    match attempt.outcome {
        Outcome::Refused { .. } => true,
        Outcome::BrokenOff { .. } => attempt.cost == NanoUsd::ZERO,
        Outcome::Open | Outcome::Finished { .. } | Outcome::Aborted { .. } => false,
    }
}
