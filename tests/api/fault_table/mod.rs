//! The fault table: everything that an upstream can do wrong, in every way that it can be asked, with what must come of it.
//!
//! Each row is played by a hostile upstream over a real socket while time is moved by hand. Whatever happens, the request must end as
//! its row says and when its row says; it must leave no slot, reservation, task or socket behind, and cost what the row says; and the
//! next request to the same upstream must be answered.

mod asking;
mod connection;
mod events;
mod expected;
mod http;
mod judge;
mod leftovers;
mod redirects;
mod refusals;

use tests::hostile::{Dialect, Wire};

use expected::Fault;
pub(crate) use leftovers::open_sockets;

/// The ways to ask: every row is played in each of them.
const COLUMNS: [Wire; 4] = [
    column(Dialect::Anthropic, true),
    column(Dialect::Anthropic, false),
    column(Dialect::OpenAi, true),
    column(Dialect::OpenAi, false),
];

const fn column(dialect: Dialect, is_streamed: bool) -> Wire {
    Wire {
        dialect,
        is_streamed,
    }
}

/// The rows, by what is wrong.
const GROUPS: [&[Fault]; 5] = [
    connection::FAULTS,
    http::FAULTS,
    events::FAULTS,
    refusals::FAULTS,
    redirects::FAULTS,
];

/// Fewer would leave out something that has happened to somebody.
const FAULTS_MIN: usize = 40;

/// FM-24, FM-27, FM-28, FM-33: a connection that fails or falls silent is told from an answer, in its own time, and never looks whole.
#[test]
fn connections_that_fail() {
    judge::all(connection::FAULTS);
}

/// FM-34, FM-39: what is no good HTTP, or not what was asked for, is refused for what it is.
#[test]
fn answers_that_are_no_good_http() {
    judge::all(http::FAULTS);
}

/// FM-14, FM-25, FM-26, FM-29, FM-30: whatever an upstream puts into its answer, it is read for what it says or refused.
#[test]
fn events_that_are_not_as_they_should_be() {
    judge::all(events::FAULTS);
}

/// FM-2, FM-15, FM-36, FM-37, FM-39: each refusal has its meaning, its price and its number of attempts.
#[test]
fn refusals_of_every_kind() {
    judge::all(refusals::FAULTS);
}

/// FM-51: no answer makes the server ask another host, with the key or without.
#[test]
fn redirects_to_another_host() {
    judge::all(redirects::FAULTS);
}

#[test]
fn the_table_is_complete_and_no_row_stands_twice() {
    let mut names: Vec<_> = GROUPS
        .iter()
        .flat_map(|group| group.iter())
        .map(|fault| fault.name)
        .collect();
    let faults = names.len();
    println!(
        "fault table: {faults} faults x {} ways to ask = {}",
        COLUMNS.len(),
        faults * COLUMNS.len()
    );
    assert!(faults >= FAULTS_MIN);
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), faults);
}
