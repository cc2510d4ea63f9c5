import { fromByteText } from "../../scan/byte-text.ts";
import { fail, given, pass, type PostureCheck } from "../check.ts";
import { expectedFiles, notIgnored } from "../ignored-files.ts";

export const sensitiveFilesIgnored: PostureCheck = {
  id: "sensitive-files-ignored",
  subject: "repository",
  title: "Files that hold credentials are ignored by git",
  why: "One “git add .” is enough to leak a file that is not ignored.",
  remedy: "Add the patterns named here to the .gitignore at the top of the repository.",
  needs: ["tree"],
  evaluate: ({ tree }) =>
    given(tree, (files) => {
      const expected = expectedFiles(files);
      const missing = Map.groupBy(notIgnored(files), ({ what, folder }) =>
        folder === "" ? what : `${what} in ${fromByteText(folder)}`,
      );
      const told = [...missing].map(
        ([where, ones]) => `${where}: ${ones.map(({ name }) => name).join(", ")} would not be ignored`,
      );
      if (told.length === 0)
        return pass(`${new Set(expected.map(({ what }) => what)).size} kinds of sensitive files are ignored`);
      const [first] = files.ignoreFiles.map(({ folder }) => folder).toSorted();
      // Where there is such a file, the topmost is the one to be completed.
      const path = first === undefined ? null : `${first === "" ? "" : `${fromByteText(first)}/`}.gitignore`;
      return { ...fail(...told), lines: path === null ? [] : [{ path, line: 1, problem: told.join("; ") }] };
    }),
};
