//! Counts a turn's tokens. It costs nothing, so no admission opens this door; the rules and the limits stand before it all the same.

use std::time::Duration;

use shared::api::chat::ChatRequest;
use shared::api::count::TokensCounted;
use shared::error::ErrorKind;

use super::Proxy;
use crate::access::Caller;
use crate::error::Error;

/// How long a count may take. A long prompt's takes a second or two, and somebody looks at the button that asked for it.
const COUNT_MAX: Duration = Duration::from_secs(10);

impl Proxy {
    /// Has a request of the page's counted. It is asked once: whoever wants the number can ask again.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::RateLimited`]; as the rules refuse it; [`ErrorKind::NotFound`] where the upstream cannot count; the upstream's refusal,
    /// its silence, or that it cannot be reached; and [`ErrorKind::Unavailable`].
    pub async fn count(
        &self,
        caller: &Caller,
        request: ChatRequest,
    ) -> Result<TokensCounted, Error> {
        self.doorkeeper.let_count(caller)?;
        let (model, body) = self.rules.judge_count(caller, request)?;
        let key = self.upstream.lease();
        let input_tokens = tokio::select! {
            counted = self.upstream.count_tokens(&key, body) => counted?,
            () = self.clock.sleep(COUNT_MAX) => return Err(Error::Timeout("until it had counted")),
            () = self.tasks.cutting() => return Err(ErrorKind::Unavailable.into()),
        };
        Ok(TokensCounted {
            input_tokens,
            model: model.id.to_owned(),
        })
    }
}
