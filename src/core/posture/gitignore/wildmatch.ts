type Outcome = "match" | "no-match" | "abort" | "abort-to-starstar";

/** What cuts a pattern's literal beginning short. */
const special = new Set(["*", "?", "[", "\\"]);

const classes: Readonly<Record<string, RegExp>> = {
  alnum: /^[a-zA-Z0-9]$/,
  alpha: /^[a-zA-Z]$/,
  blank: /^[ \t]$/,
  // oxlint-disable-next-line no-control-regex -- that is what the class is
  cntrl: /^[\x00-\x1f\x7f]$/,
  digit: /^[0-9]$/,
  graph: /^[!-~]$/,
  lower: /^[a-z]$/,
  print: /^[ -~]$/,
  punct: /^[!-/:-@[-`{-~]$/,
  space: /^[ \t\n\v\f\r]$/,
  upper: /^[A-Z]$/,
  xdigit: /^[0-9a-fA-F]$/,
};

/** How long a pattern's beginning is that means itself. */
export function literalLength(pattern: string): number {
  const end = pattern.search(/[*?[\\]/);
  return end < 0 ? pattern.length : end;
}

/**
 * Whether a text fits a pattern as git understands it: `*` and `?` stop at a slash if `pathname` is set, `**` between slashes
 * does not. Follows git's own algorithm (wildmatch.c), oddities included, as git decides what is ignored. Both are byte strings.
 * https://git-scm.com/docs/gitignore#_pattern_format
 */
export function wildmatch(pattern: string, text: string, pathname: boolean): boolean {
  return matchFrom(pattern, 0, text, 0, pathname) === "match";
}

function matchFrom(pattern: string, from: number, text: string, at: number, pathname: boolean): Outcome {
  let [p, t] = [from, at];
  for (; p < pattern.length; p += 1, t += 1) {
    const char = pattern.charAt(p);
    if (t >= text.length && char !== "*") return "abort";
    if (char === "*") {
      const star = readStar(pattern, from, p, pathname);
      if (star.doubled && pattern[star.next] === "/") {
        // "**/" may stand for nothing at all.
        if (matchFrom(pattern, star.next + 1, text, t, pathname) === "match") return "match";
      }
      if (star.next === pattern.length) return star.acrossSlashes || !text.includes("/", t) ? "match" : "no-match";
      if (star.acrossSlashes || pattern[star.next] !== "/")
        return matchStar(pattern, star.next, text, t, pathname, star.acrossSlashes);
      const slash = text.indexOf("/", t);
      if (slash < 0) return "no-match";
      [p, t] = [star.next, slash];
    } else if (char === "?") {
      if (pathname && text[t] === "/") return "no-match";
    } else if (char === "[") {
      const set = readSet(pattern, p, text.charAt(t));
      if (set === null) return "abort";
      if (!set.matched || (pathname && text[t] === "/")) return "no-match";
      p = set.end;
    } else {
      if (char === "\\") p += 1;
      if (text[t] !== pattern[p]) return "no-match";
    }
  }
  return t < text.length ? "no-match" : "match";
}

type Star = { readonly next: number; readonly doubled: boolean; readonly acrossSlashes: boolean };

function readStar(pattern: string, from: number, p: number, pathname: boolean): Star {
  let next = p + 1;
  if (pattern[next] !== "*") return { next, doubled: false, acrossSlashes: !pathname };
  while (pattern[next] === "*") next += 1;
  if (!pathname) return { next, doubled: false, acrossSlashes: true };
  const before = p === from || pattern[p - 1] === "/";
  const after = next === pattern.length || pattern[next] === "/" || pattern.startsWith("\\/", next);
  return { next, doubled: before && after, acrossSlashes: before && after };
}

function matchStar(pattern: string, p: number, text: string, at: number, pathname: boolean, across: boolean): Outcome {
  const literal = special.has(pattern.charAt(p)) ? null : pattern.charAt(p);
  for (let t = at; t < text.length; t += 1) {
    if (literal !== null) {
      const found = text.indexOf(literal, t);
      const slash = across ? -1 : text.indexOf("/", t);
      t = found < 0 || (slash >= 0 && slash < found) ? text.length : found;
      if (text[t] !== literal) return "no-match";
    }
    const rest = matchFrom(pattern, p, text, t, pathname);
    if (rest !== "no-match") {
      if (!across || rest !== "abort-to-starstar") return rest;
    } else if (!across && text[t] === "/") return "abort-to-starstar";
  }
  return "abort";
}

/** Reads `[…]` at `p`; null if it does not end. `end` is at the closing bracket. */
function readSet(pattern: string, p: number, char: string): { readonly matched: boolean; readonly end: number } | null {
  let at = p + 1;
  const negated = pattern[at] === "!" || pattern[at] === "^";
  if (negated) at += 1;
  let matched = false;
  let previous = "";
  do {
    let here = pattern.charAt(at);
    if (here === "") return null;
    const named = here === "[" && pattern[at + 1] === ":" ? readClass(pattern, at) : null;
    if (here === "\\") {
      at += 1;
      here = pattern.charAt(at);
      if (here === "") return null;
      matched ||= char === here;
    } else if (here === "-" && previous !== "" && at + 1 < pattern.length && pattern[at + 1] !== "]") {
      at += pattern[at + 1] === "\\" ? 2 : 1;
      const last = pattern.charAt(at);
      if (last === "") return null;
      matched ||= char <= last && char >= previous;
      here = "";
    } else if (named === "endless") {
      return null;
    } else if (named !== null) {
      const test = classes[named.name];
      // A class git does not know makes the whole pattern match nothing.
      if (test === undefined) return null;
      matched ||= test.test(char);
      at = named.end;
      here = "";
    } else {
      matched ||= char === here;
    }
    previous = here;
    at += 1;
  } while (pattern[at] !== "]");
  return { matched: matched !== negated, end: at };
}

/** `[:name:]` at `at`, ending at its `]`; null if what stands there is no class; "endless" if no `]` follows. */
function readClass(pattern: string, at: number): { readonly name: string; readonly end: number } | "endless" | null {
  const end = pattern.indexOf("]", at + 2);
  if (end < 0) return "endless";
  if (end === at + 2 || pattern[end - 1] !== ":") return null;
  return { name: pattern.slice(at + 2, end - 1), end };
}
