/** What script adds to the pages: each part looks for what it gives life to. */
import type { LogsScript } from "./logs/start.ts";
import type { MetricsScript } from "./metrics/start.ts";
import { updateBackLink } from "./back_link.ts";
import { startCopying } from "./copying.ts";
import { startKeys } from "./keys.ts";
import { createLivePage } from "./live_page.ts";
import { startNavigation } from "./navigation.ts";
import { startNotices } from "./notices.ts";
import { startRefreshing } from "./refreshing.ts";
import { startSelecting } from "./selecting.ts";
import { skipSignIn } from "./sign_in_again.ts";
import { startThemeSwitch } from "./theme_switch.ts";
import { startTimes } from "./times.ts";

if (document.getElementById("sections")) start();
else await skipSignIn();

function start(): void {
  const progress = document.createElement("div");
  progress.className = "progress";
  document.body.append(progress);

  startThemeSwitch();
  const times = startTimes();
  const selecting = startSelecting();
  const notices = startNotices();
  notices.adopt();
  startCopying(notices);
  updateBackLink();
  let logs: LogsScript | undefined;
  let metrics: MetricsScript | undefined;
  const live = createLivePage({
    notices,
    onChange() {
      times.update();
      logs?.update();
      metrics?.update();
      selecting.update();
      updateBackLink();
      refreshing.restart();
    },
  });
  const refreshing = startRefreshing(live);
  startNavigation(live);
  startKeys(live);
  if (document.querySelector("[data-logs]")) {
    import("./logs/start.ts").then(({ startLogs }) => {
      logs = startLogs({ live, notices, onPart: times.update });
    });
  }
  if (document.querySelector("[data-metrics]")) {
    import("./metrics/start.ts").then(({ startMetrics }) => {
      metrics = startMetrics(live);
    });
  }
}
