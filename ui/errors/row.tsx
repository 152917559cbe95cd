import { type ListedError, stateOf } from "../../core/errors/model.ts";
import { Count } from "../components/count.tsx";
import { Sparkline } from "../components/sparkline.tsx";
import { Time } from "../components/time.tsx";
import { isInvisible, oneLine, visibleText } from "../format.ts";
import { errorPath } from "../links.ts";
import { StateDot } from "./state.tsx";

/** Characters of a message in the list; more than fits a line of 1,600 px. */
const MESSAGE_CHARACTERS = 200;
const LOCATION_CHARACTERS = 160;

/** One group in the list. All of the row is the link to it. */
export function ErrorRow({ group, now }: { readonly group: ListedError; readonly now: number }) {
  const { id, count, last_seen, first_seen, hourly_counts } = group;
  const type = visibleText(group.exception_type, "unnamed");
  const state = stateOf(group, now);
  return (
    <tr class={`row row-${state}`} data-key={id}>
      <td class="row-pick">
        <label>
          <input type="checkbox" name="id" value={id} aria-label={`Select ${oneLine(type, 60)}`} />
        </label>
      </td>
      <td class="row-error">
        <div class="row-title">
          <StateDot state={state} />
          <a class="row-link" href={errorPath(id)}>
            <b>
              <bdi>{type}</bdi>
            </b>{" "}
            <Message text={group.message} />
          </a>
          {(state === "new" || state === "reopened") && (
            <span class={`word word-${state}`} aria-hidden="true">{state}</span>
          )}
        </div>
        <div class="row-where">
          {group.location === null
            ? "no location"
            : <bdi>{oneLine(group.location, LOCATION_CHARACTERS)}</bdi>}
        </div>
      </td>
      <td class="row-project">
        <bdi title={group.project.length > 18 ? group.project : undefined}>
          {visibleText(group.project, "unnamed")}
        </bdi>
        <small>
          <bdi>{group.environment}</bdi>
          {group.source === "browser" && " · browser"}
        </small>
      </td>
      <td class="row-trend">
        <Sparkline hours={hourly_counts} />
      </td>
      <td class="row-count">
        <Count of={count} />
      </td>
      <td class="row-seen">
        <Time at={last_seen} now={now} />
        <small>
          since <Time at={first_seen} now={now} as="date" />
        </small>
      </td>
    </tr>
  );
}

function Message({ text }: { readonly text: string }) {
  return isInvisible(text)
    ? <i class="muted">no message</i>
    : <bdi>{oneLine(text, MESSAGE_CHARACTERS)}</bdi>;
}
