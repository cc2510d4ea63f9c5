import { describe, expect, it } from "vitest";
import { jobHandlers, onDeadJob, type WorkerPorts } from "../../src/app/worker/job-handlers.ts";
import { changeKey } from "../../src/core/change/change.ts";
import { mostRetries } from "../../src/core/verdict/retry.ts";
import type { CodeReader, ReadBlob } from "../../src/flows/ports/code-reader.ts";
import { aChange } from "../support/builders.ts";
import { fakeCheckRuns } from "../support/fake-check-runs.ts";
import { fakeScanStore } from "../support/fake-scan-store.ts";
import { startIncidentWorld } from "../support/incident-world.ts";

const change = aChange();
const head = { repo: change.repo, sha: change.head };
const minuteMs = 60_000;

type Opened = Awaited<ReturnType<CodeReader["openChange"]>>;
const clean: Opened = {
  kind: "open",
  commits: [],
  submodules: 0,
  blobs: (async function* (): AsyncGenerator<ReadBlob> {})(),
};
const gone: Opened = { kind: "unavailable", reason: "commit-gone", detail: "not there for a moment" };

/** One head, what can be read of it, and a clock that is moved. */
function startWorld() {
  const base = startIncidentWorld();
  const { queue } = base;
  const checkRuns = fakeCheckRuns();
  let now = Date.parse("2026-11-02T00:00:00.000Z");
  let opened: Opened = clean;
  const clock = (): string => new Date(now).toISOString();
  const scans = fakeScanStore(queue, clock);
  const reader: CodeReader = { openChange: async () => opened };
  const ports: WorkerPorts = { ...base.ports, checkRuns, scans, reader, clock };
  const drain = (with_: WorkerPorts = ports): Promise<void> =>
    queue.drain(jobHandlers(with_), onDeadJob(with_), clock());
  const ask = async (job: "scan" | "rescan"): Promise<void> => {
    if (job === "scan") await queue.enqueue({ name: "scan-change", data: { change } }, changeKey(change));
    else await queue.enqueue({ name: "rescan-head", data: { head } }, "again");
  };
  return {
    ports,
    queue,
    scans,
    drain,
    ask,
    lines: base.lines,
    setReadable: (value: Opened) => (opened = value),
    /** Lets the minutes pass; the sweep runs once a minute. */
    pass: async (minutes: number) => {
      now += minutes * minuteMs;
      await queue.enqueue({ name: "sweep-verdicts", data: { minute: clock().slice(0, 16) } }, "tick");
      await drain();
    },
    /** Of each check run on the head, oldest first; null for one in progress. */
    outcomes: () => checkRuns.on(head).map(({ report }) => report?.verdict.outcome ?? null),
    report: () => checkRuns.on(head).at(-1)?.report,
  };
}

describe("an incomplete verdict", () => {
  it("is tried again by itself, and passes once everything can be read", async () => {
    const world = startWorld();
    world.setReadable(gone);
    await world.ask("scan");
    await world.drain();
    expect(world.report()).toMatchObject({
      verdict: { outcome: "incomplete" },
      retry: { kind: "planned", number: 1, at: "2026-11-02T00:01:00.000Z" },
    });
    world.setReadable(clean);
    await world.pass(1);
    expect(world.outcomes()).toEqual(["incomplete", "pass"]);
    await world.pass(24 * 60);
    expect(world.outcomes()).toEqual(["incomplete", "pass"]);
  });

  it("that stays incomplete is given up after all its retries, in the one check run", async () => {
    const world = startWorld();
    world.setReadable(gone);
    await world.ask("scan");
    await world.drain();
    for (let hours = 0; hours < 30; hours += 1) await world.pass(60);
    expect(world.report()?.retry).toEqual({ kind: "given-up", tries: mostRetries });
    expect(world.outcomes()).toEqual(["incomplete"]);
    expect(world.queue.waiting()).toEqual([]);
  });

  it("of a scan that fails each time is tried again as well", async () => {
    const world = startWorld();
    const failing = { ...world.ports, reader: { openChange: async () => Promise.reject(new Error("no network")) } };
    await world.ask("scan");
    await world.drain(failing);
    expect(world.report()).toMatchObject({ verdict: { outcome: "incomplete" }, retry: { kind: "planned" } });
    await world.pass(1);
    expect(world.outcomes()).toEqual(["incomplete", "pass"]);
  });

  it("that somebody has judged again meanwhile is left alone by the retry that waited", async () => {
    const world = startWorld();
    world.setReadable(gone);
    await world.ask("scan");
    await world.drain();
    world.setReadable(clean);
    await world.ask("rescan");
    await world.drain();
    const before = world.outcomes();
    world.setReadable(gone);
    await world.pass(60);
    expect(world.outcomes()).toEqual(before);
    expect(world.lines.map(({ message }) => message)).toContain("a retry is no longer needed");
  });

  it("because a file is too large is not tried again: it would stay so", async () => {
    const world = startWorld();
    const unread = { path: "film.bin", reason: "too-large", detail: "60 MB" } as const;
    const blobs: ReadBlob[] = [{ kind: "unread", unread }];
    world.setReadable({
      ...clean,
      blobs: (async function* () {
        yield* blobs;
      })(),
    });
    await world.ask("scan");
    await world.drain();
    expect(world.report()).toMatchObject({ verdict: { outcome: "incomplete" }, retry: null });
    expect(world.queue.waiting()).toEqual([]);
  });
});

describe("a retry whose job is lost", () => {
  it("is made all the same, as the check has promised it", async () => {
    const world = startWorld();
    world.setReadable(gone);
    await world.ask("scan");
    await world.drain();
    world.setReadable(clean);
    await world.queue.drain({}, undefined, "9999");
    await world.pass(10);
    expect(world.outcomes()).toEqual(["incomplete"]);
    await world.pass(1);
    expect(world.outcomes()).toEqual(["incomplete", "pass"]);
  });
});

describe("a scope that runs for too long", () => {
  it("without a job is scanned again; with one it is let be", async () => {
    const world = startWorld();
    await world.scans.begin(change);
    await world.ports.checkRuns.begin(head, { reopen: false });
    await world.pass(9);
    expect(world.outcomes()).toEqual([null]);
    await world.pass(1);
    expect(world.outcomes()).toEqual(["pass"]);
  });
});

/** A process that dies at the `n`th thing it does to the world: just before or just after. */
function dying(ports: WorkerPorts, n: number, when: "before" | "after"): { ports: WorkerPorts; died: () => boolean } {
  let calls = 0;
  let dead = false;
  const mortal = <T extends object>(part: T): T =>
    new Proxy(part, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        return async (...args: unknown[]): Promise<unknown> => {
          calls += 1;
          const now = calls === n && !dead;
          if (now) dead = true;
          if (now && when === "before") throw new Error("killed");
          const result: unknown = await (value as (...given: unknown[]) => unknown).apply(target, args);
          if (now) throw new Error("killed");
          return result;
        };
      },
    });
  const { scans, checkRuns, queue, reader } = ports;
  const parts = { scans: mortal(scans), checkRuns: mortal(checkRuns), queue: mortal(queue), reader: mortal(reader) };
  return { ports: { ...ports, ...parts }, died: () => dead };
}

/** More than any of these jobs does. */
const stops = Array.from({ length: 14 }, (_, index) => index + 1);

describe.each(["scan", "rescan"] as const)("a %s whose process is killed", (job) => {
  const prepare = async (): Promise<ReturnType<typeof startWorld>> => {
    const world = startWorld();
    if (job === "scan") return world;
    await world.ask("scan");
    await world.drain();
    return world;
  };

  it.each(["before", "after"] as const)("%s anything it does goes on where it was", async (when) => {
    const reached: number[] = [];
    for (const stop of stops) {
      const world = await prepare();
      const { ports, died } = dying(world.ports, stop, when);
      await world.ask(job);
      await world.drain(ports);
      if (died()) reached.push(stop);
      expect(world.outcomes().at(-1), `stop ${stop}`).toBe("pass");
      expect(world.outcomes(), `stop ${stop}`).not.toContain(null);
    }
    expect(reached.length).toBeGreaterThan(7);
    expect(reached.length).toBeLessThan(stops.length);
  });

  it.each(["before", "after"] as const)(
    "%s anything, and its job lost with it, leaves no check behind in progress",
    async (when) => {
      for (const stop of stops) {
        const world = await prepare();
        const { ports, died } = dying(world.ports, stop, when);
        const handlers = jobHandlers(ports);
        const losing = Object.fromEntries(
          Object.entries(handlers).map(([name, handle]) => [
            name,
            async (...given: unknown[]) => {
              try {
                await (handle as (...args: unknown[]) => Promise<void>)(...given);
              } catch (error) {
                if (!died()) throw error;
              }
            },
          ]),
        );
        await world.ask(job);
        await world.queue.drain(losing);
        await world.pass(10);
        await world.pass(10);
        expect(world.outcomes(), `stop ${stop}`).not.toContain(null);
        expect(await world.scans.unfinished(0), `stop ${stop}`).toEqual({ running: [], untold: [], overdue: [] });
      }
    },
  );
});

describe("a verdict that was stored and never published", () => {
  it("is published", async () => {
    const world = startWorld();
    await world.ask("scan");
    const scanOnly = { "scan-change": jobHandlers(world.ports)["scan-change"] };
    await world.queue.drain(scanOnly);
    expect(world.outcomes()).toEqual([null]);
    await world.pass(10);
    expect(world.outcomes()).toEqual(["pass"]);
  });
});
