/** Holds the compose files to the Compose specification, and to the settings that the program has. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { Ajv } from "ajv";
import { readHelp } from "../docs/program_help.ts";
import {
  type ComposeService,
  interpolated,
  NAMES,
  readComposeFile,
  readEnv,
  readText,
  readYaml,
} from "./compose_files.ts";
import { DEPLOY } from "./sh.ts";

const help = await readHelp();
const files = await Promise.all(
  NAMES.map(async (name) => ({ file: name, services: (await readComposeFile(name)).services })),
);
const example = readEnv(await readText("secrets.env.example"));

/** Each service of each file. */
const SERVICES = files.flatMap(({ file, services }) =>
  Object.entries(services).map(([service, definition]) => ({
    title: `${file}, ${service}`,
    ...definition,
  }))
);

/** Variables that mean something to `docker compose` alone. */
const OF_COMPOSE = ["MONLIGHT_IMAGE", "BIND_ADDRESS", "MONITORING_NETWORK", "DOCKER_LOGS"];

function variablesOf({ command }: Pick<ComposeService, "command">) {
  const flags = help.get(command.join(" "));
  assert.ok(flags, `monlight has no command "${command.join(" ")}"`);
  return flags;
}

Deno.test("the compose files keep to the schema of the Compose specification", async () => {
  const folder = dirname(createRequire(import.meta.url).resolve("dclint/package.json"));
  const schema = JSON.parse(await Deno.readTextFile(`${folder}/schemas/compose.schema.json`));
  const validate = new Ajv({
    strict: false,
    validateSchema: false,
    validateFormats: false,
    allErrors: true,
  }).compile(
    schema,
  );
  for (const name of NAMES) {
    const file = await readYaml(name);
    assert.ok(validate(file), `${name}: ${JSON.stringify(validate.errors)}`);
    // A schema that takes everything would not have seen this.
    const [service = ""] = Object.keys(file.services);
    const broken = { ...file, services: { [service]: { image: "a", mem_limits: "64m" } } };
    assert.equal(validate(broken), false);
  }
});

Deno.test("the services are those of the specification, on their ports", () => {
  const ports = Object.fromEntries(
    files.flatMap(({ file, services }) =>
      Object.entries(services).map(([service, { ports }]) => [`${file} ${service}`, ports])
    ),
  );
  assert.deepEqual(ports, {
    "docker-compose.monitoring.yml error-tracker": ["${BIND_ADDRESS:-127.0.0.1}:5010:5010"],
    "docker-compose.monitoring.yml log-viewer": ["${BIND_ADDRESS:-127.0.0.1}:5011:5011"],
    "docker-compose.monitoring.yml metrics-collector": ["${BIND_ADDRESS:-127.0.0.1}:5012:5012"],
    "docker-compose.monitoring.yml browser-relay": ["${BIND_ADDRESS:-127.0.0.1}:5013:5013"],
    "docker-compose.yml monlight": ["${BIND_ADDRESS:-127.0.0.1}:5010:5010"],
    "docker-compose.test.yml error-tracker": ["127.0.0.1:15010:5010"],
    "docker-compose.test.yml log-viewer": ["127.0.0.1:15011:5011"],
    "docker-compose.test.yml metrics-collector": ["127.0.0.1:15012:5012"],
    "docker-compose.test.yml browser-relay": ["127.0.0.1:15013:5013"],
  });
});

for (const service of SERVICES) {
  Deno.test(`${service.title}: every variable is one that its command knows`, () => {
    const known = new Set(variablesOf(service).flatMap(({ variables }) => variables));
    const unknown = Object.keys(service.environment).filter((name) => !known.has(name));
    assert.deepEqual(unknown, []);
  });

  Deno.test(`${service.title}: every setting that its command requires is given`, () => {
    const missing = variablesOf(service).filter(({ required, variables }) =>
      required && !variables.some((name) => Object.hasOwn(service.environment, name))
    );
    assert.deepEqual(missing.map(({ variables }) => variables), []);
    const secret = variablesOf(service).filter(({ required, variables }) =>
      required && variables.some((name) => name.endsWith("_FILE"))
    );
    for (const { variables } of secret) {
      const [value = ""] = variables.flatMap((name) => service.environment[name] ?? []);
      assert.match(value, /^\$\{\w+:\?/, `${variables} must come from secrets.env, or not at all`);
    }
  });

  Deno.test(`${service.title}: can do little, however it is attacked`, () => {
    const { read_only, cap_drop, cap_add, privileged, security_opt, pids_limit } = service;
    assert.deepEqual(
      { read_only, cap_drop, cap_add, privileged, security_opt, pids_limit },
      {
        ...{ read_only: true, cap_drop: ["ALL"], cap_add: undefined, privileged: undefined },
        ...{ security_opt: ["no-new-privileges:true"], pids_limit: 128 },
      },
    );
    const logs = service.volumes.filter((volume) => volume.includes("/var/lib/docker"));
    assert.deepEqual(logs.filter((volume) => !volume.endsWith(":ro")), []);
    // Root for the sake of Docker's files alone.
    assert.equal(service.user, logs.length > 0 ? "0:0" : undefined);
    assert.doesNotMatch(service.volumes.join(), /docker\.sock/);
  });

  Deno.test(`${service.title}: is bounded in memory, and asked for its health`, () => {
    const [command = ""] = service.command;
    const limit = command === "serve" ? "128m" : "64m";
    assert.equal(service.mem_limit, limit);
    assert.equal(service.memswap_limit, limit);
    assert.deepEqual(service.healthcheck.test, ["CMD", "monlight", "healthcheck"]);
    // The check asks PORT, or the port of `monlight serve`.
    const [port] = service.ports[0]?.split(":").slice(-1) ?? [];
    assert.equal(port, service.environment.PORT ?? "5010");
  });
}

Deno.test("every other setting comes from a file of the operator's, one a service, out of git", async () => {
  const ignored = (await Deno.readTextFile(`${DEPLOY}/../.gitignore`)).split("\n");
  for (const { file, services } of files) {
    const paths = Object.values(services).map(({ env_file }) => {
      assert.deepEqual(env_file.map(({ required }) => required), [false]);
      return env_file[0]?.path ?? "";
    });
    assert.equal(new Set(paths).size, paths.length, file);
    assert.deepEqual(paths.filter((path) => !ignored.includes(path)), [], file);
  }
});

Deno.test("secrets.env.example has what the compose files want filled in, and nothing else", async () => {
  const wanted = await Promise.all(NAMES.map(async (name) => interpolated(await readText(name))));
  assert.deepEqual([...example.keys()].sort(), [...new Set(wanted.flat())].sort());
});

Deno.test("secrets.env.example has what the specification names", () => {
  const named = [
    ...["ERROR_TRACKER_API_KEY", "LOG_VIEWER_API_KEY", "METRICS_COLLECTOR_API_KEY"],
    ...["BROWSER_RELAY_ADMIN_API_KEY", "POSTMARK_API_TOKEN", "POSTMARK_FROM_EMAIL", "ALERT_EMAILS"],
  ];
  assert.deepEqual(named.filter((name) => !example.has(name)), []);
});

Deno.test("secrets.env.example has no secret, and the defaults of the compose files", async () => {
  const defaults = new Map<string, Set<string>>();
  for (const name of NAMES) {
    for (
      const [, variable = "", value = ""] of (await readText(name)).matchAll(
        /\$\{(\w+):-([^}]*)\}/g,
      )
    ) {
      defaults.set(variable, (defaults.get(variable) ?? new Set()).add(value));
    }
  }
  for (const [name, value] of example) {
    assert.deepEqual([...defaults.get(name) ?? [""]], [value], name);
  }
});

Deno.test("what docker compose alone takes is no setting of the program", () => {
  const known = new Set([...help.values()].flat().flatMap(({ variables }) => variables));
  assert.deepEqual(OF_COMPOSE.filter((name) => known.has(name) || !example.has(name)), []);
});

Deno.test("four services keep their data apart, all of them on a network from outside", async () => {
  const { services, volumes, networks } = await readComposeFile("docker-compose.monitoring.yml");
  const data = Object.values(services).map(({ volumes }) =>
    volumes.find((volume) => volume.endsWith(":/data"))?.split(":")[0]
  );
  assert.deepEqual(data.sort(), Object.keys(volumes).sort());
  assert.equal(new Set(data).size, 4);
  assert.equal(networks?.monitoring?.external, true);
  for (const service of Object.values(services)) assert.deepEqual(service.networks, ["monitoring"]);
});
