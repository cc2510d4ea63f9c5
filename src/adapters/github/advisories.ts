import * as z from "zod";
import { isActive, type Filing } from "../../core/incident/incident.ts";
import type { IncidentView } from "../../flows/ports/issues.ts";
import type { GithubApp } from "./app.ts";
import { hasStatus, maybeDone } from "./errors.ts";
import { messageOf } from "./incident-messages.ts";
import { incidentMarker, sameBody, toIssueBody, toIssueTitle } from "./issue-body.ts";
import { timeText } from "./markdown.ts";

const pageSize = 100;
const mostMessages = 12;
const attempts = 3;

const advisoryReply = z.object({
  ghsa_id: z.string(),
  html_url: z.string(),
  summary: z.string(),
  description: z.string().nullable(),
  state: z.string(),
  collaborating_users: z.array(z.object({ login: z.string() })).nullish(),
  collaborating_teams: z.array(z.object({ slug: z.string() })).nullish(),
});
type Advisory = z.infer<typeof advisoryReply>;

type Filed = { readonly kind: "filed"; readonly filing: Filing };

/**
 * Files an incident of a public repository as a draft security advisory, which only its maintainers can read. Found again by its
 * id, or by the marker that its description begins with. Fails with 403 or 404 where the app may not write advisories.
 */
export async function ensureAdvisory(
  view: IncidentView,
  known: Extract<Filing, { kind: "advisory" }> | null,
  app: Pick<GithubApp, "clientFor" | "urls">,
): Promise<Filed> {
  const { incident } = view;
  const { home } = incident;
  const { securityAdvisories } = app.clientFor(home.installationId).rest;
  const repo = { owner: home.owner, repo: home.name };
  const writing = {
    incident,
    steps: view.steps,
    // An advisory tells nobody of its edits: there is no button in it.
    canRevoke: false,
    audience: "members",
    urls: app.urls,
    told: toldIn(view),
  } as const;
  const summary = toIssueTitle(writing);

  const found = async (): Promise<Advisory | null> => {
    const marker = incidentMarker(incident);
    const states = ["draft", "closed"] as const;
    for (const state of states) {
      const options = { ...repo, state, per_page: pageSize, sort: "created", direction: "desc" } as const;
      const { data } = await securityAdvisories.listRepositoryAdvisories(options);
      const ours = data
        .map((one) => advisoryReply.parse(one))
        .find(({ description }) => description?.startsWith(marker));
      if (ours) return ours;
    }
    return null;
  };
  const byId = async (ghsaId: string): Promise<Advisory | null> => {
    try {
      const { data } = await securityAdvisories.getRepositoryAdvisory({ ...repo, ghsa_id: ghsaId });
      return advisoryReply.parse(data);
    } catch (error) {
      if (hasStatus(error, 404)) return null;
      throw error;
    }
  };
  const create = async (): Promise<Advisory> => {
    for (let doubts = 0; ;) {
      try {
        const { data } = await securityAdvisories.createRepositoryAdvisory({
          ...repo,
          summary,
          description: toIssueBody(writing, null),
          severity: incident.severity,
          vulnerabilities: [{ package: { ecosystem: "other", name: home.name } }],
        });
        return advisoryReply.parse(data);
      } catch (error) {
        doubts += 1;
        if (!maybeDone(error) || doubts === attempts) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200 * doubts ** 2));
        const made = await found();
        if (made) return made;
      }
    }
  };

  const advisory = (known && (await byId(known.ghsaId))) ?? (await found()) ?? (await create());
  const description = toIssueBody(writing, advisory.description);
  const state = isActive(incident) ? "draft" : "closed";
  const changes = {
    ...(advisory.summary !== summary && { summary }),
    ...(!sameBody(advisory.description ?? "", description) && { description }),
    ...(advisory.state !== state && (["draft", "closed"] as readonly string[]).includes(advisory.state) && { state }),
  };
  if (Object.keys(changes).length > 0) {
    const request = { retries: 2 };
    await securityAdvisories.updateRepositoryAdvisory({
      ...repo,
      ghsa_id: advisory.ghsa_id,
      ...changes,
      request,
    } as Parameters<typeof securityAdvisories.updateRepositoryAdvisory>[0]);
  }
  if (state === "draft") await addCollaborators(advisory, view, app);
  return { kind: "filed", filing: { kind: "advisory", repo: home, ghsaId: advisory.ghsa_id, url: advisory.html_url } };
}

/** What would be comments elsewhere: the newest, each with its time. */
function toldIn({ incident, timeline }: IncidentView): readonly string[] {
  const messages = timeline.flatMap((entry) => {
    const text = messageOf(entry, incident, timeline, "members");
    return text === null ? [] : [`${timeText(entry.at)}: ${text.replaceAll("\n", "\n  ")}`];
  });
  return messages.slice(-mostMessages).toReversed();
}

/**
 * Lets those who have to see to it into the advisory, which tells them of it: its owners if nobody is in it (whoever people chose instead
 * stands) or a person named them, and with each escalation whom it is escalated to. Who may not be let in is named in the text all the
 * same.
 */
async function addCollaborators(
  advisory: Advisory,
  { incident, timeline }: IncidentView,
  app: Pick<GithubApp, "clientFor">,
): Promise<void> {
  const { home, owner } = incident;
  const { rest } = app.clientFor(home.installationId);
  const repo = { owner: home.owner, repo: home.name };
  const users = (advisory.collaborating_users ?? []).map(({ login }) => login.toLowerCase());
  const teams = (advisory.collaborating_teams ?? []).map(({ slug }) => slug.toLowerCase());
  const isChosen = owner !== null && (users.length + teams.length === 0 || owner.source === "person");
  const news = timeline.filter(({ seq }) => seq > incident.toldThrough);
  const escalated = news.flatMap(({ event }) => (event.kind === "escalated" ? [event.to] : []));
  const names = [...(isChosen ? [...owner.logins, ...owner.teams] : []), ...escalated].map((name) =>
    name.toLowerCase(),
  );
  const ours = `${home.owner.toLowerCase()}/`;
  const newTeams = names.flatMap((name) => (name.startsWith(ours) ? [name.slice(ours.length)] : []));
  const newUsers: string[] = [];
  for (const login of new Set(names.filter((name) => !name.includes("/") && !users.includes(name)))) {
    // Who leaked it may be a stranger, who has no business in what only maintainers read.
    const can = await rest.issues.checkUserCanBeAssigned({ ...repo, assignee: login }).then(() => true, falseIfMissing);
    if (can) newUsers.push(login);
  }
  const wanted = {
    ...(newUsers.length > 0 && { collaborating_users: [...users, ...newUsers] }),
    ...(newTeams.some((slug) => !teams.includes(slug)) && {
      collaborating_teams: [...new Set([...teams, ...newTeams])],
    }),
  };
  for (const [kind, list] of Object.entries(wanted)) {
    const change = { ...repo, ghsa_id: advisory.ghsa_id, [kind]: list, request: { retries: 2 } };
    try {
      await rest.securityAdvisories.updateRepositoryAdvisory(change);
    } catch (error) {
      if (!hasStatus(error, 403, 404, 422)) throw error;
    }
  }
}

function falseIfMissing(error: unknown): false {
  if (hasStatus(error, 404, 403)) return false;
  throw error;
}
