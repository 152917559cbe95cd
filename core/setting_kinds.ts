/** The kinds of settings: what each takes for good, and the value that a text stands for. */

/** One variable with its flag: what it means, what it accepts. */
export interface Setting<T> {
  /** The environment variable, such as `RETENTION_DAYS`; its flag is `--retention-days`. */
  readonly name: string;
  /** Another flag, where the variable has to say more: `--out` for `BACKUP_DIR`. */
  readonly flag?: string;
  readonly help: string;
  /** What a good value is, for messages: `a whole number from 1 to 365`. */
  readonly wants: string;
  /** The value when none is given; `undefined` makes the setting required. */
  readonly fallback: T | undefined;
  /** Never shown; also read from the file that `NAME_FILE` names. */
  readonly secret: boolean;
  /** Whether several services have a variable of this name, so that `monlight serve` wants its prefix. */
  readonly shared: boolean;
  /** The value that a text stands for; `undefined` when it is not one. */
  parse(text: string): T | undefined;
}

interface Common<T> {
  readonly help: string;
  readonly shared?: boolean;
  readonly fallback?: T;
}

interface Bounded extends Common<number> {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

/** Any text; null when not given. */
export function text(name: string, options: { readonly help: string }): Setting<string | null> {
  return { ...base(name, options), fallback: null, parse: (value) => value };
}

/** A text with a default. */
export function string(
  name: string,
  options: Common<string> & { readonly fallback: string; readonly wants?: string },
): Setting<string> {
  return { ...base(name, options), fallback: options.fallback, parse: (value) => value };
}

/** A secret text; null when not given. */
export function secret(name: string, options: { readonly help: string }): Setting<string | null> {
  return {
    ...base(name, options),
    wants: "a text",
    fallback: null,
    secret: true,
    parse: (value) => value,
  };
}

/** A key that goes in an HTTP header and must be given. */
export function key(
  name: string,
  options: { readonly help: string; readonly shared?: boolean },
): Setting<string> {
  return {
    ...base(name, options),
    wants: "a key of 1 to 512 visible ASCII characters",
    fallback: undefined,
    secret: true,
    parse: (value) => /^[\x21-\x7e]{1,512}$/.test(value) ? value : undefined,
  };
}

export function integer(name: string, options: Bounded): Setting<number> {
  return bounded(name, options, "a whole number", /^[+-]?\d{1,15}$/);
}

/** A number that may have a fraction: `0.25`. */
export function number(name: string, options: Bounded): Setting<number> {
  return bounded(name, options, "a number", /^[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})$/);
}

/** A number of bytes with or without a unit, of 1000 or of 1024: `500MB`, `2GiB`, `1048576`; or 0. */
export function byteSize(
  name: string,
  options: Bounded,
): Setting<number> {
  const { min, max, fallback } = options;
  return {
    ...base(name, options),
    wants: `0, or a size from ${min / MEGABYTE}MB to ${max / TERABYTE}TB such as 500MB or 2GiB`,
    fallback,
    parse(text) {
      const bytes = parseBytes(text);
      return bytes === 0 || (bytes >= min && bytes <= max) ? bytes : undefined;
    },
  };
}

const MEGABYTE = 1000 ** 2;
const TERABYTE = 1000 ** 4;
const UNIT_POWERS = "kmgt";

/** Bytes, rounded down; NaN where the text is no size. */
function parseBytes(text: string): number {
  const [, number, letter = "", binary] =
    /^(\d{1,15}(?:\.\d{1,9})?)\s*(?:([kmgt])(i)?)?b?$/i.exec(text) ??
      [];
  if (number === undefined) return NaN;
  const power = letter === "" ? 0 : UNIT_POWERS.indexOf(letter.toLowerCase()) + 1;
  return Math.floor(Number(number) * (binary ? 1024 : 1000) ** power);
}

export function boolean(
  name: string,
  options: Common<boolean> & { readonly fallback: boolean },
): Setting<boolean> {
  return {
    ...base(name, options),
    wants: "true or false",
    fallback: options.fallback,
    parse(value) {
      if (/^(true|1|yes|on)$/i.test(value)) return true;
      return /^(false|0|no|off)$/i.test(value) ? false : undefined;
    },
  };
}

export function choice<const T extends string>(
  name: string,
  options: Common<T> & { readonly fallback: T; readonly choices: readonly T[] },
): Setting<T> {
  return {
    ...base(name, options),
    wants: `one of ${options.choices.join(", ")}`,
    fallback: options.fallback,
    parse: (value) => options.choices.find((one) => one.toLowerCase() === value.toLowerCase()),
  };
}

/** An http or https address, kept without a slash at its end. */
export function url(
  name: string,
  options: Common<string> & { readonly fallback: string },
): Setting<string> {
  return {
    ...base(name, options),
    wants: "an http:// or https:// address",
    fallback: options.fallback,
    parse(value) {
      if (!URL.canParse(value)) return undefined;
      return /^https?:$/.test(new URL(value).protocol) ? value.replace(/\/+$/, "") : undefined;
    },
  };
}

/** Values separated by commas, blanks around them dropped; empty when not given. */
export function list(
  name: string,
  options: {
    readonly help: string;
    readonly wants: string;
    readonly check?: (item: string) => boolean;
    /** Most items. */
    readonly max?: number;
  },
): Setting<readonly string[]> {
  return {
    ...base(name, options),
    wants: options.wants,
    fallback: [],
    parse(value) {
      const items = value.split(",").map((item) => item.trim()).filter((item) => item !== "");
      if (items.length > (options.max ?? Infinity)) return undefined;
      return items.every(options.check ?? (() => true)) ? items : undefined;
    },
  };
}

/** A number of this form, within its bounds. */
function bounded(name: string, options: Bounded, kind: string, form: RegExp): Setting<number> {
  const { min, max, fallback } = options;
  return {
    ...base(name, options),
    wants: `${kind} from ${min} to ${max}`,
    fallback,
    parse(text) {
      const value = form.test(text) ? Number(text) : NaN;
      return value >= min && value <= max ? value : undefined;
    },
  };
}

function base(
  name: string,
  options: { readonly help: string; readonly shared?: boolean; readonly wants?: string },
) {
  return {
    name,
    help: options.help,
    secret: false,
    shared: options.shared ?? false,
    wants: options.wants ?? "a text",
  };
}
