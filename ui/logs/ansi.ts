/**
 * Terminal colours (ECMA-48 SGR: 16 colours, 256, 24 bits) as classes. All colours become one of six hues
 * that both themes have in a readable tone. Pure: the server and the islands share it.
 */
import type { Run } from "./runs.ts";

const HUES = ["red", "green", "yellow", "blue", "magenta", "cyan"] as const;
type Hue = typeof HUES[number];
/** A hue, or a shade: `dark` and `light` are what stands back on either theme, and what stands out. */
type Colour = Hue | "dark" | "light";

interface Look {
  readonly colour: Colour | null;
  readonly ground: Colour | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly struck: boolean;
  readonly inverse: boolean;
}

const PLAIN: Look = {
  colour: null,
  ground: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  struck: false,
  inverse: false,
};

const ESCAPE = 0x1b;
const BELL = 0x07;

/** A text with ANSI codes in runs of one look each; codes that do not colour are left out. */
export function ansiRuns(raw: string): readonly Run[] {
  const runs: Run[] = [];
  let look = PLAIN;
  let start = 0;
  const add = (end: number) => {
    if (end > start) runs.push({ text: raw.slice(start, end), style: classesOf(look) });
  };
  for (let at = 0; at < raw.length; at++) {
    if (raw.charCodeAt(at) !== ESCAPE) continue;
    add(at);
    const end = sequenceEnd(raw, at);
    if (raw.charAt(at + 1) === "[" && raw.charAt(end - 1) === "m") {
      look = changed(look, raw.slice(at + 2, end - 1));
    }
    start = end;
    at = end - 1;
  }
  add(raw.length);
  return runs;
}

/** Behind the last character of the escape sequence that begins at `start`. */
function sequenceEnd(raw: string, start: number): number {
  const kind = raw.charAt(start + 1);
  if (kind === "[") return controlEnd(raw, start + 2);
  if ("]PX^_".includes(kind) && kind !== "") return stringEnd(raw, start + 2);
  // A character set takes one more character: `ESC ( B`.
  return Math.min(raw.length, start + ("()*+#%".includes(kind) && kind !== "" ? 3 : 2));
}

/** A control sequence ends with its first character from `@` on. */
function controlEnd(raw: string, from: number): number {
  for (let at = from; at < raw.length; at++) {
    const code = raw.charCodeAt(at);
    if (code >= 0x40 && code <= 0x7e) return at + 1;
    // Anything but parameters breaks it off.
    if (code < 0x20 || code > 0x7e) return at;
  }
  return raw.length;
}

/** A string, such as a link's address, ends with a bell or `ESC \`, or with its line. */
function stringEnd(raw: string, from: number): number {
  for (let at = from; at < raw.length; at++) {
    const code = raw.charCodeAt(at);
    if (code === BELL) return at + 1;
    if (code === ESCAPE) return raw.charAt(at + 1) === "\\" ? at + 2 : at;
    if (code === 0x0a) return at;
  }
  return raw.length;
}

/** What the parameters of one SGR sequence make of a look. */
function changed(look: Look, parameters: string): Look {
  // Colons may part a colour from what it belongs to, with an empty colour space; `4:3` is a curly line.
  const plain = parameters.replaceAll("2::", "2;").replaceAll(/\b4:\d/g, "4");
  const codes = plain.split(/[;:]/).map(Number);
  let next = look;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const { colour, taken } = extended(codes.slice(at + 1));
      next = code === 38 ? { ...next, colour } : { ...next, ground: colour };
      at += taken;
    } else {
      next = { ...next, ...effectOf(code) };
    }
  }
  return next;
}

function effectOf(code: number): Partial<Look> {
  if (code >= 30 && code <= 37) return { colour: basic(code - 30) };
  if (code >= 40 && code <= 47) return { ground: basic(code - 40) };
  if (code >= 90 && code <= 97) return { colour: basic(code - 90 + 8) };
  if (code >= 100 && code <= 107) return { ground: basic(code - 100 + 8) };
  switch (code) {
    case 0:
      return PLAIN;
    case 1:
      return { bold: true };
    case 2:
      return { dim: true };
    case 3:
      return { italic: true };
    case 4:
    case 21:
      return { underline: true };
    case 7:
      return { inverse: true };
    case 9:
      return { struck: true };
    case 22:
      return { bold: false, dim: false };
    case 23:
      return { italic: false };
    case 24:
      return { underline: false };
    case 27:
      return { inverse: false };
    case 29:
      return { struck: false };
    case 39:
      return { colour: null };
    case 49:
      return { ground: null };
    default:
      return {};
  }
}

/** The colour that follows a 38 or 48, and how many codes tell it. */
function extended(codes: readonly number[]): { colour: Colour | null; taken: number } {
  const [kind, ...values] = codes;
  if (kind === 5) return { colour: indexed(values[0] ?? 0), taken: 2 };
  const [red = 0, green = 0, blue = 0] = values;
  if (kind === 2) return { colour: nearest(red, green, blue), taken: 4 };
  return { colour: null, taken: 1 };
}

const BASIC = ["dark", "red", "green", "yellow", "blue", "magenta", "cyan", "light"] as const;

/** One of the 16 colours; bright black is the gray that stands back. */
function basic(index: number): Colour {
  return BASIC[index % 8] ?? "light";
}

/** One of the 256: the 16, a cube of 6 × 6 × 6, and 24 grays. */
function indexed(index: number): Colour {
  if (index < 16) return basic(index);
  if (index >= 232) return index < 246 ? "dark" : "light";
  const cell = index - 16;
  const level = (step: number) => step === 0 ? 0 : 55 + 40 * step;
  return nearest(level(Math.floor(cell / 36)), level(Math.floor(cell / 6) % 6), level(cell % 6));
}

function nearest(red: number, green: number, blue: number): Colour {
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  const range = most - least;
  if (range < 40) return most < 150 ? "dark" : "light";
  const sixth = most === red
    ? ((green - blue) / range + 6) % 6
    : most === green
    ? (blue - red) / range + 2
    : (red - green) / range + 4;
  const wheel: readonly Hue[] = ["red", "yellow", "green", "cyan", "blue", "magenta"];
  return wheel[Math.round(sixth) % 6] ?? "red";
}

function classesOf(look: Look): string {
  if (look === PLAIN) return "";
  const { inverse } = look;
  const colour = inverse ? look.ground : look.colour;
  const ground = inverse ? look.colour ?? "light" : look.ground;
  const classes = [
    // On a ground that is tinted for the theme, black and white are both the theme's text.
    colour === null || colour === "light" || (ground !== null && colour === "dark")
      ? ""
      : `ansi-${colour}`,
    ground === null ? "" : `ansi-on-${ground}`,
    look.bold ? "ansi-bold" : "",
    look.dim ? "ansi-dark" : "",
    look.italic ? "ansi-italic" : "",
    look.underline ? "ansi-underline" : "",
    look.struck ? "ansi-struck" : "",
  ];
  return classes.filter((one) => one !== "").join(" ");
}
