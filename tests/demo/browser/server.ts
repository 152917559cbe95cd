import type { App } from "./build.ts";
import { PAGE, STYLES } from "./page.ts";

/** What a page's server passes on to Monlight. */
const REPORTS = /^\/api\/browser\/(errors|metrics)$/;

export interface PageOptions {
  readonly port: number;
  readonly app: App;
  /** The project's public key. */
  readonly key: string;
  /** Address of Monlight. */
  readonly monlight: string;
}

/** Serves the page, its script and its small API, and passes its reports on. */
export function servePage(options: PageOptions): AsyncDisposable & { readonly url: string } {
  const { port } = options;
  const end = new AbortController();
  const server = Deno.serve(
    { port, hostname: "127.0.0.1", onListen: () => {}, signal: end.signal },
    (request) => answer(request, options),
  );
  return {
    url: `http://localhost:${server.addr.port}`,
    async [Symbol.asyncDispose]() {
      end.abort();
      await server.finished;
    },
  };
}

async function answer(request: Request, options: PageOptions): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  if (REPORTS.test(pathname)) return await passOn(request, options.monlight + pathname + search);
  if (pathname === "/assets/shop.js") return file(options.app.script, "text/javascript");
  if (pathname === "/assets/shop.css") return file(STYLES, "text/css");
  if (pathname === "/shop/stock") return Response.json({ stock: 7 });
  if (pathname.startsWith("/shop/orders/")) {
    return Response.json({ detail: "The warehouse does not answer" }, { status: 503 });
  }
  // Every other path is a page of the application, which draws what belongs there.
  const config = { dsn: options.key, release: options.app.release, monlight: options.monlight };
  return file(PAGE.replace("{config}", escaped(JSON.stringify(config))), "text/html");
}

/** By the page's own origin: no CORS, and nothing for an ad blocker to see. */
async function passOn(request: Request, address: string): Promise<Response> {
  const headers = new Headers();
  for (const name of ["content-type", "x-monlight-key"]) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const { method } = request;
  try {
    const body = method === "POST" ? await request.arrayBuffer() : null;
    const { status, ...answer } = await passed(address, { method, headers, body });
    return new Response(answer.body, { status, headers: { "content-type": "application/json" } });
  } catch {
    return Response.json({ detail: "Monlight does not answer" }, { status: 502 });
  }
}

async function passed(address: string, init: RequestInit) {
  const response = await fetch(address, init);
  return { status: response.status, body: await response.text() };
}

function file(text: string, type: string): Response {
  return new Response(text, { headers: { "content-type": `${type}; charset=utf-8` } });
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
