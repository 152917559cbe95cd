import { abbreviated, exactCount } from "../format.ts";

/** A number, abbreviated past 9,999 with the exact one on hover. */
export function Count({ of }: { readonly of: number }) {
  const short = abbreviated(of);
  const exact = exactCount(of);
  return short === exact
    ? <span class="number">{exact}</span>
    : <span class="number" title={exact}>{short}</span>;
}
