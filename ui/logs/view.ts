/** How a person likes the list of lines: kept in a cookie, so that the server's first picture is right. */

/** Name of the cookie, which is none of a session's; the script of the page writes it. */
export const VIEW_COOKIE = "monlight_log_view";

export interface View {
  /** Whether long messages wrap instead of being cut. */
  readonly wrap: boolean;
  /** Which end of the list is at the top. */
  readonly top: "oldest" | "newest";
  readonly time: "local" | "utc";
}

export const DEFAULT_VIEW: View = { wrap: false, top: "oldest", time: "local" };

/** A view and the reader's time zone as a cookie's value. */
export function viewCookie(view: View, zoneName: string): string {
  const values = new URLSearchParams({ zone: zoneName });
  if (view.wrap) values.set("wrap", "on");
  if (view.top === "newest") values.set("top", "newest");
  if (view.time === "utc") values.set("time", "utc");
  return encodeURIComponent(values.toString());
}

/** What a `Cookie` header says of the view; what is missing or strange is as ever. */
export function readViewCookie(
  header: string | undefined,
): { readonly view: View; readonly zoneName: string | null } {
  const pair = header?.split(/;\s*/).find((one) => one.startsWith(`${VIEW_COOKIE}=`));
  const values = new URLSearchParams(decoded(pair?.slice(VIEW_COOKIE.length + 1) ?? ""));
  return {
    view: {
      wrap: values.get("wrap") === "on",
      top: values.get("top") === "newest" ? "newest" : "oldest",
      time: values.get("time") === "utc" ? "utc" : "local",
    },
    zoneName: values.get("zone"),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
