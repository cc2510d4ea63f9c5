import { expect, it } from "vitest";
import type { ExportedEvent } from "../../src/core/export/exported-event.ts";
import { openIncident } from "../../src/core/incident/incident.ts";
import type { Sink, SinkProgress, SinkTurns } from "../../src/flows/ports/sinks.ts";
import { recordEvents } from "../../src/flows/record-events.ts";
import { tellingSinks, tellSink } from "../../src/flows/tell-sink.ts";
import { aFinding, aRepo, aSha } from "../support/builders.ts";
import { fakeIncidentStore } from "../support/fake-incident-store.ts";
import { fakeJobQueue } from "../support/fake-job-queue.ts";
import { noSinks } from "../support/no-sinks.ts";

const at = "2026-06-01T12:00:00.000Z";
const place = { repoId: 1, commit: aSha("c"), blob: aSha("b"), path: "src/pay.ts", line: 3, seenAt: at };
const made = openIncident({ id: "i-1", home: aRepo(), finding: aFinding(), occurrences: [{ kind: "code", ...place }] });

function fakeTurns(): SinkTurns & { readonly held: Set<string> } {
  const held = new Set<string>();
  return {
    held,
    take: async (sink, what) => {
      const key = `${sink} ${what}`;
      if (held.has(key)) return null;
      held.add(key);
      return { keep: async () => {}, giveBack: async () => void held.delete(key) };
    },
  };
}

function world() {
  const queue = fakeJobQueue();
  const told: string[] = [];
  let isDown = false;
  let fails = 0;
  const sink: Sink = {
    name: "siem",
    wants: ({ entry }: ExportedEvent) => entry.event.kind !== "acknowledged",
    wantsHappening: () => false,
    tellHappening: async () => "taken",
    tell: async ({ entry }) => {
      if (isDown || fails-- > 0) throw new Error("the sink siem was not reached");
      told.push(`${entry.seq} ${entry.event.kind}`);
      return "taken";
    },
  };
  const known = new Map<string, number>();
  const sinkProgress: SinkProgress = {
    through: async (name, id) => known.get(`${name} ${id}`) ?? 0,
    note: async (name, id, seq) => void known.set(`${name} ${id}`, seq),
  };
  const incidents = tellingSinks(fakeIncidentStore(queue), [sink]);
  const turns = fakeTurns();
  const ports = { ...noSinks, incidents, sinks: [sink], sinkProgress, sinkTurns: turns, incidentUrl: () => null };
  return {
    told,
    turns,
    ports,
    down: (now: boolean) => (isDown = now),
    failNext: () => (fails = 1),
    open: () =>
      incidents.save(made, null, [], [{ at, event: { kind: "opened", drill: null }, state: "open", source: null }]),
    record: (...kinds: readonly ("acknowledged" | "dismissed")[]) =>
      recordEvents(
        "i-1",
        () =>
          kinds.map((kind) =>
            kind === "dismissed"
              ? { kind, reason: "a test", until: null, by: { kind: "keyward" } }
              : { kind, by: { kind: "keyward" } },
          ),
        { incidents, clock: () => at },
      ),
    work: () =>
      queue.drain(
        { "tell-sink": (data, { signal }) => tellSink(data, ports, signal) },
        // What fails for good waits for the next event.
        async () => {},
      ),
  };
}

it("tells every event once, in order, and leaves out what is not wanted", async () => {
  const { open, record, work, told } = world();
  await open();
  await record("acknowledged", "dismissed");
  await work();
  expect(told).toEqual(["1 opened", "3 dismissed"]);
  await work();
  expect(told).toHaveLength(2);
});

it("tells what was missed when a sink is back", async () => {
  const { open, record, work, down, told } = world();
  down(true);
  await open();
  await work();
  expect(told).toEqual([]);
  down(false);
  await record("dismissed");
  await work();
  expect(told).toEqual(["1 opened", "2 dismissed"]);
});

it("goes on after the last event that was taken", async () => {
  const { open, record, work, failNext, told } = world();
  await open();
  await work();
  await record("dismissed");
  failNext();
  await work();
  expect(told).toEqual(["1 opened", "2 dismissed"]);
});

it("tells nothing to a sink that is gone, nor of an incident that is", async () => {
  const { open, told, ports } = world();
  await open();
  const data = { installationId: 1, incidentId: "i-1", sink: "siem" };
  await tellSink({ ...data, sink: "gone" }, ports, new AbortController().signal);
  await tellSink({ ...data, incidentId: "gone" }, ports, new AbortController().signal);
  expect(told).toEqual([]);
});

it("leaves it to whoever is at it, and gives its turn back also when the sink is down", async () => {
  const { open, told, ports, turns, down } = world();
  await open();
  const data = { installationId: 1, incidentId: "i-1", sink: "siem" };
  turns.held.add("siem incident i-1");
  await tellSink(data, ports, new AbortController().signal);
  expect(told).toEqual([]);
  turns.held.clear();
  down(true);
  await expect(tellSink(data, ports, new AbortController().signal)).rejects.toThrow("was not reached");
  expect(turns.held.size).toBe(0);
});

it("tells what comes while it tells, which nobody else would", async () => {
  const { open, record, told, ports } = world();
  await open();
  let isFirst = true;
  const sinkProgress: SinkProgress = {
    ...ports.sinkProgress,
    note: async (name, id, seq) => {
      await ports.sinkProgress.note(name, id, seq);
      if (isFirst) await record("dismissed");
      isFirst = false;
    },
  };
  await tellSink(
    { installationId: 1, incidentId: "i-1", sink: "siem" },
    { ...ports, sinkProgress },
    new AbortController().signal,
  );
  expect(told).toEqual(["1 opened", "2 dismissed"]);
});

it("stops at an event that is refused: the rest says something else without it", async () => {
  const { open, record, told, ports } = world();
  await open();
  await record("dismissed");
  const [sink] = ports.sinks;
  const refusing: Sink = { ...(sink as Sink), tell: async () => "refused" };
  const data = { installationId: 1, incidentId: "i-1", sink: "siem" };
  const signal = new AbortController().signal;
  await expect(tellSink(data, { ...ports, sinks: [refusing] }, signal)).rejects.toThrow("refused an event");
  expect(told).toEqual([]);
  await tellSink(data, ports, signal);
  expect(told).toEqual(["1 opened", "2 dismissed"]);
});
