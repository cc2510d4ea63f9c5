import type { RepoRef } from "../../src/core/change/change.ts";
import { isActive, type Incident } from "../../src/core/incident/incident.ts";
import type { TimelineEntry } from "../../src/core/incident/timeline.ts";
import type { IssueTracker } from "../../src/flows/ports/issues.ts";

export type FakeIssue = {
  readonly repo: RepoRef;
  readonly number: number;
  readonly incidentId: string;
  title: string;
  body: string;
  state: "open" | "closed";
  /** What was told on it, each entry once. */
  readonly told: TimelineEntry[];
};

/** An issue tracker in memory; kept honest by the contract that the real one keeps. */
export function fakeIssueTracker(): IssueTracker & {
  readonly issues: readonly FakeIssue[];
  readonly disableIssues: (repo: RepoRef) => void;
} {
  const issues: FakeIssue[] = [];
  const disabled = new Set<number>();
  const existing = (incident: Incident): FakeIssue | undefined =>
    issues.find(({ repo, incidentId }) => repo.repoId === incident.home.repoId && incidentId === incident.id);
  const added = ({ id, home }: Incident): FakeIssue => {
    const number = 1 + issues.filter(({ repo }) => repo.repoId === home.repoId).length;
    const issue: FakeIssue = { repo: home, number, incidentId: id, title: "", body: "", state: "open", told: [] };
    issues.push(issue);
    return issue;
  };
  return {
    issues,
    disableIssues: ({ repoId }) => void disabled.add(repoId),
    ensureIssue: async ({ incident }) => {
      const { home, title, mask, fingerprint, occurrences } = incident;
      if (disabled.has(home.repoId)) return { kind: "unavailable", reason: "issues-disabled" };
      const issue = existing(incident) ?? added(incident);
      const audience = home.visibility === "public" ? "everyone" : "members";
      const places = occurrences
        .map((one) => (one.kind === "code" ? `${one.path}:${one.line}` : one.place.surface))
        .join("\n");
      const said =
        audience === "everyone"
          ? { title: "a maintainer should look", body: "" }
          : { title: `Leaked: ${title}`, body: `${mask} ${fingerprint}\n${places}` };
      Object.assign(issue, { ...said, state: isActive(incident) ? "open" : "closed" });
      return { kind: "filed", filing: { kind: "issue", repo: home, number: issue.number, audience } };
    },
    tell: async (incident, _filing, fresh) => {
      const issue = existing(incident);
      const known = new Set(issue?.told.map(({ seq }) => seq));
      issue?.told.push(...fresh.filter(({ seq }) => !known.has(seq)));
    },
  };
}
