/** Programs that report a first error. The key is named, never printed. */
export interface Snippet {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly code: string;
}

/** One a language; `origin` is the address of this server. */
export function snippets(origin: string): readonly Snippet[] {
  return [curl(origin), python(origin), javascript(origin)];
}

function curl(origin: string): Snippet {
  return {
    name: "curl",
    label: "curl",
    hint: "Run it in a shell where MONLIGHT_API_KEY holds the key you signed in with.",
    code: `curl ${origin}/api/errors \\
  -H "X-API-Key: $MONLIGHT_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{
    "project": "my-app",
    "exception_type": "ValueError",
    "message": "Hello from curl",
    "traceback": "Traceback (most recent call last):\\n  File \\"app.py\\", line 3, in main"
  }'`,
  };
}

function python(origin: string): Snippet {
  return {
    name: "python",
    label: "Python",
    hint: "Sent in the background, and at the end of the program. MONLIGHT_API_KEY holds the key " +
      "you signed in with. Without the package it is the request that curl makes.",
    code: `# pip install monlight
import os
from monlight import ErrorClient

errors = ErrorClient("${origin}", os.environ["MONLIGHT_API_KEY"], project="my-app")

try:
    float("n/a")
except ValueError as error:
    errors.report_error_sync(error)`,
  };
}

function javascript(origin: string): Snippet {
  return {
    name: "javascript",
    label: "JavaScript",
    hint: "For Node, Deno and Bun; never put the key into a page. It is in MONLIGHT_API_KEY.",
    code: `async function reportError(error, project = "my-app") {
  await fetch("${origin}/api/errors", {
    method: "POST",
    headers: {
      "X-API-Key": process.env.MONLIGHT_API_KEY,
      "Content-Type": "application/json",
    },
    body: JSON.stringify({
      project,
      exception_type: error.name,
      message: error.message,
      traceback: error.stack,
    }),
  });
}

try {
  JSON.parse("n/a");
} catch (error) {
  await reportError(error);
}`,
  };
}
