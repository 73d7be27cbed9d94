//! The page's state in signals: a thin reactive wrapper around the plain structs of `state`.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::judging::Judging;
use crate::api;
use crate::browser::fetch::Abort;
use crate::state::chat::ChatState;
use crate::state::draft::{Verdict, request};
use crate::state::history::History;
use crate::state::retry::Retry;
use crate::state::server::ServerState;
use crate::state::settings::Settings;
use crate::state::xray::Found;
use crate::state::xray::tab::{Seen, TabTimes};
use shared::api::chat::{ChatMessage, ChatRequest};

/// Everything that the page knows. It is a handful of handles, copied freely.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Store {
    /// The conversation on the screen.
    pub(crate) chat: RwSignal<ChatState>,
    /// What stands in the composer.
    pub(crate) draft: RwSignal<String>,
    /// The preflight's verdict on that; absent until the server told its policy.
    pub(crate) verdict: RwSignal<Option<Verdict>>,
    /// Whether the latest fix can be undone.
    pub(crate) may_undo: RwSignal<bool>,
    /// Whether the upstream is counting the prompt.
    pub(crate) is_counting: RwSignal<bool>,
    /// Why it did not, when it was asked last; empty where it did.
    pub(crate) not_counted: RwSignal<String>,
    /// What the server told about itself.
    pub(crate) server: RwSignal<ServerState>,
    /// What the person chose.
    pub(crate) settings: RwSignal<Settings>,
    /// The chats on this device.
    pub(crate) history: RwSignal<History>,
    /// What just happened, for those who do not see it.
    pub(crate) status: RwSignal<String>,
    /// Why what was last asked for was not sent; empty where it was, and for what stands in the composer.
    pub(crate) refused: RwSignal<String>,
    /// What came of the last import or export; empty before the first.
    pub(crate) moved: RwSignal<String>,
    /// Whether that went wrong.
    pub(crate) has_failed_to_move: RwSignal<bool>,
    /// How long until the last question is sent once more by itself; empty where it is not.
    pub(crate) wait: RwSignal<String>,
    /// Whether the conversation's end is in view, and is to stay there.
    pub(crate) follows: RwSignal<bool>,
    /// The request whose way is looked at, by its name; empty where none is.
    pub(crate) xray: RwSignal<String>,
    /// What is under way, which nothing on the screen follows.
    pub(super) under_way: StoredValue<UnderWay, LocalStorage>,
    /// The preflight's own state.
    pub(super) judging: StoredValue<Judging, LocalStorage>,
}

/// What is under way.
#[derive(Debug, Default)]
pub(super) struct UnderWay {
    /// Counts turns, so that what is left of an ended one changes nothing.
    pub(super) turn: u64,
    /// Ends the request under way.
    pub(super) abort: Option<Abort>,
    /// The second attempt that is about to be made by itself.
    pub(super) retry: Option<Retry>,
    /// When the turn began, by the clock that nobody sets.
    pub(super) began_us: u64,
    /// When what happened in it, for those who look at it later.
    pub(super) times: TabTimes,
    /// The same of the turns before.
    pub(super) seen: Seen,
    /// What is known of the request that is looked at.
    pub(super) found: Found,
}

impl Store {
    pub(super) fn new(
        settings: Settings,
        history: History,
        chat: ChatState,
        draft: String,
    ) -> Self {
        Self {
            chat: RwSignal::new(chat),
            draft: RwSignal::new(draft),
            verdict: RwSignal::new(None),
            may_undo: RwSignal::new(false),
            is_counting: RwSignal::new(false),
            not_counted: RwSignal::new(String::new()),
            server: RwSignal::new(ServerState::default()),
            settings: RwSignal::new(settings),
            history: RwSignal::new(history),
            status: RwSignal::new(String::new()),
            refused: RwSignal::new(String::new()),
            moved: RwSignal::new(String::new()),
            has_failed_to_move: RwSignal::new(false),
            wait: RwSignal::new(String::new()),
            follows: RwSignal::new(true),
            xray: RwSignal::new(String::new()),
            under_way: StoredValue::new_local(UnderWay::default()),
            judging: StoredValue::new_local(Judging::default()),
        }
    }

    /// Asks the server who we are and what is left to spend.
    pub(crate) fn refresh_session(self) {
        spawn_local(async move {
            let answer = api::session::session().await;
            self.server.update(|server| server.update(answer));
        });
    }

    /// Says what just happened to those who do not see it.
    pub(crate) fn say(self, words: impl Into<String>) {
        self.status.set(words.into());
    }

    /// The request that sends `messages` by the person's choices; `None` until the server told its policy. Tracks nothing.
    pub(crate) fn request_for(self, messages: Vec<ChatMessage>) -> Option<ChatRequest> {
        self.server.with_untracked(|server| {
            let policy = &server.session()?.policy;
            self.settings
                .with_untracked(|settings| Some(request(messages, settings, policy)))
        })
    }
}
