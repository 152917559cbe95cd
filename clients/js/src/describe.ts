import { cleanStack } from "./address.ts";
import { cut, plainCopy, textOf } from "./plain.ts";

/** What is told of anything that was thrown. */
export interface Description {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
}

/** A function that the page called, and that a stack is to begin above of. */
export type Called = (...args: never[]) => unknown;

const MAX_TYPE = 200;
const MAX_MESSAGE = 4000;
const MAX_STACK = 16_000;
const MAX_CAUSES = 5;

/**
 * Describes anything that was thrown; never throws. What has no stack gets a line that names it instead, by which
 * it is grouped.
 *
 * @param otherwise the type of what is no error
 */
export function describe(thrown: unknown, otherwise: string): Description {
  const name = property(thrown, "name");
  const text = property(thrown, "message");
  const type = cut(name?.trim() || otherwise, MAX_TYPE);
  const message = cut(text ?? messageOf(thrown), MAX_MESSAGE);
  const stack = property(thrown, "stack") || `${type}: ${message}`;
  return { type, message, stack: cleanStack(cut(stack + causes(thrown), MAX_STACK)) };
}

/** Adds the place that the browser names, if the stack has none: a text was thrown, or a script did not parse. */
export function placed(description: Description, place: string): Description {
  if (/^\s+at .*:\d+:\d+|@\S*:\d+:\d+$/m.test(description.stack)) return description;
  return { ...description, stack: cleanStack(`${description.stack}\n    at ${place}`) };
}

/**
 * Describes what happened in the page's own code, rather than something that was thrown.
 *
 * @param called the function that the page called; the stack begins with who called it. A browser that cannot tell
 *   gives no stack, since that would begin with us and be the same for all
 */
export function describeCall(type: string, message: string, called: Called): Description {
  const call = { name: type, message, stack: "" };
  if ("captureStackTrace" in Error) Error.captureStackTrace(call, called);
  return describe(call, type);
}

/** A property of an error or of what looks like one, if it is a text. */
function property(thrown: unknown, name: string): string | undefined {
  try {
    const value: unknown = Object(thrown) === thrown ? Reflect.get(Object(thrown), name) : null;
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

function messageOf(thrown: unknown): string {
  try {
    const copy = plainCopy(thrown);
    return typeof copy === "object" && copy ? JSON.stringify(copy) : textOf(thrown);
  } catch {
    return "[unreadable]";
  }
}

/** The stacks of what led to it (`cause`), or of what it gathers (`AggregateError`), one under the other. */
function causes(thrown: unknown): string {
  const told = new Set([thrown]);
  let text = "";
  const tell = (error: unknown): void => {
    if (!(error instanceof Error)) return;
    const gathered: unknown = Reflect.get(error, "errors");
    for (const cause of [error.cause, ...(Array.isArray(gathered) ? gathered : [])]) {
      if (cause === undefined || told.has(cause) || told.size > MAX_CAUSES) {
        continue;
      }
      told.add(cause);
      const head = cause instanceof Error ? `${cause.name}: ${cause.message}` : messageOf(cause);
      const stack = property(cause, "stack") ?? "";
      // Chrome begins a stack with its message, others do not.
      text += `\nCaused by: ${stack.startsWith(head) ? stack : `${head}\n${stack}`}`;
      tell(cause);
    }
  };
  try {
    tell(thrown);
  } catch {
    // The error alone, then.
  }
  return text;
}
