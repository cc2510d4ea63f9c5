/** One line of a CODEOWNERS file. No owners: what fits belongs to nobody. */
export type CodeOwnersRule = { readonly pattern: string; readonly owners: readonly string[] };

/** GitHub reads no larger file: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners */
const largest = 3 * 1024 * 1024;

/** Where the file may stand, in the order in which GitHub looks for it. */
export const codeOwnersPaths = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"] as const;

/**
 * Reads a CODEOWNERS file as GitHub does: a line that it would not take (a pattern with `!` or `[ ]`, an owner that is none) is
 * skipped.
 */
export function parseCodeOwners(text: string): readonly CodeOwnersRule[] {
  if (text.length > largest) return [];
  return text.split(/\r?\n/).flatMap((line): CodeOwnersRule[] => {
    const words = wordsOf(line);
    const [pattern, ...owners] = words;
    if (pattern === undefined || pattern.startsWith("!") || /[[\]]/.test(pattern)) return [];
    return owners.every(isOwner) ? [{ pattern, owners: owners.map((owner) => owner.replace(/^@/, "")) }] : [];
  });
}

/** The owners of a path: those of the last pattern that fits. Empty: nobody's. */
export function ownersOf(path: string, rules: readonly CodeOwnersRule[]): readonly string[] {
  return rules.findLast(({ pattern }) => patternMatches(pattern, path))?.owners ?? [];
}

/** Split at blanks that no backslash protects, up to a comment. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:\\.|[^\s\\])+/g) ?? [];
  const comment = words.findIndex((word) => word.startsWith("#"));
  return (comment === -1 ? words : words.slice(0, comment)).map((word) => word.replace(/\\(\s)/g, "$1"));
}

const isOwner = (word: string): boolean =>
  /^@[\w-]+(?:\/[\w.-]+)?$/.test(word) || /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(word);

const compiled = new Map<string, RegExp>();
const mostCompiled = 5_000;

/**
 * Whether a pattern of a CODEOWNERS file fits a path. As in a .gitignore file, but that `dir/*` does not reach below the files that
 * stand in `dir` itself. Letter case counts.
 */
export function patternMatches(pattern: string, path: string): boolean {
  const known = compiled.get(pattern);
  const regex = known ?? toRegex(pattern);
  if (!known) {
    if (compiled.size >= mostCompiled) compiled.clear();
    compiled.set(pattern, regex);
  }
  return regex.test(path);
}

function toRegex(pattern: string): RegExp {
  const directory = pattern.endsWith("/");
  const bare = pattern.replace(/^\//, "").replace(/\/$/, "");
  // A slash anywhere but at the end ties the pattern to the root.
  const anchored = pattern.startsWith("/") || bare.includes("/");
  const segments = bare.split("/");
  const last = segments.at(-1) ?? "";
  const body = segments
    .map((segment, index) => {
      const isLast = index === segments.length - 1;
      if (segment === "**") return isLast ? ".+" : "(?:[^/]+/)*";
      return `${segmentSource(segment)}${isLast ? "" : "/"}`;
    })
    .join("");
  // A name also stands for everything below it, but `dir/*` names the files of one directory alone.
  const filesOnly = !directory && last === "*" && segments.length > 1;
  const below = directory ? "/.+" : filesOnly || last === "**" ? "" : "(?:/.+)?";
  return new RegExp(`^${anchored ? "" : "(?:.+/)?"}${body}${below}$`, "s");
}

function segmentSource(segment: string): string {
  return segment.replace(/\\?[\s\S]/g, (char) => {
    if (char === "*") return "[^/]*";
    if (char === "?") return "[^/]";
    const literal = char.length === 2 ? char.slice(1) : char;
    return literal.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
  });
}
