import { systemClock } from "../core/clock.ts";
import { exportGroups } from "../core/errors/export_sqlite_store.ts";
import { errorListQuery } from "../core/errors/routes.ts";
import { readQuery } from "../core/http/query_params.ts";
import { ERRORS_DATABASE } from "./databases.ts";
import { exportCommand } from "./export.ts";

const { limit: _limit, offset: _offset, resolved, ...filters } = errorListQuery;
/** As in the API, but everything unless told otherwise: an export leaves nothing out by default. */
const exportQuery = {
  ...filters,
  resolved: {
    ...resolved,
    fallback: undefined,
    schema: {
      ...resolved.schema,
      description: "unresolved groups, resolved ones, or all (the default)",
    },
  },
};

/** `monlight errors export`: every group with its occurrences, a JSON line each. */
export const errorsExportCommand = exportCommand({
  database: ERRORS_DATABASE,
  summary: "Write all errors as NDJSON, from a live database; filters are those of the API",
  filters: exportQuery,
  prepare(url) {
    const filter = readQuery(url, exportQuery);
    return (path) => exportGroups(path, filter, systemClock.now());
  },
});
