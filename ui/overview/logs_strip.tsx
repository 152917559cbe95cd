import { LEVELS } from "../../core/logs/model.ts";
import { Count } from "../components/count.tsx";
import { counted } from "../format.ts";
import { withQuery } from "../links.ts";
import { barPaths, barsOf, HEIGHT, STACK, STEP } from "../logs/bars.ts";
import { hueClass, type Hues } from "../logs/hue.ts";
import type { ContainerVolume, LogStrip } from "./load.ts";

/** How much was written in the last hour, of what level and by whom. */
export function LogsStrip({ strip }: { readonly strip: LogStrip }) {
  const { problem, stored, histogram, loudest, hues } = strip;
  const bars = barsOf(histogram, []);
  return (
    <>
      {problem !== null && (
        <p class="strip-problem">
          <span class="dot dot-reopened" />
          <span>
            {problem}. <a class="strip-help" href="/logs">How to let it read</a>
          </span>
        </p>
      )}
      {bars.total === 0
        ? (
          <p class="strip-none muted">
            {stored === 0 ? "No line has been read yet." : "Nothing was written in the last hour."}
          </p>
        )
        : (
          <div class="strip-logs">
            <div>
              <Volume strip={strip} bars={bars} />
              <p class="strip-axis" aria-hidden="true">
                <span>1 h ago</span>
                <span>now</span>
              </p>
              <Levels strip={strip} />
            </div>
            <ol class="loudest plain" aria-label="The loudest containers">
              {loudest.map((one) => (
                <Loud key={one.name} volume={one} most={loudest[0]?.lines ?? 0} hues={hues} />
              ))}
            </ol>
          </div>
        )}
    </>
  );
}

function Volume(
  { strip, bars }: { readonly strip: LogStrip; readonly bars: ReturnType<typeof barsOf> },
) {
  const { ERROR, CRITICAL } = strip.byLevel;
  return (
    <svg
      class="strip-plot"
      viewBox={`0 0 ${bars.counts.length * STEP} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${counted(bars.total, "line")} in the last hour, ${
        counted(ERROR + CRITICAL, "error")
      } among them`}
    >
      {barPaths(bars).map((path, at) =>
        path !== "" && <path key={at} class={`bar-${STACK[at]?.toLowerCase()}`} d={path} />
      )}
    </svg>
  );
}

function Levels({ strip }: { readonly strip: LogStrip }) {
  return (
    <p class="strip-levels">
      {LEVELS.toReversed().filter((level) => strip.byLevel[level] > 0).map((level) => (
        <a
          key={level}
          class={`log-${level.toLowerCase()}`}
          href={withQuery("/logs", { range: "1h", level })}
        >
          <b class="log-level" aria-hidden="true">{level}</b>
          <Count of={strip.byLevel[level]} />
          <span class="muted">{level.toLowerCase()}</span>
        </a>
      ))}
    </p>
  );
}

function Loud(
  { volume, most, hues }: {
    readonly volume: ContainerVolume;
    readonly most: number;
    readonly hues: Hues;
  },
) {
  const { name, lines, errors } = volume;
  const path = { range: "1h", container: name };
  return (
    <li data-key={name}>
      <a class={`loud-name ${hueClass(name, hues)}`} href={withQuery("/logs", path)}>
        <bdi>{name}</bdi>
      </a>
      <svg class="loud-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect width={Math.max(1, Math.round(lines / most * 100))} height="8" />
      </svg>
      <Count of={lines} />
      <span class="loud-errors">
        {errors > 0 && (
          <a href={withQuery("/logs", { ...path, level: "ERROR,CRITICAL" })}>
            {counted(errors, "error")}
          </a>
        )}
      </span>
    </li>
  );
}
