/** Serves pages and scripts to a browser, as the site that is watched would. */

/** A text with its type, or a whole answer. */
export type Served = string | ((request: Request) => Response | Promise<Response>);

export interface PageServer extends AsyncDisposable {
  /** Its origin. */
  readonly url: string;
  /** Serves one more, or another, from now on. */
  serve(path: string, served: Served): void;
}

const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  map: "application/json",
  css: "text/css; charset=utf-8",
};

/** Serves what is given by path, on a free port; a path without an extension is a page. */
export function servePages(pages: Readonly<Record<string, Served>> = {}): PageServer {
  const served = new Map(Object.entries(pages));
  const end = new AbortController();
  const options = { port: 0, hostname: "127.0.0.1", onListen: () => {}, signal: end.signal };
  const server = Deno.serve(options, (request) => {
    const { pathname } = new URL(request.url);
    const found = served.get(pathname);
    if (found === undefined) return new Response("Not found", { status: 404 });
    if (typeof found !== "string") return found(request);
    const type = TYPES[/\.(\w+)$/.exec(pathname)?.[1] ?? ""] ?? "text/html; charset=utf-8";
    return new Response(found, { headers: { "content-type": type } });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    serve: (path, one) => void served.set(path, one),
    async [Symbol.asyncDispose]() {
      // Not a shutdown: what never answers is served, too.
      end.abort();
      await server.finished;
    },
  };
}
