-- What a browser session spent is asked for by that session alone: its calls are found without looking at everybody's.

CREATE INDEX openings_by_session ON openings (session, opened_at_ms) WHERE session IS NOT NULL;
