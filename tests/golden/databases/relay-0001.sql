PRAGMA auto_vacuum = INCREMENTAL;
BEGIN;
CREATE TABLE _meta (key TEXT PRIMARY KEY, value TEXT);
CREATE TABLE dsn_keys (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_key TEXT NOT NULL UNIQUE,
  project TEXT NOT NULL,
  created_at TEXT NOT NULL,
  active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
) STRICT;
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
INSERT INTO "_meta" ("key", "value") VALUES ('schema_version', '1');
INSERT INTO "dsn_keys" ("id", "public_key", "project", "created_at", "active") VALUES (1, 'a9a63fa69a0b0ab229f9f9371555d878', 'shop', '2026-11-27T23:38:01.219Z', 1);
INSERT INTO "source_maps" ("id", "project", "release", "file_url", "uploaded_at", "size", "map_content") VALUES (1, 'shop', '1.4.2', '/assets/app.js', '2026-11-27T23:38:01.224Z', 64, '{"version":3,"sources":["cart.ts"],"names":[],"mappings":"AAAA"}');
UPDATE sqlite_sequence SET seq = 1 WHERE name = 'dsn_keys';
UPDATE sqlite_sequence SET seq = 1 WHERE name = 'source_maps';
CREATE INDEX idx_source_map_uploaded ON source_maps (uploaded_at);
CREATE INDEX idx_queued_kind ON queued_submissions (kind, id);
COMMIT;
