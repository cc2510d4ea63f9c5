import type { TreeFacts } from "../facts.ts";
import { type IgnoreFile, ignoreRules } from "../gitignore/ignore-rules.ts";
import { type ExpectedFile, notIgnored } from "../ignored-files.ts";
import { probePathOf, sensitiveKinds } from "../sensitive-files.ts";

/** A file as it is to be; its path and text are byte strings. */
export type NewFile = { readonly path: string; readonly text: string };

export type CompletedIgnores = {
  readonly files: readonly NewFile[];
  readonly added: readonly { readonly path: string; readonly patterns: readonly string[] }[];
  /** What would still not be ignored. */
  readonly left: readonly ExpectedFile[];
};

const heading = "# Files that hold credentials";

/**
 * The `.gitignore` files with what they lack, and with nothing else: in the file at the top, except where a deeper file takes
 * something back; there it is added to that one. Templates that were not ignored stay so. What was written is judged again, by the
 * rules of git, before anybody is asked to take it.
 */
export function completeGitignore(tree: TreeFacts): CompletedIgnores {
  const missing = notIgnored(tree);
  const nested = new Set(tree.ignoreFiles.map(({ folder }) => folder));
  const atTop = missing.filter(({ folder }) => folder === "" || !nested.has(folder));
  const first = withPatterns(tree.ignoreFiles, "", patternsFor(atTop));
  // Only what the file at the top cannot reach is a deeper one's to say.
  const still = notIgnored({ ...tree, ignoreFiles: first });
  const folders = Map.groupBy(still, ({ folder }) => folder);
  const after = [...folders]
    .filter(([folder]) => folder !== "" && nested.has(folder))
    .reduce((files, [folder, ones]) => withPatterns(files, folder, patternsFor(ones)), first);
  const changed = after.filter(({ folder, text }) => textIn(tree.ignoreFiles, folder) !== text);
  return {
    files: changed.map(({ folder, text }) => ({ path: pathIn(folder), text })),
    added: changed.map(({ folder, text }) => ({
      path: pathIn(folder),
      patterns: text
        .slice(textIn(tree.ignoreFiles, folder).length)
        .split(/\r?\n/)
        .filter((line) => line !== "" && line !== heading),
    })),
    left: notIgnored({ ...tree, ignoreFiles: after }),
  };
}

const pathIn = (folder: string): string => (folder === "" ? ".gitignore" : `${folder}/.gitignore`);
const textIn = (files: readonly IgnoreFile[], folder: string): string =>
  files.find((file) => file.folder === folder)?.text ?? "";

/** One with a slash is about one place, unless it says otherwise. */
const patternsFor = (missing: readonly ExpectedFile[]): readonly string[] => [
  ...new Set(missing.map(({ name, folder }) => (name.includes("/") && folder !== "" ? `**/${name}` : name))),
];

function withPatterns(
  files: readonly IgnoreFile[],
  folder: string,
  patterns: readonly string[],
): readonly IgnoreFile[] {
  if (patterns.length === 0) return files;
  const before = textIn(files, folder);
  const end = /\r\n/.test(before) ? "\r\n" : "\n";
  const gap = before === "" ? "" : before.endsWith("\n") ? end : `${end}${end}`;
  const write = (lines: readonly string[]): readonly IgnoreFile[] => [
    ...files.filter((file) => file.folder !== folder),
    { folder, text: `${before}${gap}${[heading, ...lines].join(end)}${end}` },
  ];
  const templates = templatesHitBy(files, write(patterns), folder);
  return write([...patterns, ...templates.map((name) => `!${name}`)]);
}

/** Templates that were not ignored and would be. */
function templatesHitBy(
  before: readonly IgnoreFile[],
  after: readonly IgnoreFile[],
  folder: string,
): readonly string[] {
  const [was, is] = [ignoreRules(before), ignoreRules(after)];
  const names = [...new Set(sensitiveKinds.flatMap(({ names, except = [] }) => templateNames(names, except)))];
  const pathOf = (name: string): string => (folder === "" ? "" : `${folder}/`) + probePathOf(name);
  return names.filter((name) => was.ignoredBy(pathOf(name)) === null && is.ignoredBy(pathOf(name)) !== null);
}

/** The templates people keep of such files: an exception as it stands, or the file's name with the exception's ending. */
const templateNames = (names: readonly string[], except: readonly string[]): readonly string[] => [
  ...except.filter((name) => !name.startsWith("*")),
  ...names
    .filter((name) => /^\.\w+$/.test(name))
    .flatMap((name) => except.filter((one) => one.startsWith("*.")).map((one) => `${name}${one.slice(1)}`)),
];
