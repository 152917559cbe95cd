/** When the newest source map, key or waiting submission came (ms), as `newest`. */
export const NEWEST_SUBMISSION =
  `SELECT CAST(unixepoch(max(at), 'subsec') * 1000 AS INTEGER) AS newest FROM (
  SELECT max(uploaded_at) AS at FROM source_maps
  UNION ALL SELECT max(created_at) FROM dsn_keys
  UNION ALL SELECT max(queued_at) FROM queued_submissions)`;
