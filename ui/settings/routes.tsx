import { Failure } from "../../core/failure.ts";
import { redirect } from "../../core/http/respond.ts";
import type { AppContext, PageRoute } from "../../core/http/route.ts";
import type { BrowserRelay } from "../../core/relay/viewer.ts";
import { originOf, page, type Shell } from "../page.tsx";
import { isRelayDone, RELAY_DONE, relayForms } from "./relay/routes.ts";
import { type RelayState, SettingsPage } from "./settings_page.tsx";

/** Source maps that the page lists, the newest ones. */
const LISTED_MAPS = 500;

export function settingsRoutes(shell: Shell): readonly PageRoute[] {
  const { relay } = shell.deps.services;
  return [
    ...(relay ? relayForms(relay) : []),
    {
      method: "GET",
      path: "/settings",
      access: "session",
      handle: (context) => showSettings(shell, context),
    },
    {
      method: "POST",
      path: "/settings/test-alert",
      access: "session",
      handle: () => {
        const { errors } = shell.deps.services;
        if (!errors) throw new Failure("not_found", "Not found");
        errors.sendTestAlert();
        return redirect("/settings?done=test-alert");
      },
    },
  ];
}

async function showSettings(shell: Shell, context: AppContext): Promise<Response> {
  const { version, services, clock } = shell.deps;
  const [errors = null, logs = null, metrics = null, relay = null] = await Promise.all([
    services.errors?.about(),
    services.logs?.about(),
    services.metrics?.about(),
    services.relay && relayState(services.relay, context),
  ]);
  const body = (
    <SettingsPage
      version={version}
      errors={errors}
      logs={logs && services.logs ? { about: logs, reading: services.logs.reading() } : null}
      metrics={metrics}
      relay={relay}
      now={clock.now()}
      origin={originOf(shell, context)}
      done={whatIsDone(context.req.query("done"))}
    />
  );
  return await page(shell, { title: "Settings", section: "settings", body });
}

async function relayState(relay: BrowserRelay, context: AppContext): Promise<RelayState> {
  const [about, keys, maps] = await Promise.all([
    relay.about(),
    relay.keys(),
    relay.sourceMaps({ limit: LISTED_MAPS, offset: 0 }),
  ]);
  const madeId = context.req.query("done") === "key-made" ? Number(context.req.query("ids")) : null;
  return { about, keys, maps, madeId };
}

/** What was done just now, told to a person; null for nothing. */
function whatIsDone(done: string | undefined): string | null {
  if (done === "test-alert") return "A test alert is on its way.";
  return isRelayDone(done) ? RELAY_DONE[done] : null;
}
