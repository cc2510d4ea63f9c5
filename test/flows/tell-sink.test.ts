import { expect, it } from "vitest";
import type { ExportedEvent } from "../../src/core/export/exported-event.ts";
import { openIncident } from "../../src/core/incident/incident.ts";
import type { Sink, SinkProgress } from "../../src/flows/ports/sinks.ts";
import { recordEvents } from "../../src/flows/record-events.ts";
import { tellingSinks, tellSink } from "../../src/flows/tell-sink.ts";
import { aFinding, aRepo, aSha } from "../support/builders.ts";
import { fakeIncidentStore } from "../support/fake-incident-store.ts";
import { fakeJobQueue } from "../support/fake-job-queue.ts";

const at = "2026-06-01T12:00:00.000Z";
const place = { repoId: 1, commit: aSha("c"), blob: aSha("b"), path: "src/pay.ts", line: 3, seenAt: at };
const made = openIncident({ id: "i-1", home: aRepo(), finding: aFinding(), occurrences: [{ kind: "code", ...place }] });

function world() {
  const queue = fakeJobQueue();
  const told: string[] = [];
  let isDown = false;
  let fails = 0;
  const sink: Sink = {
    name: "siem",
    wants: ({ entry }: ExportedEvent) => entry.event.kind !== "acknowledged",
    wantsHappening: () => false,
    tellHappening: async () => {},
    tell: async ({ entry }) => {
      if (isDown || fails-- > 0) throw new Error("the sink siem was not reached");
      told.push(`${entry.seq} ${entry.event.kind}`);
    },
  };
  const known = new Map<string, number>();
  const sinkProgress: SinkProgress = {
    through: async (name, id) => known.get(`${name} ${id}`) ?? 0,
    note: async (name, id, seq) => void known.set(`${name} ${id}`, seq),
  };
  const incidents = tellingSinks(fakeIncidentStore(queue), [sink]);
  const ports = { incidents, sinks: [sink], sinkProgress, incidentUrl: () => null };
  return {
    told,
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
