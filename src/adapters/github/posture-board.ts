import { keywardFilePath } from "../../core/config/keyward-config.ts";
import { issueState } from "../../core/posture/living-issue.ts";
import { fromStored } from "../../core/posture/stored-posture.ts";
import type { IssueUnavailable } from "../../flows/ports/issues.ts";
import type { PostureBoard } from "../../flows/ports/posture-board.ts";
import type { PostureFiling, RepositoryPosture } from "../../flows/ports/posture-store.ts";
import type { GithubApp } from "./app.ts";
import { hasStatus, says } from "./errors.ts";
import { ensureLivingIssue, type LivingIssue } from "./living-issue.ts";
import { code } from "./markdown.ts";
import { showPostureCheck } from "./posture-check-run.ts";
import { bringSummary } from "./posture-summary.ts";
import { digestOf, fitted, headline, postureText } from "./posture-text.ts";
import { createTurns } from "./turns.ts";

type App = Pick<GithubApp, "appId" | "clientFor" | "slug" | "urls">;

/** Postures on GitHub: a check run and a living issue in each repository. */
export function createPostureBoard(app: App): PostureBoard {
  const inTurn = createTurns();
  return {
    showCheck: (posture) => inTurn(`check:${posture.repo.repoId}`, () => showPostureCheck(posture, app)),
    bringIssue: (posture, filing, now) =>
      inTurn(`issue:${posture.repo.repoId}`, () => bringIssue(posture, filing, now, app)),
    bringSummary: (matter, filing, now) =>
      inTurn(`summary:${matter.organization.installationId}`, () => bringSummary(matter, filing, now, app)),
  };
}

async function bringIssue(
  posture: RepositoryPosture,
  filing: PostureFiling | null,
  now: string,
  app: App,
): ReturnType<PostureBoard["bringIssue"]> {
  const { repo } = posture;
  const { issues } = app.clientFor(repo.installationId).rest;
  const desk = { issues, repo: { owner: repo.owner, repo: repo.name }, botLogin: `${await app.slug()}[bot]` };
  try {
    const filed = await ensureLivingIssue(desk, issueOf(posture), filing, now);
    return filed === null ? { kind: "none" } : { kind: "filed", filing: filed };
  } catch (error) {
    const reason = whyUnavailable(error);
    if (reason === null) throw error;
    return { kind: "unavailable", reason };
  }
}

function whyUnavailable(error: unknown): IssueUnavailable["reason"] | null {
  if (hasStatus(error, 404)) return "repository-gone";
  if (hasStatus(error, 410)) return "issues-disabled";
  return hasStatus(error, 403) && says(error, /archived/i) ? "archived" : null;
}

function issueOf(posture: RepositoryPosture): LivingIssue {
  const { repo, results, rotations, problems, config } = posture;
  const state = issueState({ results: fromStored(results), rotations, problems, wanted: config.issue });
  const text = fitted(`${postureText(posture)}\n\n${footer}`);
  return {
    marker: `<!-- keyward:posture:${repo.repoId} -->`,
    digest: digestOf(`${state === "closed" ? "closed" : ""}\n${text}`),
    title: "How this repository is protected",
    text,
    state,
    remindEveryDays: config.remindEveryDays,
    reminder: `This is still so: ${headline(posture).toLowerCase()}. What is right as it is can be waived in ${code(keywardFilePath)}, with a reason and an end.`,
  };
}

const footer =
  "Keyward keeps this issue up to date and closes it when everything is true. What is right as it is can be waived under `posture.waivers` in `.github/keyward.yml` on the default branch, with a reason, a name and an end.";
