-- Public keys of pages. One that was given out is never deleted, so that it is never made again for another
-- project.
CREATE TABLE dsn_keys (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_key TEXT NOT NULL UNIQUE,
  project TEXT NOT NULL,
  created_at TEXT NOT NULL,
  active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
) STRICT;

-- An id is never given twice, and a map that is replaced gets a new one: what is cached of a map is known by
-- it. The content is the last column, since a megabyte is read to get at what stands behind it.
CREATE TABLE source_maps (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project TEXT NOT NULL,
  release TEXT NOT NULL,
  file_url TEXT NOT NULL,
  uploaded_at TEXT NOT NULL,
  -- Bytes of the content in UTF-8.
  size INTEGER NOT NULL,
  map_content TEXT NOT NULL,
  UNIQUE (project, release, file_url)
) STRICT;

CREATE INDEX idx_source_map_uploaded ON source_maps (uploaded_at);

-- What was accepted and could not be sent on yet, in the order in which it goes.
CREATE TABLE queued_submissions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('errors', 'metrics')),
  project TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  queued_at TEXT NOT NULL,
  size INTEGER NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (kind, idempotency_key)
) STRICT;

CREATE INDEX idx_queued_kind ON queued_submissions (kind, id);
