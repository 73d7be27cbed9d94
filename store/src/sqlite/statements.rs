//! The writer's statements, prepared once, and how a group of changes is made of them.

use rusqlite::{Connection, ErrorCode, Statement, params};
use shared::money::NanoUsd;

use super::line::{Refusals, Request, Settled};
use crate::scope::Sums;
use crate::{Opening, Settlement, Total};

/// The statements, and what the settlements of the group at hand add to the sums: each sum is written once a group.
#[derive(Debug)]
pub(super) struct Statements<'c> {
    begin: Statement<'c>,
    commit: Statement<'c>,
    roll_back: Statement<'c>,
    open: Statement<'c>,
    mark_open: Statement<'c>,
    settle: Statement<'c>,
    unmark_open: Statement<'c>,
    add_to_total: Statement<'c>,
    count_refusals: Statement<'c>,
    probe: Statement<'c>,
}

/// Changes that are written together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Changes<'a> {
    pub(super) settled: &'a [Settled],
    pub(super) requests: &'a [Request],
    pub(super) refusals: &'a Refusals,
    /// Whether something is to be written in any case, to see whether that is possible.
    pub(super) is_probe: bool,
}

/// The numbers that calls were written down under, in their order; none for one that was written down before.
pub(super) type Numbers = Vec<Option<i64>>;

impl<'c> Statements<'c> {
    pub(super) fn prepare(connection: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            begin: connection.prepare("BEGIN IMMEDIATE")?,
            commit: connection.prepare("COMMIT")?,
            roll_back: connection.prepare("ROLLBACK")?,
            open: connection.prepare(
                "INSERT INTO openings (request_id, opened_at_ms, environment, token, session, address, model, reserved_nano_usd)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?,
            mark_open: connection.prepare("INSERT INTO open_calls (call) VALUES (?1)")?,
            settle: connection.prepare(
                "INSERT INTO settlements (call, settled_at_ms, input_tokens, output_tokens, cache_write_5m_tokens,
                     cache_write_1h_tokens, cache_read_tokens, cost_nano_usd, outcome, is_estimated, upstream_request_id,
                     first_event_ms, duration_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
                 ON CONFLICT (call) DO NOTHING",
            )?,
            unmark_open: connection.prepare("DELETE FROM open_calls WHERE call = ?1")?,
            add_to_total: connection.prepare(
                "INSERT INTO totals (\"window\", begins_at_ms, scope, key, spent_nano_usd) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT DO UPDATE SET spent_nano_usd = spent_nano_usd + excluded.spent_nano_usd",
            )?,
            count_refusals: connection.prepare(
                "INSERT INTO refusals (hour_ms, kind, count) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET count = count + excluded.count",
            )?,
            probe: connection.prepare("UPDATE ledger SET probes = probes + 1")?,
        })
    }

    /// Writes all of `changes`, or nothing.
    pub(super) fn write(&mut self, changes: Changes<'_>) -> rusqlite::Result<Numbers> {
        let written = self.try_to_write(changes);
        if written.is_err() {
            // Where the file could not be written there may be nothing to take back.
            let _ = self.roll_back.execute([]);
        }
        written
    }

    fn try_to_write(&mut self, changes: Changes<'_>) -> rusqlite::Result<Numbers> {
        self.begin.execute([])?;
        let mut sums = Sums::default();
        for settled in changes.settled {
            self.settle(settled, &mut sums)?;
        }
        for Total {
            scope,
            window,
            spent,
        } in sums.iter()
        {
            let (kind, key) = scope.parts();
            let begins_at = integer(window.start().0);
            self.add_to_total.execute(params![
                window.kind(),
                begins_at,
                kind,
                key,
                amount(spent)
            ])?;
        }
        for ((hour, kind), count) in changes.refusals {
            self.count_refusals
                .execute(params![integer(hour.0), kind.code(), integer(*count)])?;
        }
        if changes.is_probe {
            self.probe.execute([])?;
        }
        let numbers = changes.requests.iter();
        let numbers = numbers.map(|request| self.open(&request.opening));
        let numbers = numbers.collect::<rusqlite::Result<_>>()?;
        self.commit.execute([])?;
        Ok(numbers)
    }

    fn open(&mut self, opening: &Opening) -> rusqlite::Result<Option<i64>> {
        let payer = &opening.payer;
        let inserted = self.open.insert(params![
            opening.request_id.bits().to_be_bytes(),
            integer(opening.opened_at.0),
            &*payer.environment,
            payer.token.map(|digest| digest.0),
            payer.session.map(|digest| digest.0),
            payer.address.map(|digest| digest.0),
            opening.model,
            amount(opening.reserved),
        ]);
        let call = match inserted {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                return Ok(None);
            }
            inserted => inserted?,
        };
        self.mark_open.execute([call])?;
        Ok(Some(call))
    }

    /// Writes one settlement. One that was written before, by an attempt that seemed to fail, is not written again.
    fn settle(&mut self, settled: &Settled, sums: &mut Sums) -> rusqlite::Result<()> {
        let Settlement {
            settled_at,
            tokens,
            cost,
            outcome,
            is_estimated,
            upstream_request_id,
            first_event_ms,
            duration_ms,
        } = &settled.settlement;
        let rows = self.settle.execute(params![
            settled.call,
            integer(settled_at.0),
            integer(tokens.input.0),
            integer(tokens.output.0),
            integer(tokens.cache_write_5m.0),
            integer(tokens.cache_write_1h.0),
            integer(tokens.cache_read.0),
            amount(*cost),
            outcome.code(),
            is_estimated,
            upstream_request_id,
            first_event_ms,
            duration_ms,
        ])?;
        if rows == 1 {
            self.unmark_open.execute([settled.call])?;
            sums.add(&settled.payer, settled.opened_at, *cost);
        }
        Ok(())
    }
}

/// A number as SQLite keeps it. An upstream may count what it likes: what is larger than 63 bits is kept as the largest of these.
fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// An amount as SQLite keeps it: 63 bits of nano-dollars are nine billion dollars, which no budget has.
fn amount(amount: NanoUsd) -> i64 {
    integer(amount.0)
}

#[cfg(test)]
mod tests {
    use shared::ids::RequestId;
    use shared::money::TokenUsage;
    use shared::time::UnixMillis;

    use super::super::migrations::migrate;
    use super::*;
    use crate::{Outcome, Payer};

    fn settled(call: i64) -> Settled {
        Settled {
            call,
            payer: Payer {
                environment: "dev".into(),
                token: None,
                session: None,
                address: None,
            },
            opened_at: UnixMillis(1),
            settlement: Settlement {
                settled_at: UnixMillis(2),
                tokens: TokenUsage::default(),
                cost: NanoUsd(300),
                outcome: Outcome::Whole,
                is_estimated: false,
                // Large enough that some calls fill a page.
                upstream_request_id: Some("r".repeat(400)),
                first_event_ms: None,
                duration_ms: 1,
            },
            _place: None,
        }
    }

    fn open(connection: &Connection, calls: u128) {
        let mut statements = Statements::prepare(connection).expect("they are right");
        for call in 1..=calls {
            let settled = settled(1);
            let opening = Opening {
                request_id: RequestId::from_random(call),
                opened_at: settled.opened_at,
                payer: settled.payer,
                model: "claude-haiku-5-5",
                reserved: NanoUsd(900),
            };
            assert!(statements.open(&opening).expect("it fits").is_some());
        }
    }

    fn sums(connection: &Connection) -> (i64, i64) {
        let sql = "SELECT (SELECT count(*) FROM settlements), (SELECT coalesce(sum(spent_nano_usd), 0) FROM totals WHERE scope = 'overall' AND \"window\" = 'day')";
        let row = connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)));
        row.expect("it counts")
    }

    /// FM-56: on a full disk a group is written whole or not at all; written again once there is room, nothing counts twice.
    #[test]
    fn a_group_that_does_not_fit_on_the_disk_leaves_nothing_behind() {
        let mut connection = Connection::open_in_memory().expect("it opens");
        migrate(&mut connection).expect("it takes its form");
        open(&connection, 100);
        let pages: i64 = connection
            .pragma_query_value(None, "page_count", |row| row.get(0))
            .expect("a number");
        let room = |pages: i64| {
            connection
                .pragma_update(None, "max_page_count", pages)
                .expect("it is set");
        };
        let group: Vec<_> = (1..=100).map(settled).collect();
        let refusals = Refusals::default();
        let changes = Changes {
            settled: &group,
            requests: &[],
            refusals: &refusals,
            is_probe: false,
        };
        let mut statements = Statements::prepare(&connection).expect("they are right");
        room(pages + 2);
        let full = statements.write(changes).expect_err("it does not fit");
        assert_eq!(full.sqlite_error_code(), Some(ErrorCode::DiskFull));
        assert_eq!(sums(&connection), (0, 0));
        room(pages + 1_000);
        for _ in 0..2 {
            statements.write(changes).expect("it fits");
            assert_eq!(sums(&connection), (100, 100 * 300));
        }
    }
}
