import type { Candidate } from "../candidate.ts";
import type { Haystack } from "../find-candidates.ts";
import type { Reason } from "../finding.ts";
import { detectorRule } from "../generic/detector-rule.ts";
import { type Sought, soughtAs, type Spotted } from "../generic/spotted.ts";
import { fileKindOf } from "../judge/file-kind.ts";
import { neverCredentials, valueKindOf } from "../judge/value-kind.ts";
import type { Rule } from "../rules/rule.ts";
import { wordShapeOf } from "../word-shape.ts";
import { type CredentialFormat, credentialFormats } from "./credential-formats.ts";
import type { Stored } from "./stored.ts";

const specificity = 40;

const wordsOf = ({ anchors }: CredentialFormat): readonly string[] => anchors.map((anchor) => anchor.toLowerCase());

const formats = credentialFormats.map((format) => ({
  format,
  sought: format.sought ?? soughtAs(format.id, wordsOf(format)),
  rule: detectorRule(format.id, format.title, format.severity, specificity),
}));

/** The rules under which findings in known formats are reported. */
export const formatRules: readonly Rule[] = formats.map(({ rule }) => rule);

/** What `findFormats` asks for. */
export const formatsSought: readonly Sought[] = formats.flatMap(({ format, sought }) =>
  format.isFor === undefined ? [sought] : [],
);

/** Whether a file is in a format that no word tells. */
export const isKnownFile = (path: string, start: string): boolean => ofFiles.some((isFor) => isFor(path, start));

const ofFiles = credentialFormats.flatMap(({ isFor }) => isFor ?? []);

/** Finds what known formats keep, each with what speaks for and against it. Placeholders and variables are left out. */
export function findFormats(haystack: Haystack, spotted: Spotted | null = null): readonly Candidate[] {
  const out: Candidate[] = [];
  for (const { format, sought, rule } of formats) {
    const places = spotted === null || format.isFor !== undefined ? null : spotted(sought);
    if (spotted !== null && !mayBeIn(format, haystack, places)) continue;
    for (const stored of storedIn(haystack, format, places)) {
      const reasons = reasonsFor(stored, format, haystack.path);
      if (reasons === null) continue;
      const { start, end } = stored;
      // A finding about the file itself has no value to hide; it is told apart by its path.
      const secret = start === end ? haystack.path : haystack.text.slice(start, end);
      out.push({ ...haystack, rule, secret, start, end, matchStart: start, matchEnd: end, parts: [], reasons });
    }
  }
  return out;
}

const mayBeIn = ({ isFor }: CredentialFormat, { path, text }: Haystack, places: readonly number[] | null): boolean =>
  isFor === undefined ? places === null || places.length > 0 : isFor(path, text.slice(0, 16));

function storedIn(
  haystack: Haystack,
  { anchors, find }: CredentialFormat,
  places: readonly number[] | null,
): Iterable<Stored> {
  const worth = anchors.length === 0 || places !== null || anchors.some((anchor) => haystack.text.includes(anchor));
  return worth ? find(haystack, places) : [];
}

const standIn = /^\w{0,4}(?:pw|pwd|pass|passwd|password|secret|token)\d{0,3}$/i;

function reasonsFor({ plain }: Stored, { place, points }: CredentialFormat, path: string): readonly Reason[] | null {
  const kind = valueKindOf(plain, "double");
  const hash = kind === "a password hash";
  if (kind !== null && (neverCredentials.has(kind) || kind === "a placeholder")) return null;
  if (plain.length < 8 && /[^\x20-\x7e]/.test(plain)) return null;
  const { coverage, letters } = wordShapeOf(plain.slice(0, 200));
  const { test, example } = fileKindOf(path);
  return [
    { what: `stands as ${place}`, points },
    ...(kind !== null && !hash ? [{ what: `is ${kind}`, points: -40 }] : []),
    ...(plain.length > 0 && plain.length < 8 ? [{ what: "is short", points: -15 }] : []),
    ...(standIn.test(plain) ? [{ what: "only says what it is", points: -30 }] : []),
    ...(letters >= 3 && coverage >= 0.7 ? [{ what: "reads like words", points: -30 }] : []),
    ...(test ? [{ what: "among tests", points: -20 }] : []),
    ...(example ? [{ what: "among documentation or examples", points: -15 }] : []),
  ];
}
