import { meaningOfName } from "../../src/core/scan/generic/credential-names.ts";
import { findNamedValues } from "../../src/core/scan/generic/find-all.ts";
import type { NamedValue } from "../../src/core/scan/generic/named-value.ts";
import { featuresOf, type FileView, viewOf } from "../../src/core/scan/judge/features.ts";
import { neverCredentials, valueKindOf } from "../../src/core/scan/judge/value-kind.ts";
import { judgedValue } from "../../src/core/scan/judge/value-features.ts";
import { createLineIndex } from "../../src/core/scan/line-index.ts";
import { commonWords } from "../../src/core/scan/word-shape.ts";

/** A named value as it is learned from. */
export type Sample = {
  /** The repository or tree it is from: what is held back together. */
  readonly group: string;
  readonly path: string;
  /** 0 for what was made up: it is learned from and never counted. */
  readonly line: number;
  readonly endLine: number;
  readonly features: readonly string[];
  readonly isTrue: boolean;
  /** How much it counts; 0 where nobody knows. */
  readonly weight: number;
};

/** A candidate of a text, with its place. */
export type Seen = {
  readonly named: NamedValue;
  readonly view: FileView;
  readonly line: number;
  readonly endLine: number;
};

/** The named values of a text whose form leaves it open whether they are credentials: the others are never weighed. */
export function openValues(text: string, path: string): readonly Seen[] {
  const all = [...findNamedValues(text)];
  const view = viewOf(text, path, all);
  const lines = createLineIndex(text);
  return all
    .filter((named) => {
      const kind = valueKindOf(judgedValue(text.slice(named.start, named.end), named), named.quoting);
      return kind === null || !neverCredentials.has(kind);
    })
    .map((named) => ({ named, view, line: lines.lineAt(named.start), endLine: lines.lineAt(named.end) }));
}

export const featuresAt = ({ view, named }: Seen): readonly string[] => featuresOf(view, named);

const someWords = [...commonWords()].filter((word) => word.length >= 5 && word.length <= 9);

/** Words, as people make passwords of them: with a year, two joined, with signs for letters. */
function humanPassword(seed: number): string {
  const word = (step: number): string => someWords[(seed * step) % someWords.length] ?? "";
  const [first, second] = [word(7919), word(104729)];
  const capital = `${first.charAt(0).toUpperCase()}${first.slice(1)}`;
  const made = [
    `${capital}${(seed * 31) % 2030}${["", "!", "#", "?"][(seed >> 2) % 4]}`,
    `${first}${["_", "-", "", "."][(seed >> 2) % 4]}${second}`,
    `${first.replaceAll("a", "@").replaceAll("s", "$").replaceAll("e", "3").replaceAll("o", "0")}${seed % 100}`,
  ];
  return made[seed % made.length] ?? capital;
}

/**
 * The features that the place would have if its value were a password as people make them; `null` for values of another kind. True values of
 * labelled data are often random characters put in place of the real ones: without these the weights would lean on that.
 */
export function humanVariant({ view, named }: Seen, seed: number): readonly string[] | null {
  const value = view.text.slice(named.start, named.end);
  if (meaningOfName(named.name).class !== "password" || !/^[\x21-\x7e]{4,16}$/.test(value)) return null;
  const password = humanPassword(seed);
  const text = view.text.slice(0, named.start) + password + view.text.slice(named.end);
  const changed = { ...viewOf(text, "", []), kind: view.kind, times: view.times };
  return featuresOf(changed, { ...named, end: named.start + password.length });
}
