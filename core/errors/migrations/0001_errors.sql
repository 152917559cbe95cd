-- Groups of equal errors; read them as the view `errors` below. The counts that change with every occurrence
-- are all in this row, so that one costs one update, and the traceback is not, so that the row is small.
CREATE TABLE error_groups (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  fingerprint TEXT NOT NULL,
  fingerprint_version INTEGER NOT NULL,
  project TEXT NOT NULL,
  environment TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('server', 'browser')),
  -- Occurrences since 'environment' became the latest one; the others' are in error_environments.
  environment_count INTEGER NOT NULL,
  -- The latest clock hour (hours since the epoch) with its occurrences; earlier ones are in error_hours.
  hour INTEGER NOT NULL,
  hour_count INTEGER NOT NULL,
  count INTEGER NOT NULL,
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  resolved INTEGER NOT NULL DEFAULT 0 CHECK (resolved IN (0, 1)),
  resolved_at TEXT,
  reopened_at TEXT,
  exception_type TEXT NOT NULL,
  location TEXT,
  message TEXT NOT NULL
) STRICT;

CREATE INDEX idx_fingerprint_resolved ON error_groups (fingerprint, resolved);
CREATE INDEX idx_project_env ON error_groups (project, environment);
CREATE INDEX idx_last_seen ON error_groups (last_seen);
CREATE INDEX idx_resolved ON error_groups (resolved, resolved_at);

-- The traceback that made the group.
CREATE TABLE error_tracebacks (
  error_id INTEGER PRIMARY KEY REFERENCES error_groups (id) ON DELETE CASCADE,
  traceback TEXT NOT NULL
) STRICT;

-- The documented shape, to read, and to mend states, times and counts by hand.
CREATE VIEW errors AS
SELECT id, fingerprint, project, environment, exception_type, message, traceback, count, first_seen,
  last_seen, resolved, resolved_at, fingerprint_version, source, location, reopened_at
FROM error_groups JOIN error_tracebacks ON error_id = id;

CREATE TRIGGER errors_changed INSTEAD OF UPDATE ON errors BEGIN
  UPDATE error_groups SET count = new.count, first_seen = new.first_seen, last_seen = new.last_seen,
    resolved = new.resolved, resolved_at = new.resolved_at WHERE id = old.id;
END;

CREATE TRIGGER errors_deleted INSTEAD OF DELETE ON errors BEGIN
  DELETE FROM error_groups WHERE id = old.id;
END;

-- The newest few occurrences of each group.
CREATE TABLE error_occurrences (
  id INTEGER PRIMARY KEY,
  error_id INTEGER NOT NULL REFERENCES error_groups (id) ON DELETE CASCADE,
  timestamp TEXT NOT NULL,
  environment TEXT NOT NULL,
  request_url TEXT,
  request_method TEXT,
  request_headers TEXT,
  user_id TEXT,
  extra TEXT,
  traceback TEXT NOT NULL
) STRICT;

CREATE INDEX idx_occurrence_error_id ON error_occurrences (error_id);

-- Every environment a group was seen in, with its occurrences there; those in the latest one since it
-- became that are in error_groups.environment_count.
CREATE TABLE error_environments (
  environment TEXT NOT NULL,
  error_id INTEGER NOT NULL REFERENCES error_groups (id) ON DELETE CASCADE,
  count INTEGER NOT NULL,
  PRIMARY KEY (error_id, environment)
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_environment_error ON error_environments (environment, error_id);

-- Occurrences by clock hour, for sparklines and histograms; the latest hour is in error_groups.
CREATE TABLE error_hours (
  error_id INTEGER NOT NULL REFERENCES error_groups (id) ON DELETE CASCADE,
  hour INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (error_id, hour)
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_hour ON error_hours (hour);

-- How many groups there are of each kind, kept by the triggers below, so that no total is ever counted.
-- A group has a row for each environment it was seen in, and one under '' that counts it once.
CREATE TABLE error_totals (
  project TEXT NOT NULL,
  environment TEXT NOT NULL,
  source TEXT NOT NULL,
  resolved INTEGER NOT NULL,
  groups INTEGER NOT NULL,
  PRIMARY KEY (environment, project, source, resolved)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER errors_counted AFTER INSERT ON error_groups BEGIN
  INSERT INTO error_totals (project, environment, source, resolved, groups)
  VALUES (new.project, '', new.source, new.resolved, 1)
  ON CONFLICT DO UPDATE SET groups = groups + 1;
END;

CREATE TRIGGER environments_counted AFTER INSERT ON error_environments BEGIN
  INSERT INTO error_totals (project, environment, source, resolved, groups)
  SELECT project, new.environment, source, resolved, 1 FROM error_groups WHERE id = new.error_id
  ON CONFLICT DO UPDATE SET groups = groups + 1;
END;

CREATE TRIGGER errors_state_counted AFTER UPDATE OF resolved ON error_groups
WHEN old.resolved <> new.resolved BEGIN
  UPDATE error_totals SET groups = groups - 1
  WHERE project = new.project AND source = new.source AND resolved = old.resolved
    AND (environment = ''
      OR environment IN (SELECT environment FROM error_environments WHERE error_id = new.id));
  INSERT INTO error_totals (project, environment, source, resolved, groups)
  SELECT new.project, environment, new.source, new.resolved, 1
  FROM (SELECT '' AS environment
    UNION ALL SELECT environment FROM error_environments WHERE error_id = new.id)
  WHERE true
  ON CONFLICT DO UPDATE SET groups = groups + 1;
END;

-- Before, while the group's environments are still known.
CREATE TRIGGER errors_uncounted BEFORE DELETE ON error_groups BEGIN
  UPDATE error_totals SET groups = groups - 1
  WHERE project = old.project AND source = old.source AND resolved = old.resolved
    AND (environment = ''
      OR environment IN (SELECT environment FROM error_environments WHERE error_id = old.id));
  DELETE FROM error_totals WHERE groups = 0 AND project = old.project;
END;

-- Finds any part of three characters or more of "type: message", whatever its case. Only the first
-- 10,000 characters: a message of 256 KiB would hold up everyone else for 50 ms.
CREATE VIRTUAL TABLE error_search USING fts5 (
  text, content = '', contentless_delete = 1, tokenize = 'trigram', columnsize = 1
);

CREATE TRIGGER errors_searchable AFTER INSERT ON error_groups BEGIN
  INSERT INTO error_search (rowid, text)
  VALUES (new.id, substr(new.exception_type || ': ' || new.message, 1, 10000));
END;

CREATE TRIGGER errors_unsearchable AFTER DELETE ON error_groups BEGIN
  DELETE FROM error_search WHERE rowid = old.id;
END;

-- Alerts owed. Kept here so that none is lost between the answer to a client and the mail.
CREATE TABLE alerts (
  id INTEGER PRIMARY KEY,
  error_id INTEGER NOT NULL REFERENCES error_groups (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('new', 'reopened')),
  queued_at TEXT NOT NULL,
  -- 1 when a storm holds it back for the digest.
  gathered INTEGER NOT NULL,
  due_at TEXT NOT NULL,
  settled_at TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  -- JSON array of who has not got it yet; NULL before the first attempt.
  recipients TEXT
) STRICT;

CREATE INDEX idx_alerts_owed ON alerts (gathered, due_at) WHERE settled_at IS NULL;
CREATE INDEX idx_alerts_queued ON alerts (queued_at);
CREATE INDEX idx_alerts_error ON alerts (error_id);
