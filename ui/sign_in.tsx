import { Failure } from "../core/failure.ts";
import { readForm } from "../core/http/body.ts";
import { failureAnswer, redirect } from "../core/http/respond.ts";
import type { AppContext, PageRoute } from "../core/http/route.ts";
import { Brand } from "./components/icon.tsx";
import { safeNext, withQuery } from "./links.ts";
import { barePage, type Shell } from "./page.tsx";

export function signInRoutes(shell: Shell): readonly PageRoute[] {
  return [
    {
      method: "GET",
      path: "/login",
      access: "open",
      handle: (context) => {
        const next = safeNext(context.req.query("next"), "/");
        return isSignedIn(shell, context) ? redirect(next) : signInPage(shell, next);
      },
    },
    {
      method: "POST",
      path: "/login",
      access: "sign-in",
      handle: (context) => signIn(shell, context),
    },
    {
      method: "POST",
      path: "/logout",
      access: "session",
      handle: (context) => {
        const cookie = shell.deps.sessions.close(shell.deps.isSecure(context));
        return redirect("/login", { "set-cookie": cookie });
      },
    },
  ];
}

/** Answers who asks for a page without being signed in. */
export function signedOut(shell: Shell, context: AppContext): Response {
  const { pathname, search } = new URL(context.req.url);
  const { method } = context.req;
  if (pathname === "/") {
    if (method === "GET" || method === "HEAD") return signInPage(shell, "/");
    throw new Failure("method_not_allowed", "Method not allowed", { allow: ["GET", "HEAD"] });
  }
  // After signing in a form is not sent again, so what it was sent from is as good as any page.
  const next = method === "GET" ? pathname + search : undefined;
  return redirect(withQuery("/login", { next }));
}

async function signIn(shell: Shell, context: AppContext): Promise<Response> {
  const { checkKey, sessions, isSecure } = shell.deps;
  const form = await readForm(context);
  const next = safeNext(form.get("next"), "/");
  // Pasted keys come with a line break or a blank.
  const key = (form.get("key") ?? "").trim();
  if (key === "") return refuse(shell, next, "Enter the API key.");
  if (!checkKey(key)) return refuse(shell, next, "That is not the API key of this server.");
  return redirect(next, { "set-cookie": sessions.open(isSecure(context)) });
}

function refuse(shell: Shell, next: string, problem: string): Response {
  const { status } = failureAnswer(new Failure("unauthorized", problem));
  return signInPage(shell, next, problem, status);
}

function isSignedIn({ deps }: Shell, context: AppContext): boolean {
  return deps.sessions.find(context.req.header("cookie")) !== undefined;
}

function signInPage(shell: Shell, next: string, problem?: string, status?: number): Response {
  const body = <SignIn next={next} problem={problem} keyName={shell.deps.keyName} />;
  return barePage(shell, { title: "Sign in", body }, status);
}

function SignIn(
  { next, problem, keyName }: {
    readonly next: string;
    readonly problem: string | undefined;
    readonly keyName: string;
  },
) {
  const described = problem === undefined ? "key-help" : "key-problem key-help";
  return (
    <form class="sign-in" method="post" action="/login">
      <h1>
        <Brand /> Monlight
      </h1>
      <input type="hidden" name="next" value={next} />
      {/* A name for the key, so that password managers keep it. */}
      <input
        class="sr-only"
        name="name"
        autocomplete="username"
        value="monlight"
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      <label for="key">API key</label>
      <input
        class="input"
        id="key"
        name="key"
        type="password"
        autocomplete="current-password"
        required
        autofocus
        aria-invalid={problem === undefined ? undefined : "true"}
        aria-describedby={described}
      />
      {problem !== undefined && <p class="problem" id="key-problem" role="alert">{problem}</p>}
      <button type="submit" class="button primary">Sign in</button>
      <p class="muted" id="key-help">
        The key is the value of <code>{keyName}</code>{" "}
        that the server was started with. Started without one, it made its own and keeps it in{" "}
        <code>api-key</code> in its data folder.
      </p>
    </form>
  );
}
