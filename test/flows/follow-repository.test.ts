import { beforeEach, describe, expect, it } from "vitest";
import { openIncident } from "../../src/core/incident/incident.ts";
import {
  followRepository,
  forgetInstallation,
  forgetRepository,
  type FollowRepositoryPorts,
} from "../../src/flows/follow-repository.ts";
import type { FollowRepository } from "../../src/flows/ports/repositories.ts";
import { aFinding, aRepo, aSha } from "../support/builders.ts";
import { fakeHistoryStore } from "../support/fake-history-store.ts";
import { fakeIncidentStore } from "../support/fake-incident-store.ts";
import { fakeJobQueue } from "../support/fake-job-queue.ts";
import { silentLog } from "../support/log.ts";

let world: ReturnType<typeof startWorld>;
beforeEach(() => {
  world = startWorld();
});

function startWorld() {
  const queue = fakeJobQueue();
  const incidents = fakeIncidentStore(queue);
  const histories = fakeHistoryStore(queue);
  const done: string[] = [];
  const ports: FollowRepositoryPorts = {
    incidents,
    histories,
    records: {
      follow: async ({ owner, name, visibility }) => void done.push(`follow ${owner}/${name} ${visibility}`),
      incidentsOf: async () => incidents.all(),
      forget: async (installationId, repoId) => void done.push(`forget ${installationId} ${repoId}`),
      forgetInstallation: async (installationId) => void done.push(`forget ${installationId}`),
    },
    dropCaches: async (installationId, repoId) => void done.push(`drop ${installationId} ${repoId}`),
    clock: () => "2026-11-02T00:00:00.000Z",
    log: silentLog,
  };
  const place = { repoId: 42, commit: aSha("c"), blob: aSha("b"), path: "a", line: 1, seenAt: ports.clock() };
  const incident = openIncident({
    id: "i-1",
    home: aRepo(),
    finding: aFinding(),
    occurrences: [{ kind: "code", ...place }],
  });
  const follow = (happened: FollowRepository["data"]["happened"], fields = {}, at = "now"): Promise<void> =>
    followRepository({ repo: aRepo(fields), happened, at }, ports);
  return {
    ports,
    histories,
    queue,
    done,
    follow,
    file: () => incidents.save(incident, null, []),
    told: async () =>
      (await incidents.timeline("i-1")).map(
        ({ event }) => event.kind === "repositoryChanged" && [event.how, event.repository],
      ),
  };
}

describe("a repository", () => {
  it("that is renamed is followed, and nothing else is done about it", async () => {
    await world.file();
    await world.follow("changed", { name: "store" });
    expect(world.done).toEqual(["follow acme/store private"]);
    expect(await world.told()).toEqual([]);
  });

  it("that becomes public is read as a whole before others, and its incidents are looked into again, once", async () => {
    await world.file();
    await world.follow("made-public", { visibility: "public" });
    await world.follow("made-public", { visibility: "public" });
    expect(await world.told()).toEqual([["made-public", "acme/shop"]]);
    const jobs = world.queue.waiting().map(({ name }) => name);
    expect(jobs.toSorted()).toEqual(["look-into-incident", "scan-history", "sync-issue"]);
    expect(await world.histories.of(42)).toMatchObject({
      reason: "made-public",
      round: 1,
      repo: { visibility: "public" },
    });
  });

  it("that becomes public once more is read once more", async () => {
    await world.follow("made-public", {}, "in May");
    await world.histories.change({ repo: aRepo(), round: 1 }, { state: "done" });
    await world.follow("made-public", {}, "in June");
    expect(await world.histories.of(42)).toMatchObject({ state: "waiting", round: 2 });
  });

  it("that is deleted leaves its incidents, which say where the code was, and nothing else", async () => {
    await world.file();
    await world.follow("deleted");
    await world.follow("deleted");
    expect(await world.told()).toEqual([["deleted", "acme/shop"]]);
    expect(world.done.slice(0, 2)).toEqual(["forget 7 42", "drop 7 42"]);
  });

  it("that goes to another account is new there, and over where it was", async () => {
    await world.file();
    await world.histories.begin(aRepo(), "installed");
    await world.follow("transferred", { installationId: 8, owner: "others" });
    expect(await world.told()).toEqual([["transferred", "acme/shop"]]);
    expect(world.done).toEqual(["follow others/shop private", "forget 7 42", "drop 7 42"]);
    expect(await world.histories.of(42)).toMatchObject({ reason: "installed", repo: { installationId: 8 } });
  });

  it("that an installation sees no more is forgotten, unless it is another's by now", async () => {
    await world.file();
    const removed = { installationId: 7, repoId: 42, fullName: "acme/shop" };
    await forgetRepository(removed, world.ports);
    await forgetRepository(removed, world.ports);
    expect(await world.told()).toEqual([["removed", "acme/shop"]]);
    expect(world.done.slice(0, 2)).toEqual(["forget 7 42", "drop 7 42"]);
    await world.histories.begin(aRepo({ installationId: 8 }), "installed");
    world.done.length = 0;
    await forgetRepository(removed, world.ports);
    expect(world.done).toEqual(["drop 7 42"]);
  });
});

it("an installation that was deleted is forgotten, with its copies on disk", async () => {
  await forgetInstallation({ installationId: 7 }, world.ports);
  expect(world.done).toEqual(["forget 7", "drop 7 all"]);
});
