import type { SourceMap, SourceMapPage } from "../../../core/relay/model.ts";
import { CopyButton } from "../../components/copy_button.tsx";
import { Time } from "../../components/time.tsx";
import { byteSize, counted, exactCount } from "../../format.ts";
import { Section } from "../section.tsx";
import { Confirm } from "./confirm.tsx";
import { byRelease, type ReleaseMaps } from "./map_groups.ts";

interface SourceMapsProps {
  readonly page: SourceMapPage;
  readonly retentionDays: number;
  readonly origin: string;
  readonly now: number;
}

/** The source maps by project and release: what makes stacks of pages readable. */
export function SourceMaps({ page, retentionDays, origin, now }: SourceMapsProps) {
  const { source_maps: maps, total } = page;
  return (
    <Section
      title="Source maps"
      about={`With them, errors of minified pages name your own files and lines. Kept ${
        counted(retentionDays, "day")
      }.`}
    >
      {total === 0 && <p class="muted">None yet. Upload those of a build as part of it:</p>}
      {total > maps.length && (
        <p class="muted">
          The newest {exactCount(maps.length)} of {exactCount(total)}.
        </p>
      )}
      {byRelease(maps).map((group) => (
        <Release key={`${group.project} ${group.release}`} group={group} now={now} />
      ))}
      <div class="code">
        <pre id="upload-maps" tabIndex={0} aria-label="How to upload source maps">
          {uploadCommand(origin)}
        </pre>
        <CopyButton label="Copy upload command" from={{ element: "upload-maps" }} />
      </div>
    </Section>
  );
}

function uploadCommand(origin: string): string {
  return `monlight sourcemaps upload ./dist --url ${origin} \\
  --project my-app --release 1.0.0 --url-prefix /`;
}

function Release({ group, now }: { readonly group: ReleaseMaps; readonly now: number }) {
  const { project, release, maps, size, uploadedAt } = group;
  return (
    <details class="release" data-key={`maps ${project} ${release}`}>
      <summary>
        <b class="wrap">{project}</b> <code class="wrap">{release}</code>
        <span class="muted number">{counted(maps.length, "file")}, {byteSize(size)}</span>
        <span class="muted">
          <Time at={uploadedAt} now={now} />
        </span>
      </summary>
      <table class="metric-table map-table">
        <caption class="sr-only">Source maps of {project} {release}</caption>
        <thead>
          <tr>
            <th>Script</th>
            <th class="figure">Size</th>
            <th>Uploaded</th>
            <th>
              <span class="sr-only">Delete</span>
            </th>
          </tr>
        </thead>
        <tbody>{maps.map((map) => <Row key={map.id} map={map} now={now} />)}</tbody>
      </table>
    </details>
  );
}

function Row({ map, now }: { readonly map: SourceMap; readonly now: number }) {
  const { id, file_url, size, uploaded_at } = map;
  return (
    <tr data-key={`map-${id}`}>
      <th title={file_url}>{file_url}</th>
      <td class="figure number" title={counted(size, "byte")}>{byteSize(size)}</td>
      <td>
        <Time at={uploaded_at} now={now} />
      </td>
      <td class="figure">
        <Confirm
          label="Delete"
          name={`Delete map of ${file_url}`}
          consequence="Errors of this release will name minified places again."
          action={`/settings/source-maps/${id}/delete`}
        />
      </td>
    </tr>
  );
}
