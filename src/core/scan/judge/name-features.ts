import type { NamedValue } from "../generic/named-value.ts";
import { meaningOfName, wordsOfName } from "../generic/credential-names.ts";
import { ownText } from "../own-text.ts";
import { type ExactFormat, formatsOfName } from "./exact-formats.ts";

/** What a name says by itself: the same names come again and again. */
type NameView = {
  readonly features: readonly string[];
  readonly words: ReadonlySet<string>;
  /** Of providers whose credentials look so. */
  readonly formats: readonly ExactFormat[];
};

/** What a name says, and how it goes with the value. */
export function nameFeatures(value: string, { name }: NamedValue): readonly string[] {
  const { features, words, formats } = viewOfName(name);
  const otherwise = formats.some((format) => !format.test(value));
  const alike = isLike(words, value);
  if (!otherwise && !alike) return features;
  return [
    ...features,
    ...(otherwise ? ["name: of a provider whose credentials look otherwise"] : []),
    ...(alike ? ["name: the value says the same"] : []),
  ];
}

const mostRemembered = 20_000;
const remembered = new Map<string, NameView>();

function viewOfName(name: string): NameView {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  if (remembered.size > mostRemembered) remembered.clear();
  const own = ownText(name);
  const view = { features: featuresOfName(own), words: new Set(wordsOfName(own)), formats: formatsOfName(own) };
  remembered.set(own, view);
  return view;
}

function featuresOfName(name: string): readonly string[] {
  const meaning = meaningOfName(name);
  const features = [`name: ${meaning.class}`];
  if (meaning.about) features.push("name: is about a credential, not one");
  if (meaning.other) features.push("name: another kind of thing");
  if (meaning.bare) features.push(`name: only the word ${meaning.class}`);
  if (
    /\.(?:password|secret|token|key|length|value|text)$/i.test(name) &&
    /^(?:this|self|req|res|event|args|params|options|opts|data|state|props)\./i.test(name)
  )
    features.push("name: a member of an object at hand");
  if (/test|example|sample|dummy|fake|mock|invalid|wrong|bad/i.test(name))
    features.push("name: has a word of tests and examples");
  if (/hash|digest|checksum|sha\d|md5|signature|fingerprint|integrity|public|salt|nonce/i.test(name))
    features.push("name: says hash, signature or public");
  if (/^x-(?:[a-z]+-)*(?:api-?key|(?:api|auth|access)-token)$/i.test(name))
    features.push("name: a header that carries a credential");
  return features;
}

const shortestWord = 3;

/** Whether the value is made of the words of the name: `password: "password"`, `clientSecret: "my-client-secret"`. */
function isLike(words: ReadonlySet<string>, value: string): boolean {
  if (value.length > 64 || value.length < shortestWord || !mayHoldOne(words, value)) return false;
  const own = wordsOfName(value).filter((word) => word.length >= shortestWord);
  return own.length > 0 && own.filter((word) => words.has(word)).length * 2 >= own.length;
}

/** Accented letters may be read as others. */
function mayHoldOne(words: ReadonlySet<string>, value: string): boolean {
  const lower = value.toLowerCase();
  for (const word of words) if (word.length >= shortestWord && lower.includes(word)) return true;
  return /[\x80-\xff]/.test(value);
}
