import { fromByteText, toByteText } from "../../scan/byte-text.ts";
import type { CompletedIgnores } from "./complete-gitignore.ts";
import type { PinnedWorkflows } from "./pin-actions.ts";
import type { Proposal } from "./proposal.ts";

const signature =
  "Keyward proposes this because the configuration asks for it. Close the pull request if it is not wanted: the same is not proposed again.";

const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join("\n");
const code = (text: string): string => `\`${text.replaceAll("`", "")}\``;

/** The pull request that completes `.gitignore`; null if there is nothing to add. */
export function gitignoreProposal({ files, added }: CompletedIgnores): Proposal | null {
  if (files.length === 0) return null;
  const places = added.map(({ path, patterns }) => `${code(fromByteText(path))}: ${patterns.map(code).join(", ")}`);
  return {
    about: "gitignore",
    branch: "keyward/complete-gitignore",
    title: "Ignore files that hold credentials",
    message: "Ignore files that hold credentials",
    body: [
      "One `git add .` is enough to leak a file that is not ignored. These patterns are for the stacks found here, checked with git's own rules; templates such as `.env.example` stay visible:",
      list(places),
      "A file that is tracked already stays tracked.",
      signature,
    ].join("\n\n"),
    files,
  };
}

/** The pull request that pins actions; null if nothing can be pinned. */
export function pinProposal({ files, pinned }: PinnedWorkflows): Proposal | null {
  if (files.length === 0) return null;
  return {
    about: "pins",
    branch: "keyward/pin-actions",
    title: "Pin the actions of third parties to commits",
    message: "Pin the actions of third parties to commits",
    body: [
      "A tag can be moved to code that reads every secret of a workflow. Each action below is pinned to the commit that its tag names now; the tag stays beside it as a comment, for people and for Dependabot:",
      list(pinned.map(code)),
      signature,
    ].join("\n\n"),
    files: files.map(({ path, text }) => ({ path: toByteText(path), text: toByteText(text) })),
  };
}
