/** The time (ms) of the newest sample or bucket, as `newest`. */
export const NEWEST_SAMPLE = `SELECT max(at) AS newest FROM (
  SELECT max(last_time) AS at FROM metrics_chunks
  UNION ALL SELECT max(bucket) * 1000 FROM metrics_packs WHERE resolution = 60
  UNION ALL SELECT max(bucket) * 1000 FROM metrics_packs WHERE resolution = 3600)`;
