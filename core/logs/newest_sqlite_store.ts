/** The minute (ms) of the newest entry, as `newest`. */
export const NEWEST_ENTRY = "SELECT max(minute) * 60000 AS newest FROM log_counts";
