/** Turns what administrators send into the domain's models, or says in a Failure what is wrong with it. */
import { Fields } from "./fields.ts";
import { LIMITS, type NewSourceMap } from "./model.ts";

/** The project of a new key, from the JSON body of `POST /api/dsn-keys`. */
export function parseNewKey(body: unknown): string {
  return new Fields(body).name("project", LIMITS.project).trim();
}

/**
 * A source map from the JSON body of `POST /api/source-maps`, its content not looked at. Throws `invalid` that
 * names the field.
 */
export function parseSourceMap(body: unknown): NewSourceMap {
  const fields = new Fields(body);
  return {
    project: fields.name("project", LIMITS.project).trim(),
    release: fields.name("release", LIMITS.release).trim(),
    fileUrl: fields.name("file_url", LIMITS.fileUrl).trim(),
    content: fields.requiredText("map_content"),
  };
}
