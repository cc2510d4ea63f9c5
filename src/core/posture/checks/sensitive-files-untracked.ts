import { fromByteText } from "../../scan/byte-text.ts";
import { fail, given, inconclusive, pass, type PostureCheck } from "../check.ts";
import { unknown } from "../fact.ts";
import type { SensitiveFile } from "../facts.ts";
import { sensitiveKindOf } from "../sensitive-files.ts";

const shown = 20;

export const sensitiveFilesUntracked: PostureCheck = {
  id: "sensitive-files-untracked",
  subject: "repository",
  title: "No file that holds credentials is tracked",
  why: "A tracked file is in every clone, and ignoring it later changes nothing about that.",
  remedy:
    "Rotate what such a file holds, then run the command named with it, and ignore the file. Its history keeps what it held.",
  needs: ["sensitiveFiles"],
  evaluate: ({ sensitiveFiles }) =>
    given(sensitiveFiles, (files) => {
      const wrong = files.filter(isWrong);
      const unread = files.filter(
        ({ path, content }) => content.kind === "unread" && sensitiveKindOf(path)?.mostlyHarmless === true,
      );
      if (wrong.length > 0) {
        const more = wrong.length > shown ? [`and ${wrong.length - shown} more`] : [];
        return fail(...wrong.slice(0, shown).map(told), ...more);
      }
      if (unread.length > 0) return inconclusive(...unread.map((file) => unknown(told(file))));
      const harmless = files.length === 0 ? "none is tracked" : `${files.length} were looked into and hold none`;
      return pass(harmless);
    }),
};

/** A file whose very name says what it holds is wrong unless all it holds is public; others only if something is found in them. */
function isWrong({ path, content }: SensitiveFile): boolean {
  const mostlyHarmless = sensitiveKindOf(path)?.mostlyHarmless === true;
  if (content.kind === "unread") return !mostlyHarmless;
  return content.credentials.length > 0 || (!mostlyHarmless && !content.onlyPublic);
}

function told({ path, content }: SensitiveFile): string {
  const name = fromByteText(path);
  const found =
    content.kind === "unread"
      ? content.reason
      : content.credentials.length === 0
        ? "no credential recognized in it"
        : `holds ${content.credentials.join(", ")}`;
  return `${name} (${sensitiveKindOf(path)?.what ?? "sensitive"}; ${found}): git rm --cached -- ${quoted(name)}`;
}

/** For a shell, only where it must be. */
const quoted = (name: string): string => (/^[\w./@%+=:,-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`);
