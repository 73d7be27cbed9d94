-- The ledger. What happened is written down twice, when a call is opened and when it is settled, and never changed afterwards: the two
-- tables of rows refuse it. What follows from the rows (which calls are open, what was spent) is kept beside them in the same transaction,
-- so that a start need not read them all; `airlock usage --recompute` proves it.
--
-- Amounts are in nano-dollars, moments in milliseconds since 1970 UTC, digests are SHA-256.

CREATE TABLE ledger (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    salt BLOB NOT NULL CHECK (length(salt) = 32),
    probes INTEGER NOT NULL
) STRICT;

CREATE TABLE openings (
    call INTEGER PRIMARY KEY,
    request_id BLOB NOT NULL UNIQUE CHECK (length(request_id) = 16),
    opened_at_ms INTEGER NOT NULL,
    environment TEXT NOT NULL,
    token BLOB CHECK (length(token) = 32),
    session BLOB CHECK (length(session) = 32),
    address BLOB CHECK (length(address) = 32),
    model TEXT NOT NULL,
    reserved_nano_usd INTEGER NOT NULL CHECK (reserved_nano_usd >= 0)
) STRICT;

CREATE INDEX openings_by_time ON openings (opened_at_ms);

CREATE TABLE settlements (
    call INTEGER PRIMARY KEY REFERENCES openings (call),
    settled_at_ms INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL CHECK (input_tokens >= 0),
    output_tokens INTEGER NOT NULL CHECK (output_tokens >= 0),
    cache_write_5m_tokens INTEGER NOT NULL CHECK (cache_write_5m_tokens >= 0),
    cache_write_1h_tokens INTEGER NOT NULL CHECK (cache_write_1h_tokens >= 0),
    cache_read_tokens INTEGER NOT NULL CHECK (cache_read_tokens >= 0),
    cost_nano_usd INTEGER NOT NULL CHECK (cost_nano_usd >= 0),
    outcome TEXT NOT NULL CHECK (outcome IN ('whole', 'left', 'broke_off', 'refused', 'not_sent', 'orphan')),
    is_estimated INTEGER NOT NULL CHECK (is_estimated IN (0, 1)),
    upstream_request_id TEXT,
    first_event_ms INTEGER,
    duration_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE open_calls (
    call INTEGER PRIMARY KEY REFERENCES openings (call)
) STRICT;

CREATE TABLE totals (
    "window" TEXT NOT NULL CHECK ("window" IN ('day', 'month')),
    begins_at_ms INTEGER NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('overall', 'environment', 'token', 'session', 'address')),
    key BLOB NOT NULL,
    spent_nano_usd INTEGER NOT NULL CHECK (spent_nano_usd >= 0),
    PRIMARY KEY ("window", begins_at_ms, scope, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE refusals (
    hour_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    count INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (hour_ms, kind)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER openings_are_not_changed BEFORE UPDATE ON openings
BEGIN SELECT RAISE (ABORT, 'the ledger is only ever added to'); END;

CREATE TRIGGER openings_are_not_deleted BEFORE DELETE ON openings
BEGIN SELECT RAISE (ABORT, 'the ledger is only ever added to'); END;

CREATE TRIGGER settlements_are_not_changed BEFORE UPDATE ON settlements
BEGIN SELECT RAISE (ABORT, 'the ledger is only ever added to'); END;

CREATE TRIGGER settlements_are_not_deleted BEFORE DELETE ON settlements
BEGIN SELECT RAISE (ABORT, 'the ledger is only ever added to'); END;

-- One row a call, for whoever looks with `sqlite3`: what is open has no settlement yet.
CREATE VIEW calls AS
SELECT
    call,
    'req_' || lower(hex(request_id)) AS request_id,
    opened_at_ms,
    environment,
    token,
    session,
    address,
    model,
    reserved_nano_usd,
    settled_at_ms,
    input_tokens,
    output_tokens,
    cache_write_5m_tokens,
    cache_write_1h_tokens,
    cache_read_tokens,
    cost_nano_usd,
    outcome,
    is_estimated,
    upstream_request_id,
    first_event_ms,
    duration_ms
FROM openings LEFT JOIN settlements USING (call);
