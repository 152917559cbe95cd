import type { ScanState } from "./scan_state.ts";

export function readNumber(scan: ScanState): void {
  const start = scan.script.at;
  scan.beforeValue(false);
  scan.script.skipNumber();
  scan.took("value", "0", start, true);
}

export function readString(scan: ScanState): void {
  const { at: start, text } = scan.script;
  scan.beforeValue(false);
  scan.script.skipString();
  const level = scan.level;
  if (level.atMember) level.nameMember(text.slice(start + 1, scan.script.at - 1), start + 1);
  scan.took("value", "''", start, true);
}

export function readTemplate(scan: ScanState): void {
  const start = scan.script.at;
  if (scan.script.skipTemplate()) {
    scan.open("template", start);
    scan.took("sign", "${", start, false);
  } else {
    scan.took("value", "``", start, true);
  }
}

export function readRegularExpression(scan: ScanState): void {
  const start = scan.script.at;
  scan.beforeValue(false);
  scan.script.skipRegularExpression();
  scan.took("value", "//", start, true);
}
