import assert from "node:assert/strict";
import fc from "fast-check";
import { ansiRuns } from "./ansi.ts";
import { textOf } from "./runs.ts";

/** The runs of a text in which `^` stands for the escape character, as `[style]text`. */
function told(text: string): string {
  return ansiRuns(text.replaceAll("^", "\x1b")).map(({ text, style }) =>
    style === "" ? text : `[${style.replaceAll("ansi-", "")}]${text}`
  ).join("|");
}

Deno.test("ansiRuns() tells looks by classes, until they are taken back", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["plain", "plain"],
    ["^[31mred^[0m plain", "[red]red| plain"],
    ["^[91mbright^[39m plain", "[red]bright| plain"],
    [
      "^[1;4;33mbold^[22m line^[m none",
      "[yellow bold underline]bold|[yellow underline] line| none",
    ],
    [
      "^[2mdim^[22m ^[3mslanted^[23m ^[9mgone^[29m.",
      "[dark]dim| |[italic]slanted| |[struck]gone|.",
    ],
    ["^[30mblack ^[97mwhite", "[dark]black |white"],
    ["^[41;97m ERROR ^[0m", "[on-red] ERROR "],
    ["^[42;30mok", "[on-green]ok"],
    ["^[7minverse^[27m not", "[on-light]inverse| not"],
    ["^[7;31minverse", "[on-red]inverse"],
  ];
  for (const [text, expected] of cases) assert.equal(told(text), expected, text);
});

Deno.test("ansiRuns() takes 256 and 24-bit colours for the nearest hue", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["^[38;5;1mx", "[red]x"],
    ["^[38;5;196mx", "[red]x"],
    ["^[38;5;46mx", "[green]x"],
    ["^[38;5;21mx", "[blue]x"],
    ["^[38;5;240mx", "[dark]x"],
    ["^[38;5;250mx", "x"],
    ["^[38;2;250;200;10mx", "[yellow]x"],
    ["^[38;2;0;200;220mx", "[cyan]x"],
    ["^[38;2;220;40;200mx", "[magenta]x"],
    ["^[38:2::220:40:40mx", "[red]x"],
    ["^[38;2;90;90;90mx", "[dark]x"],
    ["^[48;5;22mx^[49my", "[on-green]x|y"],
    ["^[38;5;46;1mx", "[green bold]x"],
    ["^[4:3mx", "[underline]x"],
  ];
  for (const [text, expected] of cases) assert.equal(told(text), expected, text);
});

Deno.test("ansiRuns() leaves out what does not colour", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["^[2K^[1Gdone", "done"],
    ["^]8;;https://example.org^\\link^]8;;^\\", "link"],
    ["^]0;title\x07text", "text"],
    ["^(Btext", "text"],
    ["^Mtext", "text"],
    ["cut short ^[3", "cut short "],
    ["cut short ^", "cut short "],
    ["^]never ended\nnext line", "\nnext line"],
  ];
  for (const [text, expected] of cases) assert.equal(told(text), expected, text);
});

Deno.test("ansiRuns() loses no text, whatever it is given", () => {
  const piece = fc.constantFrom("a", "\x1b", "[", "]", "m", "3", "1", ";", ":", "\x07", "\n", "\\");
  fc.assert(fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
    const text = pieces.join("");
    const shown = textOf(ansiRuns(text));
    assert.ok(!shown.includes("\x1b"));
    if (!text.includes("\x1b")) assert.equal(shown, text);
  }));
});
