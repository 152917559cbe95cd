import { type ListedError, stateOf } from "../../core/errors/model.ts";
import { Count } from "../components/count.tsx";
import { Sparkline } from "../components/sparkline.tsx";
import { Time } from "../components/time.tsx";
import { StateDot } from "../errors/state.tsx";
import { oneLine, visibleText } from "../format.ts";
import { errorPath } from "../links.ts";
import type { ErrorStrip } from "./load.ts";

const MESSAGE_CHARACTERS = 160;

/** The unresolved errors that were seen last. */
export function ErrorsStrip(
  { strip, now }: { readonly strip: ErrorStrip; readonly now: number },
) {
  if (strip.errors.length === 0) {
    return <p class="strip-none muted">No error is unresolved.</p>;
  }
  return (
    <ul class="strip-errors plain">
      {strip.errors.map((error) => <ErrorLine key={error.id} error={error} now={now} />)}
    </ul>
  );
}

function ErrorLine({ error, now }: { readonly error: ListedError; readonly now: number }) {
  const { id, exception_type, message, project, count, last_seen, hourly_counts } = error;
  return (
    <li class="strip-error" data-key={id}>
      <StateDot state={stateOf(error, now)} />
      <a class="row-link" href={errorPath(id)}>
        <b>
          <bdi>{visibleText(exception_type, "unnamed")}</bdi>
        </b>{" "}
        <bdi>{oneLine(message, MESSAGE_CHARACTERS)}</bdi>
      </a>
      <bdi class="strip-project muted">{visibleText(project, "unnamed")}</bdi>
      <Sparkline hours={hourly_counts} />
      <Count of={count} />
      <span class="strip-seen muted">
        <Time at={last_seen} now={now} />
      </span>
    </li>
  );
}
