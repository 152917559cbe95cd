import type { ComponentChildren } from "preact";
import type { ErrorDetail, Occurrence } from "../../core/errors/model.ts";
import { CopyButton } from "../components/copy_button.tsx";
import { Count } from "../components/count.tsx";
import { Time } from "../components/time.tsx";
import { visibleText } from "../format.ts";
import { listPath } from "./list_query.ts";
import { releaseOf } from "./occurrence.ts";

interface FactsProps {
  readonly group: ErrorDetail;
  /** The one that is shown; its release is a fact. */
  readonly occurrence: Occurrence | null;
  readonly now: number;
}

/** What is known of a group at a glance. */
export function Facts({ group, occurrence, now }: FactsProps) {
  const release = occurrence && releaseOf(occurrence);
  return (
    <dl class="facts">
      <Fact name="Events">
        <Count of={group.count} />
      </Fact>
      <Fact name="Last seen">
        <Time at={group.last_seen} now={now} />
      </Fact>
      <Fact name="First seen">
        <Time at={group.first_seen} now={now} />
      </Fact>
      {group.resolved_at !== null && (
        <Fact name="Resolved">
          <Time at={group.resolved_at} now={now} />
        </Fact>
      )}
      {!group.resolved && group.reopened_at !== null && (
        <Fact name="Reopened">
          <Time at={group.reopened_at} now={now} />
        </Fact>
      )}
      <Fact name="Project">
        <a href={listPath({ project: group.project })}>
          <bdi>{visibleText(group.project, "unnamed")}</bdi>
        </a>
      </Fact>
      <Fact name="Environment">
        <Environments counts={group.environments} latest={group.environment} />
      </Fact>
      {release !== null && (
        <Fact name="Release">
          <bdi>{release}</bdi>
        </Fact>
      )}
      {group.source === "browser" && <Fact name="Source">Browser</Fact>}
      <Fact name="Fingerprint">
        <code class="fingerprint" id="fingerprint" title={`Version ${group.fingerprint_version}`}>
          {group.fingerprint}
        </code>
        <CopyButton label="Copy fingerprint" from={{ element: "fingerprint" }} />
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Environments(
  { counts, latest }: {
    readonly counts: ErrorDetail["environments"];
    readonly latest: string;
  },
) {
  const entries = Object.entries(counts).sort(([, one], [, other]) => other - one);
  if (entries.length < 2) return <bdi>{entries[0]?.[0] ?? latest}</bdi>;
  return (
    <ul class="plain">
      {entries.map(([name, count]) => (
        <li key={name}>
          <bdi>{name}</bdi>{" "}
          <span class="muted">
            <Count of={count} />
          </span>
        </li>
      ))}
    </ul>
  );
}
