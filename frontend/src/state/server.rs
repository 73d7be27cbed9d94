//! What the page knows of its server: who answers, what may be done, what is left to spend.

use shared::api::chat::UsageReport;
use shared::api::session::SessionInfo;
use shared::error::ApiError;
use shared::money::NanoUsd;

/// The session, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum ServerState {
    /// The server was asked and has not answered.
    #[default]
    Asking,
    /// The server told.
    Known(Box<SessionInfo>),
    /// The server did not tell.
    Failed(Box<ApiError>),
}

impl ServerState {
    /// The session, where it is known.
    pub(crate) const fn session(&self) -> Option<&SessionInfo> {
        match self {
            Self::Known(session) => Some(session),
            Self::Asking | Self::Failed(_) => None,
        }
    }

    /// Whether the server tells how requests went.
    pub(crate) fn has_xray(&self) -> bool {
        self.session().is_some_and(|session| session.has_xray)
    }

    /// Why the session is not known.
    pub(crate) const fn error(&self) -> Option<&ApiError> {
        match self {
            Self::Failed(error) => Some(error),
            Self::Asking | Self::Known(_) => None,
        }
    }

    /// Takes in a new answer. A failure does not wipe out what was known before: it may be stale, but it is better than nothing.
    pub(crate) fn update(&mut self, answer: Result<SessionInfo, ApiError>) {
        match (answer, &self) {
            (Ok(session), _) => *self = Self::Known(Box::new(session)),
            (Err(_), Self::Known(_)) => {}
            (Err(error), _) => *self = Self::Failed(Box::new(error)),
        }
    }

    /// Takes in what an answer cost: what is left is the server's figure, not a sum of ours.
    pub(crate) fn spend(&mut self, usage: &UsageReport) {
        let (Self::Known(session), Some(left)) = (self, usage.budget_left_nano_usd) else {
            return;
        };
        session.policy.budget_left = Some(left);
        if let Some(budget) = &mut session.budget {
            budget.spent = budget.limit.saturating_sub(left);
            budget.reserved = NanoUsd::ZERO;
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::api::budget::{BudgetInfo, BudgetScope, BudgetWindow};
    use shared::api::session::{SessionRole, UpstreamInfo};
    use shared::error::ErrorKind;
    use shared::money::TokenUsage;
    use shared::policy::{OnSecret, Policy};
    use shared::time::UnixMillis;

    use super::*;

    fn known() -> ServerState {
        let mut state = ServerState::default();
        state.update(Ok(SessionInfo {
            role: SessionRole::Visitor,
            policy: Policy {
                models: Vec::new(),
                output_tokens_max: 1,
                output_tokens_default: 1,
                messages_max: 1,
                request_bytes_max: 1,
                system_bytes: 0,
                budget_left: Some(NanoUsd(100)),
                on_secret: OnSecret::Block,
                prompt_caching: false,
            },
            upstream: UpstreamInfo {
                name: "stand-in Claude".to_owned(),
                is_stand_in: true,
                key_fingerprint: "0a1b2c3d".to_owned(),
            },
            budget: Some(BudgetInfo {
                scope: BudgetScope::Overall,
                window: BudgetWindow::Day,
                limit: NanoUsd(100),
                spent: NanoUsd(0),
                reserved: NanoUsd(30),
                resets_at: UnixMillis(0),
            }),
            has_xray: true,
            budgets: Vec::new(),
            notices: Vec::new(),
            is_spending_stopped: false,
            sees_all: true,
            now: UnixMillis(0),
            version: "0".to_owned(),
        }));
        state
    }

    #[test]
    fn what_is_left_is_what_the_server_says() {
        let mut state = known();
        state.spend(&UsageReport {
            tokens: TokenUsage::default(),
            cost_nano_usd: NanoUsd(5),
            reserved_nano_usd: NanoUsd(30),
            saved_nano_usd: NanoUsd::ZERO,
            budget_left_nano_usd: Some(NanoUsd(60)),
        });
        let session = state.session().expect("known");
        assert_eq!(session.policy.budget_left, Some(NanoUsd(60)));
        assert_eq!(
            session.budget.map(|budget| budget.left()),
            Some(NanoUsd(60))
        );
    }

    #[test]
    fn a_failed_refresh_keeps_what_was_known() {
        let mut state = known();
        state.update(Err(ErrorKind::ServerUnreachable.into()));
        assert!(state.session().is_some());
        let mut unknown = ServerState::default();
        unknown.update(Err(ErrorKind::ServerUnreachable.into()));
        assert!(unknown.error().is_some());
    }
}
