import { expect, test } from "vitest";
import type { Head } from "../../src/flows/ports/check-runs.ts";
import type { Job } from "../../src/flows/ports/jobs.ts";
import type { ScanStore } from "../../src/flows/ports/scan-store.ts";
import { defaultPolicy } from "../../src/core/verdict/policy.ts";
import { decideVerdict } from "../../src/core/verdict/verdict.ts";
import { aChange, aChangeFinding, aCoverage, aFinding, aRepo, aSha } from "../support/builders.ts";

/** What a contract looks at beside the store. `rejected` makes jobs that cannot be queued. */
export type StoreUnderTest<Store> = {
  readonly store: Store;
  readonly queued: () => Promise<readonly Job[]>;
};

/** A job that no queue takes: its data is not what its kind has. */
export const impossibleJob = { name: "publish-verdict", data: { head: "none" } } as unknown as Job;

const blocked = decideVerdict([aChangeFinding()], aCoverage(), defaultPolicy);
const done = {
  state: "done",
  verdict: blocked,
  commits: [{ sha: aSha("c"), committedAt: "2026-11-01T10:00:00.000Z" }],
  retry: null,
} as const;
const pullRequest = { kind: "pull-request", number: 3, baseRef: "main", baseSha: aSha("1") } as const;

/** What every `ScanStore` promises. `make` gives one that may hold other heads' scopes. */
export function scanStoreContract(make: () => StoreUnderTest<ScanStore>): void {
  let repoId = 1000;
  /** A change of a repository that no other test has. */
  const fresh = (): { change: ReturnType<typeof aChange>; head: Head } => {
    repoId += 1;
    const repo = aRepo({ repoId });
    const change = aChange({ repo });
    return { change, head: { repo, sha: change.head } };
  };

  test("a head that was never judged has no scopes", async () => {
    expect(await make().store.scopesOf(fresh().head)).toEqual([]);
  });

  test("a scope runs from its beginning until its judgement is stored", async () => {
    const { store } = make();
    const { change, head } = fresh();
    await store.begin(change);
    expect(await store.scopesOf(head)).toEqual([
      {
        head,
        scope: "push:refs/heads/topic",
        source: change.source,
        version: expect.any(Number),
        result: { state: "running" },
      },
    ]);
    await store.finish(change, done, []);
    expect(await store.scopesOf(head)).toEqual([
      { head, scope: "push:refs/heads/topic", source: change.source, version: expect.any(Number), result: done },
    ]);
  });

  test("a judged scope that begins again is running, without its old judgement", async () => {
    const { store } = make();
    const { change, head } = fresh();
    await store.finish(change, done, []);
    await store.begin(change);
    expect((await store.scopesOf(head)).map(({ result }) => result)).toEqual([{ state: "running" }]);
  });

  test("several scopes of one head stand beside each other, oldest first, also when the older ends later", async () => {
    const { store } = make();
    const { change, head } = fresh();
    const asked = { ...change, source: pullRequest };
    await store.begin(change);
    await store.begin(asked);
    await store.finish(asked, done, []);
    await store.finish(change, done, []);
    expect((await store.scopesOf(head)).map(({ scope }) => scope)).toEqual([
      "push:refs/heads/topic",
      `pull-request:3:${aSha("1")}`,
    ]);
  });

  test("another head of the repository, and the same head in another repository, are not mixed up with it", async () => {
    const { store } = make();
    const { change, head } = fresh();
    await store.finish(change, done, []);
    expect(await store.scopesOf({ ...head, sha: aSha("d") })).toEqual([]);
    expect(await store.scopesOf(fresh().head)).toEqual([]);
  });

  test("beginning and finishing twice is the same as once", async () => {
    const { store } = make();
    const { change, head } = fresh();
    for (let times = 0; times < 2; times += 1) await store.begin(change);
    for (let times = 0; times < 2; times += 1) await store.finish(change, done, []);
    expect(await store.scopesOf(head)).toEqual([
      { head, scope: "push:refs/heads/topic", source: change.source, version: expect.any(Number), result: done },
    ]);
  });

  test("a dropped scope is forgotten, the others stay; dropping it again changes nothing", async () => {
    const { store } = make();
    const { change, head } = fresh();
    await store.begin(change);
    await store.begin({ ...change, source: pullRequest });
    for (let times = 0; times < 2; times += 1) await store.drop(change);
    expect((await store.scopesOf(head)).map(({ scope }) => scope)).toEqual([`pull-request:3:${aSha("1")}`]);
  });

  test("the repository is known by its id: a rename keeps its scopes, and the newest name is given", async () => {
    const { store } = make();
    const { change, head } = fresh();
    await store.begin(change);
    const renamed = { ...change, repo: { ...change.repo, name: "boutique" } };
    await store.finish(renamed, done, []);
    expect((await store.scopesOf(head)).map((record) => record.head.repo.name)).toEqual(["boutique"]);
  });

  test("a judgement and its jobs are stored together", async () => {
    const { store, queued } = make();
    const { change, head } = fresh();
    await store.finish(change, done, [{ name: "publish-verdict", data: { head } }]);
    expect(await queued()).toContainEqual({ name: "publish-verdict", data: { head } });
  });

  test("when a job cannot be queued, neither the judgement nor another job is stored", async () => {
    const { store, queued } = make();
    const { change, head } = fresh();
    await store.begin(change);
    const jobs: Job[] = [{ name: "publish-verdict", data: { head } }, impossibleJob];
    await expect(store.finish(change, done, jobs)).rejects.toThrow(/expected object/i);
    expect((await store.scopesOf(head)).map(({ result }) => result)).toEqual([{ state: "running" }]);
    expect(await queued()).not.toContainEqual({ name: "publish-verdict", data: { head } });
  });

  test("only the name and time of a commit are kept, not what its author wrote", async () => {
    const { store } = make();
    const { change, head } = fresh();
    const wordy = { ...done.commits[0], subject: "what the author wrote", authorEmail: "ada@example.org" };
    await store.finish(change, { ...done, commits: [wordy] }, []);
    expect((await store.scopesOf(head)).map(({ result }) => result)).toEqual([done]);
  });

  const isIn = (heads: readonly Head[], { repo, sha }: Head): boolean =>
    heads.some((head) => head.repo.repoId === repo.repoId && head.sha === sha);
  const headsOf = (changes: readonly ReturnType<typeof aChange>[]): Head[] =>
    changes.map(({ repo, head }) => ({ repo, sha: head }));

  test("a scope that runs for too long is unfinished, until it is judged", async () => {
    const { store } = make();
    const { change, head } = fresh();
    await store.begin(change);
    expect(isIn(headsOf((await store.unfinished(0)).running), head)).toBe(true);
    expect((await store.unfinished(0)).running).toContainEqual(change);
    expect(isIn(headsOf((await store.unfinished(3600)).running), head)).toBe(false);
    await store.finish(change, done, []);
    expect(isIn(headsOf((await store.unfinished(0)).running), head)).toBe(false);
  });

  test("a judgement is unfinished until it is told, and again when it may no longer be what is shown", async () => {
    const { store } = make();
    const { change, head } = fresh();
    await store.finish(change, done, []);
    expect(isIn((await store.unfinished(0)).untold, head)).toBe(true);
    expect(isIn((await store.unfinished(3600)).untold, head)).toBe(false);
    await store.told(await store.scopesOf(head));
    expect(isIn((await store.unfinished(0)).untold, head)).toBe(false);
    await store.untold(head);
    expect(isIn((await store.unfinished(0)).untold, head)).toBe(true);
  });

  test("a judgement that changed while the one before was told is still to be told", async () => {
    const { store } = make();
    const { change, head } = fresh();
    await store.finish(change, done, []);
    const before = await store.scopesOf(head);
    await store.finish(change, done, []);
    await store.told(before);
    expect(isIn((await store.unfinished(0)).untold, head)).toBe(true);
  });

  test("while another question about the head is open, nothing is to be told", async () => {
    const { store } = make();
    const { change, head } = fresh();
    await store.finish(change, done, []);
    await store.begin({ ...change, source: pullRequest });
    expect(isIn((await store.unfinished(0)).untold, head)).toBe(false);
  });

  test("what is done by itself about an incomplete judgement is kept with it", async () => {
    const { store } = make();
    const { change, head } = fresh();
    const retry = { kind: "planned", number: 2, at: "2026-11-01T10:05:00.000Z" } as const;
    await store.finish(change, { ...done, retry }, []);
    expect((await store.scopesOf(head)).map(({ result }) => result)).toEqual([{ ...done, retry }]);
  });

  test("a retry is unfinished once its time has come, until it begins", async () => {
    const { store } = make();
    const { change } = fresh();
    const retryAt = (ms: number) =>
      ({ kind: "planned", number: 2, at: new Date(Date.now() + ms).toISOString() }) as const;
    await store.finish(change, { ...done, retry: retryAt(60_000) }, []);
    expect((await store.unfinished(0)).overdue).not.toContainEqual({ change, retry: 2 });
    await store.finish(change, { ...done, retry: retryAt(-60_000) }, []);
    expect((await store.unfinished(0)).overdue).toContainEqual({ change, retry: 2 });
    expect((await store.unfinished(3600)).overdue).not.toContainEqual({ change, retry: 2 });
    await store.begin(change);
    expect((await store.unfinished(0)).overdue).not.toContainEqual({ change, retry: 2 });
  });

  test("odd text in a judgement (NUL, half a surrogate pair) does not keep it from being stored", async () => {
    const { store } = make();
    const { change, head } = fresh();
    const odd = aChangeFinding({ finding: aFinding({ path: "a\0b", mask: "\uD83D****" }) });
    await store.finish(change, { ...done, verdict: { ...blocked, blocking: [odd] } }, []);
    const [record] = await store.scopesOf(head);
    expect(record?.result.state).toBe("done");
  });

  test("a secret's heads are the last judged ones of each ref and pull request, while a judgement names it", async () => {
    const { store } = make();
    const { change, head } = fresh();
    const fingerprint = `${change.repo.repoId}`.padStart(32, "0");
    const { installationId } = change.repo;
    const named = decideVerdict([aChangeFinding({ finding: aFinding({ fingerprint }) })], aCoverage(), defaultPolicy);
    const result = { ...done, verdict: named };
    const shas = ["1", "2", "3", "4", "5", "6", "7", "8", "9"].map(aSha);
    for (const sha of shas) await store.finish({ ...change, head: sha }, result, []);
    await store.finish({ ...change, source: pullRequest }, result, []);
    const found = async () =>
      (await store.headsWith(installationId, fingerprint)).map(({ sha }) => sha).toSorted((a, b) => (a < b ? -1 : 1));
    expect(await found()).toEqual([...shas.slice(1), head.sha].toSorted((a, b) => (a < b ? -1 : 1)));
    await store.finish({ ...change, source: pullRequest }, { ...done, verdict: { ...blocked, blocking: [] } }, []);
    expect(await found()).toEqual(shas.slice(1));
    expect(await store.headsWith(installationId + 1, fingerprint)).toEqual([]);
    await store.drop({ ...change, head: aSha("9") });
    expect(await found()).toEqual(shas.slice(0, 8));
  });

  test("a head of which it was said that a secret does not block it is among that secret's heads however old, until it is judged anew", async () => {
    const { store } = make();
    const { change, head } = fresh();
    const fingerprint = `${change.repo.repoId}`.padStart(32, "0");
    const named = decideVerdict([aChangeFinding({ finding: aFinding({ fingerprint }) })], aCoverage(), defaultPolicy);
    const result = { ...done, verdict: named };
    await store.finish(change, result, []);
    const later = ["1", "2", "3", "4", "5", "6", "7", "8"].map(aSha);
    for (const sha of later) await store.finish({ ...change, head: sha }, result, []);
    const found = async () => (await store.headsWith(change.repo.installationId, fingerprint)).map(({ sha }) => sha);
    await store.eased(head, ["another"]);
    expect(await found()).not.toContain(head.sha);
    await store.eased(head, [fingerprint]);
    await store.untold(head);
    expect(await found()).toContain(head.sha);
    expect(await found()).toHaveLength(9);
    await store.finish(change, result, []);
    for (const sha of later) await store.finish({ ...change, head: sha }, result, []);
    expect(await found()).not.toContain(head.sha);
  });
}
