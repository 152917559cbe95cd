PRAGMA auto_vacuum = INCREMENTAL;
BEGIN;
CREATE TABLE _meta (key TEXT PRIMARY KEY, value TEXT);
CREATE TABLE metrics_names (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  project TEXT NOT NULL,
  type TEXT NOT NULL,
  UNIQUE (name, project, type)
) STRICT;
CREATE TABLE metrics_series (
  id INTEGER PRIMARY KEY,
  metric INTEGER NOT NULL,
  labels TEXT NOT NULL,
  -- Seconds since the epoch of the last hour that had samples of it, or when it came.
  last_hour INTEGER NOT NULL,
  UNIQUE (metric, labels)
) STRICT;
CREATE TABLE metrics_labels (
  metric INTEGER NOT NULL,
  label TEXT NOT NULL,
  value TEXT NOT NULL,
  series INTEGER NOT NULL,
  PRIMARY KEY (metric, label, value, series)
) STRICT, WITHOUT ROWID;
CREATE TABLE metrics_chunks (
  id INTEGER PRIMARY KEY,
  first_time INTEGER NOT NULL,
  last_time INTEGER NOT NULL,
  samples INTEGER NOT NULL,
  data BLOB NOT NULL
) STRICT;
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
CREATE TABLE metrics_open_hours (
  hour INTEGER NOT NULL,
  metric INTEGER NOT NULL,
  PRIMARY KEY (metric, hour)
) STRICT, WITHOUT ROWID;
CREATE TABLE metrics_rollup (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  chunk INTEGER NOT NULL,
  finished_at INTEGER
, retained_at INTEGER) STRICT;
CREATE TABLE metrics_received (
  hour INTEGER PRIMARY KEY,
  samples INTEGER NOT NULL
) STRICT;
INSERT INTO "_meta" ("key", "value") VALUES ('schema_version', '2');
INSERT INTO "metrics_names" ("id", "name", "project", "type") VALUES (1, 'http_requests_total', 'default', 'counter');
INSERT INTO "metrics_names" ("id", "name", "project", "type") VALUES (2, 'http_request_duration_seconds', 'default', 'histogram');
INSERT INTO "metrics_names" ("id", "name", "project", "type") VALUES (3, 'queue_depth', 'worker', 'gauge');
INSERT INTO "metrics_series" ("id", "metric", "labels", "last_hour") VALUES (1, 1, '{"endpoint":"/","status":"200"}', 1795820400);
INSERT INTO "metrics_series" ("id", "metric", "labels", "last_hour") VALUES (2, 1, '{"endpoint":"/","status":"500"}', 1795820400);
INSERT INTO "metrics_series" ("id", "metric", "labels", "last_hour") VALUES (3, 2, '{"endpoint":"/","status":"200"}', 1795820400);
INSERT INTO "metrics_series" ("id", "metric", "labels", "last_hour") VALUES (4, 3, '{}', 1795820400);
INSERT INTO "metrics_labels" ("metric", "label", "value", "series") VALUES (1, 'endpoint', '/', 1);
INSERT INTO "metrics_labels" ("metric", "label", "value", "series") VALUES (1, 'endpoint', '/', 2);
INSERT INTO "metrics_labels" ("metric", "label", "value", "series") VALUES (1, 'status', '200', 1);
INSERT INTO "metrics_labels" ("metric", "label", "value", "series") VALUES (1, 'status', '500', 2);
INSERT INTO "metrics_labels" ("metric", "label", "value", "series") VALUES (2, 'endpoint', '/', 3);
INSERT INTO "metrics_labels" ("metric", "label", "value", "series") VALUES (2, 'status', '200', 3);
INSERT INTO "metrics_chunks" ("id", "first_time", "last_time", "samples", "data") VALUES (1, 1795820894037, 1795820894037, 6, x'0000000000000840000000000000f03f7b14ae47e17a943f9a9999999999a93f333333333333d33f0000000000001c40010000000200000003000000030000000300000004000000000000000000000000000000000000000000000000000000');
INSERT INTO "metrics_packs" ("id", "metric", "resolution", "bucket", "samples", "total", "series", "sketches") VALUES (1, 1, 60, 1795820880, 2, x'00000000000000400000000000001040000000000000f03f0000000000000840000000000000f87f000000000000f87f000000000000f87f', x'000000000000f03f000000000000f03f0000000000000840000000000000f03f0000000000000840000000000000f03f0000000000000840000000000000f03f0100000002000000', x'');
INSERT INTO "metrics_packs" ("id", "metric", "resolution", "bucket", "samples", "total", "series", "sketches") VALUES (2, 2, 60, 1795820880, 3, x'0000000000000840ae47e17a14aed73f7b14ae47e17a943f333333333333d33f9a9999999999a93f333333333333d33f333333333333d33f06ad0cbd01e902', x'0000000000000840ae47e17a14aed73f7b14ae47e17a943f333333333333d33f9a9999999999a93f333333333333d33f333333333333d33f0300000007000000', x'06ad0cbd01e902');
INSERT INTO "metrics_packs" ("id", "metric", "resolution", "bucket", "samples", "total", "series", "sketches") VALUES (3, 3, 60, 1795820880, 1, x'000000000000f03f0000000000001c400000000000001c400000000000001c40000000000000f87f000000000000f87f000000000000f87f', x'000000000000f03f0000000000001c400000000000001c400000000000001c4004000000', x'');
INSERT INTO "metrics_buckets" ("resolution", "bucket", "series", "count", "sum", "min", "max", "p50", "p95", "p99") VALUES (60, 1795820880, 1, 1, 3, 3, 3, NULL, NULL, NULL);
INSERT INTO "metrics_buckets" ("resolution", "bucket", "series", "count", "sum", "min", "max", "p50", "p95", "p99") VALUES (60, 1795820880, 2, 1, 1, 1, 1, NULL, NULL, NULL);
INSERT INTO "metrics_buckets" ("resolution", "bucket", "series", "count", "sum", "min", "max", "p50", "p95", "p99") VALUES (60, 1795820880, 3, 3, 0.37, 0.02, 0.3, 0.05, 0.3, 0.3);
INSERT INTO "metrics_buckets" ("resolution", "bucket", "series", "count", "sum", "min", "max", "p50", "p95", "p99") VALUES (60, 1795820880, 4, 1, 7, 7, 7, NULL, NULL, NULL);
INSERT INTO "metrics_open_hours" ("hour", "metric") VALUES (1795820400, 1);
INSERT INTO "metrics_open_hours" ("hour", "metric") VALUES (1795820400, 2);
INSERT INTO "metrics_open_hours" ("hour", "metric") VALUES (1795820400, 3);
INSERT INTO "metrics_rollup" ("id", "chunk", "finished_at", "retained_at") VALUES (1, 1, 1795820896006, NULL);
INSERT INTO "metrics_received" ("hour", "samples") VALUES (498839, 6);
CREATE INDEX idx_metrics_series_last_hour ON metrics_series (last_hour);
CREATE INDEX idx_metrics_chunks_times ON metrics_chunks (last_time, first_time);
CREATE INDEX idx_metrics_packs_times ON metrics_packs (resolution, bucket, samples);
CREATE INDEX idx_metrics_open_hours_hour ON metrics_open_hours (hour);
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
COMMIT;
