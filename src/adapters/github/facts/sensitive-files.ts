import { type Fact, known, unknown } from "../../../core/posture/fact.ts";
import type { SensitiveContent, SensitiveFile } from "../../../core/posture/facts.ts";
import { isOnlyPublic, sensitiveKindOf } from "../../../core/posture/sensitive-files.ts";
import { fromByteText, toByteText } from "../../../core/scan/byte-text.ts";
import type { ContentScanner } from "../../../core/scan/scanner.ts";
import type { Inquiry } from "./asking.ts";
import { readBlob, type Tree, treeTooLong } from "./tree.ts";

const maxBytes = 1024 * 1024;
/** Each takes a request; more than these are told by their names. */
const mostRead = 100;

/** Looks into tracked files whose names promise a credential. What they hold is told by the titles of rules, never by a value. */
export async function sensitiveFiles(
  inquiry: Inquiry,
  tree: Fact<Tree>,
  scanner: () => ContentScanner,
): Promise<Fact<readonly SensitiveFile[]>> {
  if (tree.kind === "unknown") return tree;
  if (tree.value === null) return known([]);
  if (tree.value.truncated) return unknown(treeTooLong);
  const found = tree.value.files.filter(({ path }) => sensitiveKindOf(toByteText(path)) !== null);
  const files: SensitiveFile[] = [];
  for (const [index, { path, sha, size = 0 }] of found.entries()) {
    const content: SensitiveContent =
      index >= mostRead
        ? { kind: "unread", reason: `not looked into, after ${mostRead} others` }
        : size > maxBytes
          ? { kind: "unread", reason: "too large to be looked into" }
          : await lookInto(path, await readBlob(inquiry, sha), scanner());
    files.push({ path: toByteText(path), content });
  }
  return known(files);
}

async function lookInto(path: string, bytes: Uint8Array, scanner: ContentScanner): Promise<SensitiveContent> {
  const { matches, gaps } = await scanner.scan({ path: fromByteText(toByteText(path)), bytes });
  const credentials = [...new Set(matches.map(({ finding }) => finding.title))].toSorted();
  const [gap] = gaps;
  if (credentials.length === 0 && gap !== undefined)
    return { kind: "unread", reason: `not wholly looked into: ${gap.reason}` };
  return { kind: "read", credentials, onlyPublic: isOnlyPublic(Buffer.from(bytes).toString("latin1")) };
}
