import { Failure } from "../failure.ts";

/**
 * An id from a path. One that cannot exist is as unknown as one that does not: throws `not_found`.
 */
export function parseId(text: string | undefined): number {
  const id = /^[1-9]\d{0,14}$/.test(text ?? "") ? Number(text) : undefined;
  if (id === undefined) throw new Failure("not_found", "Not found");
  return id;
}
