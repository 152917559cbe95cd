/** Reports errors, web vitals and requests of a page to a Monlight relay. */
export { addContext, captureError, captureMessage, destroy, init, setUser } from "./page.ts";
export type { Breadcrumb, ErrorReport, Level, Monlight, MonlightOptions } from "./types.ts";
