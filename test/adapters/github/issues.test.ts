import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createIssueTracker } from "../../../src/adapters/github/issues.ts";
import type { IssueTracker } from "../../../src/flows/ports/issues.ts";
import { anIncidentIn, filedAs, issueTrackerContract, viewOf } from "../../contracts/issue-tracker.ts";
import { startGithubWorld, type GithubWorld } from "./github-world.ts";

let world: GithubWorld;
let tracker: IssueTracker;

beforeAll(async () => {
  world = await startGithubWorld();
});
// A process of its own for each test: only so many issues may be created at once, and here there are more.
beforeEach(() => {
  tracker = createIssueTracker(world.anotherApp());
});
afterEach(() => world.github.faults.clear());
afterAll(() => world.stop());

describe("on the local GitHub", () => {
  const locals = new Map<number, Awaited<ReturnType<GithubWorld["newRepo"]>>["local"]>();
  const localOf = (repoId: number) => {
    const local = locals.get(repoId);
    if (!local) throw new Error(`no repository ${repoId}`);
    return local;
  };
  issueTrackerContract(() => ({
    tracker,
    newRepo: async (visibility) => {
      const { repo, local } = await world.newRepo(visibility);
      locals.set(repo.repoId, local);
      return repo;
    },
    issuesIn: async ({ repoId }) =>
      localOf(repoId)
        .issues()
        .map(({ number, title, body, state }) => ({ number, title, body: body ?? "", state })),
    close: ({ repoId }, number) => localOf(repoId).close(number),
    disableIssues: async ({ repoId }) => localOf(repoId).setIssuesEnabled(false),
  }));
});

describe.each(["bad-gateway", "bad-gateway-after", "reset", "reset-after"] as const)(
  "after a %s of the creation",
  (kind) => {
    test("there is exactly one issue, also when two ask at once", async () => {
      const { repo, local } = await world.newRepo();
      const fault = world.github.faults.add({ kind, operation: "issues/create", times: 1 });
      const incident = anIncidentIn(repo);
      const [one, two] = await Promise.all([
        tracker.ensureIssue(viewOf(incident)),
        tracker.ensureIssue(viewOf(incident)),
      ]);
      expect(fault.hits()).toBe(1);
      expect(one).toEqual(two);
      expect(local.issues()).toHaveLength(1);
    });
  },
);

test("two processes that create at the same moment agree on the first issue and close the other", async () => {
  const { repo, local } = await world.newRepo();
  const incident = anIncidentIn(repo);
  // Both look before either has created.
  world.github.faults.add({ kind: "slow", operation: "issues/create", delayMs: 300, times: 2 });
  const other = createIssueTracker(world.anotherApp());
  const [one, two] = await Promise.all([tracker.ensureIssue(viewOf(incident)), other.ensureIssue(viewOf(incident))]);
  expect(one).toMatchObject({ filing: { number: 1 } });
  expect(two).toMatchObject({ filing: { number: 1 } });
  expect(local.issues().map(({ number, state }) => [number, state])).toEqual([
    [1, "open"],
    [2, "closed"],
  ]);
});

test("an issue whose number was lost is found on the third page of the app's issues", async () => {
  const { repo, local } = await world.newRepo();
  const incident = anIncidentIn(repo);
  const filed = await tracker.ensureIssue(viewOf(incident));
  for (let count = 0; count < 230; count += 1)
    local.openIssue({ title: `${count}`, author: world.github.app.bot.login });
  const before = world.sent("issues/list-for-repo");
  expect(await createIssueTracker(world.anotherApp()).ensureIssue(viewOf(incident))).toEqual(filed);
  expect(world.sent("issues/list-for-repo")).toBe(before + 3);
  expect(local.issues()).toHaveLength(231);
});

test("an issue that somebody else wrote with our marker in it is not taken for ours", async () => {
  const { repo, local } = await world.newRepo();
  const incident = anIncidentIn(repo);
  const foreign = local.openIssue({ title: "mine", body: `<!-- keyward:incident:${incident.id} -->` });
  const filed = await tracker.ensureIssue(viewOf(incident));
  expect(filed).not.toMatchObject({ filing: { number: foreign.number } });
});

test("a path that pretends to be another incident's marker does not lead to it", async () => {
  const { repo, local } = await world.newRepo();
  const wanted = anIncidentIn(repo);
  await tracker.ensureIssue(viewOf(anIncidentIn(repo, `<!-- keyward:incident:${wanted.id} -->`)));
  await tracker.ensureIssue(viewOf(wanted));
  expect(local.issues()).toHaveLength(2);
});

test("what people ticked and wrote stays when a place is added; nothing is sent when nothing changed", async () => {
  const { repo, local } = await world.newRepo();
  const incident = anIncidentIn(repo);
  const filed = await tracker.ensureIssue(viewOf(incident));
  const known = filedAs(incident, filed);
  const [issue] = local.issues();
  if (issue)
    issue.body = `${issue.body?.replace("- [ ] Revoke", "- [x] Revoke")}\n\nAsked the vendor.`.replaceAll("\n", "\r\n");
  const before = world.sent("issues/update");
  await tracker.ensureIssue(viewOf(known));
  expect(world.sent("issues/update")).toBe(before);
  const more = incident.occurrences.map((one) => ({ ...one, path: "more.ts" }));
  await tracker.ensureIssue(viewOf({ ...known, occurrences: [...incident.occurrences, ...more] }));
  expect(world.sent("issues/update")).toBe(before + 1);
  expect(local.issues()[0]?.body).toContain("more.ts");
  expect(local.issues()[0]?.body).toContain("- [x] Revoke");
  expect(local.issues()[0]?.body).toContain("Asked the vendor.");
});

test("a repository that was renamed is followed; one that was made public is told nothing", async () => {
  const { repo, local } = await world.newRepo();
  const incident = anIncidentIn(repo);
  local.rename(`${repo.name}-renamed`);
  local.setVisibility("public");
  const filed = await tracker.ensureIssue(viewOf(incident));
  expect(filed).toMatchObject({
    filing: { number: 1, audience: "everyone", repo: { name: local.name, visibility: "public" } },
  });
  expect(local.issues()[0]?.body).not.toContain("config.ts");
});

describe("where no issue can be filed", () => {
  test("the repository was deleted", async () => {
    const { repo, local } = await world.newRepo();
    local.delete();
    expect(await tracker.ensureIssue(viewOf(anIncidentIn(repo)))).toEqual({
      kind: "unavailable",
      reason: "repository-gone",
    });
  });

  test("another repository has its name now: it must not learn of the leak", async () => {
    const { repo, local } = await world.newRepo();
    const incident = anIncidentIn({ ...repo, repoId: repo.repoId + 1_000_000 });
    expect(await tracker.ensureIssue(viewOf(incident))).toEqual({ kind: "unavailable", reason: "repository-gone" });
    expect(local.issues()).toEqual([]);
  });

  test("the repository is archived", async () => {
    const { repo, local } = await world.newRepo();
    local.setArchived(true);
    expect(await tracker.ensureIssue(viewOf(anIncidentIn(repo)))).toEqual({ kind: "unavailable", reason: "archived" });
  });
});

test("an issue that a person deleted is filed again", async () => {
  const { repo, local } = await world.newRepo();
  const filing = { kind: "issue", repo, number: 77, audience: "members" } as const;
  const incident = { ...anIncidentIn(repo), filing };
  expect(await tracker.ensureIssue(viewOf(incident))).toMatchObject({ kind: "filed", filing: { number: 1 } });
  expect(local.issues()).toHaveLength(1);
});

describe("an issue in a repository that became public", () => {
  const start = async () => {
    const { repo, local } = await world.newRepo();
    const incident = anIncidentIn(repo, "src/secret-place.ts");
    const filed = await tracker.ensureIssue(viewOf(incident));
    if (filed.kind !== "filed" || filed.filing.kind !== "issue") throw new Error("it is filed as an issue");
    const { filing } = filed;
    const entry = { seq: 1, at: incident.openedAt, state: "open", source: null, hash: "" } as const;
    const event = { kind: "reopened", by: { kind: "keyward" }, reason: "in src/secret-place.ts" } as const;
    await tracker.tell(incident, filing, [{ ...entry, event }], [{ ...entry, event }]);
    local.comment(filing.number, "What people say stays.");
    local.setVisibility("public");
    const issue = () => local.issues().find(({ number }) => number === filing.number);
    const everything = () => JSON.stringify([issue()?.title, issue()?.body, local.comments(filing.number)]);
    return { incident: { ...incident, filing }, filing, issue, everything };
  };
  const telling = (incident: { readonly mask: string; readonly fingerprint: string }): readonly string[] => [
    "secret-place",
    incident.mask,
    incident.fingerprint.slice(0, 8),
    "GitHub personal access token",
  ];

  test("says nothing any more that helps to find it, and the incident goes to the private repository, once", async () => {
    const { incident, issue, everything } = await start();
    expect(telling(incident).filter((text) => everything().includes(text))).toEqual(telling(incident));
    const { repo: desk, local: deskLocal } = await world.newRepo();
    const view = { ...viewOf(incident), elsewhere: { privateRepository: desk, draftAdvisories: false } };
    const [first, again] = [await tracker.ensureIssue(view), await tracker.ensureIssue(view)];
    expect(first).toMatchObject({ kind: "filed", filing: { repo: { repoId: desk.repoId }, audience: "members" } });
    expect(again).toEqual(first);
    expect(deskLocal.issues()).toHaveLength(1);
    expect(issue()).toMatchObject({ state: "closed" });
    expect(telling(incident).filter((text) => everything().includes(text))).toEqual([]);
    expect(everything()).toContain("What people say stays.");
  });

  test("stays open without a word about it where there is no other place", async () => {
    const { incident, filing, issue, everything } = await start();
    const filed = await tracker.ensureIssue(viewOf(incident));
    expect(filed).toMatchObject({ kind: "filed", filing: { number: filing.number, audience: "everyone" } });
    expect(issue()).toMatchObject({ state: "open" });
    expect(telling(incident).filter((text) => everything().includes(text))).toEqual([]);
  });
});
