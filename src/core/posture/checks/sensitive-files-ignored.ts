import { given, passUnless, type PostureCheck } from "../check.ts";
import { ignoreRules } from "../gitignore/ignore-rules.ts";
import { isExpected, probePathOf, sensitiveKinds } from "../sensitive-files.ts";

export const sensitiveFilesIgnored: PostureCheck = {
  id: "sensitive-files-ignored",
  subject: "repository",
  title: "Files that hold credentials are ignored by git",
  why: "One “git add .” is enough to leak a file that is not ignored.",
  remedy: "Add the patterns named here to the .gitignore at the top of the repository.",
  needs: ["tree"],
  evaluate: ({ tree }) =>
    given(tree, ({ paths, ignoreFiles }) => {
      const { ignoredBy } = ignoreRules(ignoreFiles);
      const expected = sensitiveKinds.filter((kind) => isExpected(kind, paths));
      const open = expected.flatMap(({ what, names }) => {
        const missing = names.filter((name) => ignoredBy(probePathOf(name)) === null);
        return missing.length === 0 ? [] : [`${what}: ${missing.join(", ")} would not be ignored`];
      });
      return passUnless(open, `${expected.length} kinds of sensitive files are ignored`);
    }),
};
