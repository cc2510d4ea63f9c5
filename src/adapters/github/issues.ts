import * as z from "zod";
import type { Incident } from "../../core/incident/incident.ts";
import type { IssueTracker, IssueUnavailable } from "../../flows/ports/issues.ts";
import type { GithubApp } from "./app.ts";
import type { GithubClient } from "./client.ts";
import { hasStatus, maybeDone, says } from "./errors.ts";
import { incidentMarker, sameBody, toIssueBody, toIssueTitle, type Audience } from "./issue-body.ts";
import { createTurns } from "./turns.ts";

const label = "keyward";
const attempts = 3;
const pageSize = 100;
/** Our clock and GitHub's may differ; an issue cannot be older than its incident by more than this. */
const clockDifference = 24 * 60 * 60_000;

type App = Pick<GithubApp, "clientFor" | "slug" | "urls">;

/**
 * Incident issues on GitHub. One per incident: found by its number once that is known, and before by the marker its body begins
 * with, among the issues this app wrote (not by search, whose index lags behind). Two workers that create one at the same moment
 * notice it, and the later issue is closed.
 */
export function createIssueTracker(app: App): IssueTracker {
  const inTurn = createTurns();
  return { ensureIssue: (incident) => inTurn(incident.id, () => ensureIssue(incident, app)) };
}

const unavailable = (reason: IssueUnavailable["reason"]): IssueUnavailable => ({ kind: "unavailable", reason });

async function ensureIssue(incident: Incident, app: App): ReturnType<IssueTracker["ensureIssue"]> {
  try {
    const desk = await deskOf(incident, app);
    if ("kind" in desk) return desk;
    const issue = (await knownIssue(desk)) ?? (await foundIssue(desk)) ?? (await createIssue(desk));
    await update(desk, issue);
    return { kind: "filed", number: issue.number, url: issue.html_url };
  } catch (error) {
    if (hasStatus(error, 404)) return unavailable("repository-gone");
    if (hasStatus(error, 410)) return unavailable("issues-disabled");
    if (hasStatus(error, 403) && says(error, /archived/i)) return unavailable("archived");
    throw error;
  }
}

/** Where an incident is filed. */
type Desk = {
  readonly incident: Incident;
  readonly issues: GithubClient["rest"]["issues"];
  readonly repo: { readonly owner: string; readonly repo: string };
  readonly audience: Audience;
  readonly botLogin: string;
  readonly urls: GithubApp["urls"];
};

const repoReply = z.object({
  id: z.int(),
  name: z.string(),
  owner: z.object({ login: z.string() }),
  private: z.boolean(),
  archived: z.boolean(),
  has_issues: z.boolean(),
});

/** Asks GitHub how the repository is now: it may have been renamed, made public, or replaced by another of the same name. */
async function deskOf(incident: Incident, app: App): Promise<Desk | IssueUnavailable> {
  const { home } = incident;
  const { repos, issues } = app.clientFor(home.installationId).rest;
  const now = repoReply.parse((await repos.get({ owner: home.owner, repo: home.name })).data);
  if (now.id !== home.repoId) return unavailable("repository-gone");
  if (now.archived) return unavailable("archived");
  if (!now.has_issues) return unavailable("issues-disabled");
  const [owner, name] = [now.owner.login, now.name];
  return {
    incident: { ...incident, home: { ...home, owner, name } },
    issues,
    repo: { owner, repo: name },
    audience: now.private ? "members" : "everyone",
    botLogin: `${await app.slug()}[bot]`,
    urls: app.urls,
  };
}

const issueReply = z.object({
  number: z.int(),
  html_url: z.string(),
  repository_url: z.string(),
  title: z.string(),
  body: z.string().nullish(),
  state: z.string(),
  pull_request: z.unknown().optional(),
});
type Issue = z.infer<typeof issueReply>;

async function knownIssue({ incident, issues, repo }: Desk): Promise<Issue | null> {
  if (incident.issueNumber === null) return null;
  try {
    const issue = issueReply.parse((await issues.get({ ...repo, issue_number: incident.issueNumber })).data);
    // GitHub leads on to another repository if the issue was moved there; what is there is not ours to change.
    const here = issue.repository_url.toLowerCase().endsWith(`/repos/${repo.owner}/${repo.repo}`.toLowerCase());
    return here && issue.pull_request === undefined ? issue : null;
  } catch (error) {
    // Deleted by a person.
    if (hasStatus(error, 404, 410)) return null;
    throw error;
  }
}

async function foundIssue(desk: Desk): Promise<Issue | null> {
  const found: Issue[] = [];
  for (let page = 1, more = true; more; page += 1) {
    const issues = await newestIssues(desk, page);
    found.push(...issues.ours);
    more = issues.more;
  }
  return firstOf(desk, found);
}

/** The app's issues, the newest first; of those, the ones that are this incident's. */
async function newestIssues(desk: Desk, page: number): Promise<{ readonly ours: Issue[]; readonly more: boolean }> {
  const { incident, issues, repo, botLogin } = desk;
  const { data } = await issues.listForRepo({
    ...repo,
    creator: botLogin,
    state: "all",
    sort: "created",
    direction: "desc",
    since: new Date(Date.parse(incident.openedAt) - clockDifference).toISOString(),
    per_page: pageSize,
    page,
  });
  const marker = incidentMarker(incident);
  const ours = data
    .map((issue) => issueReply.parse(issue))
    .filter(({ body, pull_request }) => pull_request === undefined && body?.startsWith(marker));
  return { ours, more: data.length === pageSize };
}

/** The oldest of the incident's issues; any other, made at the same moment or by a request that was believed lost, is closed. */
async function firstOf({ issues, repo }: Desk, found: readonly Issue[]): Promise<Issue | null> {
  const distinct = new Map(found.map((issue) => [issue.number, issue] as const));
  const [first, ...others] = [...distinct.values()].toSorted((a, b) => a.number - b.number);
  for (const { number, state } of others) {
    if (state !== "open") continue;
    const request = { retries: 2 };
    await issues.update({ ...repo, issue_number: number, state: "closed", state_reason: "not_planned", request });
  }
  return first ?? null;
}

async function createIssue(desk: Desk): Promise<Issue> {
  const { incident, issues, repo, audience, urls } = desk;
  for (let doubts = 0; ;) {
    try {
      const title = toIssueTitle(incident, audience);
      const body = toIssueBody(incident, audience, urls, null);
      const created = issueReply.parse((await issues.create({ ...repo, title, body, labels: [label] })).data);
      const { ours } = await newestIssues(desk, 1);
      return (await firstOf(desk, [created, ...ours])) ?? created;
    } catch (error) {
      doubts += 1;
      if (!maybeDone(error) || doubts === attempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200 * doubts ** 2));
      const made = await foundIssue(desk);
      if (made) return made;
    }
  }
}

/** Writes only what is different: an edit sends mail to everybody who follows the issue's history. */
async function update({ incident, issues, repo, audience, urls }: Desk, issue: Issue): Promise<void> {
  const title = toIssueTitle(incident, audience);
  const body = toIssueBody(incident, audience, urls, issue.body ?? null);
  const changes = {
    ...(issue.title !== title && { title }),
    ...(!sameBody(issue.body ?? "", body) && { body }),
    ...(issue.state !== incident.state && { state: incident.state }),
  };
  if (Object.keys(changes).length === 0) return;
  // The same edit twice is one edit.
  await issues.update({ ...repo, issue_number: issue.number, ...changes, request: { retries: 2 } });
}
