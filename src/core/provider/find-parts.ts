/** What a request takes beside the secret, by name; or the name of a part that is not there. */
export type FoundParts =
  | {
      readonly kind: "found";
      readonly parts: ReadonlyMap<string, string>;
      /** Whether each can only be the one: a text with two accounts in it may lead to the wrong one. */
      readonly isCertain: boolean;
    }
  | { readonly kind: "missing"; readonly name: string };

/** Looks for parts in the secret itself, then in the text around it. Of several that fit, the nearest to the secret is meant. */
export function findParts(
  patterns: Readonly<Record<string, string>>,
  secret: string,
  surroundings: string | null,
): FoundParts {
  const parts = new Map<string, string>();
  let isCertain = true;
  for (const [name, pattern] of Object.entries(patterns)) {
    const inside = matchesOf(pattern, secret)[0]?.text;
    const around = surroundings === null || inside !== undefined ? [] : byDistance(pattern, secret, surroundings);
    const part = inside ?? around[0]?.text;
    if (part === undefined) return { kind: "missing", name };
    isCertain &&= around.every(({ text }) => text === part);
    parts.set(name, part);
  }
  return { kind: "found", parts, isCertain };
}

type Found = { readonly text: string; readonly start: number; readonly end: number };

function byDistance(pattern: string, secret: string, surroundings: string): readonly Found[] {
  // A secret that was written in another way there is taken to stand in the middle.
  const at = surroundings.indexOf(secret);
  const start = at < 0 ? surroundings.length / 2 : at;
  const end = at < 0 ? start : at + secret.length;
  const distance = (one: Found): number => Math.max(one.start - end, start - one.end, 0);
  return matchesOf(pattern, surroundings)
    .filter(({ text }) => text !== secret)
    .toSorted((a, b) => distance(a) - distance(b));
}

/** The first group of each match, or all of it where the pattern has none. */
function matchesOf(pattern: string, text: string): readonly Found[] {
  return [...text.matchAll(new RegExp(pattern, "g"))].map((match) => ({
    text: match[1] ?? match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
}
