-- Containers by name, with the totals of what is stored of each.
CREATE TABLE log_containers (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  debug INTEGER NOT NULL DEFAULT 0,
  info INTEGER NOT NULL DEFAULT 0,
  warning INTEGER NOT NULL DEFAULT 0,
  error INTEGER NOT NULL DEFAULT 0,
  critical INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The newest entries. `timestamp` is in milliseconds since the epoch; `raw` is NULL where it is the message.
CREATE TABLE log_entries (
  id INTEGER PRIMARY KEY,
  timestamp INTEGER NOT NULL,
  container TEXT NOT NULL,
  stream TEXT NOT NULL,
  level TEXT NOT NULL,
  message TEXT NOT NULL,
  raw TEXT
) STRICT;

-- Older entries, sealed some thousand at a time: their ids run from first_id to last_id without gaps.
-- `containers` is a JSON array of names, `levels` a JSON array of counts from DEBUG to CRITICAL, `entries`
-- what core/logs/block.ts writes.
CREATE TABLE log_blocks (
  first_id INTEGER PRIMARY KEY,
  last_id INTEGER NOT NULL,
  first_time INTEGER NOT NULL,
  last_time INTEGER NOT NULL,
  containers TEXT NOT NULL,
  levels TEXT NOT NULL,
  entries BLOB NOT NULL
) STRICT;

-- Finds the blocks that a word occurs in; rowid is the block's first_id. Blocks that are gone are taken out of it
-- some at a time, so it may still name them.
CREATE VIRTUAL TABLE log_index USING fts5 (
  text, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
-- Merged half as often as by default: a tenth less work, and a search asks twelve segments in place of eight.
INSERT INTO log_index (log_index, rank) VALUES ('automerge', 8);

-- Entries by minute (since the epoch) and container, stored in rows and blocks alike.
CREATE TABLE log_counts (
  minute INTEGER NOT NULL,
  container_id INTEGER NOT NULL,
  debug INTEGER NOT NULL DEFAULT 0,
  info INTEGER NOT NULL DEFAULT 0,
  warning INTEGER NOT NULL DEFAULT 0,
  error INTEGER NOT NULL DEFAULT 0,
  critical INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (minute, container_id)
) STRICT, WITHOUT ROWID;

-- How far each container's files are read: the file by device, inode and a hash of its first bytes, and the
-- bytes of it that were taken in. `finished` are the files before it, `pending` what was read and
-- is no whole entry yet. Times in milliseconds since the epoch.
CREATE TABLE cursors (
  id INTEGER PRIMARY KEY,
  container_id TEXT NOT NULL UNIQUE,
  container TEXT NOT NULL,
  file_path TEXT NOT NULL,
  position INTEGER NOT NULL,
  device INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  head_length INTEGER NOT NULL,
  head_hash TEXT NOT NULL,
  finished TEXT NOT NULL,
  pending TEXT,
  updated_at INTEGER NOT NULL
) STRICT;
