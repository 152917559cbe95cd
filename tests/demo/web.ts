/** nginx: every request in the access log on stdout, what went wrong on stderr. */
import { clfTime, type Line, plainTime } from "./line.ts";
import type { Random } from "./random.ts";
import type { Request } from "./request.ts";

const container = "web";

const ASSETS = [
  "/assets/app-4f1c9a.js",
  "/assets/app-4f1c9a.css",
  "/assets/logo.svg",
  "/img/lamp-oak.webp",
  "/img/desk-green.webp",
  "/favicon.ico",
] as const;

const PROBES = ["/wp-login.php", "/.env", "/.git/config", "/admin.php", "/cgi-bin/luci"] as const;

export function access(request: Request, status: number, bytes: number): Line {
  const { address, method, path, referer, agent, took, id } = request;
  const text = `${address} - - [${clfTime(request.at + took)}] "${method} ${path} HTTP/2.0" ` +
    `${status} ${bytes} "${referer}" "${agent}" rt=${(took / 1000).toFixed(3)} rid=${id}`;
  return { at: request.at + took + 1, container, stream: "stdout", text };
}

/** Some files of a page. */
export function assets(random: Random, request: Request): readonly Line[] {
  return Array.from({ length: random.whole(1, 4) }, (_, index) => {
    const asset = {
      ...request,
      at: request.at + 40 * (index + 1),
      method: "GET",
      path: random.pick(ASSETS),
      took: random.next(),
    } as const;
    return access(asset, random.chance(0.4) ? 304 : 200, random.whole(900, 90_000));
  });
}

/** Somebody looks for holes. */
export function probes(random: Random, request: Request): readonly Line[] {
  return Array.from({ length: random.whole(2, 6) }, (_, index) => {
    const at = request.at + index * 180;
    const probe = { ...request, at, method: "GET", path: random.pick(PROBES), took: 1 } as const;
    return [
      failure(
        probe,
        "error",
        `open() "/usr/share/nginx/html${probe.path}" failed (2: No such file or directory)`,
      ),
      access(probe, 404, 555),
    ];
  }).flat();
}

export function failure(request: Request, level: "error" | "warn", what: string): Line {
  const at = request.at + request.took;
  const text =
    `${plainTime(at).replaceAll("-", "/")} [${level}] 29#29: *${request.user * 7} ${what}, ` +
    `client: ${request.address}, server: shop.example.org, ` +
    `request: "${request.method} ${request.path} HTTP/2.0", host: "shop.example.org"`;
  return { at, container, stream: "stderr", text };
}
