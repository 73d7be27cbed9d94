//! The states of the page that are looked at closely: how each is reached.

use reqwest::StatusCode;
use shared::error::ErrorKind;
use shared::money::NanoUsd;
use stand_in::Script;
use tests::browser::{Screen, Tolerated};
use tests::{Scene, Setup, Stage};

use crate::{fixes, queue, second_attempts, second_thoughts, secrets};

/// Five cents: too little for the longest answer of the dearest model, so that the preflight blocks it.
const TOO_LITTLE: NanoUsd = NanoUsd(50_000_000);

/// What the page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Nothing was said yet.
    Empty,
    /// An answer is being written.
    Streaming,
    /// Code of long lines, and many.
    LongCode,
    /// A table that is wider than a phone, and words that have no place to break.
    Table,
    /// Claude is overloaded.
    Error,
    /// Too much was asked for; it is sent once more in a while.
    Countdown,
    /// Others are before us.
    Queued,
    /// An answer broke off.
    Interrupted,
    /// It broke off, and was carried on.
    CarriedOn,
    /// A chat is about to become a file, after another one has.
    Exporting,
    /// The preflight blocks what was written.
    Refusal,
    /// A key stands in what was written.
    SecretFound,
    /// The prompt was counted, and what each model would take is compared.
    Counted,
    /// Old turns are left out of what is sent.
    Trimmed,
    /// The preflight chooses the model.
    Auto,
    /// Another answer was asked for, which cannot be paid.
    NotAgain,
}

impl State {
    /// Its name, for pictures.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Streaming => "streaming",
            Self::LongCode => "long-code",
            Self::Table => "table",
            Self::Error => "error",
            Self::Countdown => "countdown",
            Self::Queued => "queued",
            Self::Interrupted => "interrupted",
            Self::CarriedOn => "carried-on",
            Self::Exporting => "exporting",
            Self::Refusal => "refusal",
            Self::SecretFound => "secret-found",
            Self::Counted => "counted",
            Self::Trimmed => "trimmed",
            Self::Auto => "auto",
            Self::NotAgain => "not-again",
        }
    }

    /// Makes what it is about be seen on a screen that has no column for it.
    pub(crate) async fn show_on(self, stage: &Stage, screen: Screen) {
        let sheet = match self {
            Self::Exporting => "history",
            Self::Counted | Self::Auto => "preflight",
            _ => return,
        };
        let page = &stage.page;
        let is_open = format!("document.querySelector('.shell').dataset.sheet === '{sheet}'");
        if screen == Screen::Desktop || page.eval(&is_open).await {
            return;
        }
        let opener = if sheet == "history" {
            "history"
        } else {
            "preflight-toggle"
        };
        page.click(opener).await;
        page.until("the sheet is open", &is_open).await;
    }

    /// Whether what it is about stands at the conversation's end.
    pub(crate) const fn is_about_the_end(self) -> bool {
        matches!(self, Self::Countdown | Self::Interrupted | Self::CarriedOn)
    }

    /// The scene in which it can be reached.
    pub(crate) fn scene(self) -> Scene {
        if self == Self::Countdown {
            return second_attempts::one_a_minute();
        }
        if self == Self::Queued {
            return queue::one_at_a_time();
        }
        if self == Self::NotAgain {
            return second_thoughts::one_answer_can_be_paid();
        }
        let budget = if self == Self::Refusal {
            TOO_LITTLE
        } else {
            NanoUsd::from_usd(1)
        };
        Scene {
            airlock: Setup {
                budget,
                ..Setup::default()
            },
            tolerated: Tolerated {
                statuses: vec![ErrorKind::Overloaded.status()],
                ..Tolerated::default()
            },
            ..Scene::default()
        }
    }

    /// Brings the page into this state.
    pub(crate) async fn reach(self, stage: &Stage) {
        let (page, stand_in) = (&stage.page, &stage.airlock.stand_in);
        match self {
            Self::Empty => {}
            Self::Streaming => {
                stand_in.reply_with(Script::text([PROSE, " And it goes on."]));
                stand_in.step();
                page.ask("Why does the key stay on the server?").await;
                stand_in.allow_events(3);
                page.until(
                    "it streams",
                    "document.querySelector('.prose')?.innerText.includes('opens only')",
                )
                .await;
            }
            Self::LongCode => answer(stage, "Show me the server side.", &long_code()).await,
            Self::Table => answer(stage, &"unbreakable".repeat(8), &wide_table()).await,
            Self::Error => {
                let status = StatusCode::from_u16(529).unwrap_or(StatusCode::BAD_GATEWAY);
                // The server tries three times.
                for _ in 0..3 {
                    stand_in.reply_with(Script::refuse(status, "overloaded_error", "full"));
                }
                page.ask("Is anybody there?").await;
                page.answered(1).await;
            }
            Self::Countdown => {
                second_attempts::ask_too_often(stage).await;
                page.text("countdown").await;
            }
            Self::Queued => {
                let others = queue::two_others(stage).await;
                page.ask("Why does the key stay on the server?").await;
                queue::stands(stage, "2nd in line").await;
                // They stay until the whole stage is cleared.
                std::mem::forget(others);
            }
            Self::Interrupted => break_off(stage).await,
            Self::CarriedOn => {
                break_off(stage).await;
                stand_in.reply_with(Script::text(["both stand open."]));
                page.click("carry-on").await;
                assert_eq!(page.answered(1).await, "done");
                let unfold = "document.querySelector('[data-testid=seams]').open = true";
                page.eval::<bool>(unfold).await;
            }
            Self::Exporting => {
                answer(stage, "What does a proxy add?", PROSE).await;
                page.click("export-all").await;
                page.text("moved").await;
                page.click("export").await;
                page.text("export-json").await;
            }
            _ => self.reach_by_preflight(stage).await,
        }
    }

    /// Brings the page into a state of the preflight.
    async fn reach_by_preflight(self, stage: &Stage) {
        let page = &stage.page;
        match self {
            Self::Refusal => {
                page.choose("model", "claude-opus-5-5").await;
                page.write("Write a book about doors.").await;
                page.text("finding").await;
            }
            Self::SecretFound => {
                let key = secrets::key();
                page.write(&format!(
                    "Why does this answer 401?\n\ncurl -H 'x-api-key: {key}'"
                ))
                .await;
                page.text("redact-and-send").await;
            }
            Self::Counted => {
                page.write("Why does the key stay on the server?").await;
                page.click("count").await;
                let is_counted = "document.querySelector('[data-testid=preflight-tokens]')?.innerText.includes('counted')";
                page.until("it is counted", is_counted).await;
            }
            Self::Trimmed => {
                fixes::talk(stage, 6).await;
                page.write("And what does that cost?").await;
                page.click("trim-apply").await;
                page.text("undo").await;
                let to_start = "document.querySelector('#scroll').scrollTop = 0";
                page.eval::<u32>(to_start).await;
            }
            Self::Auto => {
                fixes::talk(stage, 4).await;
                page.choose("model", "auto").await;
                page.write("And which model would you ask?").await;
                page.text("route").await;
            }
            Self::NotAgain => second_thoughts::ask_for_more_than_can_be_paid(stage).await,
            _ => {}
        }
    }
}

async fn break_off(stage: &Stage) {
    let cut = PROSE.len() - "both stand open.".len() + 3;
    let (arrived, _) = PROSE.split_at(cut);
    let script = Script::text([arrived, "never sent"]).close_after(4);
    stage.airlock.stand_in.reply_with(script);
    stage.page.ask("Why does the key stay on the server?").await;
    assert_eq!(stage.page.answered(1).await, "interrupted");
}

async fn answer(stage: &Stage, question: &str, markdown: &str) {
    stage.airlock.stand_in.reply_with(Script::text([markdown]));
    let page = &stage.page;
    page.ask(question).await;
    assert_eq!(page.answered(1).await, "done");
    // A reader who scrolls back, and is offered the way to the end, unless it is in view anyway.
    // The page itself scrolls to the end in the frame behind an answer's; whoever scrolls in the same frame is not seen to.
    let scrolled = "(place => place.scrollHeight <= place.clientHeight + 100 || document.querySelector('.jump') \
        || void (place.scrollTop = place.scrollTop > 0 ? 0 : place.scrollHeight))(document.querySelector('#scroll'))";
    page.until("the way back", scrolled).await;
}

const PROSE: &str = "Because a page is read by everybody who opens it. Whatever is in its code, its storage or its requests belongs to the \
reader, and to every extension that reads along.\n\nAn **airlock** has two doors:\n\n- the outer one opens to the browser, and lets \
requests in, not keys out;\n- the inner one opens only to Claude.\n\nThere is never a moment at which both stand open.";

fn long_code() -> String {
    let line = "    let answer = upstream.open(&admission, turn.raw.clone(), Deadline::after(clock.now(), limits.first_byte)).await?.metered(admission, ledger.slot());\n";
    format!(
        "The handler adds the key where the browser cannot see it:\n\n```rust\nasync fn forward(turn: Turn) -> Result<Answer, Error> {{\n{}}}\n```\n\nNothing else ever sees it.",
        line.repeat(40)
    )
}

fn wide_table() -> String {
    let columns = [
        "Way",
        "Effort",
        "What an attacker can still do",
        "When to use it",
        "Cost a month",
        "Who runs it",
    ];
    let row = |cells: [&str; 6]| format!("| {} |\n", cells.join(" | "));
    let mut table = [row(columns), row(["---"; 6])].concat();
    for way in ["A key in the page", "A proxy without limits", "An airlock"] {
        table += &row([
            way,
            "an afternoon",
            "whatever-the-budget-of-the-session-leaves",
            "for-people-you-know",
            "$0.00",
            "you",
        ]);
    }
    format!(
        "Three ways:\n\n{table}\n{}\n",
        format_args!("https://example.org/{}", "long-path/".repeat(30))
    )
}
