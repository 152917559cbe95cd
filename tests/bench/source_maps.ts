/** Source maps as large bundles have them, and errors of pages that they are for. */
import { encode } from "@jridgewell/sourcemap-codec";

const SOURCES = 60;
const LINES = 250;
/** Segments of the one line that the bundle is. */
const SEGMENTS = 90_000;
const FRAMES = 10;

/** Columns of a bundle that its map of 1 MB has segments at. */
export const BUNDLE_COLUMNS = SEGMENTS * 8;

/** A source map of 1 MB: minified code on one line, with the texts of its sources. */
export function sourceMap1mb(seed: number): string {
  const random = randomNumbers(seed);
  const names = Array.from({ length: 2000 }, (_, n) => `readBasketOfCustomer${n}`);
  const segments: [number, number, number, number, number][] = [];
  for (let n = 0; n < SEGMENTS; n++) {
    segments.push([
      n * 8,
      Math.floor(n * SOURCES / SEGMENTS),
      Math.floor((n * SOURCES % SEGMENTS) * LINES / SEGMENTS),
      Math.floor(random() * 60),
      Math.floor(random() * names.length),
    ]);
  }
  return JSON.stringify({
    version: 3,
    file: "app.js",
    sources: Array.from({ length: SOURCES }, (_, n) => `../src/features/orders/part_${n}.ts`),
    sourcesContent: Array.from({ length: SOURCES }, (_, n) => sourceText(n)),
    names,
    mappings: encode([segments]),
  });
}

function sourceText(file: number): string {
  return Array.from(
    { length: LINES },
    (_, line) => `  basket.${line % 7}_${file} = f(order);`,
  ).join("\n");
}

/** An error of a page with ten frames of a bundle, its place its own for each `index`. */
export function browserError(index: number, bundle: number): string {
  const random = randomNumbers(index);
  const frames = Array.from({ length: FRAMES }, (_, depth) => {
    const column = depth === 0 ? 1 + index * 8 : 1 + Math.floor(random() * BUNDLE_COLUMNS);
    return `    at ${String.fromCharCode(97 + depth)}t (${scriptUrl(bundle)}:1:${column})`;
  });
  const message = `Cannot read properties of undefined (reading 'price${index}')`;
  return JSON.stringify({
    type: "TypeError",
    message,
    stack: [`TypeError: ${message}`, ...frames].join("\n"),
    url: `https://shop.example/cart/${index}`,
    user_agent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36",
    session_id: "8d1c0f5e",
    release: "1.4.2",
    environment: "production",
    context: { user_id: `${index % 977}`, breadcrumbs: [{ kind: "click", target: "button#pay" }] },
  });
}

/** Where the script of a bundle is. */
export function scriptUrl(bundle: number): string {
  return `https://shop.example/assets/bundle_${bundle}.js`;
}

/** The same numbers from 0 to 1 for the same seed (https://en.wikipedia.org/wiki/Lehmer_random_number_generator). */
function randomNumbers(seed: number): () => number {
  let state = (seed * 7919 + 1) % 2147483647;
  return () => (state = state * 48271 % 2147483647) / 2147483647;
}
