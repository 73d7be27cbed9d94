//! Asking, and seeing how it ends.

use anyhow::{Result, bail, ensure};
use reqwest::StatusCode;
use serde_json::Value;
use shared::api::chat::ChatEvent;
use shared::error::ErrorKind;
use tests::hostile::{ANSWER, NOBODYS_BUSINESS, Wire};
use tests::{Airlock, Answer, TokenHolder, Visitor, question};

use super::expected::End;

/// Asks for an answer over a connection of its own and says how that ended: as the page for a stream, as a program for a whole one.
pub(super) async fn ask(airlock: &Airlock, visitor: &Visitor, wire: Wire) -> Result<End> {
    if wire.is_streamed {
        ask_as_page(visitor.reconnected()).await
    } else {
        ask_as_program(airlock.token_holder()).await
    }
}

async fn ask_as_page(visitor: Visitor) -> Result<End> {
    let mut reply = match visitor.chat(&question("Hello")).await {
        Answer::Refused(status, problem) => {
            let kind = problem.kind;
            ensure!(status.as_u16() == kind.status(), "{kind:?} with {status}");
            check_for_secrets(format!("{problem:?}").as_bytes())?;
            return Ok(End::Refused(kind));
        }
        Answer::Stream(reply) => reply,
    };
    let events = reply.all().await;
    check_for_secrets(&reply.bytes)?;
    end_of(&events)
}

async fn ask_as_program(program: TokenHolder) -> Result<End> {
    let response = program.send(&TokenHolder::question("Hello")).await;
    let status = response.status();
    let body = response.bytes().await?;
    if status == StatusCode::OK {
        let message: Value = serde_json::from_slice(&body).unwrap_or_default();
        let text = message.pointer("/content/0/text");
        let is_read = text.is_some_and(|text| text == ANSWER);
        return Ok(if is_read {
            End::Answered
        } else {
            End::PassedOn
        });
    }
    let told = String::from_utf8_lossy(&body);
    let is_ours = |kind: &ErrorKind| kind.status() == status && told.contains(kind.title());
    // Some titles begin as others do.
    let kinds = ErrorKind::ALL.into_iter().filter(is_ours);
    let Some(kind) = kinds.max_by_key(|kind| kind.title().len()) else {
        return Ok(End::Told(status.as_u16()));
    };
    check_for_secrets(&body)?;
    Ok(End::Refused(kind))
}

/// How a stream ended. It must begin once, say once what it cost, and end in exactly one of two ways.
fn end_of(events: &[ChatEvent]) -> Result<End> {
    let names: Vec<_> = events.iter().map(ChatEvent::name).collect();
    let count = |asked| names.iter().filter(|name| **name == asked).count();
    ensure!((count("started"), count("usage")) == (1, 1), "{names:?}");
    ensure!(count("done") + count("error") == 1, "{names:?}");
    match events.last() {
        Some(ChatEvent::Done(_)) => {
            let text: String = events.iter().filter_map(text_of).collect();
            ensure!(text == ANSWER, "it says {text:?}");
            Ok(End::Answered)
        }
        Some(ChatEvent::Error(error)) => Ok(End::BrokenOff(error.kind)),
        _ => bail!("it has no end: {names:?}"),
    }
}

fn text_of(event: &ChatEvent) -> Option<&str> {
    match event {
        ChatEvent::Delta(piece) => Some(&piece.text),
        _ => None,
    }
}

fn check_for_secrets(seen: &[u8]) -> Result<()> {
    let words = memchr::memmem::find(seen, NOBODYS_BUSINESS.as_bytes());
    ensure!(words.is_none(), "the upstream's words got out");
    Ok(())
}
