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
CREATE TABLE parsed_maps (
  map_id INTEGER PRIMARY KEY REFERENCES source_maps (id) ON DELETE CASCADE,
  parsed BLOB NOT NULL
) STRICT;
INSERT INTO "_meta" ("key", "value") VALUES ('schema_version', '2');
INSERT INTO "dsn_keys" ("id", "public_key", "project", "created_at", "active") VALUES (1, '4c4272ff9710ed8da6bea524ec2e94f7', 'shop', '2026-11-28T07:16:28.581Z', 1);
INSERT INTO "source_maps" ("id", "project", "release", "file_url", "uploaded_at", "size", "map_content") VALUES (1, 'shop', '1.4.2', '/assets/app.js', '2026-11-28T07:16:28.584Z', 64, '{"version":3,"sources":["cart.ts"],"names":[],"mappings":"AAAA"}');
INSERT INTO "parsed_maps" ("map_id", "parsed") VALUES (1, x'ff0f6f22036d61706f220873656374696f6e7341016f22046c696e6549002206636f6c756d6e490022086d617070696e67736f2204746578745c010441414141220b636865636b706f696e74735c052000000000000000000000000000000000000000000000000000000000000000007b02220b6669727374536f757263654900220966697273744e616d6549007b05240001220566696c65736f220574657874735c0107636172742e747322067374617274735c060800000000070000007b0222056e616d65736f220574657874735c010022067374617274735c0604000000007b02220966756e6374696f6e734101302400017b04220574657874736f22067069656365734100240000220a66697273744c696e65735c060800000000000000007b027b02');
UPDATE sqlite_sequence SET seq = 1 WHERE name = 'dsn_keys';
UPDATE sqlite_sequence SET seq = 1 WHERE name = 'source_maps';
CREATE INDEX idx_source_map_uploaded ON source_maps (uploaded_at);
CREATE INDEX idx_queued_kind ON queued_submissions (kind, id);
COMMIT;
