import assert from "node:assert/strict";
import { type Program, startProgram } from "../support/program.ts";
import { expectSuccess, makeFolder, monlight, oneLine, type Outcome } from "./commands.ts";

const MAP = JSON.stringify({ version: 3, sources: ["../src/a.ts"], names: [], mappings: "AAAA" });
const AT = ["--project", "shop", "--release", "1.4.2"];

/** Writes files by their paths under the folder. */
async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${folder}/${path}`, text);
  }
}

function upload(folder: string, url: string, ...more: readonly string[]): Promise<Outcome> {
  const env = { API_KEY: "test-key-0123456789" };
  return monlight(["sourcemaps", "upload", folder, "--url", url, ...AT, ...more], { env });
}

async function stored(program: Program): Promise<readonly string[]> {
  const answer = await program.fetch("/api/source-maps?project=shop");
  const { source_maps: maps } = await answer.json();
  return maps.map((map: { file_url: string; release: string }) => `${map.release} ${map.file_url}`)
    .sort();
}

Deno.test("sourcemaps upload sends the maps of a build, and an error is readable by them", async () => {
  await using folder = await makeFolder();
  await using program = await startProgram();
  await write(folder.path, {
    "assets/app.js": "t()\n//# sourceMappingURL=app.js.map\n",
    "assets/app.js.map": MAP,
    "index.html": "<script src=assets/app.js>",
  });
  const first = expectSuccess(await upload(folder.path, program.url));
  assert.match(first, /^Uploaded 1 of 1 source maps for shop 1\.4\.2 \(\d+ B\)\n$/);
  assert.deepEqual(await stored(program), ["1.4.2 /assets/app.js"]);

  const key = await (await program.fetch("/api/dsn-keys", {
    method: "POST",
    body: JSON.stringify({ project: "shop" }),
  })).json();
  const report = await fetch(`${program.url}/api/browser/errors?key=${key.public_key}`, {
    method: "POST",
    body: JSON.stringify({
      type: "TypeError",
      message: "x",
      stack: "TypeError: x\n    at t (https://cdn.example/v2/assets/app.js:1:1)",
      release: "1.4.2",
    }),
  });
  const { id } = await report.json();
  const { traceback } = await (await program.fetch(`/api/errors/${id}`)).json();
  assert.equal(traceback, "TypeError: x\n    at t (src/a.ts:1:1)");

  // Once more: what is there is replaced.
  expectSuccess(await upload(folder.path, program.url, "--url-prefix", "https://cdn.example/v2"));
  expectSuccess(await upload(folder.path, program.url));
  assert.deepEqual(await stored(program), [
    "1.4.2 /assets/app.js",
    "1.4.2 https://cdn.example/v2/assets/app.js",
  ]);
});

Deno.test("sourcemaps upload --dry-run tells which maps belong to which scripts, and sends nothing", async () => {
  await using folder = await makeFolder();
  await using elsewhere = await makeFolder();
  const inline = `data:application/json;charset=utf-8;base64,${btoa(MAP)}`;
  const encoded = `data:application/json,${encodeURIComponent(MAP)}`;
  await write(folder.path, {
    "named.js": "a()\n//# sourceMappingURL=maps/other.map?v=1\n",
    "maps/other.map": MAP,
    "old.js": "a()\r\n//@ sourceMappingURL=old.js.map\r\n",
    "old.js.map": MAP,
    "quoted.js": 'const a = "//# sourceMappingURL=nothing.map";\n//# sourceMappingURL=a%20b.map',
    "a b.map": MAP,
    "rooted.js": "a()\n//# sourceMappingURL=/maps/other.map\n",
    "remote.js": "a()\n//# sourceMappingURL=https://maps.example/remote.js.map\n",
    "remote.js.map": MAP,
    "silent.mjs": "a()\n",
    "silent.mjs.map": MAP,
    "inline.js": `a()\n//# sourceMappingURL=${inline}\n`,
    "encoded.js": `a()\n/*# sourceMappingURL=${encoded} */\n`,
    "deep/er/chunk.cjs": "a()\n//# sourceMappingURL=chunk.cjs.map",
    "deep/er/chunk.cjs.map": MAP,
    "deep/named.js": "a()\n//# sourceMappingURL=named.js.map",
    "deep/named.js.map": MAP,
    "100%25 #1?.js": "a()\n",
    "100%25 #1?.js.map": MAP,
    "gone.js.map": MAP,
    "style.css.map": MAP,
    "plain.js": "a()\n",
    "node_modules/a/index.js": "a()\n//# sourceMappingURL=index.js.map",
    "node_modules/a/index.js.map": MAP,
  });
  await write(elsewhere.path, { "linked.js": "a()\n", "linked.js.map": MAP });
  for (const name of ["linked.js", "linked.js.map"]) {
    await Deno.symlink(`${elsewhere.path}/${name}`, `${folder.path}/${name}`);
  }
  await Deno.symlink(folder.path, `${folder.path}/deep/circle`);
  await Deno.symlink(`${folder.path}/nowhere.js`, `${folder.path}/dangling.js`);

  const words = ["sourcemaps", "upload", `${folder.path}/`, ...AT, "--dry-run"];
  const told = expectSuccess(await monlight([...words, "--url-prefix", "/static/"]));
  const lines = told.trimEnd().replaceAll(`${folder.path}/`, "").split("\n");
  assert.deepEqual(lines.slice(0, -1).map((line) => line.replace(/ {2}\d+ B {2}/, " ")), [
    // As in the address that a browser asks for.
    "/static/100%2525 %231%3F.js 100%25 #1?.js.map",
    "/static/deep/er/chunk.cjs deep/er/chunk.cjs.map",
    "/static/deep/named.js deep/named.js.map",
    "/static/encoded.js encoded.js",
    "/static/gone.js gone.js.map",
    "/static/inline.js inline.js",
    "/static/linked.js linked.js.map",
    "/static/named.js maps/other.map",
    "/static/old.js old.js.map",
    "/static/quoted.js a b.map",
    "/static/remote.js remote.js.map",
    "/static/rooted.js maps/other.map",
    "/static/silent.mjs silent.mjs.map",
  ]);
  assert.match(
    lines.at(-1) ?? "",
    /^Would upload 13 of 13 source maps for shop 1\.4\.2 \(.*\); 1 script has none$/,
  );
});

Deno.test("sourcemaps upload sends what it can, says what failed and why, and ends with code 1", async () => {
  await using folder = await makeFolder();
  await using program = await startProgram();
  const huge = { version: 3, sources: ["a"], sourcesContent: ["x".repeat(5 * 1024 * 1024)] };
  await write(folder.path, {
    "good.js": "a()\n//# sourceMappingURL=good.js.map",
    "good.js.map": MAP,
    "missing.js": "a()\n//# sourceMappingURL=missing.js.map",
    "torn.js.map": MAP.slice(0, 20),
    "wrong.js.map": MAP.replace("AAAA", "AAZZ"),
    "base.js": "a()\n//# sourceMappingURL=data:application/json;base64,###",
    "huge.js.map": JSON.stringify({ ...huge, names: [], mappings: "" }),
    "zz.js.map": MAP,
  });
  const { code, stdout, stderr } = await upload(folder.path, program.url);
  assert.equal(code, 1);
  assert.match(stdout, /^Uploaded 2 of 7 source maps for shop 1\.4\.2/);
  const lines = stderr.trimEnd().replaceAll(`${folder.path}/`, "").split("\n");
  const expected = [
    /^base\.js failed: its inline source map is not encoded rightly$/,
    /^huge\.js\.map failed: too large: 5\.2 MB to send, the relay takes 5\.2 MB; split the bundle/,
    /^missing\.js failed: it names "missing\.js\.map", which is not there$/,
    /^torn\.js\.map failed: Not a valid source map: it is not JSON/,
    /^wrong\.js\.map failed: Not a valid source map: `mappings` names original line -12/,
  ];
  assert.equal(lines.length, expected.length, stderr);
  expected.forEach((pattern, index) => assert.match(lines[index] ?? "", pattern));
  assert.deepEqual(await stored(program), ["1.4.2 /good.js", "1.4.2 /zz.js"]);
});

Deno.test("sourcemaps upload takes the key from a file, and stops at a wrong one", async () => {
  await using folder = await makeFolder();
  await using program = await startProgram();
  await write(folder.path, { "a.js.map": MAP, "b.js.map": MAP, "key": `${program.apiKey}\n` });
  const words = ["sourcemaps", "upload", folder.path, "--url", program.url, ...AT];
  const keys = [
    { args: ["--api-key-file", `${folder.path}/key`], env: { API_KEY: "wrong" } },
    { args: [], env: { API_KEY_FILE: `${folder.path}/key` } },
    { args: [], env: { ADMIN_API_KEY: program.apiKey, API_KEY: "wrong" } },
  ];
  for (const { args, env } of keys) expectSuccess(await monlight([...words, ...args], { env }));
  const { code, stdout, stderr } = await monlight(words, { env: { API_KEY: "wrong-key" } });
  assert.equal(code, 1);
  assert.match(stdout, /^Uploaded 0 of 2/);
  assert.match(
    stderr,
    /a\.js\.map failed: .* answered 401: Invalid API key\n1 more were not tried/,
  );
  assert.ok(!`${stdout}${stderr}`.includes("wrong-key"));
});

Deno.test("sourcemaps upload tries again when the relay is busy or fails for a while", async () => {
  await using folder = await makeFolder();
  await write(folder.path, { "a.js.map": MAP, "b.js.map": MAP });
  const answers = [503, 429, 201, 500, 201];
  const bodies: string[] = [];
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async (request) => {
      bodies.push(JSON.parse(await request.text()).file_url);
      const status = answers[bodies.length - 1] ?? 500;
      const headers = { "Retry-After": "0" };
      return Response.json({ detail: "Rate limit exceeded" }, { status, headers });
    },
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  assert.match(expectSuccess(await upload(folder.path, url)), /^Uploaded 2 of 2/);
  assert.deepEqual(bodies, ["/a.js", "/a.js", "/a.js", "/b.js", "/b.js"]);
});

Deno.test("sourcemaps upload gives up on a map that is always refused for a time, and goes on", async () => {
  await using folder = await makeFolder();
  await write(folder.path, { "a.js.map": MAP, "b.js.map": MAP });
  let requests = 0;
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
    const status = ++requests > 5 ? 201 : 503;
    return Response.json({ detail: "Shutting\u001b[31m down" }, {
      status,
      headers: { "Retry-After": "0" },
    });
  });
  const outcome = await upload(folder.path, `http://127.0.0.1:${server.addr.port}`);
  assert.equal(outcome.code, 1);
  assert.match(
    outcome.stderr,
    /a\.js\.map failed: .* answered 503: Shutting \[31m down \(tried 5 times\)/,
  );
  assert.match(outcome.stdout, /^Uploaded 1 of 2/);
});

Deno.test("sourcemaps upload ends when nothing answers, or something else than a relay does", async () => {
  await using folder = await makeFolder();
  await write(folder.path, { "a.js.map": MAP, "b.js.map": MAP });
  const nobody = await upload(folder.path, "http://127.0.0.1:1");
  assert.equal(nobody.code, 1);
  assert.match(
    nobody.stderr,
    /a\.js\.map failed: .*did not answer: .*\(tried 5 times\)\n1 more were/,
  );
  const seen: string[] = [];
  await using other = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, ({ url }) => {
    seen.push(new URL(url).pathname);
    return Response.redirect("http://127.0.0.1:1/", 302);
  });
  const redirected = await upload(folder.path, `http://127.0.0.1:${other.addr.port}`);
  assert.equal(redirected.code, 1);
  assert.deepEqual(seen, ["/api/source-maps"]);
});

Deno.test("sourcemaps upload says where there is nothing to upload", async () => {
  await using folder = await makeFolder();
  const line = async (words: readonly string[]) =>
    oneLine(await monlight(["sourcemaps", "upload", ...words, ...AT, "--dry-run"]), 1);
  assert.equal(
    await line([folder.path]),
    `No source maps in ${folder.path}: it has no scripts. Does the build write them?`,
  );
  await write(folder.path, { "a.js": "a()", "b.js": "b()" });
  assert.match(await line([folder.path]), /it has 2 scripts, none with a map/);
  assert.match(
    await line([`${folder.path}/nowhere`]),
    /^Cannot read the folder .*nowhere: NotFound/,
  );
});

const WRONG: readonly (readonly [words: readonly string[], sentence: string])[] = [
  [[], "monlight sourcemaps upload needs <folder>"],
  [["dist"], "monlight sourcemaps upload needs --project"],
  [["dist", "--project", " "], "monlight sourcemaps upload needs --project"],
  [["dist", "--project", "shop"], "monlight sourcemaps upload needs --release"],
  [["dist", "other", ...AT], 'monlight sourcemaps upload does not take "other"'],
  [["dist", ...AT], "No key: set ADMIN_API_KEY or API_KEY, or name a file by --api-key-file"],
  [
    ["dist", ...AT, "--url", "shop.example"],
    '--url: got "shop.example", wants an http:// or https:// address',
  ],
  [
    ["dist", "--project", "x".repeat(101), "--release", "1"],
    "--project must be at most 100 characters",
  ],
  [
    ["dist", ...AT, "--api-key", "secret"],
    "Unknown flag --api-key; `monlight sourcemaps upload --help` lists them",
  ],
];

for (const [words, sentence] of WRONG) {
  const shown = words.map((word) => word.slice(0, 20)).join(" ");
  Deno.test(`monlight sourcemaps upload ${shown} ends with code 2`, async () => {
    const env = { ADMIN_API_KEY: "", ADMIN_API_KEY_FILE: "" };
    assert.equal(oneLine(await monlight(["sourcemaps", "upload", ...words], { env }), 2), sentence);
  });
}
