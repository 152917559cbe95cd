import assert from "node:assert/strict";
import type { ErrorDetail, Occurrence } from "../../core/errors/model.ts";
import { errorMarkdown } from "./markdown.ts";

const OCCURRENCE: Occurrence = {
  id: 9,
  timestamp: "2026-11-20T17:31:00.000Z",
  environment: "production",
  request_url: "https://shop.example.org/checkout",
  request_method: "POST",
  request_headers: { authorization: "secret" },
  user_id: "u_1",
  extra: { release: "1.2.3", note: "x" },
  traceback: 'File "app.py", line 1\nValueError: no\n',
};

const GROUP: ErrorDetail = {
  id: 12,
  fingerprint: "f".repeat(32),
  fingerprint_version: 1,
  project: "shop",
  environment: "production",
  source: "server",
  exception_type: "ValueError",
  message: "no",
  location: "app.py:1",
  count: 1284,
  first_seen: "2026-11-03T08:00:00.000Z",
  last_seen: "2026-11-20T17:31:00.000Z",
  resolved: false,
  resolved_at: null,
  reopened_at: null,
  traceback: "",
  environments: { production: 1284 },
  daily_counts: [],
  occurrences: [OCCURRENCE],
};

Deno.test("errorMarkdown() tells everything but the headers", () => {
  assert.equal(
    errorMarkdown(GROUP, OCCURRENCE, "http://localhost:5010"),
    `## ValueError: no

- **Project:** shop (production)
- **Events:** 1,284, first 2026-11-03T08:00:00.000Z, last 2026-11-20T17:31:00.000Z
- **Location:** \`app.py:1\`
- **Release:** \`1.2.3\`
- **Request:** \`POST https://shop.example.org/checkout\`
- **User:** \`u_1\`
- **Fingerprint:** \`${"f".repeat(32)}\`
- **Link:** http://localhost:5010/errors/12

\`\`\`text
File "app.py", line 1
ValueError: no
\`\`\`

Extra:

\`\`\`json
{
  "release": "1.2.3",
  "note": "x"
}
\`\`\`
`,
  );
});

Deno.test("errorMarkdown() leaves out what there is none of", () => {
  const text = errorMarkdown({ ...GROUP, message: "", location: null }, undefined, "http://x");
  assert.match(text, /^## ValueError\n/);
  assert.doesNotMatch(text, /Location|Release|```/);
});

Deno.test("errorMarkdown() is not broken by what it quotes", () => {
  const text = errorMarkdown(
    { ...GROUP, message: "a *b* <img>\n# not a heading", location: "a`b`` c" },
    { ...OCCURRENCE, traceback: "```\n````js" },
    "http://x",
  );
  assert.ok(text.startsWith("## ValueError: a \\*b\\* \\<img\\> \\# not a heading\n"));
  assert.ok(text.includes("- **Location:** ``` a`b`` c ```"));
  assert.ok(text.includes("\n`````text\n```\n````js\n`````\n"));
  assert.ok(text.includes("```text\na *b* <img>\n# not a heading\n```"));
});
