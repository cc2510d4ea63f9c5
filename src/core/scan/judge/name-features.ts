import type { NamedValue } from "../generic/named-value.ts";
import { looksOtherwise } from "./exact-formats.ts";
import { meaningOfName, wordsOfName } from "../generic/credential-names.ts";

/** What a name says, and how it goes with the value. */
export function nameFeatures(value: string, { name }: NamedValue): string[] {
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
  if (looksOtherwise(name, value)) features.push("name: of a provider whose credentials look otherwise");
  if (isLike(name, value)) features.push("name: the value says the same");
  return features;
}

/** Whether the value is made of the words of the name: `password: "password"`, `clientSecret: "my-client-secret"`. */
function isLike(name: string, value: string): boolean {
  if (value.length > 64 || value.length < 3) return false;
  const words = new Set(wordsOfName(name));
  const own = wordsOfName(value).filter((word) => word.length > 2);
  return own.length > 0 && own.filter((word) => words.has(word)).length * 2 >= own.length;
}
