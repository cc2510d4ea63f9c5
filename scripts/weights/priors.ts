/** What is known before any data is seen, where data is scarce: weights are drawn to these instead of to zero. */
const priors: readonly (readonly [RegExp, number])[] = [
  [
    /^value: is (?:a template|code|a constant|a public key|a media type|markup|an AWS resource|a placeholder|encrypted)/,
    -4,
  ],
  [
    /^value: is (?:a password hash|a URL|a path|an email|a host|a version|a sentence|a regular|a list|a digest|a number|a UUID)/,
    -2.5,
  ],
  [/^name: (?:is about|another kind)/, -2],
  [/^name: (?:says hash|of a provider whose)/, -2],
  [/^name: the value says the same|^value: (?:CONSTANT_CASE|snake_case|kebab-case|camelCase|a dotted name)/, -1],
  [/^value: (?:has a word of tests|holds a row|its characters repeat|only a few different)/, -1.5],
  [/^value: ends in a row/, -0.5],
  [/^value: (?:base64 of|a word with signs)/, -1],
  [/^name: password \+ looks like a UUID/, -2],
  [/^name: (?:token|secret|api-key) \+ looks like a UUID/, 2],
  [/^name: a header that carries/, 1.5],
  [/^place: in the address of a badge/, -5],
  [/^file: the same value/, -1],
  [/^file: a unit test/, -1.5],
  [/^file: (?:lock|translation|minified)/, -2],
  [/^words: a word changed/, 2],
  [/^name: (?:token|secret|api-key|password|auth) \+ looks like a (?:hex )?key$/, 1],
  [/^name: key \+ looks like (?!a key$|a hex key|a long number|long letters)/, -4],
];

/** What always speaks for one: an opaque key under a name that says so. */
const neverAgainst = /looks like (?:a (?:hex )?key|a password full of signs)$/;

/** Whatever the data says, these never speak for a credential: in life nobody is safer for keeping a key among tests. */
const neverFor =
  /^file: (?:among|a unit test|the same|lock|translation|minified)|^line: (?:a comment|an assertion|speaks|a message)|looks like (?:a template|a placeholder|code|a public key|a constant|a media|markup|a path|a URL|a sentence|a host|an email|encrypted)/;

/** Only trees, in which everything counts as false, have names of files: being a test lowers, it must not silence. */
const unitTest = "file: a unit test by its name";

/** The weight that a feature is drawn to. */
export const priorOf = (name: string): number => priors.find(([pattern]) => pattern.test(name))?.[1] ?? 0;

/** The most that the weight of a feature may be. */
export const ceilingOf = (name: string): number => (neverFor.test(name) || priorOf(name) < 0 ? 0 : Infinity);

/** The least that it may be: how a value is written says little by itself, and in the data not every way is common. */
export function floorOf(name: string): number {
  if (name === unitTest) return -2;
  // Labelled data leaves out UUIDs that are credentials, and keeps the others.
  if (/^file: .* \+ looks like a UUID$/.test(name)) return -0.6;
  if (/^file: .* \+ looks like/.test(name)) return neverAgainst.test(name) ? -0.5 : -1.5;
  if (name.endsWith(" looks like a UUID")) return -1;
  // True values of labelled data are random where real ones were: people do type rows of neighbours.
  if (name.startsWith("value: holds a row") || name === "value: is a UUID") return -1.5;
  if (name.startsWith("value: ends in a row")) return -0.6;
  // So they do with words such as "secret" in a password.
  if (name === "value: names a credential" || name.startsWith("value: has a word of tests")) return -1;
  if (name.includes("written with pair")) return -0.3;
  if (name.startsWith("place: found by generic-command-line-password")) return -0.3;
  if (/^place: (?:bare|quoted) in unknown/.test(name)) return -0.3;
  if (/ \+ looks like (?:letters and digits|letters, digits and signs|a long odd text)$/.test(name)) return -0.5;
  if (/^place: (?:written|quoted|bare|quotes|found)/.test(name)) return name.includes(" + ") ? -0.6 : -0.8;
  if (/^name: .* \+ place: written/.test(name)) return -0.8;
  return neverAgainst.test(name) && !name.startsWith("file") ? 0 : -Infinity;
}
