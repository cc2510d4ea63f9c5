import { isThirdPartyUnpinned } from "../action-reference.ts";
import type { PostureCheck } from "../check.ts";
import { ofEachStep } from "../workflow-claim.ts";

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
        uses === null || !isThirdPartyUnpinned(uses) ? null : { line, problem: `${uses} is not pinned to a commit` },
      "every action of a third party is pinned",
    ),
};
