import { fromByteText } from "../../scan/byte-text.ts";
import { given, passUnless, type PostureCheck } from "../check.ts";
import { isOfKind, sensitiveKinds } from "../sensitive-files.ts";

const shown = 20;

export const sensitiveFilesUntracked: PostureCheck = {
  id: "sensitive-files-untracked",
  subject: "repository",
  title: "No file that holds credentials is tracked",
  why: "A tracked file is in every clone, and ignoring it later changes nothing about that.",
  remedy:
    "Rotate what such a file holds, then “git rm --cached -- FILE” for each, and ignore it. Its history keeps what it held.",
  needs: ["tree"],
  evaluate: ({ tree }) =>
    given(tree, ({ paths }) => {
      const tracked = paths.flatMap((path) => {
        const kind = sensitiveKinds.find((kind) => isOfKind(path, kind));
        return kind === undefined ? [] : [`${fromByteText(path)} (${kind.what})`];
      });
      const more = tracked.length > shown ? [`and ${tracked.length - shown} more`] : [];
      return passUnless([...tracked.slice(0, shown), ...more], "none is tracked");
    }),
};
