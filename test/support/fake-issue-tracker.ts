import type { RepoRef } from "../../src/core/change/change.ts";
import type { Incident } from "../../src/core/incident/incident.ts";
import type { IssueTracker } from "../../src/flows/ports/issues.ts";

export type FakeIssue = {
  readonly repo: RepoRef;
  readonly number: number;
  readonly incidentId: string;
  title: string;
  body: string;
  state: "open" | "closed";
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
  const added = ({ id, home, state }: Incident): FakeIssue => {
    const number = 1 + issues.filter(({ repo }) => repo.repoId === home.repoId).length;
    const issue: FakeIssue = { repo: home, number, incidentId: id, title: "", body: "", state };
    issues.push(issue);
    return issue;
  };
  return {
    issues,
    disableIssues: ({ repoId }) => void disabled.add(repoId),
    ensureIssue: async (incident) => {
      const { home, state, title, mask, fingerprint, occurrences } = incident;
      if (disabled.has(home.repoId)) return { kind: "unavailable", reason: "issues-disabled" };
      const issue = existing(incident) ?? added(incident);
      const isPublic = home.visibility === "public";
      const places = occurrences
        .map((one) => (one.kind === "code" ? `${one.path}:${one.line}` : one.place.surface))
        .join("\n");
      const said = isPublic
        ? { title: "a maintainer should look", body: "" }
        : { title: `Leaked: ${title}`, body: `${mask} ${fingerprint}\n${places}` };
      Object.assign(issue, { ...said, state });
      const url = `https://github.example/${home.owner}/${home.name}/issues/${issue.number}`;
      return { kind: "filed", number: issue.number, url };
    },
  };
}
