//! The server's API: one function an endpoint, each answering with the shared types or with a typed error.

pub(crate) mod chat;
pub(crate) mod count;
pub(crate) mod session;
pub(crate) mod xray;

use serde::de::DeserializeOwned;
use shared::error::{ApiError, ErrorKind};
use shared::json::{self, Unreadable};

use crate::browser::fetch::{ConnectionLost, Reply};

/// The longest part of an unreadable reply that is worth showing, in characters.
const EXCERPT_CHARS: usize = 120;

impl From<ConnectionLost> for ApiError {
    fn from(_: ConnectionLost) -> Self {
        ErrorKind::ServerUnreachable.into()
    }
}

/// Reads an answer of ours.
async fn read<T: DeserializeOwned>(reply: &Reply) -> Result<T, ApiError> {
    let body = reply.text().await?;
    json::read(&body).map_err(unreadable)
}

/// Why an answer of ours cannot be read.
fn unreadable(error: Unreadable) -> ApiError {
    ErrorKind::Internal.with(format!(
        "The page and its server are of different versions: reload the page. ({error})"
    ))
}

/// Reads why the server refused.
async fn refusal(reply: &Reply) -> ApiError {
    match reply.text().await {
        Ok(body) => refusal_from(reply.status(), &body),
        Err(lost) => lost.into(),
    }
}

/// Reads a problem document. Whatever else comes (a proxy's own page, say) is named as what it is: not an answer of ours.
fn refusal_from(status: u16, body: &str) -> ApiError {
    json::read(body).unwrap_or_else(|_| {
        let excerpt: String = body.chars().take(EXCERPT_CHARS).collect();
        ErrorKind::ServerUnreachable.with(format!(
            "Something between this page and its server answered with status {status}: {excerpt}"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_document_keeps_its_kind_and_detail() {
        let sent = ErrorKind::BudgetExhausted.with("$0.01 is left today.");
        let body = json::write(&sent).expect("writes");
        assert_eq!(refusal_from(402, &body), sent);
    }

    #[test]
    fn a_proxys_own_page_is_not_taken_for_an_answer_of_ours() {
        let error = refusal_from(502, "<html>Bad gateway</html>");
        assert_eq!(error.kind, ErrorKind::ServerUnreachable);
        assert!(error.detail.is_some_and(|detail| detail.contains("502")));
    }
}
