-- What the operator switched on, and when. A row is there while it is on.

CREATE TABLE flags (
    name TEXT PRIMARY KEY,
    raised_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
