import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { API_KEY, programArgs, startProgram } from "../support/program.ts";
import { setSchemaVersion } from "../faults/database.ts";
import { isRoot, NEEDS_ROOT, smallDisk } from "../faults/tmpfs.ts";
import { expectSuccess, type Folder, makeData, makeFolder, monlight, oneLine } from "./commands.ts";
import { expectOnly, type Visit, visit } from "./doctor.ts";

/** Everything in a folder: names, sizes and times, but for what readers share with writers by design. */
async function stateOf(folder: Folder) {
  const names = await folder.names();
  return await Promise.all(names.map(async (name) => {
    const { size, mtime } = await Deno.stat(`${folder.path}/${name}`);
    return [name, size, name.endsWith("-shm") ? null : mtime?.getTime()];
  }));
}

Deno.test("doctor: all is well beside a running server, and nothing changes once it was killed", async () => {
  await using folder = await makeFolder();
  await using program = await startProgram({ dataDir: folder.path });
  await (await program.report()).body?.cancel();
  const { code, findings } = await visit(folder, {}, ["--url", program.url, "--full"]);
  assert.deepEqual([code, findings.filter(({ status }) => status !== "ok")], [0, []]);
  assert.deepEqual(
    findings.map(({ check }) => check),
    [
      ...["configuration", "permissions", "disk", "errors database", "logs database"],
      ...["metrics database", "relay database", "errors mail", "logs folder", "open files"],
      ...["memory", "server"],
    ],
  );
  assert.equal(await program.stop("SIGKILL"), 137);
  const before = await stateOf(folder);
  const after = await visit(folder, {}, ["--url", program.url]);
  expectOnly(after, "fail", "server", /^http:\S+\/health does not answer: .* Start the service/);
  assert.deepEqual(await stateOf(folder), before);
});

Deno.test("doctor: a line each for people, and how many are bad", async () => {
  await using folder = await makeFolder();
  const words = ["doctor", "--data-dir", `${folder.path}/data`, "--log-sources", folder.path];
  const env = { API_KEY, MONLIGHT_PORT: "1" };
  const lines = expectSuccess(await monlight(words, { env })).trimEnd().split("\n");
  assert.match(
    lines[0] ?? "",
    /^warn {2}configuration +MONLIGHT_PORT is ignored: no setting .*\. `/,
  );
  assert.match(
    lines[1] ?? "",
    /^ok {4}permissions +\S+\/data is not there yet; the start makes it$/,
  );
  assert.equal(lines.at(-1), "0 failures, 1 warning");
  assert.deepEqual(await folder.names(), [], "the folder was not made");
});

Deno.test("doctor: settings that are wrong, unknown, or without their prefix", async () => {
  await using folder = await makeFolder();
  const { code, findings } = await visit(folder, {
    ...{ API_KEY: "", ERRORS_RETENTION_DAYS: "soon", LOGS_MAX_DATABASE_SIZE: "2 apples" },
    ...{ RATE_LIMIT: "5", MONLIGHT_RETENTION: "1" },
  });
  assert.equal(code, 1);
  const told = findings.filter(({ check }) => check === "configuration")
    .map(({ status, message, advice }) => `${status} ${message}. ${advice}`);
  const wanted = [
    /^fail API_KEY: got nothing, wants a key/,
    /^fail ERRORS_RETENTION_DAYS: got "soon", wants a whole number/,
    /^fail LOGS_MAX_DATABASE_SIZE: got "2 apples", wants 0, or a size from 32MB/,
    /^warn MONLIGHT_RETENTION is ignored/,
    /^warn RATE_LIMIT is ignored, .* Set ERRORS_RATE_LIMIT or LOGS_RATE_LIMIT or .* in its place$/,
  ];
  assert.equal(told.length, wanted.length, told.join("\n"));
  for (const [at, pattern] of wanted.entries()) assert.match(told[at] ?? "", pattern);
});

Deno.test("doctor: the key that `monlight start` made counts, and must be closed to others", async () => {
  await using folder = await makeFolder();
  await Deno.writeTextFile(`${folder.path}/api-key`, "0123456789abcdef\n", { mode: 0o644 });
  expectOnly(
    await visit(folder, { API_KEY: "" }),
    "warn",
    "permissions",
    /api-key is open to other users, by mode 644. chmod go= \S+api-key$/,
  );
});

Deno.test("doctor <service>: its variables without prefix, its database alone", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/own.db`;
  const { findings } = await visit(folder, { DATABASE_PATH: path, RATE_LIMIT: "5" }, ["metrics"]);
  assert.deepEqual(findings.map(({ status, check }) => `${status} ${check}`), [
    ...["ok configuration", "ok permissions", "ok disk", "ok metrics database"],
    ...["ok open files", "ok memory"],
  ]);
  const { code, stderr } = await monlight(["doctor", "mails"]);
  assert.deepEqual([code, stderr], [
    2,
    'Unknown service "mails"; there are: errors, logs, metrics, relay\n',
  ]);
});

Deno.test("doctor <service>: by the flags of its `serve`, and no others", async () => {
  await using folder = await makeFolder();
  const own = ["--database-path", `${folder.path}/own.db`, "--rate-limit", "5"];
  const { findings } = await visit(folder, {}, ["metrics", ...own]);
  assert.equal(
    findings.find(({ check }) => check === "metrics database")?.message,
    `${folder.path}/own.db is not there yet; the start makes it`,
  );
  for (
    const [words, sentence] of [
      ["metrics --metrics-rate-limit 5", /^Unknown flag --metrics-rate-limit; `monlight metrics s/],
      ["metrics --data-dir x", /^Unknown flag --data-dir; `monlight metrics serve --help` lists/],
      ["relay --retention-raw 5", /^Unknown flag --retention-raw; `monlight relay serve --help` /],
      ["--rate-limit 5", /^Unknown flag --rate-limit; `monlight serve --help` lists them$/],
    ] as const
  ) {
    const refused = await monlight(["doctor", ...words.split(" ")]);
    assert.match(oneLine(refused, 2), sentence);
  }
});

/** What is done to the database of an Error Tracker that has stopped, and what is found. */
const DATABASES: readonly {
  readonly what: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly make: (path: string) => void | Promise<void>;
  readonly status: "warn" | "fail";
  readonly check?: string;
  readonly says: RegExp;
}[] = [
  {
    what: "a page that was overwritten",
    make(path) {
      using file = Deno.openSync(path, { write: true });
      file.seekSync(2 * 4096, Deno.SeekMode.Start);
      for (let page = 2; page < 20; page++) file.writeSync(new Uint8Array(4096).fill(0x5a));
    },
    status: "fail",
    says: /errors\.db is damaged: .*\. Stop the service and restore a backup/,
  },
  {
    what: "no database at all",
    make: (path) => Deno.writeFile(path, new Uint8Array(8192).fill(7), { mode: 0o600 }),
    status: "fail",
    says: /errors\.db is damaged: file is not a database/,
  },
  {
    what: "another program's database",
    make: (path) => change(path, "DROP TABLE _meta"),
    status: "fail",
    says: /errors\.db is not a database of this service\. Choose another path/,
  },
  {
    what: "a database of a newer Monlight",
    make: (path) => setSchemaVersion(path, 999),
    status: "fail",
    says: /has schema version 999, but this program knows only \d+\. Install the newer/,
  },
  {
    what: "a file that cannot shrink and has a limit",
    env: { ERRORS_MAX_DATABASE_SIZE: "1GB" },
    make: (path) => change(path, "PRAGMA auto_vacuum = NONE", "VACUUM"),
    status: "warn",
    says: /The file cannot shrink.*run `PRAGMA auto_vacuum = INCREMENTAL; VACUUM`/,
  },
  {
    what: "data of the future",
    make: (path) => change(path, "UPDATE error_groups SET last_seen = '2999-01-01T00:00:00.000Z'"),
    status: "warn",
    says: /The newest data are of 2999-01-01T00:00:00.000Z, \d+ days ahead of this clock\. Set/,
  },
  {
    what: "a file of the future",
    make: (path) => Deno.utime(path, Date.now() / 1000 + 7200, Date.now() / 1000 + 7200),
    status: "warn",
    says: /errors\.db was written (119|120) minutes ahead of this clock/,
  },
  {
    what: "a huge write-ahead log",
    make(path) {
      using log = Deno.openSync(`${path}-wal`, { write: true, create: true, mode: 0o600 });
      log.truncateSync(130_000_000);
    },
    status: "warn",
    says: /write-ahead log \S+errors\.db-wal has 130\.0 MB\. A long read or a backup may hold it/,
  },
  {
    what: "a file that others may read",
    make: (path) => Deno.chmod(path, 0o640),
    status: "warn",
    check: "permissions",
    says: /errors\.db is open to other users, by mode 640\. chmod go= /,
  },
  ...isRoot
    ? [
      {
        what: "a file of another user than its folder's",
        async make(path: string) {
          // Whether root may write what is not its own differs.
          await Deno.chmod(path, 0o666);
          await Deno.chown(path, 12_345, null);
        },
        status: "warn",
        check: "permissions",
        says: /errors\.db belongs to user 12345, its folder to user 0\. If the service .* chown 0 /,
      } as const,
    ]
    : [],
];

for (const { what, env, make, status, check = "errors database", says } of DATABASES) {
  Deno.test(`doctor: ${what}`, async () => {
    await using folder = await makeFolder();
    await makeData(folder.path, ["shop"]);
    await make(`${folder.path}/errors.db`);
    expectOnly(await visit(folder, env), status, check, says);
  });
}

function change(path: string, ...statements: readonly string[]): void {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = DELETE");
  for (const statement of statements) database.exec(statement);
  database.close();
}

Deno.test({
  name:
    "doctor: a folder that root's group shares, as in the image, is as it should be (needs root)",
  ignore: !isRoot,
  async fn() {
    await using folder = await makeFolder();
    await makeData(folder.path, ["shop"]);
    await Deno.chown(folder.path, 10_001, 0);
    await Deno.chmod(folder.path, 0o770);
    const { findings } = await visit(folder);
    assert.deepEqual(findings.filter(({ status }) => status !== "ok"), []);
    // Another group's is no better than everybody's.
    await Deno.chown(folder.path, 0, 12_345);
    await Deno.chmod(folder.path, 0o770);
    expectOnly(await visit(folder), "warn", "permissions", /open to other users, by mode 770/);
    await Deno.chown(folder.path, 0, 0);
    await Deno.chmod(folder.path, 0o777);
    expectOnly(await visit(folder), "warn", "permissions", /open to other users, by mode 777/);
  },
});

Deno.test({
  name: "doctor: files that this user may not look at, in a folder of another one (needs root)",
  ignore: !isRoot,
  async fn() {
    await using folder = await makeFolder();
    const dataDir = `${folder.path}/data`;
    await makeData(dataDir, ["shop"]);
    await Deno.chown(dataDir, 12_345, 12_345);
    // Root without a capability may no more than anybody else.
    const words = ["doctor", "--json", "--only", "errors", "--data-dir"];
    const visitAsOther = async (path: string) => {
      const { stdout, stderr } = await new Deno.Command("setpriv", {
        args: [
          ...["--bounding-set=-all", "--inh-caps=-all", Deno.execPath()],
          ...programArgs([...words, path]),
        ],
        env: { API_KEY },
      }).output();
      assert.equal(new TextDecoder().decode(stderr), "");
      const { findings }: Pick<Visit, "findings"> = JSON.parse(new TextDecoder().decode(stdout));
      return findings.filter(({ status }) => status === "fail");
    };
    const [ofFolder, ofDatabase, ...more] = await visitAsOther(dataDir);
    assert.deepEqual(more, []);
    assert.equal(ofFolder?.message, `${dataDir} cannot be written by this user`);
    assert.match(
      `${ofDatabase?.message}. ${ofDatabase?.advice}`,
      /errors\.db cannot be read: Permission denied .*\. See that this user may read the file/,
    );

    // Nor can it be told whether something is in there.
    const [ofInside] = await visitAsOther(`${dataDir}/deeper`);
    assert.equal(ofInside?.check, "permissions");
    assert.match(
      `${ofInside.message}. ${ofInside.advice}`,
      /deeper cannot be reached by this user\. Look again as the user that Monlight runs as/,
    );
  },
});

Deno.test({
  name: `doctor: a disk that is read-only, nearly full, or too small for the limits ${NEEDS_ROOT}`,
  ignore: !isRoot,
  async fn() {
    await using disk = await smallDisk("50m");
    await makeData(disk.path, ["shop"]);
    await using logs = await makeFolder();
    const folder = { ...logs, path: disk.path };
    await Deno.chmod(disk.path, 0o700);
    const env = { LOG_SOURCES: logs.path };
    expectOnly(
      await visit(folder, env),
      "fail",
      "disk",
      /^5\d\.\d MB are free for .* Make room, or/,
    );
    await disk.remount("size=300m");
    const little = await visit(folder, env);
    expectOnly(little, "warn", "disk", /MB are free .* or set MAX_DATABASE_SIZE for each service/);
    const tooMuch = await visit(folder, { ...env, ERRORS_MAX_DATABASE_SIZE: "2GB" });
    expectOnly(tooMuch, "warn", "disk", /MB are free for .*, but .* may still grow by 2\.0 GB/);
    const sizes = ["ERRORS", "LOGS", "METRICS", "RELAY"].map((
      one,
    ) => [`${one}_MAX_DATABASE_SIZE`, "50MB"]);
    assert.deepEqual(
      (await visit(folder, { ...env, ...Object.fromEntries(sizes) })).findings
        .filter(({ status }) => status !== "ok"),
      [],
    );
    await disk.remount("size=300m,ro");
    const [readOnly] = (await visit(folder, env)).findings.filter(({ status }) =>
      status === "fail"
    );
    assert.match(`${readOnly?.message}`, /cannot be written by this user$/);
    await disk.remount("rw");
  },
});
