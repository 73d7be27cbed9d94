//! Logs: what is written, in which form, and what is kept out of them.
//!
//! Log lines go to standard error, as text on a terminal and as JSON otherwise. They carry ids, counts and durations; never
//! keys, cookies, prompts or completions. The last line of defence is [`redact::Redactor`], which every line passes.

pub mod redact;

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use redact::Redactor;

/// Starts logging to standard error. `filter` is in the syntax of [`EnvFilter`], such as `info,backend=debug`.
///
/// # Errors
///
/// When the filter cannot be read, or logging was started before.
pub fn start(
    filter: &str,
    redactor: Redactor,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let is_terminal = std::io::stderr().is_terminal();
    let writer = redactor.wrap(std::io::stderr);
    if is_terminal {
        builder(filter, writer)?.with_ansi(true).try_init()
    } else {
        builder(filter, writer)?
            .json()
            .flatten_event(true)
            // The one span, the request's, is the current one; a list would say it twice.
            .with_span_list(false)
            .try_init()
    }
}

type Builder<W> = tracing_subscriber::fmt::SubscriberBuilder<
    tracing_subscriber::fmt::format::DefaultFields,
    tracing_subscriber::fmt::format::Format,
    EnvFilter,
    W,
>;

fn builder<W>(
    filter: &str,
    writer: W,
) -> Result<Builder<W>, Box<dyn std::error::Error + Send + Sync>>
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    Ok(tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(filter)?)
        .with_ansi(false)
        .with_writer(writer))
}
