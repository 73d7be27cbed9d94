//! What is read of the ledger: calls that a crash left open, sums, and all rows for the proof of these.

use std::sync::Arc;

use rusqlite::{Connection, Row, TransactionBehavior};
use shared::money::{NanoUsd, TokenUsage};
use shared::time::UnixMillis;

use super::line::Settled;
use crate::recompute::Proof;
use crate::scope::Sums;
use crate::{Digest, Outcome, Payer, Recomputed, Scope, Settlement, Total, Window};

/// Calls that nobody settled, since the server ended before they did: each is charged what was reserved for it.
pub(super) fn orphans(connection: &Connection, now: UnixMillis) -> rusqlite::Result<Vec<Settled>> {
    let mut statement = connection.prepare(
        "SELECT call, opened_at_ms, environment, token, session, address, reserved_nano_usd
         FROM open_calls JOIN openings USING (call) ORDER BY call",
    )?;
    let rows = statement.query_map([], |row| {
        let opened_at = moment(row, "opened_at_ms")?;
        Ok(Settled {
            call: row.get("call")?,
            payer: payer(row)?,
            opened_at,
            settlement: Settlement {
                settled_at: now.max(opened_at),
                tokens: TokenUsage::default(),
                cost: amount(row, "reserved_nano_usd")?,
                outcome: Outcome::Orphan,
                is_estimated: true,
                upstream_request_id: None,
                first_event_ms: None,
                duration_ms: u32::try_from(opened_at.until_ms(now)).unwrap_or(u32::MAX),
            },
            _place: None,
        })
    })?;
    rows.collect()
}

/// What was spent in these windows, by scope.
pub(super) fn totals(
    connection: &Connection,
    windows: [Window; 2],
) -> rusqlite::Result<Vec<Total>> {
    let sql = "SELECT * FROM totals WHERE \"window\" = ?1 AND begins_at_ms = ?2";
    let mut statement = connection.prepare(sql)?;
    let mut totals = Vec::new();
    for window in windows {
        let start = i64::try_from(window.start().0).unwrap_or(i64::MAX);
        let rows = statement.query_map((window.kind(), start), total)?;
        for row in rows {
            totals.extend(row?);
        }
    }
    Ok(totals)
}

/// Adds up all rows, as of one moment.
pub(super) fn recompute(connection: &mut Connection) -> rusqlite::Result<Recomputed> {
    let moment_of_all = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
    let mut kept = Sums::default();
    let mut statement = moment_of_all.prepare("SELECT * FROM totals")?;
    for row in statement.query_map([], total)? {
        if let Some(total) = row? {
            kept.set(total);
        }
    }
    let mut proof = Proof::default();
    let mut statement = moment_of_all.prepare(
        "SELECT opened_at_ms, environment, token, session, address, cost_nano_usd
         FROM settlements JOIN openings USING (call)",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let opened_at = moment(row, "opened_at_ms")?;
        proof.add(&payer(row)?, opened_at, amount(row, "cost_nano_usd")?);
    }
    Ok(proof.compare(&kept))
}

/// A row of `totals`; none for a scope or a window that this version does not know.
fn total(row: &Row<'_>) -> rusqlite::Result<Option<Total>> {
    let (kind, key): (String, Vec<u8>) = (row.get("scope")?, row.get("key")?);
    let window: String = row.get("window")?;
    let window = Window::of_parts(&window, moment(row, "begins_at_ms")?);
    let spent = amount(row, "spent_nano_usd")?;
    let total = Scope::of_parts(&kind, &key).zip(window);
    Ok(total.map(|(scope, window)| Total {
        scope,
        window,
        spent,
    }))
}

fn payer(row: &Row<'_>) -> rusqlite::Result<Payer> {
    let digest = |column| -> rusqlite::Result<Option<Digest>> {
        Ok(row.get::<_, Option<[u8; 32]>>(column)?.map(Digest))
    };
    Ok(Payer {
        environment: Arc::from(row.get::<_, String>("environment")?),
        token: digest("token")?,
        session: digest("session")?,
        address: digest("address")?,
    })
}

pub(super) fn moment(row: &Row<'_>, column: &str) -> rusqlite::Result<UnixMillis> {
    number(row, column).map(UnixMillis)
}

pub(super) fn amount(row: &Row<'_>, column: &str) -> rusqlite::Result<NanoUsd> {
    number(row, column).map(NanoUsd)
}

/// A number that is never negative.
pub(super) fn number(row: &Row<'_>, column: &str) -> rusqlite::Result<u64> {
    Ok(row.get::<_, i64>(column)?.unsigned_abs())
}
