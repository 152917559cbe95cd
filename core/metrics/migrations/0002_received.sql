-- How many samples came in, by the hour of the server's clock (hours since the epoch).
CREATE TABLE metrics_received (
  hour INTEGER PRIMARY KEY,
  samples INTEGER NOT NULL
) STRICT;

-- Of what is stored it is only known when it was measured.
INSERT INTO metrics_received (hour, samples)
SELECT hour, sum(samples) FROM (
  SELECT bucket / 3600 AS hour, samples FROM metrics_packs WHERE resolution = 60
  UNION ALL
  SELECT first_time / 3600000, samples FROM metrics_chunks
  WHERE id > (SELECT chunk FROM metrics_rollup)
) GROUP BY hour;

-- The time (ms) by which what is too old was deleted last.
ALTER TABLE metrics_rollup ADD COLUMN retained_at INTEGER;
