import { Minimatch } from "minimatch";

/** Whether a path is one that a pattern as in a .gitignore names. */
export type PathGlob = { readonly text: string; readonly names: (path: string) => boolean };

const options = { dot: true, nonegate: true, nocomment: true, nobrace: true, noext: true } as const;

/** So that no pattern takes long on any path, whoever wrote the two. */
const mostStars = { inSegment: 4, acrossFolders: 3 };

/** What is wrong with a pattern, or null. */
export function globProblem(text: string): string | null {
  if (text.length > 200) return "a pattern of at most 200 characters";
  if (text.startsWith("!")) return "a pattern without `!`: a later entry can say otherwise";
  if (text.split("/").filter((part) => part === "**").length > mostStars.acrossFolders)
    return `a pattern with at most ${mostStars.acrossFolders} \`**\``;
  const isWild = (part: string): boolean => part.split("*").length - 1 > mostStars.inSegment;
  return text.split("/").some(isWild)
    ? `a pattern with at most ${mostStars.inSegment} stars between two slashes`
    : null;
}

/**
 * As in a .gitignore: without a slash at any depth, with one from the top, with one at the end only folders. What is in a folder that is
 * named is named too.
 */
export function pathGlob(text: string): PathGlob {
  const bare = text.replace(/\/+$/, "");
  const glob = bare.includes("/") ? bare.replace(/^\.?\//, "") : `**/${bare}`;
  const itself = new Minimatch(glob, options);
  const within = new Minimatch(`${glob}/**`, options);
  const foldersOnly = text.endsWith("/");
  return { text, names: (path) => (within.match(path) ? path !== bare : !foldersOnly && itself.match(path)) };
}
