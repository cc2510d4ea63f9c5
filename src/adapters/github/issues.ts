import * as z from "zod";
import type { RepoRef } from "../../core/change/change.ts";
import { isActive, type Filing, type Incident } from "../../core/incident/incident.ts";
import type { IncidentView, IssueTracker, IssueUnavailable } from "../../flows/ports/issues.ts";
import { ensureAdvisory } from "./advisories.ts";
import type { GithubApp } from "./app.ts";
import type { GithubClient } from "./client.ts";
import { hasStatus, maybeDone, says } from "./errors.ts";
import { takeBackComments, tellOn } from "./incident-comments.ts";
import { incidentMarker, sameBody, toIssueBody, toIssueTitle, withdrawnBody, type Audience } from "./issue-body.ts";
import { createTurns } from "./turns.ts";
import { repositoryReply, toRepoRef } from "./repository-reply.ts";

const label = "keyward";
const attempts = 3;
const pageSize = 100;
/** Our clock and GitHub's may differ; an issue cannot be older than its incident by more than this. */
const clockDifference = 24 * 60 * 60_000;

type App = Pick<GithubApp, "clientFor" | "slug" | "urls">;

/**
 * Incidents on GitHub. One issue per incident: found by its number once that is known, and before by the marker its body begins
 * with, among the issues this app wrote (not by search, whose index lags behind). Two workers that create one at the same moment
 * notice it, and the later issue is closed.
 */
export function createIssueTracker(app: App): IssueTracker {
  const inTurn = createTurns();
  return {
    ensureIssue: (view) => inTurn(view.incident.id, () => ensureFiled(view, app)),
    tell: (incident, filing, fresh, all) =>
      inTurn(incident.id, async () => {
        if (filing.kind === "advisory") return;
        const desk = await deskIn(
          filing.repo,
          { incident, steps: null, canRevoke: false, timeline: all, elsewhere: nowhere },
          app,
        );
        if (!("kind" in desk)) await tellOn(desk, filing.number, fresh, all);
      }),
  };
}

const nowhere = { privateRepository: null, draftAdvisories: false } as const;

const unavailable = (reason: IssueUnavailable["reason"]): IssueUnavailable => ({ kind: "unavailable", reason });

async function ensureFiled(view: IncidentView, app: App): ReturnType<IssueTracker["ensureIssue"]> {
  try {
    const { filing, home } = view.incident;
    if (filing?.kind === "advisory") return await ensureAdvisory(view, filing, app);
    const desk = await deskIn(filing?.repo ?? home, view, app);
    if (!("kind" in desk) && filing?.audience === "members" && desk.audience === "everyone")
      return await moveAway(view, desk, filing, app);
    if ("kind" in desk || filing || desk.audience === "members") return await ensureIssue(desk);
    return (await elsewhere(view, app)) ?? (await ensureIssue(desk));
  } catch (error) {
    if (hasStatus(error, 404)) return unavailable("repository-gone");
    if (hasStatus(error, 410)) return unavailable("issues-disabled");
    if (hasStatus(error, 403) && says(error, /archived/i)) return unavailable("archived");
    throw error;
  }
}

/**
 * The place became public: nothing that would help to find the secret stays in the issue, and the incident is filed anew where those of
 * public repositories go. Where there is no such place, the issue stays and says no more than that a maintainer should look. What GitHub
 * keeps of edits is beyond us.
 */
async function moveAway(
  view: IncidentView,
  desk: Desk,
  filing: Extract<Filing, { kind: "issue" }>,
  app: App,
): ReturnType<IssueTracker["ensureIssue"]> {
  const { issues, repo } = desk;
  const issue = await knownIssue(desk);
  const request = { retries: 2 };
  if (issue) {
    const [title, body] = [toIssueTitle(desk), withdrawnBody(desk.incident)];
    await issues.update({ ...repo, issue_number: issue.number, title, body, request });
    await takeBackComments(desk, issue.number);
  }
  const unfiled = { ...view, incident: { ...view.incident, filing: null } };
  const filed = (await atHome(unfiled, filing, app)) ?? (await elsewhere(unfiled, app));
  if (!filed) return ensureIssue(desk);
  const closed = { state: "closed", state_reason: "not_planned" } as const;
  if (issue?.state === "open") await issues.update({ ...repo, issue_number: issue.number, ...closed, request });
  return filed;
}

/** What was filed elsewhere than where the secret was seen goes there, if only members can read it. */
async function atHome(view: IncidentView, filing: Filing, app: App): Promise<{ kind: "filed"; filing: Filing } | null> {
  const { home } = view.incident;
  if (filing.repo.repoId === home.repoId) return null;
  const desk = await deskIn(home, view, app).catch(nullIfDenied);
  if (desk === null || "kind" in desk || desk.audience === "everyone") return null;
  const filed = await ensureIssue(desk).catch(nullIfDenied);
  return filed?.kind === "filed" ? filed : null;
}

/** For what everyone could read at home: the private incident repository, else a draft advisory; null: neither can be had. */
async function elsewhere(view: IncidentView, app: App): Promise<{ kind: "filed"; filing: Filing } | null> {
  const { privateRepository, draftAdvisories } = view.elsewhere;
  const { installationId } = view.incident;
  if (privateRepository) {
    const desk = await deskAt({ installationId, ...privateRepository }, view, app).catch(nullIfDenied);
    if (desk && !("kind" in desk) && desk.audience === "members") {
      const filed = await ensureIssue(desk).catch(nullIfDenied);
      if (filed?.kind === "filed") return filed;
    }
  }
  return draftAdvisories ? ensureAdvisory(view, null, app).catch(nullIfDenied) : null;
}

/** The installation may not do this, or there is no such place for it: somebody else has to take the incident. */
function nullIfDenied(error: unknown): null {
  if (hasStatus(error, 403, 404, 410)) return null;
  throw error;
}

async function ensureIssue(desk: Desk | IssueUnavailable): ReturnType<IssueTracker["ensureIssue"]> {
  if ("kind" in desk) return desk;
  const issue = (await knownIssue(desk)) ?? (await foundIssue(desk)) ?? (await createIssue(desk));
  await update(desk, issue);
  await assign(desk, issue);
  const { where: repo, audience } = desk;
  return { kind: "filed", filing: { kind: "issue", repo, number: issue.number, audience } };
}

/** Where an incident is filed. */
type Desk = {
  readonly incident: Incident;
  readonly steps: IncidentView["steps"];
  readonly canRevoke: boolean;
  readonly where: RepoRef;
  readonly issues: GithubClient["rest"]["issues"];
  readonly repo: { readonly owner: string; readonly repo: string };
  readonly audience: Audience;
  readonly botLogin: string;
  readonly urls: GithubApp["urls"];
};

const repoReply = repositoryReply.extend({ archived: z.boolean(), has_issues: z.boolean() });

/** The desk in a repository that we know: it may have been replaced by another of the same name. */
async function deskIn(place: RepoRef, view: IncidentView, app: App): Promise<Desk | IssueUnavailable> {
  const desk = await deskAt(place, view, app);
  if (!("kind" in desk) && desk.where.repoId !== place.repoId) return unavailable("repository-gone");
  return desk;
}

/** Asks GitHub how the repository is now: it may have been renamed or made public. */
async function deskAt(
  place: Pick<RepoRef, "installationId" | "owner" | "name">,
  { incident, steps, canRevoke }: IncidentView,
  app: App,
): Promise<Desk | IssueUnavailable> {
  const { installationId } = place;
  const { repos, issues } = app.clientFor(installationId).rest;
  const now = repoReply.parse((await repos.get({ owner: place.owner, repo: place.name })).data);
  if (now.archived) return unavailable("archived");
  if (!now.has_issues) return unavailable("issues-disabled");
  const where = toRepoRef(installationId, now);
  const { owner, name } = where;
  const isHome = now.id === incident.home.repoId;
  return {
    incident: isHome ? { ...incident, home: { ...incident.home, owner, name } } : incident,
    steps,
    canRevoke,
    where,
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
  assignees: z.array(z.object({ login: z.string() })).nullish(),
});
type Issue = z.infer<typeof issueReply>;

async function knownIssue({ incident, issues, repo }: Desk): Promise<Issue | null> {
  if (incident.filing?.kind !== "issue") return null;
  try {
    const { number } = incident.filing;
    const issue = issueReply.parse((await issues.get({ ...repo, issue_number: number })).data);
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
  const { issues, repo } = desk;
  for (let doubts = 0; ;) {
    try {
      const title = toIssueTitle(desk);
      const body = toIssueBody(desk, null);
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
async function update(desk: Desk, issue: Issue): Promise<void> {
  const { incident, issues, repo } = desk;
  const title = toIssueTitle(desk);
  const body = toIssueBody(desk, issue.body ?? null);
  const changes = {
    ...(issue.title !== title && { title }),
    ...(!sameBody(issue.body ?? "", body) && { body }),
    ...(issue.state !== wantedState(incident).state && wantedState(incident)),
  };
  if (Object.keys(changes).length === 0) return;
  // The same edit twice is one edit.
  await issues.update({ ...repo, issue_number: issue.number, ...changes, request: { retries: 2 } });
}

type WantedState =
  { readonly state: "open" } | { readonly state: "closed"; readonly state_reason: "completed" | "not_planned" };

const wantedState = (incident: Incident): WantedState =>
  isActive(incident)
    ? { state: "open" }
    : { state: "closed", state_reason: incident.state === "closed" ? "completed" : "not_planned" };

/**
 * Assigns those owners that can be assigned, if nobody is (whoever people chose instead stands), or if a person asked for them. Who
 * cannot be assigned is mentioned in the body.
 */
async function assign({ incident, issues, repo, audience }: Desk, issue: Issue): Promise<void> {
  const { owner } = incident;
  if (!owner || !isActive(incident) || audience === "everyone") return;
  const now = (issue.assignees ?? []).map(({ login }) => login.toLowerCase());
  const wanted = owner.logins.filter((login) => !now.includes(login.toLowerCase()));
  if (wanted.length === 0 || (now.length > 0 && owner.source !== "person")) return;
  const assignees: string[] = [];
  for (const login of wanted.slice(0, mostAssignees)) {
    const can = await issues.checkUserCanBeAssigned({ ...repo, assignee: login }).then(() => true, falseIfMissing);
    if (can) assignees.push(login);
  }
  if (assignees.length === 0) return;
  // Adding somebody who is there already changes nothing.
  await issues.addAssignees({ ...repo, issue_number: issue.number, assignees, request: { retries: 2 } });
}

/** https://docs.github.com/en/rest/issues/assignees#add-assignees-to-an-issue */
const mostAssignees = 10;

function falseIfMissing(error: unknown): false {
  if (hasStatus(error, 404, 403)) return false;
  throw error;
}
