/** Fields that are called so hold what nobody is to read. */
const named = /token|secret|passw|passphrase|authorization|cookie|credential|(?:api|private|access)[-_]?key/i;

/** What looks like something to be let in with, wherever it stands. */
const shapes: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, "[redacted]"],
  [/\b(?:gh[a-z]_|github_pat_)\w{16,}/g, "[redacted]"],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, "[redacted]"],
  [/\b(Bearer|Basic|Splunk|token)(\s+)[\w.~+/=-]{12,}/gi, "$1$2[redacted]"],
  [/(:\/\/)[^\s/@]+@/g, "$1[redacted]@"],
];

/** The text without what looks like a credential. */
export const redactedText = (text: string): string =>
  shapes.reduce((left, [shape, instead]) => left.replace(shape, instead), text);

const deepest = 6;

/** Fields without what is called a credential or looks like one. What lies too deep is left out. */
export function redactedFields(fields: Readonly<Record<string, unknown>>, depth = 0): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      named.test(name) && holdsText(value) ? "[redacted]" : redacted(value, depth),
    ]),
  );
}

/** A text, or a list that has one. */
const holdsText = (value: unknown): boolean =>
  Array.isArray(value) ? value.some(holdsText) : typeof value === "string";

function redacted(value: unknown, depth: number): unknown {
  if (typeof value === "string") return redactedText(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth === deepest) return "[left out]";
  if (Array.isArray(value)) return value.map((one) => redacted(one, depth + 1));
  // What an error says may quote anything.
  if (value instanceof Error) return { name: value.name };
  return redactedFields(value as Record<string, unknown>, depth + 1);
}
