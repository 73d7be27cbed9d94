//! What is read for the usage report, as of one moment.

use rusqlite::{Connection, Params, Row, ToSql, Transaction, TransactionBehavior, params};
use shared::api::usage::{Call, CallOutcome, Cursor, Refusals, Usage};
use shared::ids::RequestId;
use shared::money::{NanoUsd, TokenCount, TokenUsage};
use shared::time::UnixMillis;

use super::rows::{amount, moment, number};
use crate::usage::{Added, Additions, Beside, TooManyCalls, UsageQuestion};
use crate::{Outcome, Window};

/// The columns of a settled call that are added up, in the order in which they are read: by their places, since there may be many rows.
const ADDED: &str = "opened_at_ms, model, environment, input_tokens, output_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
    cache_read_tokens, cost_nano_usd, first_event_ms";

/// Answers the question.
pub(super) fn usage(
    connection: &mut Connection,
    question: &UsageQuestion,
) -> rusqlite::Result<Result<Usage, TooManyCalls>> {
    let moment = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
    let found = Found { moment, question };
    if let Err(too_many) = UsageQuestion::check(found.count()?) {
        return Ok(Err(too_many));
    }
    let additions = found.add_up()?;
    let (calls, older) = question.cut(found.newest()?);
    let [today, this_month] = Window::both(question.now);
    Ok(Ok(additions.finish(Beside {
        spent_today: found.spent(today)?,
        spent_this_month: found.spent(this_month)?,
        refusals: found.refusals()?,
        calls,
        older,
    })))
}

/// What is found of what was asked, at one moment.
struct Found<'a> {
    moment: Transaction<'a>,
    question: &'a UsageQuestion,
}

impl Found<'_> {
    /// The calls of the period, before any filter but the session's, which has an index as the time has.
    fn rows(&self) -> &'static str {
        match self.question.session {
            Some(_) => "session = ?3 AND opened_at_ms >= ?1 AND opened_at_ms < ?2",
            None => "?3 IS NULL AND opened_at_ms >= ?1 AND opened_at_ms < ?2",
        }
    }

    /// What the parameters from 1 to 3 stand for.
    fn period(&self) -> [Box<dyn ToSql>; 3] {
        let period = self.question.period;
        [
            Box::new(integer(period.from.0)),
            Box::new(integer(period.to.0)),
            Box::new(self.question.session.map(|digest| digest.0)),
        ]
    }

    fn count(&self) -> rusqlite::Result<u64> {
        let sql = format!("SELECT count(*) FROM openings WHERE {}", self.rows());
        let [from, to, session] = self.period();
        self.one(&sql, params![from, to, session])
    }

    fn add_up(&self) -> rusqlite::Result<Additions> {
        let mut statement = self.moment.prepare(&format!(
            "SELECT {ADDED} FROM openings JOIN settlements USING (call)
             WHERE {} AND (?4 IS NULL OR model = ?4) AND (?5 IS NULL OR environment = ?5)",
            self.rows()
        ))?;
        let [from, to, session] = self.period();
        let UsageQuestion {
            model, environment, ..
        } = self.question;
        let mut rows = statement.query(params![from, to, session, model, environment])?;
        let mut additions = Additions::new(self.question.period);
        while let Some(row) = rows.next()? {
            additions.add(added(row)?);
        }
        Ok(additions)
    }

    /// The newest calls with their numbers, one more than are listed.
    fn newest(&self) -> rusqlite::Result<Vec<(u64, Call)>> {
        let mut statement = self.moment.prepare(&format!(
            "SELECT * FROM openings LEFT JOIN settlements USING (call)
             WHERE {} AND (?4 IS NULL OR model = ?4) AND (?5 IS NULL OR environment = ?5)
                 AND (opened_at_ms, call) < (?6, ?7)
             ORDER BY opened_at_ms DESC, call DESC LIMIT ?8",
            self.rows()
        ))?;
        let [from, to, session] = self.period();
        let UsageQuestion {
            model,
            environment,
            before,
            calls_max,
            ..
        } = self.question;
        let before = before.unwrap_or(Cursor {
            opened_at: UnixMillis(u64::MAX),
            number: u64::MAX,
        });
        let calls = statement.query_map(
            params![
                from,
                to,
                session,
                model,
                environment,
                integer(before.opened_at.0),
                integer(before.number),
                i64::from(*calls_max) + 1
            ],
            |row| Ok((number(row, "call")?, listed(row)?)),
        )?;
        calls.collect()
    }

    /// What was spent in a window by whoever is asked about.
    fn spent(&self, window: Window) -> rusqlite::Result<NanoUsd> {
        let scope = self.question.scope();
        let (kind, key) = scope.parts();
        let sql = "SELECT coalesce(sum(spent_nano_usd), 0) FROM totals
                   WHERE \"window\" = ?1 AND begins_at_ms = ?2 AND scope = ?3 AND key = ?4";
        let start = integer(window.start().0);
        self.one(sql, params![window.kind(), start, kind, key])
            .map(NanoUsd)
    }

    /// What was refused. That is counted by the hour, and periods begin and end with one.
    fn refusals(&self) -> rusqlite::Result<Vec<Refusals>> {
        if self.question.session.is_some() {
            return Ok(Vec::new());
        }
        let mut statement = self.moment.prepare(
            "SELECT kind, sum(count) AS times FROM refusals WHERE hour_ms >= ?1 AND hour_ms < ?2 GROUP BY kind",
        )?;
        let [from, to, _] = self.period();
        let refusals = statement.query_map(params![from, to], |row| {
            Ok(Refusals {
                code: row.get("kind")?,
                times: number(row, "times")?,
            })
        })?;
        refusals.collect()
    }

    fn one(&self, sql: &str, params: impl Params) -> rusqlite::Result<u64> {
        let number = self.moment.query_row(sql, params, |row| row.get(0));
        number.map(i64::unsigned_abs)
    }
}

/// A row of [`ADDED`].
fn added<'a>(row: &'a Row<'_>) -> rusqlite::Result<Added<'a>> {
    let number = |place: usize| row.get(place).map(i64::unsigned_abs);
    let tokens = |place| number(place).map(TokenCount);
    let text = |place: usize| -> rusqlite::Result<&str> { Ok(row.get_ref(place)?.as_str()?) };
    Ok(Added {
        opened_at: UnixMillis(number(0)?),
        model: text(1)?,
        environment: text(2)?,
        tokens: TokenUsage {
            input: tokens(3)?,
            output: tokens(4)?,
            cache_write_5m: tokens(5)?,
            cache_write_1h: tokens(6)?,
            cache_read: tokens(7)?,
        },
        cost: NanoUsd(number(8)?),
        first_event_ms: row.get(9)?,
    })
}

fn listed(row: &Row<'_>) -> rusqlite::Result<Call> {
    // Nothing where there is no settlement yet.
    let settled = |column: &str| {
        let number: rusqlite::Result<Option<i64>> = row.get(column);
        number.map(|number| number.unwrap_or(0).unsigned_abs())
    };
    let tokens = |column| settled(column).map(TokenCount);
    let outcome: Option<String> = row.get("outcome")?;
    let outcome = outcome.as_deref().and_then(Outcome::of_code);
    Ok(Call {
        request_id: RequestId::from_random(u128::from_be_bytes(row.get("request_id")?)),
        opened_at_unix_ms: moment(row, "opened_at_ms")?,
        model: row.get("model")?,
        environment: row.get("environment")?,
        outcome: outcome.map_or(CallOutcome::UnderWay, CallOutcome::from),
        tokens: TokenUsage {
            input: tokens("input_tokens")?,
            output: tokens("output_tokens")?,
            cache_write_5m: tokens("cache_write_5m_tokens")?,
            cache_write_1h: tokens("cache_write_1h_tokens")?,
            cache_read: tokens("cache_read_tokens")?,
        },
        cost_nano_usd: settled("cost_nano_usd").map(NanoUsd)?,
        reserved_nano_usd: amount(row, "reserved_nano_usd")?,
        is_estimated: row.get::<_, Option<bool>>("is_estimated")?.unwrap_or(false),
        first_event_ms: row.get("first_event_ms")?,
        duration_ms: row.get("duration_ms")?,
        upstream_request_id: row.get("upstream_request_id")?,
    })
}

/// A number as SQLite has it.
fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
