import { Waiting } from "./waiting.ts";

/** A request, as Postmark's API gets it. */
export interface PostmarkRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface PostmarkOptions {
  /** The token that is right; any unless given. */
  readonly token?: string;
  /** Another answer than 200 for a request, or one that never comes. */
  readonly answer?: (request: PostmarkRequest) => Response | "never" | undefined;
}

/** Postmark's `POST /email` and `GET /server` on a free port of this machine. */
export interface PostmarkStandIn extends AsyncDisposable {
  /** What goes into `POSTMARK_URL`. */
  readonly url: string;
  /** Every request that came, refused ones too. */
  readonly requests: readonly PostmarkRequest[];
  /** Waits until `count` requests have come, and returns all of them. */
  received(count: number): Promise<readonly PostmarkRequest[]>;
}

/** Starts a stand-in for Postmark that keeps what it is asked to send. */
export function startPostmark(options: PostmarkOptions = {}): PostmarkStandIn {
  const requests: PostmarkRequest[] = [];
  const waiting = new Waiting(() => requests.length);
  const never = Promise.withResolvers<Response>();

  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const received = {
      method: request.method,
      path: new URL(request.url).pathname,
      headers: new Headers(request.headers),
      body: request.method === "GET" ? {} : await request.json(),
    };
    requests.push(received);
    waiting.check();
    const token = request.headers.get("X-Postmark-Server-Token");
    if (options.token !== undefined && token !== options.token) {
      return postmarkError(401, 10, `The Server Token ${token} is invalid`);
    }
    const answer = options.answer?.(received);
    if (answer === "never") return await never.promise;
    return answer ?? Response.json({ ErrorCode: 0, Message: "OK" });
  });

  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    requests,
    async received(count) {
      await waiting.until(count);
      return requests;
    },
    async [Symbol.asyncDispose]() {
      never.resolve(new Response(null, { status: 503 }));
      await server.shutdown();
    },
  };
}

/** An error in Postmark's words. */
export function postmarkError(status: number, code: number, message: string): Response {
  return Response.json({ ErrorCode: code, Message: message }, { status });
}
