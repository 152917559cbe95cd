-- A metric: what its series have in common.
CREATE TABLE metrics_names (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  project TEXT NOT NULL,
  type TEXT NOT NULL,
  UNIQUE (name, project, type)
) STRICT;

-- A set of labels of a metric, as JSON, sorted by name.
CREATE TABLE metrics_series (
  id INTEGER PRIMARY KEY,
  metric INTEGER NOT NULL,
  labels TEXT NOT NULL,
  -- Seconds since the epoch of the last hour that had samples of it, or when it came.
  last_hour INTEGER NOT NULL,
  UNIQUE (metric, labels)
) STRICT;

CREATE INDEX idx_metrics_series_last_hour ON metrics_series (last_hour);

-- Which series have a label with a value.
CREATE TABLE metrics_labels (
  metric INTEGER NOT NULL,
  label TEXT NOT NULL,
  value TEXT NOT NULL,
  series INTEGER NOT NULL,
  PRIMARY KEY (metric, label, value, series)
) STRICT, WITHOUT ROWID;

-- Raw samples, packed: those of one commit. Times in ms since the epoch.
CREATE TABLE metrics_chunks (
  id INTEGER PRIMARY KEY,
  first_time INTEGER NOT NULL,
  last_time INTEGER NOT NULL,
  samples INTEGER NOT NULL,
  data BLOB NOT NULL
) STRICT;

CREATE INDEX idx_metrics_chunks_times ON metrics_chunks (last_time, first_time);

-- The buckets of all series of a metric in a minute or an hour, packed. Bucket and resolution in seconds.
CREATE TABLE metrics_packs (
  id INTEGER PRIMARY KEY,
  metric INTEGER NOT NULL,
  resolution INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  samples INTEGER NOT NULL,
  total BLOB NOT NULL,
  series BLOB NOT NULL,
  sketches BLOB NOT NULL,
  UNIQUE (metric, resolution, bucket)
) STRICT;

CREATE INDEX idx_metrics_packs_times ON metrics_packs (resolution, bucket, samples);

-- The same numbers as rows, for who reads them by SQL.
CREATE TABLE metrics_buckets (
  resolution INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  series INTEGER NOT NULL,
  count INTEGER NOT NULL,
  sum REAL NOT NULL,
  min REAL NOT NULL,
  max REAL NOT NULL,
  p50 REAL,
  p95 REAL,
  p99 REAL,
  PRIMARY KEY (resolution, bucket, series)
) STRICT, WITHOUT ROWID;

-- Hours that got samples and are not rolled up since.
CREATE TABLE metrics_open_hours (
  hour INTEGER NOT NULL,
  metric INTEGER NOT NULL,
  PRIMARY KEY (metric, hour)
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_metrics_open_hours_hour ON metrics_open_hours (hour);

-- Up to which chunk samples are rolled up into minutes, and when that was last done (ms).
CREATE TABLE metrics_rollup (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  chunk INTEGER NOT NULL,
  finished_at INTEGER
) STRICT;

INSERT INTO metrics_rollup (id, chunk, finished_at) VALUES (1, 0, NULL);

CREATE VIEW metrics_aggregated AS
SELECT
  (b.bucket / 60 * 2 + (b.resolution = 3600)) * 16777216 + b.series AS id,
  strftime('%Y-%m-%dT%H:%M:%SZ', b.bucket, 'unixepoch') AS bucket,
  iif(b.resolution = 60, 'minute', 'hour') AS resolution,
  n.project, n.name, n.type, s.labels,
  b.count, b.sum, b.min, b.max, b.sum / b.count AS avg, b.p50, b.p95, b.p99
FROM metrics_buckets b
JOIN metrics_series s ON s.id = b.series
JOIN metrics_names n ON n.id = s.metric;
