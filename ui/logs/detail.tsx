import type { LogEntry } from "../../core/logs/model.ts";
import { fieldsOf } from "../../core/logs/fields.ts";
import { CopyButton } from "../components/copy_button.tsx";
import { Icon } from "../components/icon.tsx";
import { byteSize, wholeTime, type Zone } from "../format.ts";
import { ansiRuns } from "./ansi.ts";
import { linePath } from "../links.ts";
import { logsPath, type LogsQuery } from "./logs_query.ts";
import { Runs } from "./row.tsx";
import { type Highlight, markMatches } from "./runs.ts";
import { searchWithField } from "./search_text.ts";

/** Characters of a message that are shown; all of it can be copied and downloaded. */
const SHOWN_CHARACTERS = 100_000;
/** Characters of a field's value. */
const VALUE_CHARACTERS = 2000;

export interface DetailProps {
  readonly entry: LogEntry;
  /** What the list is filtered by, which links of the detail go on from. */
  readonly query: LogsQuery;
  readonly highlights: readonly Highlight[];
  readonly zone: Zone;
}

/** A whole entry, under its row. */
export function EntryDetail({ entry, query, highlights, zone }: DetailProps) {
  const { id, message } = entry;
  const fields = fieldsOf(message);
  return (
    <div class="log-detail">
      <div class="log-detail-head">
        <Facts entry={entry} query={query} zone={zone} />
        <Actions id={id} query={query} />
      </div>
      <Message entry={entry} highlights={highlights} />
      {fields.length > 0 && (
        <table class="log-fields">
          <caption class="sr-only">Fields of the message</caption>
          <tbody>
            {fields.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">
                  <span>{name}</span>
                </th>
                <td>
                  <FieldValue name={name} value={value} query={query} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <details class="log-json">
        <summary>Raw JSON</summary>
        <pre tabIndex={0} aria-label="Raw JSON">{cutText(entryJson(entry), SHOWN_CHARACTERS)}</pre>
      </details>
    </div>
  );
}

/** An entry as the API gives it, to read. */
export function entryJson(entry: LogEntry): string {
  return JSON.stringify(entry, null, 2);
}

function Facts(
  { entry, query, zone }: Pick<DetailProps, "entry" | "query" | "zone">,
) {
  const { container, level, stream, timestamp } = entry;
  return (
    <p class="log-facts">
      <time datetime={timestamp} data-as="log">
        {wholeTime(Date.parse(timestamp), zone)}
      </time>
      <a
        href={logsPath({ ...query, containers: [container], place: { at: "end" } })}
        title={`Only ${container}`}
      >
        {container}
      </a>
      <span>{level}</span>
      <span>{stream}</span>
    </p>
  );
}

function Actions({ id, query }: { readonly id: number; readonly query: LogsQuery }) {
  return (
    <div class="log-actions">
      <a
        class="button quiet"
        href={logsPath({ ...query, place: { at: "context", id } })}
        data-context={id}
      >
        <Icon name="context" /> Context <kbd class="js-only keyboard-only">c</kbd>
      </a>
      <a
        class="button quiet icon-only"
        href={linePath(id)}
        data-copy-link
        title="Copy the link to this line"
        aria-label="Link to this line"
      >
        <Icon name="link" />
      </a>
      <CopyButton label="Copy message" from={{ url: `/logs/${id}/message` }} />
      <CopyButton label="Copy as JSON" from={{ url: `/logs/${id}/json` }} icon="braces" />
    </div>
  );
}

function Message(
  { entry, highlights }: {
    readonly entry: LogEntry;
    readonly highlights: readonly Highlight[];
  },
) {
  const { id, message, raw } = entry;
  const text = raw.includes("\u001b") ? raw : message;
  const shown = text.slice(0, SHOWN_CHARACTERS).trimEnd();
  return (
    <>
      <pre class="log-whole" tabIndex={0} aria-label="Message">
        <Runs runs={markMatches(ansiRuns(shown), highlights)} />
      </pre>
      {text.length > SHOWN_CHARACTERS && (
        <p class="log-rest">
          The first {byteSize(SHOWN_CHARACTERS)} of {byteSize(text.length)}.{" "}
          <a href={`/logs/${id}/message`} download={`line-${id}.txt`}>Download the whole message</a>
        </p>
      )}
    </>
  );
}

function FieldValue(
  { name, value, query }: {
    readonly name: string;
    readonly value: string;
    readonly query: LogsQuery;
  },
) {
  if (value === "") return <span class="muted">empty</span>;
  const search = searchWithField(query.search, name, value);
  if (search === null) return <>{cutText(value, VALUE_CHARACTERS)}</>;
  return (
    <a
      href={logsPath({ ...query, search, place: { at: "end" } })}
      title={`Only lines with ${name}:${value.slice(0, 80)}`}
    >
      {value}
    </a>
  );
}

function cutText(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max)}…` : text;
}
