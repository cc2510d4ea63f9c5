import type { TreeFacts } from "./facts.ts";
import { type IgnoreFile, ignoreRules } from "./gitignore/ignore-rules.ts";
import { foldersExpecting, probePathOf, type SensitiveKind, sensitiveKinds } from "./sensitive-files.ts";

/** A name that sensitive files have, in a folder ("" for the top) where one is to be expected. */
export type ExpectedFile = { readonly what: string; readonly name: string; readonly folder: string };

/** Where sensitive files are to be expected in a tree: at the top, and beside what shows the stack that makes them. */
export const expectedFiles = ({ paths }: Pick<TreeFacts, "paths">): readonly ExpectedFile[] =>
  sensitiveKinds
    .filter(({ mostlyHarmless }) => mostlyHarmless !== true)
    .flatMap((kind) => foldersExpecting(kind, paths).flatMap((folder) => filesOf(kind, folder)));

/** What git would not ignore of them, or ignores in general and not in a folder whose own `.gitignore` takes it back. */
export function notIgnored({ paths, ignoreFiles }: TreeFacts): readonly ExpectedFile[] {
  const isOpen = openTo(ignoreFiles);
  const expected = expectedFiles({ paths });
  const takenBack = ignoreFiles.flatMap(({ folder }) => {
    if (folder === "") return [];
    const isOpenAlready = openTo(ignoreFiles.filter((file) => file.folder !== folder));
    const kinds = sensitiveKinds.filter((kind) => foldersExpecting(kind, paths).length > 0);
    return kinds
      .filter(({ mostlyHarmless }) => mostlyHarmless !== true)
      .flatMap((kind) => filesOf(kind, folder).filter((file) => isOpen(file) && !isOpenAlready(file)));
  });
  return [...expected.filter(isOpen), ...takenBack];
}

const filesOf = ({ what, names }: SensitiveKind, folder: string): readonly ExpectedFile[] =>
  names.map((name) => ({ what, name, folder }));

function openTo(ignoreFiles: readonly IgnoreFile[]): (file: ExpectedFile) => boolean {
  const { ignoredBy } = ignoreRules(ignoreFiles);
  return ({ name, folder }) => ignoredBy(`${folder === "" ? "" : `${folder}/`}${probePathOf(name)}`) === null;
}
