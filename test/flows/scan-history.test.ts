import { beforeEach, describe, expect, it } from "vitest";
import { defaultKeywardConfig } from "../../src/core/config/keyward-config.ts";
import type { History } from "../../src/core/history/history.ts";
import { Secret } from "../../src/core/scan/secret.ts";
import type { ContentScanner } from "../../src/core/scan/scanner.ts";
import type { ReadBlob } from "../../src/flows/ports/code-reader.ts";
import type { HistoryReader, HistoryTips } from "../../src/flows/ports/history-reader.ts";
import { recordEvents } from "../../src/flows/record-events.ts";
import { concludeFailedHistory, scanHistory, type ScanHistoryPorts } from "../../src/flows/scan-history.ts";
import { reviewHistories, surveyInstallation } from "../../src/flows/survey-installation.ts";
import { aFinding, aPlace, aRepo, aSha } from "../support/builders.ts";
import { fakeHistoryStore } from "../support/fake-history-store.ts";
import { fakeIncidentStore } from "../support/fake-incident-store.ts";
import { fakeJobQueue } from "../support/fake-job-queue.ts";
import { fakeScanMemory } from "../support/fake-scan-memory.ts";
import type { ConfiguredSuppression } from "../../src/core/suppression/suppression-config.ts";
import { fakeSuppressionStore } from "../support/fake-suppression-store.ts";
import { keepable } from "../support/keepable.ts";
import { rememberingLog } from "../support/log.ts";

/** The texts that each part of a history brings. */
type Parts = readonly (readonly string[])[];

const scanner: ContentScanner = {
  scan: async ({ path, bytes }) => ({
    matches: Array.from(
      Buffer.from(bytes)
        .toString()
        .matchAll(/leak:(\w+)/g),
      ([, fingerprint = ""]) => ({
        finding: aFinding({ path, fingerprint }),
        secret: new Secret(fingerprint),
      }),
    ),
    gaps: [],
  }),
};

let world: ReturnType<typeof startWorld>;
beforeEach(() => {
  world = startWorld();
});

function startWorld() {
  const queue = fakeJobQueue();
  const histories = fakeHistoryStore(queue);
  const incidents = fakeIncidentStore(queue);
  const { log } = rememberingLog();
  const read: string[] = [];
  const told: { readonly state: History["state"]; readonly done: number }[] = [];
  let parts: Parts = [];
  let dieAt: string | null = null;
  let minutes = 0;
  let minutesPerPart = 0;
  let configured: readonly ConfiguredSuppression[] = [];
  let identity = "rules of today";
  let ids = 0;
  let disabled: readonly string[] = [];
  const blobsOf = async function* (texts: readonly string[], part: number): AsyncGenerator<ReadBlob> {
    for (const text of texts) {
      if (text === dieAt) throw new Error("the process dies");
      read.push(text);
      const sha = aSha(`${part}${Buffer.from(text).toString("hex")}`);
      yield { kind: "read", sha, bytes: Buffer.from(text), places: [aPlace({ path: `${text}.ts`, commit: sha })] };
    }
    minutes += minutesPerPart;
  };
  const partsFrom = async function* (from: number) {
    for (const [at, texts] of parts.entries())
      if (at >= from) yield { done: at + 1, submodules: 0, blobs: blobsOf(texts, at) };
  };
  const tips: HistoryTips = { head: aSha("a"), tips: [aSha("a")] };
  const asked: (HistoryTips | null)[] = [];
  const historyReader: HistoryReader = {
    openHistory: async (_, given) => {
      asked.push(given);
      if (parts.length === 0) return { kind: "empty" };
      return { kind: "open", ...tips, commits: parts.length, lost: [], partsFrom };
    },
  };
  const ports: ScanHistoryPorts = {
    histories,
    historyReader,
    incidents,
    memory: fakeScanMemory(),
    scannerFor: (_, rules) => keepable(scanner, `${identity}${rules?.disabled.join() ?? ""}`),
    suppressions: fakeSuppressionStore(queue),
    suppressionsOf: async () => configured,
    secretsIn: async () => null,
    tellHistory: async (_, { state, progress }) => {
      told.push({ state, done: progress.done });
      return true;
    },
    configOf: async () => ({ ...defaultKeywardConfig, rules: { ...defaultKeywardConfig.rules, disabled } }),
    clock: () => new Date(Date.UTC(2026, 10, 2, 0, minutes)).toISOString(),
    newId: () => `i-${(ids += 1)}`,
    log,
  };
  const repo = aRepo();
  const job = { installationId: repo.installationId, repoId: repo.repoId, reason: "installed" } as const;
  const scan = (): Promise<void> => scanHistory(job, ports, new AbortController().signal);
  return {
    ports,
    histories,
    incidents,
    queue,
    read,
    told,
    asked,
    job,
    scan,
    has: (next: Parts) => void (parts = next),
    dieAt: (text: string | null) => void (dieAt = text),
    takes: (minutesEach: number) => void (minutesPerPart = minutesEach),
    suppresses: (fingerprint: string) =>
      void (configured = [
        { secret: { kind: "fingerprint", fingerprint }, reason: "false-positive", note: "", until: null },
      ]),
    changeOwnRules: () => void (disabled = ["some-rule"]),
    changeRules: () => void (identity = "rules of tomorrow"),
    begin: () => histories.begin(repo, "installed"),
    now: async () => (await histories.of(repo.repoId))?.state,
  };
}

describe("the history of a repository", () => {
  it("is read to its end, each secret becomes an incident, and people are told", async () => {
    world.has([["clean", "leak:one"], ["leak:two leak:one"]]);
    await world.begin();
    await world.scan();
    expect(world.incidents.all().map(({ fingerprint, occurrences }) => [fingerprint, occurrences.length])).toEqual([
      ["one", 2],
      ["two", 1],
    ]);
    expect(await world.histories.of(42)).toMatchObject({
      state: "done",
      scanner: "rules of today",
      progress: { commits: 2, done: 2, blobs: 3, unread: 0, fingerprints: ["one", "two"] },
    });
    expect(world.told.at(-1)).toEqual({ state: "done", done: 2 });
  });

  it("makes no incident of what the configuration suppresses", async () => {
    world.has([["leak:one", "leak:two"]]);
    world.suppresses("one");
    await world.begin();
    await world.scan();
    expect(world.incidents.all().map(({ fingerprint }) => fingerprint)).toEqual(["two"]);
  });

  it("goes on where it was when the process died in the middle, without starting over", async () => {
    world.has([["a"], ["b", "leak:one", "c"], ["d"]]);
    await world.begin();
    world.dieAt("c");
    await expect(world.scan()).rejects.toThrow("dies");
    expect(world.read).toEqual(["a", "b", "leak:one"]);
    world.dieAt(null);
    world.read.length = 0;
    await world.scan();
    expect(world.read).toEqual(["b", "leak:one", "c", "d"]);
    expect(world.asked).toEqual([null, { head: aSha("a"), tips: [aSha("a")] }]);
    expect(world.incidents.all().map(({ occurrences }) => occurrences.length)).toEqual([1]);
    expect(await world.now()).toBe("done");
  });

  it("lets others have their turn after a minute, and says now and then how far it is", async () => {
    world.has([["a"], ["b"], ["c"]]);
    world.takes(2);
    await world.begin();
    await world.scan();
    expect(world.read).toEqual(["a"]);
    expect(world.queue.waiting()).toEqual([{ name: "scan-history", data: world.job }]);
    await world.scan();
    await world.scan();
    expect(world.told).toEqual([
      { state: "running", done: 1 },
      { state: "running", done: 2 },
      { state: "done", done: 3 },
    ]);
    expect(await world.now()).toBe("done");
  });

  it("does not say so after every part", async () => {
    world.has([["a"], ["b"], ["c"], ["d"]]);
    await world.begin();
    await world.scan();
    expect(world.told.map(({ state }) => state)).toEqual(["running", "done"]);
  });

  it("is begun anew when the rules change in the middle", async () => {
    world.has([["a"], ["b"]]);
    world.takes(2);
    await world.begin();
    await world.scan();
    world.changeRules();
    world.read.length = 0;
    await world.scan();
    expect(world.asked.at(-1)).toBeNull();
    expect(world.read).toEqual(["a"]);
  });

  it("that was begun anew meanwhile is left to the newer round", async () => {
    world.has([["a"], ["b"]]);
    await world.begin();
    const { change } = world.histories;
    const ports: ScanHistoryPorts = {
      ...world.ports,
      histories: {
        ...world.histories,
        change: async (...args) => {
          if (args[1].progress?.done === 1) await world.begin();
          return change(...args);
        },
      },
    };
    await scanHistory(world.job, ports, new AbortController().signal);
    expect(world.read).toEqual(["a"]);
    expect(await world.histories.of(42)).toMatchObject({ state: "waiting", round: 2, progress: { done: 0 } });
  });

  it("of an empty repository is read, and nothing is said", async () => {
    await world.begin();
    await world.scan();
    expect(await world.now()).toBe("done");
    expect(world.told).toEqual([]);
  });

  it("does not open again what is over: its old places are added and no more", async () => {
    world.has([["leak:one"]]);
    await world.begin();
    await world.scan();
    const [incident] = world.incidents.all();
    const by = { kind: "person", login: "alice" } as const;
    await recordEvents(incident?.id ?? "", () => [{ kind: "attested", by, statement: "dead" }], world.ports);
    world.has([["leak:one"], ["again leak:one"]]);
    await world.begin();
    await world.scan();
    expect(world.incidents.all()).toMatchObject([{ state: "closed", reopenings: 0 }]);
    expect(world.incidents.all()[0]?.occurrences).toHaveLength(2);
  });

  it("that cannot be read is said to be unread, and is tried again by the next review", async () => {
    const detail = "The server knows no such repository.";
    const historyReader: HistoryReader = {
      openHistory: async () => ({ kind: "unavailable", reason: "repository-gone", detail }),
    };
    await world.begin();
    await scanHistory(world.job, { ...world.ports, historyReader }, new AbortController().signal);
    expect(await world.histories.of(42)).toMatchObject({
      state: "failed",
      progress: { unread: 1, gaps: [{ reason: "unavailable", detail }] },
    });
    await review();
    expect(await world.histories.of(42)).toMatchObject({ state: "waiting", reason: "asked" });
  });

  it("whose job failed for good is concluded", async () => {
    world.has([["a"]]);
    await world.begin();
    await concludeFailedHistory(world.job, "It failed.", world.ports);
    expect(await world.now()).toBe("failed");
  });
});

const installed = async () => [{ installationId: 7, owner: "acme" }];
const surroundings = { installations: { all: installed, repositoriesOf: async () => [] } };

const review = () => reviewHistories({ ...world.ports, ...surroundings, queue: world.queue });

describe("a changed rule set", () => {
  it("has every history read again, and one that was read by these rules left alone", async () => {
    world.has([["leak:one"]]);
    await world.begin();
    await world.scan();
    await review();
    expect(await world.now()).toBe("done");
    world.changeOwnRules();
    await review();
    expect(await world.histories.of(42)).toMatchObject({ state: "waiting", reason: "rules-changed", round: 2 });
    await world.scan();
    world.changeRules();
    await review();
    expect(await world.histories.of(42)).toMatchObject({ state: "waiting", reason: "rules-changed" });
    await world.scan();
    expect(world.incidents.all()).toHaveLength(1);
  });
});

describe("an installation that is looked through", () => {
  const survey = (reason: "installed" | "caught-up", count = 300) =>
    surveyInstallation(
      { installationId: 7, reason },
      {
        ...world.ports,
        queue: world.queue,
        installations: {
          all: installed,
          repositoriesOf: async () =>
            Array.from({ length: count }, (_, at) => aRepo({ repoId: at + 1, name: `r${at}` })),
        },
      },
    );

  it("has one job for each of its repositories, and none twice", async () => {
    await survey("installed");
    await survey("installed");
    expect(world.queue.waiting()).toHaveLength(300);
    expect(new Set(world.queue.waiting().map(({ name }) => name))).toEqual(new Set(["scan-history"]));
  });

  it("is not looked through again by a review while it is looked through, or is to be", async () => {
    const waiting = () => world.queue.waiting().filter(({ name }) => name === "survey-installation");
    await review();
    await review();
    expect(waiting()).toHaveLength(1);
    let seen: readonly object[] | null = null;
    await world.queue.drain({
      "survey-installation": async () => {
        await review();
        seen = waiting();
      },
    });
    expect(seen).toEqual([]);
    await review();
    expect(waiting()).toHaveLength(1);
  });

  it("and was suspended has what was read before read again, as pushes may have been missed", async () => {
    await survey("installed", 1);
    const history = await world.histories.of(1);
    if (!history) throw new Error("it was begun");
    await world.histories.change(history, { state: "done" });
    await survey("installed", 1);
    expect(await world.histories.of(1)).toMatchObject({ state: "done" });
    await survey("caught-up", 1);
    expect(await world.histories.of(1)).toMatchObject({ state: "waiting", reason: "caught-up", round: 2 });
    // Asked for twice, as whoever asked died before they had noted it: what is under way is not begun again.
    await survey("caught-up", 1);
    expect(await world.histories.of(1)).toMatchObject({ state: "waiting", reason: "caught-up", round: 2 });
  });
});
