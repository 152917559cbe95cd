import { type FrameLine, PLAIN_LAYOUT, readNumber } from "./frame.ts";

const DOTNET = PLAIN_LAYOUT;

const LINE = ":line ";

/** Reads what follows `at ` in a .NET trace: `Shop.Cart.Price(String raw) in /srv/Cart.cs:line 31`. */
export function readDotnetFrame(text: string): FrameLine | null {
  const mark = text.lastIndexOf(LINE);
  const inside = mark < 0 ? -1 : text.lastIndexOf(") in ", mark);
  if (inside < 0) return null;
  const line = readNumber(text, mark + LINE.length);
  if (line === null || line.end !== text.length) return null;
  const file = text.slice(inside + ") in ".length, mark);
  return dotnetFrame(text.slice(0, inside + 1), file, line.value);
}

/** A method with the types of its parameters, as it is printed without debug symbols. */
const METHOD = /^[^\s()]{1,300}\.[^\s().]{1,200}\([^()]{0,1000}\)$|^lambda_method\d{0,9}\(/;

/** Reads a .NET frame without location: `System.Linq.Enumerable.First[T](IEnumerable`1 source)`. */
export function readDotnetMethod(text: string): FrameLine | null {
  return METHOD.test(text) ? dotnetFrame(text, "", null) : null;
}

function dotnetFrame(method: string, file: string, line: number | null): FrameLine {
  const functionName = method.slice(0, method.indexOf("("));
  const inApp = !LIBRARY.test(functionName) && !file.startsWith("/_/");
  return { layout: DOTNET, frame: { file, line, column: null, function: functionName, inApp } };
}

/** Files under `/_/` are those of deterministic builds: of packages, not of the application. */
const LIBRARY =
  /^(?:System|Microsoft|MS|Internal|Castle|Dapper|MediatR|MongoDB|MySqlConnector|NUnit|Newtonsoft|Npgsql|Polly|Serilog|StackExchange|Swashbuckle|Xunit)\.|^lambda_method/;
