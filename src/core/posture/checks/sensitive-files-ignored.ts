import { fromByteText } from "../../scan/byte-text.ts";
import { given, passUnless, type PostureCheck } from "../check.ts";
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
      return passUnless(told, `${new Set(expected.map(({ what }) => what)).size} kinds of sensitive files are ignored`);
    }),
};
