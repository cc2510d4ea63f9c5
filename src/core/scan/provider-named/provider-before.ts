import { isCommonWord } from "../word-shape.ts";
import names from "./provider-names.json" with { type: "json" };

/** A provider that is named before a value. */
export type NamedProvider = {
  /** In lower case, letters and digits only. */
  readonly name: string;
  /** A credential word stands with the name: `acme_token`, `token for acme`. */
  readonly credential: boolean;
  /** The text is the name and nothing else but what divides it from the value. */
  readonly alone: boolean;
};

/** Names of providers that are said of other things: `REPLY AUTH …`. */
const notNames = new Set(["reply"]);
const longestName = 24;
/** A name this short says little by itself, as one that is a common word too. */
const shortName = 3;

const credentials =
  "key|token|secret|pass|pwd|auth(?!or|ent)|cred|private|access|login|bearer|api(?!s)|jwt|tkn|pat(?![a-z])|dsn";
const qualifiers =
  "app|client|user|admin|service|account|server|live|test|prod|read|write|rest|personal|bot|web|webhook|master|project|org|public";
const credentialWord = new RegExp(credentials);
const credentialNext = new RegExp(`^(?:${qualifiers})*(?:${credentials})`);
/** What may stand before an everyday name in its identifier. */
const before =
  /^(?:my|our|the|env|app|react|next|public|vite|nuxt|expo|gatsby|vue|prod|production|dev|staging|test|secrets?|vars?|config|cfg|set|with|default)*$/;
const onlyCredentialWords = new RegExp(`^(?:${credentials}|live|test|prod|client|personal|user|x|v|id)+s?$`);
/** Names that the word list knows only as names. */
const brands = new Set("mailchimp mailgun mailjet sendinblue twilio".split(" "));

type Known = {
  readonly providers: ReadonlySet<string>;
  /** What people leave away: `karma` for Karma CRM. */
  readonly shortened: ReadonlySet<string>;
  /** By the first two letters of names, how long these are: a bit for each length. */
  readonly lengths: ReadonlyMap<string, number>;
};

let made: Known | undefined;

/** Thousands of names: made when they are first asked for, for which a start has no time. */
const known = (): Known => (made ??= readNames());

function readNames(): Known {
  const all = names.split(" ");
  const providers = new Set(all.filter((name) => !notNames.has(name)));
  const short = all
    .map((name) => name.replace(/(?:crm|api|io|app|ai|hq|labs|cloud)$/, ""))
    .filter((one) => one.length >= 4 && !providers.has(one) && !notNames.has(one) && !onlyCredentialWords.test(one));
  const shortened = new Set(short);
  const lengths = new Map<string, number>();
  for (const name of [...providers, ...shortened]) {
    const first = name.slice(0, 2);
    if (name.length >= 2 && name.length <= longestName)
      lengths.set(first, (lengths.get(first) ?? 0) | (1 << name.length));
  }
  return { providers, shortened, lengths };
}

/** Names, in full or shortened. */
export function namesKnown(): readonly string[] {
  const { providers, shortened } = known();
  return [...providers, ...shortened].filter((name) => name.length >= 2);
}

/** Words with which goes on what may follow an everyday name. */
export const followers: readonly string[] = [
  ...qualifiers.split("|"),
  ...credentials.replace(/\(.*?\)/g, "").split("|"),
];

/** Whether a name is said of other things too. */
export const isEveryday = (name: string): boolean =>
  name.length <= shortName || !known().providers.has(name) || (isCommonWord(name) && !brands.has(name));

/** What stands with a name where its client is made: `acme.init("…")`, `new Acme("…")`. */
const beginnings = /\b(?:new|init|initialize|setup|configure|client)\b/g;

/** Whether a word is a provider's name, a credential word, or both joined. */
export function isNameOrCredentialWord(word: string): boolean {
  const lower = word.toLowerCase();
  const { providers, shortened } = known();
  if (providers.has(lower) || shortened.has(lower) || onlyCredentialWords.test(lower)) return true;
  const at = lower.search(credentialWord);
  return at > 1 && providers.has(lower.slice(0, at)) && onlyCredentialWords.test(lower.slice(at));
}

/**
 * Finds the provider named in a piece of text that ends where a value begins: of several the nearest, and of those that end with the same word the
 * longest. `null` if there is none.
 */
export function providerBefore(text: string): NamedProvider | null {
  const flat = flatten(text);
  for (let at = flat.letters.length - 2; at >= 0; at--) {
    if (flat.starts[at] === 0) continue;
    const found = nameAt(flat, at);
    if (found !== null) return longerName(flat, at, found) ?? found;
  }
  return null;
}

/** A name that begins before another and ends where that one does: `The Odds API`, not `Odds API`. */
function longerName(flat: Flat, start: number, { name }: NamedProvider): NamedProvider | null {
  const end = start + name.length;
  for (let at = Math.max(0, end - longestName); at < start; at++) {
    if (flat.starts[at] === 0) continue;
    const found = nameAt(flat, at);
    if (found !== null && at + found.name.length === end) return found;
  }
  return null;
}

type Flat = {
  /** Letters and digits in lower case; a line end for whatever divides phrases. */
  readonly letters: string;
  /** 2: an identifier begins here; 1: a word in it; 0: neither. */
  readonly starts: Uint8Array;
};

/** Leaves out single separators, so that `less-annoying.CRM` and `lessAnnoyingCrm` read the same. */
function flatten(text: string): Flat {
  const starts = new Uint8Array(text.length * 2 + 2);
  let letters = "";
  // How many signs stand between two letters, and the last of them.
  let between = 0;
  let divider = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (!isLetterOrDigit(code)) {
      between++;
      divider = code;
      continue;
    }
    const single = between === 0 || (between === 1 && isDivider(divider));
    if (!single && letters !== "") letters += "\n";
    const begins = !single || (between === 1 && divider === 32) || at === 0;
    starts[letters.length] = begins ? 2 : between > 0 || isHump(text, at) ? 1 : 0;
    letters += String.fromCharCode(isCapital(code) ? code + 32 : code);
    between = 0;
  }
  starts[letters.length] = 2;
  return { letters, starts };
}

const isSmall = (code: number): boolean => code >= 97 && code <= 122;
const isCapital = (code: number): boolean => code >= 65 && code <= 90;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isLetterOrDigit = (code: number): boolean => isSmall(code) || isCapital(code) || isDigit(code);
/** One of these alone divides words of one name: blank _ . - */
const isDivider = (code: number): boolean => code === 32 || code === 95 || code === 46 || code === 45;

/** Whether a word of a camelCase name begins here. */
function isHump(text: string, at: number): boolean {
  if (!isCapital(text.charCodeAt(at))) return false;
  const last = text.charCodeAt(at - 1);
  return isSmall(last) || isDigit(last) || (isCapital(last) && isSmall(text.charCodeAt(at + 1)));
}

function nameAt({ letters, starts }: Flat, at: number): NamedProvider | null {
  const { providers, shortened, lengths } = known();
  const possible = lengths.get(letters.slice(at, at + 2)) ?? 0;
  if (possible === 0) return null;
  for (let length = Math.min(longestName, letters.length - at); length >= 2; length--) {
    if ((possible & (1 << length)) === 0) continue;
    const name = letters.slice(at, at + length);
    if (!providers.has(name) && !shortened.has(name)) continue;
    const end = at + length;
    const rest = letters.slice(end);
    const follows = credentialNext.test(rest);
    if (starts[end] === 0 && !follows) continue;
    if (isEveryday(name)) {
      if (follows && beginsIdentifier({ letters, starts }, at)) return { name, credential: true, alone: false };
      continue;
    }
    const others = `${letters.slice(0, at)}\n${rest}`;
    return { name, credential: credentialWord.test(others), alone: others.replace(beginnings, "").trim() === "" };
  }
  return null;
}

/** Whether an identifier begins with the name, but for words such as `my` and `REACT_APP`. */
function beginsIdentifier({ letters, starts }: Flat, at: number): boolean {
  let first = at;
  while (first > 0 && starts[first] !== 2) first--;
  return before.test(letters.slice(first, at));
}
