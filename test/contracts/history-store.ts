import { expect, test } from "vitest";
import { nothingRead } from "../../src/core/history/history.ts";
import type { HistoryStore } from "../../src/flows/ports/history-store.ts";
import { aRepo, aSha } from "../support/builders.ts";
import { impossibleJob, type StoreUnderTest } from "./scan-store.ts";

/** What every `HistoryStore` promises. `make` gives one that may hold other repositories' histories. */
export function historyStoreContract(make: () => StoreUnderTest<HistoryStore>): void {
  let repoId = 7000;
  const fresh = (): ReturnType<typeof aRepo> => aRepo({ repoId: (repoId += 1) });
  const progress = { ...nothingRead, commits: 3, done: 2, fingerprints: ["f"] };
  const tips = { head: aSha("a"), tips: [aSha("a"), aSha("b")] };

  test("a history that was never begun is not there", async () => {
    expect(await make().store.of(fresh().repoId)).toBeNull();
  });

  test("beginning queues the job that reads it, from nothing", async () => {
    const [{ store, queued }, repo] = [make(), fresh()];
    await store.begin(repo, "installed");
    const begun = { repo, round: 1, reason: "installed", state: "waiting", scanner: null, tips: null } as const;
    expect(await store.of(repo.repoId)).toEqual({ ...begun, progress: nothingRead, toldAt: null });
    const { installationId } = repo;
    expect(await queued()).toContainEqual({
      name: "scan-history",
      data: { installationId, repoId: repo.repoId, reason: "installed" },
    });
  });

  test("many are begun together, in any order, those that were begun before in a new round", async () => {
    const [{ store, queued }, one, two, never] = [make(), fresh(), fresh(), fresh()];
    await store.begin(one, "installed");
    await store.change({ repo: one, round: 1 }, { state: "failed", scanner: "s", progress, tips });
    await store.beginAll([two, { ...one, name: "renamed" }], "caught-up");
    expect(await store.of(one.repoId)).toMatchObject({
      repo: { name: "renamed" },
      round: 2,
      reason: "caught-up",
      scanner: null,
      tips: null,
      progress: nothingRead,
    });
    await store.change({ repo: two, round: 1 }, { state: "running" });
    const states = await store.statesOf([two.repoId, never.repoId, one.repoId]);
    expect(states.toSorted((a, b) => a.repo.repoId - b.repo.repoId)).toEqual([
      { repo: { ...one, name: "renamed" }, state: "waiting" },
      { repo: two, state: "running" },
    ]);
    const { installationId, repoId } = two;
    expect(await queued()).toContainEqual({
      name: "scan-history",
      data: { installationId, repoId, reason: "caught-up" },
    });
    await store.beginAll([], "installed");
    expect(await store.statesOf([])).toEqual([]);
  });

  test("what changes is stored, and the rest stays", async () => {
    const [{ store }, repo] = [make(), fresh()];
    await store.begin(repo, "installed");
    const history = { repo, round: 1 };
    const toldAt = "2026-11-02T00:00:00.000Z";
    expect(await store.change(history, { state: "running", scanner: "s", tips })).toBe(true);
    expect(await store.change(history, { progress, toldAt })).toBe(true);
    const state = { state: "running", scanner: "s", tips, progress, toldAt };
    expect(await store.of(repo.repoId)).toMatchObject(state);
  });

  test("a change is stored together with its jobs or not at all", async () => {
    const [{ store }, repo] = [make(), fresh()];
    await store.begin(repo, "installed");
    await expect(store.change({ repo, round: 1 }, { progress }, [impossibleJob])).rejects.toThrow(/expected object/i);
    expect(await store.of(repo.repoId)).toMatchObject({ progress: nothingRead });
  });

  test("an earlier round changes nothing any more", async () => {
    const [{ store }, repo] = [make(), fresh()];
    await store.begin(repo, "installed");
    await store.change({ repo, round: 1 }, { state: "done", scanner: "s", progress, tips });
    await store.begin({ ...repo, name: "renamed" }, "made-public");
    expect(await store.change({ repo, round: 1 }, { progress })).toBe(false);
    expect(await store.of(repo.repoId)).toMatchObject({
      repo: { name: "renamed" },
      round: 2,
      reason: "made-public",
      state: "waiting",
      scanner: null,
      tips: null,
      progress: nothingRead,
    });
  });

  test("settled are those that are read, or were given up", async () => {
    const [{ store }, done, failed, running] = [make(), fresh(), fresh(), fresh()];
    for (const repo of [done, failed, running]) await store.begin(repo, "installed");
    await store.change({ repo: done, round: 1 }, { state: "done", scanner: "s" });
    await store.change({ repo: failed, round: 1 }, { state: "failed" });
    await store.change({ repo: running, round: 1 }, { state: "running" });
    const ours = [done, failed, running].map((repo) => repo.repoId);
    const settled = (await store.settled()).filter(({ repo }) => ours.includes(repo.repoId));
    expect(settled).toEqual([
      { repo: done, state: "done", scanner: "s" },
      { repo: failed, state: "failed", scanner: null },
    ]);
  });
}
