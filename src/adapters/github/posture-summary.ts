import * as z from "zod";
import { changesSince } from "../../core/posture/changes.ts";
import { standingOf } from "../../core/posture/evaluate.ts";
import { fromStored } from "../../core/posture/stored-posture.ts";
import type { PostureBoard, SummaryMatter } from "../../flows/ports/posture-board.ts";
import type { PostureFiling } from "../../flows/ports/posture-store.ts";
import type { GithubApp } from "./app.ts";
import { hasStatus, says } from "./errors.ts";
import { ensureLivingIssue, type LivingIssue } from "./living-issue.ts";
import { code, link, plain, plural, table } from "./markdown.ts";
import { claimTables, digestOf, fitted } from "./posture-text.ts";

type App = Pick<GithubApp, "clientFor" | "slug" | "urls">;

/** Where it goes if nobody says: what an organization's members alone read, and its own repository if that is not public. */
const usualPlaces = [".github-private", ".github"];

const repositoryReply = z.object({
  private: z.boolean(),
  archived: z.boolean(),
  has_issues: z.boolean(),
});

/** Brings the one issue about all repositories of an organization to what is known. */
export async function bringSummary(
  matter: SummaryMatter,
  filing: PostureFiling | null,
  now: string,
  app: App,
): ReturnType<PostureBoard["bringSummary"]> {
  const { installationId, owner, config } = matter.organization;
  const { rest } = app.clientFor(installationId);
  const places = config.summaryIn === null ? usualPlaces.map((name) => ({ owner, name })) : [config.summaryIn];
  for (const place of places) {
    const repo = { owner: place.owner, repo: place.name };
    try {
      const found = repositoryReply.parse((await rest.repos.get(repo)).data);
      if (!found.private || found.archived || !found.has_issues) continue;
      const desk = { issues: rest.issues, repo, botLogin: `${await app.slug()}[bot]` };
      const filed = await ensureLivingIssue(desk, summaryOf(matter, app), filing, now);
      if (filed !== null) return { kind: "filed", filing: filed };
    } catch (error) {
      const isElsewhere = hasStatus(error, 404, 410) || (hasStatus(error, 403) && !says(error, /rate limit/i));
      if (!isElsewhere) throw error;
    }
  }
  return { kind: "nowhere" };
}

function summaryOf(matter: SummaryMatter, { urls }: App): LivingIssue {
  const { organization } = matter;
  const changes = changeLines(matter);
  const text = fitted(
    [
      opening(matter),
      `### Since last week\n\n${changes}`,
      ...claimTables("Of the organization", fromStored(organization.results), organization),
      `### Repositories\n\n${scoreTable(matter, urls)}`,
    ].join("\n\n"),
  );
  return {
    marker: `<!-- keyward:posture-summary:${organization.installationId} -->`,
    digest: digestOf(text),
    title: "How the repositories of this organization are protected",
    text,
    state: "open",
    remindEveryDays: organization.config.remindEveryDays,
    reminder: `${opening(matter)}\n\n${changes}`,
  };
}

function opening({ repositories }: SummaryMatter): string {
  const average = averageOf(repositories.map(({ posture }) => posture.score));
  const before = averageOf(repositories.map((one) => one.before?.score ?? null));
  const was = before === null ? "" : ` (last week ${before})`;
  return `**${repositories.length === 1 ? "1 repository" : `${repositories.length} repositories`}**${average === null ? "" : `, with an average score of **${average}** of 100${was}`}.`;
}

function averageOf(scores: readonly (number | null)[]): number | null {
  const known = scores.filter((score) => score !== null);
  return known.length === 0 ? null : Math.round(known.reduce((sum, score) => sum + score, 0) / known.length);
}

const mostChanges = 50;

function changeLines({ repositories }: SummaryMatter): string {
  const lines = repositories.flatMap(({ posture, before }) => {
    if (before === null) return [];
    const { better, worse } = changesSince(before.standings, fromStored(posture.results));
    if (better.length + worse.length === 0) return [];
    const told = [
      ...(worse.length > 0 ? [`worse: ${worse.map((one) => code(one)).join(", ")}`] : []),
      ...(better.length > 0 ? [`better: ${better.map((one) => code(one)).join(", ")}`] : []),
    ];
    return [
      `- ${plain(posture.repo.name)} (${scoreText(before.score)} → ${scoreText(posture.score)}): ${told.join("; ")}`,
    ];
  });
  const fresh = repositories.filter(({ before }) => before === null).length;
  const more = lines.length > mostChanges ? [`- … and ${lines.length - mostChanges} more`] : [];
  const first =
    fresh > 0
      ? [`- ${plural(fresh, "repository").replace("repositorys", "repositories")} seen for the first time this week`]
      : [];
  const all = [...lines.slice(0, mostChanges), ...more, ...first];
  return all.length === 0 ? "Nothing changed." : all.join("\n");
}

const scoreText = (score: number | null): string => (score === null ? "–" : String(score));

function scoreTable({ repositories }: SummaryMatter, urls: App["urls"]): string {
  const rows = repositories
    .toSorted((a, b) => (a.posture.score ?? 101) - (b.posture.score ?? 101))
    .map(({ posture, before }) => {
      const { repo, score, rotations, results } = posture;
      const count = (standing: string): number =>
        fromStored(results).filter((one) => standingOf(one) === standing).length;
      return [
        link(plain(repo.name), urls.repository(repo)),
        scoreText(score),
        before === null ? "" : scoreText(before.score),
        String(count("fail")),
        String(count("inconclusive")),
        String(count("waived")),
        String(rotations.length),
      ];
    });
  const header = ["Repository", "Score", "Last week", "Not true", "Not known", "Waived", "Keys to rotate"];
  return table(header, rows, 40_000, (left) => `… and ${left} more, with better scores.`);
}
