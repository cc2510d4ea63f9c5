import type { Drift } from "../../core/posture/fixes/fix-record.ts";
import type { ReportDrifts } from "../../flows/ports/fix-store.ts";
import type { Logger } from "../../flows/ports/system.ts";
import type { GithubApp } from "./app.ts";
import { hasStatus } from "./errors.ts";
import { ensureLivingIssue } from "./living-issue.ts";
import { code } from "./markdown.ts";
import { digestOf } from "./posture-text.ts";

/**
 * One issue a repository that says which settings were set back, and who had changed them. Not in a public one: how a repository is
 * protected, and who may change that, is for its maintainers.
 */
export function createDriftReporter(app: Pick<GithubApp, "clientFor" | "slug">, log: Logger): ReportDrifts {
  return async (repo, drifts, now) => {
    if (repo.visibility === "public") {
      log.info("a setting was set back in a public repository, and is not told there", { repo: repo.repoId });
      return;
    }
    const { issues } = app.clientFor(repo.installationId).rest;
    const desk = { issues, repo: { owner: repo.owner, repo: repo.name }, botLogin: `${await app.slug()}[bot]` };
    const text = textOf(drifts);
    const wanted = {
      marker: `<!-- keyward:set-back:${repo.repoId} -->`,
      digest: digestOf(text),
      title: "Settings that were set back",
      text,
      state: "open",
      remindEveryDays: 0,
      reminder: "",
    } as const;
    try {
      await ensureLivingIssue(desk, wanted, null, now);
    } catch (error) {
      if (!hasStatus(error, 403, 404, 410)) throw error;
      log.warn("what was set back cannot be told in an issue", { repo: repo.repoId });
    }
  };
}

const textOf = (drifts: readonly Drift[]): string =>
  [
    "The configuration asks Keyward to enforce these. Somebody changed them, and they were set back. Close this issue when it is settled who needs what; the next change opens it again.",
    ...drifts.toReversed().map(sectionOf),
    "To change one for good, change `posture.fixes` or add a waiver in `.github/keyward.yml` on the default branch, where it is reviewed.",
  ].join("\n\n");

const minuteOf = (time: string): string => `${time.slice(0, 16).replace("T", " ")} UTC`;

const sectionOf = ({ claims, changes, by, between, setBackAt }: Drift): string =>
  [
    `### ${minuteOf(setBackAt)}: ${claims.map(code).join(", ")}`,
    [
      by === null ? "Who changed it is unknown: GitHub sent no event, and names nobody." : `Changed by ${by}.`,
      ...(between
        ? [`It was last seen as it is kept at ${minuteOf(between.from)}, and otherwise at ${minuteOf(between.to)}.`]
        : []),
    ].join(" "),
    changes.map((change) => `- ${code(change)}`).join("\n"),
  ].join("\n\n");
