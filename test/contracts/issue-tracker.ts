import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { RepoRef } from "../../src/core/change/change.ts";
import { openIncident, type Filing, type Incident } from "../../src/core/incident/incident.ts";
import type { CodeOccurrence } from "../../src/core/incident/occurrence.ts";
import type { IncidentView, IssueTracker } from "../../src/flows/ports/issues.ts";
import { aFinding, aSha } from "../support/builders.ts";

export type SeenIssue = {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: "open" | "closed";
};

export type IssueTrackerUnderTest = {
  readonly tracker: IssueTracker;
  /** A repository without issues. */
  readonly newRepo: (visibility: RepoRef["visibility"]) => Promise<RepoRef>;
  readonly issuesIn: (repo: RepoRef) => Promise<readonly SeenIssue[]>;
  /** What a person does. */
  readonly close: (repo: RepoRef, number: number) => Promise<void>;
  readonly disableIssues: (repo: RepoRef) => Promise<void>;
};

const seenAt = (): string => new Date().toISOString();

const anOccurrence = (repo: RepoRef, path: string): CodeOccurrence => ({
  kind: "code",
  repoId: repo.repoId,
  commit: aSha("c"),
  blob: aSha("b"),
  path,
  line: 2,
  seenAt: seenAt(),
});

/** An incident of a secret that nobody has seen before, in a file of a repository. */
export function anIncidentIn(home: RepoRef, path = "src/config.ts"): Incident {
  const finding = aFinding({ fingerprint: randomUUID().replaceAll("-", "") });
  return openIncident({ id: randomUUID(), home, finding, occurrences: [anOccurrence(home, path)] });
}

/** How an incident is shown where nothing is configured. */
export const viewOf = (incident: Incident): IncidentView => ({
  incident,
  steps: null,
  canRevoke: false,
  timeline: [],
  elsewhere: { privateRepository: null, draftAdvisories: false },
});

/** The incident, filed as the tracker said. */
export function filedAs(incident: Incident, outcome: Awaited<ReturnType<IssueTracker["ensureIssue"]>>): Incident {
  if (outcome.kind !== "filed") throw new Error(`it could not be filed: ${outcome.reason}`);
  return { ...incident, filing: outcome.filing };
}

const numberOf = (filing: Filing | null): number => (filing?.kind === "issue" ? filing.number : 0);

/** What every `IssueTracker` promises. */
export function issueTrackerContract(make: () => IssueTrackerUnderTest): void {
  test("an incident gets one issue, found again when it is asked for again", async () => {
    const { tracker, newRepo, issuesIn } = make();
    const repo = await newRepo("private");
    const incident = anIncidentIn(repo);
    const filed = await tracker.ensureIssue(viewOf(incident));
    expect(filed).toMatchObject({ kind: "filed", filing: { kind: "issue", audience: "members" } });
    expect(await tracker.ensureIssue(viewOf(incident))).toEqual(filed);
    const [issue, ...others] = await issuesIn(repo);
    expect(others).toEqual([]);
    expect(issue).toMatchObject({ number: numberOf(filedAs(incident, filed).filing), state: "open" });
    expect(issue?.body).toContain("src/config.ts");
  });

  test("asked twice at once it makes one", async () => {
    const { tracker, newRepo, issuesIn } = make();
    const repo = await newRepo("private");
    const incident = anIncidentIn(repo);
    const both = await Promise.all([tracker.ensureIssue(viewOf(incident)), tracker.ensureIssue(viewOf(incident))]);
    expect(both[0]).toEqual(both[1]);
    expect(await issuesIn(repo)).toHaveLength(1);
  });

  test("two incidents are two issues", async () => {
    const { tracker, newRepo, issuesIn } = make();
    const repo = await newRepo("private");
    await tracker.ensureIssue(viewOf(anIncidentIn(repo)));
    await tracker.ensureIssue(viewOf(anIncidentIn(repo)));
    expect(await issuesIn(repo)).toHaveLength(2);
  });

  test("a new place is added to the issue", async () => {
    const { tracker, newRepo, issuesIn } = make();
    const repo = await newRepo("private");
    const incident = anIncidentIn(repo);
    const filed = await tracker.ensureIssue(viewOf(incident));
    const occurrences = [...incident.occurrences, anOccurrence(repo, "second/place.ts")];
    expect(await tracker.ensureIssue(viewOf({ ...filedAs(incident, filed), occurrences }))).toEqual(filed);
    const [issue] = await issuesIn(repo);
    expect(issue?.body).toMatch(/second\/place\.ts[^]*src\/config\.ts|src\/config\.ts[^]*second\/place\.ts/);
  });

  test("an issue closed by hand is opened again while the incident is open, and closed with it", async () => {
    const { tracker, newRepo, issuesIn, close } = make();
    const repo = await newRepo("private");
    const incident = anIncidentIn(repo);
    const filed = await tracker.ensureIssue(viewOf(incident));
    const known = filedAs(incident, filed);
    await close(repo, numberOf(known.filing));
    await tracker.ensureIssue(viewOf(known));
    expect(await issuesIn(repo)).toMatchObject([{ state: "open" }]);
    await tracker.ensureIssue(viewOf({ ...known, state: "closed" }));
    expect(await issuesIn(repo)).toMatchObject([{ state: "closed" }]);
  });

  test("in a public repository it says nothing that helps to find the secret", async () => {
    const { tracker, newRepo, issuesIn } = make();
    const repo = await newRepo("public");
    const incident = anIncidentIn(repo);
    await tracker.ensureIssue(viewOf(incident));
    const [issue] = await issuesIn(repo);
    for (const telling of [
      incident.title,
      incident.ruleId,
      incident.mask,
      incident.fingerprint.slice(0, 8),
      "config.ts",
    ]) {
      expect(`${issue?.title}\n${issue?.body}`).not.toContain(telling);
    }
  });

  test("where issues are switched off, it says so", async () => {
    const { tracker, newRepo, disableIssues } = make();
    const repo = await newRepo("private");
    await disableIssues(repo);
    const outcome = await tracker.ensureIssue(viewOf(anIncidentIn(repo)));
    expect(outcome).toEqual({ kind: "unavailable", reason: "issues-disabled" });
  });
}
