import { decodeBase64 } from "../decode/base64-alphabet.ts";
import type { FindStored, Stored } from "./stored.ts";

const kind = /^[ \t-]*["']?kind["']?:[ \t]*["']?Secret["']?[ \t]*,?[ \t]*$/gm;
const kindHere = new RegExp(kind.source, "my");
const section = /^([ \t]*)(data|stringData):[ \t]*\r?$/;
const entry = /^([ \t]+)["']?([\w.-]{1,100})["']?:[ \t]+(["']?)([^\s"'#|>{[&*!][^"'\n\r]{0,4000}?)\3[ \t]*\r?$/;
/** Keys that by usage hold what goes with a credential, and public halves. */
const notSecret =
  /^(?:.*[._-])?(?:user(?:_?name)?|name|login|host(?:_?name)?|port|e?mail|namespace|database|db|dbname|region|endpoints?|bucket(?:_?names?)?|audience|issuer|scopes?|tenant|cluster|zone|ssl_?mode|driver|type|version|url|uri|server|address|(?:access[_-]?)?key[_-]?id|(?:client|tenant|account|app(?:lication)?|project|subscription|org(?:anization)?)[_-]?id)$|\.(?:crt|cert|cer|pub)$|^ca(?:\.|$)|publicKey/i;
const longest = 200_000;

/** The values of a Kubernetes Secret: in `data` as base64, in `stringData` as they are. */
export const findKubernetesSecrets: FindStored = function* ({ text }, places) {
  let done = 0;
  for (const index of kindsIn(text, places)) {
    if (index < done) continue;
    const from = Math.max(text.lastIndexOf("\n---", index), index - longest, done);
    const next = text.indexOf("\n---", index);
    const to = Math.min(next < 0 ? text.length : next, index + longest);
    yield* valuesIn(text, from, to);
    done = to;
  }
};

/** Where lines begin that say what kind of object they are of. `places`: of the word. */
function* kindsIn(text: string, places: readonly number[] | null): Generator<number> {
  if (places === null) {
    for (const { index } of text.matchAll(kind)) yield index;
    return;
  }
  for (const place of places) {
    let start = place;
    while (start > 0 && mayStandBefore.has(text.charAt(start - 1))) start--;
    kindHere.lastIndex = start;
    if (kindHere.test(text)) yield start;
  }
}

/** What may stand before the word on its line. */
const mayStandBefore: ReadonlySet<string> = new Set([" ", "\t", "-", '"', "'"]);

function* valuesIn(text: string, from: number, to: number): Generator<Stored> {
  let inside: { readonly indent: number; readonly encoded: boolean } | null = null;
  let at = from;
  for (const line of text.slice(from, to).split("\n")) {
    const start = at;
    at += line.length + 1;
    const opened = section.exec(line);
    const found = inside === null ? null : entry.exec(line);
    if (opened !== null) inside = { indent: opened[1]?.length ?? 0, encoded: opened[2] === "data" };
    else if (inside !== null && found !== null && (found[1]?.length ?? 0) > inside.indent) {
      const value = valueOf(found, start, inside.encoded);
      if (value !== null) yield value;
    } else if (/^[ \t]*[^\s#]/.test(line) && !/^[ \t]+[A-Za-z0-9+/=]+[ \t]*\r?$/.test(line)) inside = null;
  }
}

function valueOf(found: RegExpExecArray, start: number, encoded: boolean): Stored | null {
  const [line, , key = "", , value = ""] = found;
  const plain = encoded ? decodeBase64(value) : value;
  if (notSecret.test(key) || plain === null) return null;
  const from = start + line.lastIndexOf(value);
  return { start: from, end: from + value.length, plain: plain.trim() };
}
