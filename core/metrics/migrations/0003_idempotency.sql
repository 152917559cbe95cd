-- Batches that came with a key of their client, so that one that is sent again is recorded once.
CREATE TABLE idempotency_keys (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  -- What was answered, as JSON.
  answer TEXT NOT NULL,
  -- Milliseconds since the epoch.
  kept_at INTEGER NOT NULL
) STRICT;
