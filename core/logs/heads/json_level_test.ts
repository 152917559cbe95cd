import assert from "node:assert/strict";
import type { Level } from "../model.ts";
import { readJsonLevel } from "./json_level.ts";

const OBJECTS: readonly (readonly [string, Level | null])[] = [
  ['{"level":"info"}', "INFO"],
  ['{"level":"WARN"}', "WARNING"],
  ['{"level":" Error "}', "ERROR"],
  ['{"severity":"EMERGENCY"}', "CRITICAL"],
  ['{"lvl":"dbg"}', "DEBUG"],
  ['{"levelname":"CRITICAL"}', "CRITICAL"],
  ['{"log.level":"warn"}', "WARNING"],
  ['{"@level":"trace"}', "DEBUG"],
  ['{"EventId":14,"LogLevel":"Information","Message":"started"}', "INFO"],
  ['{"Timestamp":"2026-11-20","Level":"Error"}', "ERROR"],
  ['{"LEVEL":"WARN"}', "WARNING"],
  ['{"@t":"2026-11-20","@m":"x","@l":"Fatal"}', "CRITICAL"],
  ['{"S":"W"}', null],
  ['{ "level" : "info" }', "INFO"],
  ['{"level":10}', "DEBUG"],
  ['{"level":30}', "INFO"],
  ['{"level":35}', "INFO"],
  ['{"level":60}', "CRITICAL"],
  ['{"level":"40"}', "WARNING"],
  ['{"level":3}', null],
  ['{"level":300}', null],
  ['{"level":70}', null],
  ['{"level":null}', null],
  ['{"level":"loud"}', null],
  ['{"level":"loud","severity":"error"}', "ERROR"],
  ['{"level":{"name":"error"}}', null],
  ['{"a":{"level":"error"}}', null],
  ['{"a":[{"level":"error"}],"level":"info"}', "INFO"],
  ['{"a":"level","b":"error"}', null],
  ['{"a":"\\"level\\":\\"error\\"","level":"info"}', "INFO"],
  ['{"a":"\\\\","level":"info"}', "INFO"],
  ['{"a":"}{][","level":"info"}', "INFO"],
  ['{"level":"info"', "INFO"],
  ['{"level":"inf', null],
  ['{"level":', null],
  ['{"level"', null],
  ['{"le', null],
  ['{"s":"W"}', "WARNING"],
  ['{"s":"D2"}', "DEBUG"],
  ['{"s":"warning"}', null],
  [`{"message":"${"x".repeat(10_000)}","level":"info"}`, "INFO"],
];

for (const [text, wanted] of OBJECTS) {
  Deno.test(`readJsonLevel() of ${text.slice(0, 50)}`, () => {
    assert.equal(readJsonLevel(text), wanted);
  });
}
