/** Turns what a query says of containers and levels into the domain's words, or says what is wrong with it. */
import type { QueryParam } from "../http/query_params.ts";
import { characters } from "../text.ts";
import { type Level, LEVELS } from "./model.ts";

/** Characters of a container's name; Docker sets no limit, host names do. */
const NAME = 255;

/** Which containers: a name, or several separated by commas. */
export const containersParam: QueryParam<readonly string[]> = {
  schema: { type: "string", description: "only these containers: names, separated by commas" },
  fallback: [],
  parse(text) {
    const names = itemsOf(text);
    const good = names.length > 0 && names.every((name) => characters(name) <= NAME);
    return good
      ? { value: [...new Set(names)] }
      : { must: `names of containers separated by commas, each at most ${NAME} characters long` };
  },
};

/** Which levels: `error`, `ERROR,CRITICAL`, `>=WARNING`. All of them are none: they narrow nothing. */
export const levelsParam: QueryParam<readonly Level[]> = {
  schema: {
    type: "string",
    description: `only these levels, of ${LEVELS.join(", ")}: one, several separated by commas, ` +
      "or one and all above it, such as `>=WARNING`",
  },
  fallback: [],
  parse(text) {
    const items = itemsOf(text).map(levelsOf);
    const wanted = new Set(items.flat());
    if (items.length === 0 || items.some((levels) => levels.length === 0)) {
      return {
        must: `levels of ${LEVELS.join(", ")}, separated by commas, or one with >= before it`,
      };
    }
    return { value: wanted.size === LEVELS.length ? [] : LEVELS.filter((one) => wanted.has(one)) };
  },
};

/** Levels that one item names; none when it is no level. */
function levelsOf(item: string): readonly Level[] {
  const andAbove = item.startsWith(">=");
  const name = (andAbove ? item.slice(2).trim() : item).toUpperCase();
  const at = LEVELS.findIndex((level) => level === name);
  if (at < 0) return [];
  return LEVELS.slice(at, andAbove ? undefined : at + 1);
}

function itemsOf(text: string): readonly string[] {
  return text.split(",").map((item) => item.trim()).filter((item) => item !== "");
}
