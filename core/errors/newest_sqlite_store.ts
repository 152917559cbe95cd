/** When the newest occurrence came (ms), as `newest`. */
export const NEWEST_OCCURRENCE =
  "SELECT CAST(unixepoch(max(last_seen), 'subsec') * 1000 AS INTEGER) AS newest FROM error_groups";
