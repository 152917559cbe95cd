import { Failure } from "../failure.ts";
import type { JsonSchema } from "./json_schema.ts";
import type { AppContext } from "./route.ts";

const MAX_LENGTH = 128;

/** How an operation that heeds it tells of the header. */
export const IDEMPOTENCY_HEADER: Readonly<Record<string, JsonSchema>> = {
  "Idempotency-Key": {
    type: "string",
    minLength: 1,
    maxLength: MAX_LENGTH,
    description:
      "the same for what is sent again: it is done once, and answered the same, for a day",
  },
};

/**
 * The key that a client gave its request, after
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/; null without one. Throws
 * `invalid` where it is none.
 */
export function readIdempotencyKey(context: AppContext): string | null {
  const key = context.req.header("idempotency-key");
  if (key === undefined) return null;
  if (key.length > MAX_LENGTH || !/^[\x21-\x7e]+$/.test(key)) {
    throw new Failure(
      "invalid",
      `Header 'Idempotency-Key' must be 1 to ${MAX_LENGTH} visible ASCII characters`,
    );
  }
  return key;
}
