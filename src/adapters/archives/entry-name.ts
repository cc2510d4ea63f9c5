const longest = 200;

/** Control characters and those that change the direction of text: they could make one name look like another. */
const deceptive = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\ufffd%]/u;

/**
 * An entry's name as it may be shown: relative, with `/`, without a way up, without characters that act on a terminal or hide
 * what stands there, and without the `!/` that parts the levels. What is taken away is percent-encoded, so that names stay
 * apart. Nothing is ever written to where a name points.
 */
export function shownName(name: string): string {
  const segments = name
    .slice(0, 4 * longest)
    .replaceAll("\\", "/")
    .split("/")
    .filter((segment) => segment !== "" && segment !== ".")
    .map((segment) => (segment === ".." ? "%2E%2E" : shownSegment(segment)));
  const shown = segments.join("/") || "%00";
  return shown.length <= longest ? shown : `${shown.slice(0, longest - 1)}…`;
}

function shownSegment(segment: string): string {
  const safe = Array.from(segment.toWellFormed(), (char) =>
    deceptive.test(char) ? encodeURIComponent(char) : char,
  ).join("");
  return safe.endsWith("!") ? `${safe.slice(0, -1)}%21` : safe;
}
