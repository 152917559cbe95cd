import type { ReadingState } from "../../core/logs/model.ts";
import { CopyButton } from "../components/copy_button.tsx";

/** The page before the first line: what is missing, or that it only takes one. It looks every few seconds. */
export function LogsWelcome(
  { reading, patterns }: {
    readonly reading: ReadingState;
    /** What `CONTAINERS` says. */
    readonly patterns: readonly string[];
  },
) {
  return (
    <div class="welcome" data-page="logs-welcome" data-refresh="3" data-logs>
      {reading.problem !== null
        ? <NoSources problem={reading.problem} />
        : reading.containersFound === 0
        ? <NoContainers sources={reading.sources} />
        : reading.containersFollowed === 0
        ? <NoneFollowed found={reading.containersFound} patterns={patterns} />
        : <NothingYet followed={reading.containersFollowed} />}
      <p class="waiting muted js-only" role="status">
        <span class="waiting-dot" /> Waiting for the first line
      </p>
      <p class="no-js-only">
        <a class="button" href="/logs">Look again</a>
      </p>
    </div>
  );
}

function NoSources({ problem }: { readonly problem: string }) {
  return (
    <>
      <h1>Let Monlight read the logs</h1>
      <p class="muted wrap">{problem}.</p>
      <p>
        Docker keeps what containers print in <code>/var/lib/docker/containers</code>{" "}
        on the host. Give that folder to Monlight, read-only, and lines appear on this page by
        themselves. Nothing has to be changed in the containers.
      </p>
      <MountSnippets />
      <p class="muted">
        Without a container of its own, Monlight needs the right to read that folder; where Docker
        keeps it elsewhere, <code>LOG_SOURCES</code> says so.
      </p>
    </>
  );
}

function NoContainers({ sources }: { readonly sources: string }) {
  return (
    <>
      <h1>No container yet</h1>
      <p class="muted wrap">
        <code>{sources}</code>{" "}
        can be read, but there is no container in it. Start one that prints something:
      </p>
      <Code name="hello" label="command">docker run --rm busybox echo Hello from a container</Code>
      <p class="muted">
        If containers do run on this host, check that they log with the <code>json-file</code>{" "}
        driver, which is the default, and that this is where Docker keeps them:{" "}
        <code>containers</code> within what <code>docker info</code> calls its root.
      </p>
    </>
  );
}

function NoneFollowed(
  { found, patterns }: { readonly found: number; readonly patterns: readonly string[] },
) {
  return (
    <>
      <h1>No container is followed</h1>
      <p class="muted wrap">
        {found === 1 ? "One container is" : `${found} containers are`}{" "}
        there, but none has a name like <code>{patterns.join(", ")}</code>, which is what{" "}
        <code>CONTAINERS</code> asks for. Set it to names, to patterns such as{" "}
        <code>shop-*</code>, or to <code>*</code> for all of them:
      </p>
      <Code name="containers" label="setting">CONTAINERS=*</Code>
    </>
  );
}

function NothingYet({ followed }: { readonly followed: number }) {
  return (
    <>
      <h1>No line yet</h1>
      <p class="muted">
        {followed === 1 ? "One container is" : `${followed} containers are`}{" "}
        followed. As soon as one prints something, it is here.
      </p>
    </>
  );
}

const MOUNT = "/var/lib/docker/containers:/var/lib/docker/containers:ro";

const RUN = `docker run -d --name monlight -p 5010:5010 \\
  -e API_KEY="$API_KEY" \\
  -v monlight-data:/data \\
  -v ${MOUNT} \\
  monlight`;

const COMPOSE = `services:
  monlight:
    volumes:
      - monlight-data:/data
      - ${MOUNT}`;

function MountSnippets() {
  return (
    <fieldset class="connect" data-keep="mount">
      <legend class="sr-only">How Monlight runs</legend>
      <div class="segments">
        <label>
          <input type="radio" name="way" value="run" checked />
          docker run
        </label>
        <label>
          <input type="radio" name="way" value="compose" />
          Compose
        </label>
      </div>
      <div class="connect-panel mount-run">
        <Code name="run" label="command">{RUN}</Code>
        <p class="muted">The last volume is what was missing; the rest is as you have it.</p>
      </div>
      <div class="connect-panel mount-compose">
        <Code name="compose" label="Compose file">{COMPOSE}</Code>
        <p class="muted">
          Add the last line to the service, then <code>docker compose up -d</code>.
        </p>
      </div>
    </fieldset>
  );
}

function Code(
  { name, label, children }: {
    readonly name: string;
    readonly label: string;
    readonly children: string;
  },
) {
  return (
    <div class="code">
      <pre id={`mount-${name}`} tabIndex={0} aria-label={label}>{children}</pre>
      <CopyButton label={`Copy ${label}`} from={{ element: `mount-${name}` }} />
    </div>
  );
}
