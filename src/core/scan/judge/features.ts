import type { NamedValue } from "../generic/named-value.ts";
import { basicRule } from "../generic/find-authorization.ts";
import { fileKindOf, type FileKind } from "./file-kind.ts";
import { nameFeatures } from "./name-features.ts";
import { peopleFeatures } from "./people-features.ts";
import { placeFeatures } from "./place-features.ts";
import { judgedValue, valueFeatures } from "./value-features.ts";
import { type ValueKind, valueKindOf } from "./value-kind.ts";

/** What is the same for all named values of a text. */
export type FileView = {
  readonly text: string;
  readonly kind: () => FileKind;
  /** How often each value that is not hopeless is given to something in this text. */
  readonly times: () => ReadonlyMap<string, number>;
  /** What is said about a value alone: the same values come again and again. */
  readonly ofValue: (named: NamedValue) => ValueView;
};

export type ValueView = {
  readonly kind: ValueKind | null;
  readonly features: () => readonly string[];
  /** What is found out from these features, once. */
  weight: number | undefined;
};

/**
 * Looks at a text once for all its named values, and at what only a value that could be a finding asks for when one does. `hopeful`: those that are not
 * hopeless; the others need not be known.
 */
export function viewOf(text: string, path: string, hopeful: readonly NamedValue[]): FileView {
  let kind: FileKind | undefined;
  let times: ReadonlyMap<string, number> | undefined;
  return {
    text,
    kind: () => (kind ??= fileKindOf(path)),
    times: () => (times ??= timesOf(text, hopeful)),
    ofValue: rememberedValues(text),
  };
}

function timesOf(text: string, all: readonly NamedValue[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { start, end } of all) {
    const value = text.slice(start, Math.min(end, start + 200));
    times.set(value, (times.get(value) ?? 0) + 1);
  }
  return times;
}

/** Longer values, and more of them, are looked at each time. */
const longestRemembered = 200;
const mostRemembered = 50_000;

/** Remembers while one text is looked at, and no longer: values may be secrets. */
function rememberedValues(text: string): FileView["ofValue"] {
  const bare = new Map<string, ValueView>();
  const quoted = new Map<string, ValueView>();
  return (named) => {
    const value = text.slice(named.start, named.end);
    if (named.ruleId === basicRule) return lookAt(value, named);
    const known = named.quoting === "none" ? bare : quoted;
    const before = known.get(value);
    if (before !== undefined) return before;
    const view = lookAt(value, named);
    if (value.length <= longestRemembered && known.size < mostRemembered) known.set(value, view);
    return view;
  };
}

function lookAt(value: string, named: NamedValue): ValueView {
  const kind = valueKindOf(judgedValue(value, named), named.quoting);
  let features: readonly string[] | undefined;
  return { kind, features: () => (features ??= valueFeatures(value, named, kind)), weight: undefined };
}

/** Everything that can be said about a named value: phrases in a fixed order, none twice. Each has a weight in `weights.json`. */
export function featuresOf({ text, kind, times, ofValue }: FileView, named: NamedValue): readonly string[] {
  const value = text.slice(named.start, named.end);
  const often = times().get(value.slice(0, 200)) ?? 0;
  const own = [
    ...nameFeatures(value, named),
    ...ofValue(named).features(),
    ...placeFeatures(text, named, kind()),
    ...(often >= 3 ? [`file: the same value ${often >= 6 ? "six times or more" : "three times or more"}`] : []),
  ];
  return [...new Set([...own, ...peopleFeatures(text, named, own), ...pairsOf(own)])];
}

/** Two things that say more together than apart. */
function pairsOf(features: readonly string[]): string[] {
  const one = (prefix: string): string => features.find((feature) => feature.startsWith(prefix)) ?? `${prefix}?`;
  const name = one("name: ");
  const looks = one("looks like ");
  const written = one("place: written with ");
  const language = features.find((feature) => /^place: (?:bare|quoted) in /.test(feature)) ?? "";
  const found = one("place: found by ");
  const hidden = features.find((feature) => /^value: (?:base64 of|a word with)/.test(feature));
  const file = features.find((feature) => feature.startsWith("file: ")) ?? "file: ordinary";
  return [
    ...(hidden === undefined ? [] : [`${hidden} + ${found}`]),
    `${name} + ${looks}`,
    `${found} + ${looks}`,
    `${name} + ${written}`,
    `${language} + ${looks}`,
    `${language} + ${written}`,
    `${file} + ${looks}`,
  ];
}
