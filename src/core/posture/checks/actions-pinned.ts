import type { PostureCheck } from "../check.ts";
import { ofEachStep } from "../workflow-claim.ts";

/** GitHub's own, whose tags GitHub moves; everybody else's can be moved by whoever takes their account over. */
const trusted = /^(?:actions|github)\//i;

export const actionsPinned: PostureCheck = {
  id: "actions-pinned",
  subject: "repository",
  title: "Actions of third parties are pinned to a commit",
  why: "A tag can be moved to code that reads every secret of the workflow; this has happened to widely used actions.",
  remedy: "Write the full commit id behind the @, with the version as a comment; let Dependabot move it.",
  needs: ["workflows"],
  evaluate: (facts) =>
    ofEachStep(
      facts,
      ({ uses, line }) =>
        uses === null || isPinned(uses) ? null : { line, problem: `${uses} is not pinned to a commit` },
      "every action of a third party is pinned",
    ),
};

function isPinned(uses: string): boolean {
  if (uses.startsWith("./") || trusted.test(uses)) return true;
  if (uses.startsWith("docker://")) return /@sha256:[0-9a-f]{64}$/.test(uses);
  return /@(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(uses);
}
