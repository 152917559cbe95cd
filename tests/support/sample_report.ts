import type { ErrorReport } from "../../core/errors/model.ts";

/** A report as the parser gives it, for tests of what comes behind. */
export const REPORT: ErrorReport = {
  project: "shop",
  exceptionType: "ValueError",
  message: "bad value",
  traceback: "at app.py:1",
  environment: "production",
  requestUrl: null,
  requestMethod: null,
  requestHeaders: null,
  userId: null,
  extra: null,
};
