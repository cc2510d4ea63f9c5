import { assignmentRule } from "../generic/find-assignments.ts";
import { meaningOfName } from "../generic/credential-names.ts";
import type { NamedValue } from "../generic/named-value.ts";
import { urlRule } from "../generic/find-url-credentials.ts";
import { isCommonWord } from "../word-shape.ts";
import { hidesWord } from "./plain-text.ts";

/**
 * Passwords that people make up, where people keep them. Labelled data cannot teach what these are worth: its true values are random characters
 * in the place of the real ones, and the words that are left in it are those of tests. So their weights are set here, and training takes them as given.
 */
export const peopleWeights: ReadonlyMap<string, number> = new Map([
  ["people: a made-up word as the setting of an environment", 1.4],
  ["people: in a connection string, with its user", 1.1],
  ["people: a word as password of a host on the internet", 1.3],
  ["people: a sign in the place of a letter of a word", 1.3],
  ["people: a made-up name with a sign behind it", 2.1],
  ["people: words beside their user", 1.1],
  ["people: a sentence tells it", 3.2],
]);

/** What speaks for a password of people. `seen`: what else is said about the value; among tests and examples a made-up word is just that. */
export function peopleFeatures(text: string, named: NamedValue, seen: readonly string[]): string[] {
  const value = text.slice(named.start, named.end);
  if (!/^[\x20-\x7e]{4,40}$/.test(value) || seen.some(isOfFileOrKind)) return [];
  if (named.ruleId === urlRule) return isOnInternet(text, named, seen) ? [urlFeature] : [];
  const { class: kind, about, other } = meaningOfName(named.name);
  if (named.ruleId !== assignmentRule || kind !== "password" || about || other) return [];
  const features = hidesWord(value) ? ["people: a sign in the place of a letter of a word"] : [];
  if (isMadeUpName(value)) features.push("people: a made-up name with a sign behind it");
  if (isTold(text, named, seen)) features.push("people: a sentence tells it");
  if (isSetting(text, named) && seen.includes("looks like a made-up word"))
    features.push("people: a made-up word as the setting of an environment");
  if (!seen.includes(givenUser)) return features;
  if (isInConnectionString(text, named)) features.push("people: in a connection string, with its user");
  if (named.quoting !== "none" && /^[a-z]{3,}(?: [a-z]{3,}){1,3}$/.test(value) && !seen.some(isOfTests))
    features.push("people: words beside their user");
  return features;
}

/**
 * What `peopleFeatures` may say of an assignment: no less, and perhaps more, without a look at the text. `seen` may be a part of what else is said.
 */
export function possiblePeopleFeatures(value: string, named: NamedValue, seen: readonly string[]): readonly string[] {
  const { class: kind, about, other } = meaningOfName(named.name);
  if (kind !== "password" || about || other || value.length < 4 || value.length > 40 || seen.some(isOfFileOrKind))
    return [];
  const features: string[] = [];
  if (hidesWord(value)) features.push("people: a sign in the place of a letter of a word");
  if (isMadeUpName(value)) features.push("people: a made-up name with a sign behind it");
  if (named.operator === "word" && named.quoting !== "none") features.push("people: a sentence tells it");
  if (named.operator === "=" && named.quoting === "none") {
    features.push("people: in a connection string, with its user");
    if (seen.includes("looks like a made-up word"))
      features.push("people: a made-up word as the setting of an environment");
  }
  if (named.quoting !== "none" && value.includes(" ")) features.push("people: words beside their user");
  return features;
}

const isOfFileOrKind = (feature: string): boolean =>
  feature.startsWith("file") || feature.startsWith("value: is") || feature.startsWith("name: the value");

const urlFeature = "people: a word as password of a host on the internet";
const givenUser = "line: its user is given beside it";

const isOfTests = (feature: string): boolean =>
  feature === "value: names a credential" || feature === "value: has a word of tests and examples";

/** `scheme://user:word@db.acme.com`: nobody's user, password and host are not, and the host is no name that only a network of one's own knows. */
function isOnInternet(text: string, { end, wrapper }: NamedValue, seen: readonly string[]): boolean {
  if (wrapper === "lone" || seen.some((one) => one.startsWith("url: ") || isOfTests(one))) return false;
  const host = /^@((?:[\w-]+\.)+[a-z]{2,})(?:[:/?\s"'`]|$)/i.exec(text.slice(end, end + 120))?.[1];
  return host !== undefined && !/\.(?:local|localhost|internal|lan|home|corp|svc|cluster)$/i.test(host);
}

/** `Prestigious$`, but of no word that is in every list. */
function isMadeUpName(value: string): boolean {
  const word = /^([A-Z][a-z]{5,})[!@#$%&*?]{1,3}$/.exec(value)?.[1];
  return word !== undefined && !isCommonWord(word.toLowerCase());
}

/** `the password for … is "…"`: no word that may stand there for itself, as in `the password is "required"`. */
function isTold(text: string, { operator, quoting, name, nameStart, start, end }: NamedValue, seen: readonly string[]) {
  if (operator !== "word" || quoting === "none" || /\s/.test(text.slice(start, end))) return false;
  const between = text.slice(nameStart + name.length, start);
  return (
    /\b(?:is|was|are|will be)(?: set to| now)?:? ["'`]$/.test(between) &&
    !seen.some(isOfTests) &&
    !seen.includes("looks like a word")
  );
}

/** `NAME=word`, alone on its line, also behind `export` or as a comment. */
function isSetting(text: string, { name, nameStart, operator, quoting, end }: NamedValue): boolean {
  if (operator !== "=" || quoting !== "none" || !/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(name)) return false;
  return (
    /(?:^|\n)[ \t]*(?:#[ \t]?)?(?:export )?$/.test(text.slice(Math.max(0, nameStart - 40), nameStart)) &&
    /^[ \t]*(?:\r?\n|$|#)/.test(text.slice(end, end + 40))
  );
}

/** `Server=…;User ID=…;Password=word;` and `jdbc:…?user=…&password=word`. */
function isInConnectionString(text: string, { operator, quoting, nameStart, end }: NamedValue): boolean {
  if (operator !== "=" || quoting !== "none" || !/^(?:[;&"'`]|\s*$)/.test(text.slice(end, end + 2))) return false;
  const around = text.slice(Math.max(0, nameStart - 160), end + 160);
  return /jdbc:\w+:|(?:^|[;"'`\s])(?:data source|server|host|initial catalog|database|dsn|provider)\s?=[^;\n]{2,60};/i.test(
    around,
  );
}
