import type { ScanState } from "./scan_state.ts";

/** An element of JSX, or the parameters of a type; whether it was one. */
export function readAngle(scan: ScanState, start: number): boolean {
  const after = scan.script.text.slice(start + 1, start + 60);
  const isGeneric = !scan.options.jsx || /^\s*(?:const\s+)?[\w$]+\s*(?:,|extends\s)/.test(after);
  if (!isGeneric) {
    if (!/^[A-Za-z_$>]/.test(after)) return false;
    scan.beforeValue(false);
    scan.script.at++;
    scan.open("tag", start);
    return true;
  }
  const assigned = scan.level.assigned;
  const end = scan.script.endOfTypes(start);
  if (end < 0) return false;
  scan.script.at = end;
  scan.took("sign", ">", start, false);
  scan.level.assigned = assigned;
  return true;
}

/** The parameters of a type after its name, commas and all; whether it was them. */
export function readTypes(scan: ScanState, start: number): boolean {
  const end = scan.options.types && scan.previous?.end === start
    ? scan.script.endOfTypes(start)
    : -1;
  if (end < 0) return false;
  scan.script.at = end;
  scan.took("sign", ">", start, true);
  return true;
}

export function readTag(scan: ScanState): void {
  const start = scan.script.at;
  const sign = scan.script.text[scan.script.at++];
  if (sign === '"' || sign === "'") {
    scan.script.skipTo(sign);
  } else if (sign === "{") {
    scan.open("container", start);
    scan.took("sign", "(", start, false);
  } else if (sign === "/" && scan.script.text[scan.script.at] === ">") {
    scan.script.at++;
    endElement(scan, start);
  } else if (sign === ">") {
    scan.pop(start);
    scan.open("children", start);
  }
}

function endElement(scan: ScanState, start: number): void {
  scan.pop(start);
  if (scan.level.role !== "children") scan.took("value", "<>", start, true);
}

/** Text between tags, up to the next one. */
export function readChildren(scan: ScanState): boolean {
  while (scan.script.at < scan.script.text.length) {
    const start = scan.script.at;
    const sign = scan.script.text[scan.script.at++];
    if (sign === "{") {
      scan.open("container", start);
      scan.took("sign", "(", start, false);
      return true;
    }
    if (sign !== "<") continue;
    if (scan.script.text[scan.script.at] !== "/") {
      scan.open("tag", start);
      return true;
    }
    scan.script.skipTo(">");
    endElement(scan, start);
    return true;
  }
  return false;
}
