import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createCheckRuns } from "../../../src/adapters/github/check-runs.ts";
import { defaultPolicy } from "../../../src/core/verdict/policy.ts";
import { decideVerdict } from "../../../src/core/verdict/verdict.ts";
import type { CheckReport, CheckRuns, Head } from "../../../src/flows/ports/check-runs.ts";
import { blockingReport, checkRunsContract } from "../../contracts/check-runs.ts";
import { startWorkTree } from "../../github/work-tree.ts";
import { aChangeFinding, aCoverage, aFinding, aPlace } from "../../support/builders.ts";
import { startGithubWorld, type GithubWorld } from "./github-world.ts";

let world: GithubWorld;
let checkRuns: CheckRuns;

beforeAll(async () => {
  world = await startGithubWorld();
});
// A process of its own for each test: only so many writes may go at once, and here there are more.
beforeEach(() => {
  checkRuns = createCheckRuns(world.anotherApp());
});
afterEach(() => world.github.faults.clear());
afterAll(() => world.stop());

const runsOn = ({ sha }: Head) => world.heads.checkRuns(sha, "all");
const outcomes = { success: "pass", failure: "block", action_required: "incomplete" } as const;

describe("on the local GitHub", () => {
  checkRunsContract(() => ({
    checkRuns,
    newHead: world.newHead,
    seenOn: async (head) =>
      runsOn(head).map(({ id, status, conclusion, annotations, summary }) => ({
        id,
        outcome: status === "completed" ? outcomes[conclusion as keyof typeof outcomes] : null,
        annotated: annotations.map(({ path, start_line }) => `${path}:${start_line}`),
        issueUrls: [...(summary ?? "").matchAll(/\((https?:[^)]*\/issues\/\d+)\)/g)].map(([, url = ""]) => url),
      })),
  }));
});

/** As many findings, each in its own file. */
function manyFindings(count: number): CheckReport {
  const findings = Array.from({ length: count }, (_, index) =>
    aChangeFinding({ finding: aFinding({ fingerprint: String(index).padStart(32, "0") }) }),
  );
  return { ...blockingReport(), verdict: decideVerdict(findings, aCoverage(), defaultPolicy) };
}

/** What Keyward says of a run: one completed run with each annotation once. */
function expectOneRun(head: Head, annotations: number): void {
  const runs = runsOn(head);
  expect(runs.map(({ status, conclusion }) => [status, conclusion])).toEqual([["completed", "failure"]]);
  expect(runs[0]?.annotations).toHaveLength(annotations);
}

describe.each(["bad-gateway", "bad-gateway-after", "reset", "reset-after"] as const)("after a %s", (kind) => {
  test("of the creation there is exactly one run", async () => {
    const head = await world.newHead();
    const fault = world.github.faults.add({ kind, operation: "checks/create", times: 1 });
    const id = await checkRuns.begin(head, { reopen: false });
    expect(fault.hits()).toBe(1);
    expect(runsOn(head).map((run) => run.id)).toEqual([id]);
  });

  test.each([0, 1, 2])("of batch %d of 120 annotations each is there once", async (skip) => {
    const head = await world.newHead();
    const id = await checkRuns.begin(head, { reopen: false });
    const fault = world.github.faults.add({ kind, operation: "checks/update", times: 1, skip });
    await checkRuns.complete(head, id, manyFindings(120));
    expect(fault.hits()).toBe(1);
    expectOneRun(head, 120);
  });
});

test("a creation that is answered too late is found, not repeated", async () => {
  const impatient = createCheckRuns(world.anotherApp({ timeout: 200 }));
  const head = await world.newHead();
  await impatient.begin(await world.newHead(), { reopen: false });
  world.github.faults.add({ kind: "timeout-after", operation: "checks/create", times: 1 });
  const id = await impatient.begin(head, { reopen: false });
  expect(runsOn(head).map((run) => run.id)).toEqual([id]);
});

test("a worker that died between two batches is continued by the next one", async () => {
  const head = await world.newHead();
  const id = await checkRuns.begin(head, { reopen: false });
  // The request never comes back, however often it is asked: as good as dead.
  world.github.faults.add({ kind: "bad-gateway", operation: "checks/update", skip: 1, times: 4 });
  await expect(checkRuns.complete(head, id, manyFindings(120))).rejects.toThrow("502");
  expect(runsOn(head)).toMatchObject([{ status: "in_progress", annotations: { length: 50 } }]);
  world.github.faults.clear();
  await createCheckRuns(world.anotherApp()).complete(head, id, manyFindings(120));
  expectOneRun(head, 120);
});

test("a half-written run is given up if the answer is another one meanwhile", async () => {
  const head = await world.newHead();
  const id = await checkRuns.begin(head, { reopen: false });
  world.github.faults.add({ kind: "bad-gateway", operation: "checks/update", skip: 1, times: 4 });
  await expect(checkRuns.complete(head, id, manyFindings(120))).rejects.toThrow("502");
  world.github.faults.clear();
  await checkRuns.complete(head, id, manyFindings(3));
  await checkRuns.complete(head, id, manyFindings(3));
  expect(runsOn(head).map(({ conclusion, annotations }) => [conclusion, annotations.length])).toEqual([
    ["cancelled", 50],
    ["failure", 3],
  ]);
});

test("a repeat of what is said already sends no write", async () => {
  const head = await world.newHead();
  const id = await checkRuns.begin(head, { reopen: false });
  await checkRuns.complete(head, id, manyFindings(3));
  const before = [world.sent("checks/create"), world.sent("checks/update")];
  await checkRuns.complete(head, await checkRuns.begin(head, { reopen: false }), manyFindings(3));
  expect([world.sent("checks/create"), world.sent("checks/update")]).toEqual(before);
});

test("other apps' and other repositories' runs of the same name on the head are not ours", async () => {
  const head = await world.newHead();
  const id = await checkRuns.begin(head, { reopen: false });
  const elsewhere = { ...head, repo: { ...head.repo, repoId: head.repo.repoId + 1 } };
  expect(await checkRuns.begin(elsewhere, { reopen: false })).not.toBe(id);
});

test("what strangers wrote and more than GitHub takes is said in a way it accepts", async () => {
  const head = await world.newHead();
  const hostile = ["a|b`c\nd.ts", "@octocat/<b>.md", '"caf\\351.txt"', `${"深い/".repeat(400)}.ts`, "-->\u202e.ts"];
  const findings = Array.from({ length: 700 }, (_, index) => {
    const path = `${index}/${hostile[index % hostile.length]}`;
    const finding = aFinding({ path, title: path, fingerprint: String(index).padStart(32, "0") });
    return aChangeFinding({ finding, places: [aPlace({ path })] });
  });
  const unread = hostile.map((path) => ({ path, reason: "too-large", detail: path }) as const);
  const verdict = decideVerdict(findings, aCoverage({ unread }), defaultPolicy);
  const id = await checkRuns.begin(head, { reopen: false });
  await checkRuns.complete(head, id, { ...blockingReport(), verdict });
  expectOneRun(head, 500);
});

test("a repository that was renamed meanwhile is followed", async () => {
  const { repo, local } = await world.newRepo();
  await using tree = await startWorkTree(local);
  const sha = await tree.commit({ message: "one", files: [["a.txt", "a"]] });
  await tree.push("main");
  local.rename(`${repo.name}-renamed`);
  const id = await checkRuns.begin({ repo, sha }, { reopen: false });
  await checkRuns.complete({ repo, sha }, id, manyFindings(1));
  expect(local.checkRuns(sha, "all")).toMatchObject([{ id, conclusion: "failure" }]);
});

describe("what is gone", () => {
  test("a commit that is not there (any more)", async () => {
    const { repo } = await world.newHead();
    const attempt = checkRuns.begin({ repo, sha: "1".repeat(40) }, { reopen: false });
    await expect(attempt).rejects.toMatchObject({ name: "RepositoryUnavailable", failure: "gone", what: "commit" });
  });

  test("a deleted repository", async () => {
    const { repo, local } = await world.newRepo();
    local.delete();
    const attempt = checkRuns.begin({ repo, sha: "1".repeat(40) }, { reopen: false });
    await expect(attempt).rejects.toMatchObject({ name: "RepositoryUnavailable", what: "repository", reason: "gone" });
  });

  test("a repository that was archived cannot be written to", async () => {
    const head = await world.newHead();
    world.heads.setArchived(true);
    const attempt = checkRuns.begin(head, { reopen: false });
    await expect(attempt).rejects.toMatchObject({ name: "RepositoryUnavailable", reason: "archived" });
    world.heads.setArchived(false);
  });
});

test("from beginning to conclusion there is no pause, not even the second the throttling plugin has between writes", async () => {
  await checkRuns.begin(await world.newHead(), { reopen: false });
  const head = await world.newHead();
  const served = world.github.requests.length;
  const start = performance.now();
  const id = await checkRuns.begin(head, { reopen: false });
  await checkRuns.complete(head, id, manyFindings(3));
  const spent = performance.now() - start;
  const requests = world.github.requests.slice(served).filter(({ operation }) => operation?.startsWith("checks/"));
  const waiting = spent - requests.reduce((sum, { durationMs }) => sum + durationMs, 0);
  process.stdout.write(`begin and complete: ${spent.toFixed(0)} ms, ${waiting.toFixed(0)} ms of them outside GitHub\n`);
  expect(requests.map(({ method }) => method)).toEqual(["GET", "POST", "PATCH"]);
  expect(waiting).toBeLessThan(900);
});
