import { Failure } from "../../core/failure.ts";
import { redirect } from "../../core/http/respond.ts";
import type { AppContext, PageRoute } from "../../core/http/route.ts";
import { originOf, page, type Shell } from "../page.tsx";
import { SettingsPage } from "./settings_page.tsx";

export function settingsRoutes(shell: Shell): readonly PageRoute[] {
  return [
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
  const [errors = null, logs = null, metrics = null] = await Promise.all([
    services.errors?.about(),
    services.logs?.about(),
    services.metrics?.about(),
  ]);
  const body = (
    <SettingsPage
      version={version}
      errors={errors}
      logs={logs && services.logs ? { about: logs, reading: services.logs.reading() } : null}
      metrics={metrics}
      now={clock.now()}
      origin={originOf(shell, context)}
      alertSent={context.req.query("done") === "test-alert"}
    />
  );
  return await page(shell, { title: "Settings", section: "settings", body });
}
