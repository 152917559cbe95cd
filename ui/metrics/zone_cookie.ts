/** The reader's time zone, kept in a cookie so that the server's first picture has the right times. */
import type { Zone } from "../format.ts";
import { zoneNamed } from "../logs/zone.ts";

/** Name of the cookie, which is none of a session's; script writes it. */
export const ZONE_COOKIE = "monlight_zone";

/** The zone that a `Cookie` header tells; UTC where it tells none that is known. */
export function zoneOfReader(header: string | undefined): Zone {
  const pair = header?.split(/;\s*/).find((one) => one.startsWith(`${ZONE_COOKIE}=`));
  const name = pair?.slice(ZONE_COOKIE.length + 1).replaceAll("%2F", "/");
  return name === undefined ? "UTC" : zoneNamed(name) ?? "UTC";
}
