import {
  type PageVitals,
  type Vital,
  type VitalName,
  VITALS,
  type Vitals,
} from "../../core/metrics/model.ts";
import { abbreviated, exactCount } from "../format.ts";
import { Figure } from "./tiles.tsx";
import { RATINGS, ratingShare, thresholdText, VITAL_WORDS, vitalText } from "./vitals_words.ts";

/** How fast the pages are for those who visit them: all of them, then each. */
export function WebVitals(
  { vitals, pages }: { readonly vitals: Vitals; readonly pages: readonly PageVitals[] },
) {
  const isMeasured = VITALS.some((name) => vitals[name] !== undefined);
  return (
    <section class="vitals-section" aria-labelledby="vitals">
      <div class="section-head">
        <h2 id="vitals">Web vitals</h2>
        <span class="muted">
          {isMeasured
            ? "75 of 100 visits are at least this good"
            : "No data yet. Browsers send it, with the client “@monlight/browser” in your pages."}
        </span>
      </div>
      {isMeasured && (
        <ul class="vitals plain">
          {VITALS.map((name) => <VitalCard key={name} name={name} vital={vitals[name] ?? null} />)}
        </ul>
      )}
      {pages.length > 0 && <PageTable pages={pages} />}
    </section>
  );
}

function VitalCard({ name, vital }: { readonly name: VitalName; readonly vital: Vital | null }) {
  const { title, meaning } = VITAL_WORDS[name];
  return (
    <li class="vital">
      <h3>
        <abbr title={meaning}>{name}</abbr> <span>{title}</span>
      </h3>
      {vital === null ? <p class="vital-none muted">No data yet</p> : (
        <>
          <p class="tile-figure number">
            {name === "CLS" ? vitalText(name, vital.p75) : <Figure value={vital.p75} unit="ms" />}
            <small class="vital-count muted" title={`${exactCount(vital.count)} measured`}>
              {abbreviated(vital.count)} {vital.count === 1 ? "visit" : "visits"}
            </small>
          </p>
          <RatingScale share={ratingShare(name, vital.p75)} />
          <p class={`vital-rating rating-${vital.rating}`}>
            <span class={`dot ${RATINGS[vital.rating].dot}`} /> {RATINGS[vital.rating].word}
          </p>
        </>
      )}
      <p class="vital-threshold muted">{thresholdText(name, vital?.rating ?? null)}</p>
    </li>
  );
}

/** Thirds for good, in between and poor, and where the value lies. */
function RatingScale({ share }: { readonly share: number }) {
  const at = `${Math.round(Math.min(0.99, Math.max(0.01, share)) * 1000) / 10}%`;
  return (
    <svg class="rating-scale" aria-hidden="true">
      <rect class="rating-good" width="33%" y="4" height="4" />
      <rect class="rating-needs-improvement" x="33.5%" width="33%" y="4" height="4" />
      <rect class="rating-poor" x="67%" width="33%" y="4" height="4" />
      <line x1={at} x2={at} y1="0" y2="12" />
    </svg>
  );
}

function PageTable({ pages }: { readonly pages: readonly PageVitals[] }) {
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label="Web vitals by page">
      <table class="metric-table">
        <caption class="sr-only">
          Web vitals by page: 75 of 100 visits are at least this good
        </caption>
        <thead>
          <tr>
            <th>Page</th>
            {VITALS.map((name) => (
              <th key={name} class="figure" title={VITAL_WORDS[name].title}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {pages.map(({ page, vitals }) => (
            <tr key={page} data-key={page}>
              <th scope="row" title={page}>
                <bdi>{page}</bdi>
              </th>
              {VITALS.map((name) => <VitalCell key={name} name={name} vital={vitals[name]} />)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function VitalCell(
  { name, vital }: { readonly name: VitalName; readonly vital: Vital | undefined },
) {
  if (!vital) return <td class="figure muted">–</td>;
  const { word, dot } = RATINGS[vital.rating];
  return (
    <td class="figure number" title={`${word}, ${exactCount(vital.count)} measured`}>
      <span class={`dot ${dot}`} />
      <span class="sr-only">{word}:</span> {vitalText(name, vital.p75)}
    </td>
  );
}
