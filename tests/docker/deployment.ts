/** `deploy/` with a real engine: `deno task test:docker`. Not a part of `deno task test`. */
import assert from "node:assert/strict";
import { DEPLOY } from "../deploy/sh.ts";
import { composeConfig } from "./compose_tool.ts";
import { type Engine, startEngine, whyNoEngine } from "./engine.ts";
import { BUILD_FLAGS, buildImage, deriveImage } from "./images.ts";
import { Stack } from "./stack.ts";

const isCi = Deno.env.get("CI") === "true";
const noEngine = await whyNoEngine();

/** The bundle on Deno and Debian; a binary is no larger. */
const LARGEST_IMAGE_MIB = 230;

/** `docker-compose.yml` on a free port, asked often for its health. */
const oneContainer = () => `
name: monlight-test-one
services:
  monlight:
    extends: { file: docker-compose.yml, service: monlight }
    ports: !override ["127.0.0.1:${freePort()}:5010"]
    healthcheck: { interval: 2s }
volumes:
  data:
`;

Deno.test({
  name: "deploy/ with a real engine",
  ignore: noEngine !== null && !isCi,
  async fn(t) {
    await using engine = await startEngine();
    // Built where it is not there, which takes about as long as the image.
    const tool = composeConfig();
    tool.catch(() => {});
    const image = `monlight-test:${crypto.randomUUID().slice(0, 8)}`;
    await t.step("the image builds, is small, and runs every command as nobody", async () => {
      await buildImage(engine, image);
      await tool;
      await expectGoodImage(engine, image);
    });
    await t.step(
      "one container: healthy, smoke test, its own log, data beyond `down`, a way back",
      async () => {
        await using stack = await Stack.prepare({
          engine,
          image,
          file: "one.yml",
          files: { "one.yml": oneContainer() },
        });
        await stack.compose("up", "-d", "--wait", "--wait-timeout", "60");
        await expectSmokeless(stack);
        const url = () => stack.url("monlight", 5010);
        await expectDataToSurvive(stack, url, stack.value("API_KEY"));
        await expectWayBack(stack, await imageOfNewerSchemas(engine, image));
      },
    );
    await using four = await Stack.prepare({ engine, image, file: "docker-compose.test.yml" });
    await t.step(
      "four services: healthy within their memory, smoke test, data beyond `down`",
      async () => {
        await four.compose("up", "-d", "--wait", "--wait-timeout", "60");
        await expectSmokeless(four);
        const url = () => four.url("error-tracker", 5010);
        await expectDataToSurvive(four, url, four.value("ERROR_TRACKER_API_KEY"));
      },
    );
    await t.step("upgrade.sh brings all four to another image, and names it", async () => {
      const next = `${image}-next`;
      await deriveImage(engine, next, [`FROM ${image}`, "LABEL version=next"]);
      const { code, output } = await upgrade(four, ["--image", next]);
      assert.equal(code, 0, output);
      await expectImage(four, engine, next);
      await four.set({});
      assert.equal(four.value("MONLIGHT_IMAGE"), next);
      for (const service of ["error-tracker", "log-viewer", "metrics-collector", "browser-relay"]) {
        assert.match(output, new RegExp(`${service}: backup \\S+/backups/\\w[\\w-]+\\.db`));
      }
    });
    await t.step("upgrade.sh goes back where one service does not become healthy", async () => {
      const broken = `${image}-broken`;
      await deriveImage(engine, broken, [
        `FROM ${image}`,
        `ENTRYPOINT ["sh", "-c", "[ $0 != metrics ] || exit 1; exec monlight $0 $@"]`,
      ]);
      const { code, output } = await upgrade(four, ["--image", broken]);
      assert.equal(code, 1, output);
      assert.match(output, /metrics-collector does not become healthy/);
      assert.match(output, /not upgraded; everything runs as before/);
      await expectImage(four, engine, `${image}-next`);
      assert.equal(four.value("MONLIGHT_IMAGE"), `${image}-next`);
    });
    await t.step(
      "upgrade.sh restores the backup where the new image changed the schema",
      async () => {
        const newer = await imageOfNewerSchemas(engine, image);
        const before = await errorsOf(
          await four.url("error-tracker", 5010),
          four.value("ERROR_TRACKER_API_KEY"),
        );
        const { code, output } = await upgrade(four, ["--image", newer]);
        assert.equal(code, 1, output);
        assert.match(output, /: restored \S+\.db; what came after it is kept beside the database/);
        await expectImage(four, engine, `${image}-next`);
        const after = await errorsOf(
          await four.url("error-tracker", 5010),
          four.value("ERROR_TRACKER_API_KEY"),
        );
        assert.deepEqual(after, before);
      },
    );
    await t.step("upgrade.sh --build builds the image of this tree", async () => {
      const flags = engine.isPrivate ? BUILD_FLAGS : ["--build-arg", "RUNTIME=bundle"];
      const { code, output } = await four.sh(`${DEPLOY}/upgrade.sh`, [
        "--build",
        "--file",
        four.file,
      ], {
        ...{ HEALTH_TIMEOUT: "60", BUILD_FLAGS: [...flags, "--label", "built=again"].join(" ") },
      });
      assert.equal(code, 0, output);
      await four.expectWell();
      const labels = await engine.docker(
        "inspect",
        "-f",
        "{{json .Config.Labels}}",
        `${image}-next`,
      );
      assert.match(labels, /"built":"again"/);
    });
  },
});

/** An image that does what a coming version does with its databases, and then fails. */
async function imageOfNewerSchemas(engine: Engine, image: string): Promise<string> {
  const newer = `${image}-newer`;
  const script = `import { DatabaseSync } from "node:sqlite";
    for (const { name } of Deno.readDirSync("/data")) if (name.endsWith(".db"))
      new DatabaseSync("/data/" + name).exec("UPDATE _meta SET value = 99 WHERE key = 'schema_version'");
    Deno.exit(1);`.replaceAll(/\s+/g, " ");
  await deriveImage(engine, newer, [
    `FROM ${image}`,
    `ENTRYPOINT ["/usr/local/lib/monlight/deno", "eval", ${JSON.stringify(script)}]`,
  ]);
  return newer;
}

/** Expects every database of one container to be restored where all of them have a newer schema. */
async function expectWayBack(stack: Stack, newer: string): Promise<void> {
  const before = stack.value("MONLIGHT_IMAGE");
  const { code, output } = await upgrade(stack, ["--image", newer]);
  assert.equal(code, 1, output);
  const restored = [...output.matchAll(/monlight: restored \S+\/(\w+)-\S+\.db/g)];
  assert.deepEqual(restored.map(([, service]) => service), ["errors", "logs", "metrics", "relay"]);
  await stack.expectWell();
  await stack.set({});
  assert.equal(stack.value("MONLIGHT_IMAGE"), before);
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function expectGoodImage(engine: Engine, image: string): Promise<void> {
  const [{ Size, Config }] = JSON.parse(await engine.docker("inspect", image));
  assert.ok(Size < LARGEST_IMAGE_MIB * 1024 ** 2, `${Math.ceil(Size / 1024 ** 2)} MiB`);
  assert.equal(Config.User, "10001:0");
  const strictly = ["run", "--rm", "--read-only", "--network", "none", "--cap-drop", "ALL"];
  const monlight = (...words: readonly string[]) => engine.docker(...strictly, image, ...words);
  assert.match(await monlight("--version"), /^\d+\.\d+\.\d+\n$/);
  for (
    const words of [["serve"], ["errors", "serve"], ["relay", "serve"], ["backup"], ["restore"]]
  ) {
    assert.match(await monlight("help", ...words), /^Usage: monlight/m);
  }
  await assert.rejects(monlight("serve"), /API_KEY: got nothing/);
  const id = await engine.docker(...strictly, "--entrypoint", "id", image, "-u");
  assert.equal(id, "10001\n");
}

async function expectSmokeless(stack: Stack): Promise<void> {
  const { code, output } = await stack.sh("smoke-test.sh", ["--compose", stack.file]);
  assert.equal(code, 0, output);
  assert.match(output, /^ok {4}the log of container \S+ is read$/m);
  assert.doesNotMatch(output, /not tried/);
  await stack.expectWell();
}

async function expectDataToSurvive(
  stack: Stack,
  url: () => Promise<string>,
  key: string,
): Promise<void> {
  const before = await errorsOf(await url(), key);
  assert.ok(before.length > 0);
  await stack.compose("down");
  assert.deepEqual(await stack.compose("ps", "-aq"), "");
  await stack.compose("up", "-d", "--wait", "--wait-timeout", "60");
  assert.deepEqual(await errorsOf(await url(), key), before);
}

/** What the Error Tracker has, in the words that do not change by themselves. */
async function errorsOf(url: string, key: string): Promise<readonly string[]> {
  const response = await fetch(`${url}/api/errors?resolved=all`, { headers: { "x-api-key": key } });
  const { errors } = await response.json();
  return errors.map(({ id, exception_type, count }: Readonly<Record<string, unknown>>) =>
    `${id} ${exception_type} ${count}`
  );
}

function upgrade(stack: Stack, args: readonly string[]) {
  return stack.sh("upgrade.sh", [...args, "--file", stack.file], { HEALTH_TIMEOUT: "20" });
}

async function expectImage(stack: Stack, engine: Engine, image: string): Promise<void> {
  const id = (await engine.docker("inspect", "-f", "{{.Id}}", image)).trim();
  for (const state of await stack.states()) {
    assert.deepEqual([state.service, state.image, state.health], [state.service, id, "healthy"]);
  }
}
