import type { Candidate } from "../candidate.ts";
import type { Detector } from "../detector.ts";
import { placeholderEvidence } from "../evidence/placeholder.ts";
import type { Haystack } from "../find-candidates.ts";
import type { Reason } from "../finding.ts";
import { detectorRule } from "../generic/detector-rule.ts";
import { isMonotonous } from "../evidence/monotony.ts";
import { looksOtherwise } from "../judge/exact-formats.ts";
import { opaqueValues, type OpaqueValue, opaqueSought } from "./opaque-values.ts";
import { madePublic } from "./made-public.ts";
import { reach } from "./may-be-named.ts";
import { providerBefore } from "./provider-before.ts";

/**
 * Whatever a provider's key looks like, people name the provider beside it: `acme_token = …`, `acme key …`, `"acme", "…"`. What rules of single
 * providers know better wins; this finds the rest.
 */
const rule = detectorRule("provider-credential", "Credential named after its provider", "high", 15);

export const providerNamedDetector: Detector = {
  rules: [rule],
  find: (haystack) => candidatesIn(haystack, opaqueValues(haystack.text)),
  spotted: {
    sought: [opaqueSought],
    find: (haystack, spotted) => candidatesIn(haystack, opaqueValues(haystack.text, spotted)),
  },
};

function candidatesIn(haystack: Haystack, values: Iterable<OpaqueValue>): readonly Candidate[] {
  const out: Candidate[] = [];
  let last = 0;
  for (const value of values) {
    const from = windowStart(haystack.text, value.start, last);
    const reasons = reasonsFor(haystack, value, from);
    last = value.end;
    if (reasons !== null) out.push(candidateOf(haystack, value, from, reasons));
  }
  return out;
}

/** Where the text begins that may name the provider: on the value's line, after the value before; if nothing stands there, on the line above. */
function windowStart(text: string, start: number, last: number): number {
  const least = Math.max(0, start - reach, last);
  const window = text.slice(least, start);
  const line = window.lastIndexOf("\n");
  if (/[A-Za-z0-9]/.test(window.slice(line + 1))) return least + afterOther(window, line + 1);
  const above = window.slice(0, Math.max(0, line)).trimEnd();
  return /[>:=(,|{[\\]$/.test(above) ? least + above.lastIndexOf("\n") + 1 : start;
}

/** In a row of names and values, where the last pair begins. */
function afterOther(window: string, from: number): number {
  const pairs = [...window.slice(from).matchAll(/[;&]|,(?=[^,]*[:=])/g)].at(-1);
  return pairs === undefined ? from : from + pairs.index;
}

const aboutOther =
  /(?:^|[^a-z])(?:ids?|names?|ur[li]s?|hash|sha\d*|md5|digest|checksum|integrity|commit|revision|rev|version|etag|fingerprint|thumbprint|arn|sum|path|file|image|tag|host|region|email|username|user|sid|(?<!access[^a-z]?)code|state|nonce|cookie|account|signature|sig)["'\]]*\s*[^A-Za-z0-9]{0,6}$/i;

/** Whether text ends with the name of something else that a machine makes. */
export const isAboutOther = (before: string): boolean => aboutOther.test(wordsOf(before));

const wordsOf = (text: string): string => text.replace(/([a-z])([A-Z])/g, "$1 $2");

/** Of a value in a URL only its own parameter counts as its name: the host is where it goes, not what it is. */
function inUrl(before: string): string {
  const url = /:\/\/[^\s"'<>]*$/.exec(before);
  return url === null ? before : (/[?&;#]([^?&;#]*=)$/.exec(url[0])?.[1] ?? "");
}

/** Without a credential word a provider's name is not enough for what could be an id or a digest. */
const couldBeId = /^(?:[0-9a-f]{40}|[0-9a-f]{64}|.{0,19})$/;

function reasonsFor(haystack: Haystack, value: OpaqueValue, from: number): readonly Reason[] | null {
  const { text } = haystack;
  const before = inUrl(text.slice(from, value.start));
  if (/sha(?:1|2|5)|md5|hash/i.test(before)) return null;
  if (isAboutOther(before)) return null;
  const provider = providerBefore(before);
  if (provider === null) return null;
  const assigned = /(?:=|:|=>|,|\()[\s'"`\\[(<]*$|>\s*$/.test(before);
  if (!provider.credential && !(provider.alone && (assigned || wholeLine(text, from, value.end)))) return null;
  const secret = text.slice(value.start, value.end);
  if (looksOtherwise(/[\w.-]*[^\w.-]*$/.exec(before)?.[0] ?? "", secret)) return null;
  // What counts up is no digest.
  if (!provider.credential && couldBeId.test(secret) && !(secret.length > 20 && isMonotonous(secret))) return null;
  if (value.short && !assigned) return null;
  return [
    { what: `a value that a machine could have made, named after ${provider.name}`, points: 60 },
    ...madePublic(wordsOf(before)),
    ...(isMonotonous(secret) ? [{ what: "its characters repeat or count up", points: -10 }] : []),
    ...placeholderEvidence({ secret, rule } as Candidate),
  ];
}

/** Whether nothing else stands on the line. Looks no further back than blanks go: a line may hold a hundred thousand values. */
function wholeLine(text: string, from: number, end: number): boolean {
  let start = from;
  while (start > 0 && text[start - 1] !== "\n" && /\s/.test(text.charAt(start - 1))) start--;
  return (start === 0 || text[start - 1] === "\n") && /^\s*(?:\n|$)/.test(text.slice(end, end + 20));
}

function candidateOf(
  haystack: Haystack,
  { start, end }: OpaqueValue,
  from: number,
  reasons: readonly Reason[],
): Candidate {
  const secret = haystack.text.slice(start, end);
  return { ...haystack, rule, secret, start, end, matchStart: from, matchEnd: end, parts: [], reasons };
}
