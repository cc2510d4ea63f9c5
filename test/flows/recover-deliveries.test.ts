import { expect, it } from "vitest";
import type { Attempt } from "../../src/core/delivery/missing-deliveries.ts";
import { recoverDeliveries, type RecoverPorts } from "../../src/flows/recover-deliveries.ts";
import { silentLog } from "../support/log.ts";

const minuteMs = 60_000;
const start = Date.parse("2026-11-02T12:30:00.000Z");

/** GitHub's list, and a server of which the door can be shut; time goes on by `wait`, which looks every five minutes. */
function startWorld() {
  let now = start;
  let isOpen = true;
  let isDying = false;
  let fails: (guid: string) => boolean = () => false;
  let reads = 0;
  const attempts: Attempt[] = [];
  const stored = new Set<string>();
  const times = new Map<string, string>();
  const surveys: (readonly [string, string])[] = [];
  const iso = (time: number): string => new Date(time).toISOString();
  const attemptAt = (guid: string, isRepeated: boolean): void => {
    if (isOpen) stored.add(guid);
    attempts.push({ id: attempts.length, guid, deliveredAt: iso(now), isRepeated, statusCode: isOpen ? 202 : 502 });
  };
  const ports: RecoverPorts = {
    hookDeliveries: {
      since: async function* (time) {
        const oldest = iso(now - 72 * 60 * minuteMs);
        const listed = attempts.filter(({ deliveredAt }) => deliveredAt >= time && deliveredAt >= oldest).toReversed();
        reads += listed.length;
        yield listed;
      },
      redeliver: async (id) => {
        const guid = attempts[id]?.guid ?? "";
        if (fails(guid)) throw new Error("GitHub is down");
        attemptAt(guid, true);
        return "asked";
      },
    },
    deliveries: { unknown: async (guids) => guids.filter((guid) => !stored.has(guid)) },
    watermarks: {
      get: async (name) => times.get(name) ?? null,
      set: async (name, time) => {
        if (isDying && name === "deliveries-recovered-until") throw new Error("the process died");
        times.set(name, time);
      },
    },
    installations: { all: async () => [{ installationId: 7 }, { installationId: 8 }] as never },
    queue: { enqueue: async (job, key) => (surveys.push([job.name, key]), "queued") },
    clock: () => iso(now),
    log: silentLog,
  };
  return {
    surveys,
    send: (guid: string) => attemptAt(guid, false),
    lose: (guid: string) => stored.delete(guid),
    shut: () => (isOpen = false),
    open: () => (isOpen = true),
    die: (dying: boolean) => (isDying = dying),
    failFor: (when: (guid: string) => boolean) => (fails = when),
    look: () => recoverDeliveries(ports),
    /** Nobody looks meanwhile. */
    sleep: (minutes: number) => (now += minutes * minuteMs),
    wait: async (minutes: number) => {
      for (let waited = 0; waited < minutes; waited += 5) {
        now += 5 * minuteMs;
        await recoverDeliveries(ports);
      }
    },
    isStored: (guid: string) => stored.has(guid),
    attemptsAt: (guid: string) => attempts.filter((attempt) => attempt.guid === guid).length,
    readsOf: async (work: () => Promise<void>) => {
      const before = reads;
      await work();
      return reads - before;
    },
  };
}

it("what nobody could receive for two days is asked for less and less often, and comes when it can be received", async () => {
  const world = startWorld();
  await world.look();
  world.shut();
  world.send("early");
  await world.wait(20 * 60);
  world.send("late");
  await world.wait(28 * 60);
  expect(world.attemptsAt("early")).toBeLessThan(35);
  world.open();
  await world.wait(3 * 60);
  expect([world.isStored("early"), world.isStored("late")]).toEqual([true, true]);
  const attempts = world.attemptsAt("early");
  await world.wait(24 * 60);
  expect(world.attemptsAt("early")).toBe(attempts);
});

it("what was sent while nobody was there is asked for at the start, as far back as GitHub has it", async () => {
  const world = startWorld();
  await world.look();
  await world.wait(60);
  world.shut();
  world.send("too long ago");
  world.sleep(10 * 60);
  world.send("first");
  world.sleep(70 * 60);
  world.send("last");
  world.sleep(1);
  world.open();
  await world.look();
  expect(["too long ago", "first", "last"].map(world.isStored)).toEqual([false, true, true]);
});

it("what was answered well and is not stored is asked for too", async () => {
  const world = startWorld();
  await world.look();
  world.send("a");
  world.lose("a");
  await world.wait(5);
  expect(world.isStored("a")).toBe(true);
});

it("one that cannot be asked for keeps nobody from asking for the others, and is asked for the next time", async () => {
  const world = startWorld();
  world.shut();
  for (const guid of ["a", "b", "c"]) world.send(guid);
  world.open();
  world.failFor((guid) => guid === "a");
  await expect(world.look()).rejects.toThrow("GitHub is down");
  expect(["a", "b", "c"].map(world.isStored)).toEqual([false, true, true]);
  world.failFor(() => false);
  await world.look();
  expect(world.isStored("a")).toBe(true);
});

it("a thousand that are missing are asked for in turns, without waiting", async () => {
  const world = startWorld();
  world.shut();
  const guids = Array.from({ length: 1000 }, (_, n) => `${n}`);
  for (const guid of guids) world.send(guid);
  // Longer ago than what is looked at again every five minutes.
  world.sleep(10 * 60);
  world.open();
  await world.look();
  expect(guids.filter(world.isStored)).toEqual(guids.slice(0, 300));
  await world.wait(15);
  expect(guids.filter(world.isStored)).toEqual(guids);
});

it("while nothing is missing, what GitHub delivered longer ago than some hours is not listed again", async () => {
  const world = startWorld();
  for (let hour = 0; hour < 48; hour += 1) {
    world.send(`${hour}`);
    await world.wait(60);
  }
  const reads = await world.readsOf(() => world.wait(60));
  expect(reads).toBeLessThanOrEqual(12 * 6);
});

it("after an outage of which GitHub's list shows only the end, all histories are read again, once", async () => {
  const world = startWorld();
  await world.look();
  world.sleep(71 * 60);
  await world.look();
  expect(world.surveys).toEqual([]);
  world.sleep(73 * 60);
  await world.wait(60);
  expect(world.surveys).toEqual([
    ["survey-installation", "7:caught-up"],
    ["survey-installation", "8:caught-up"],
  ]);
});

it("a crash between asking for that and noting it has them asked for again, under the same keys", async () => {
  const world = startWorld();
  await world.look();
  world.sleep(73 * 60);
  world.die(true);
  await expect(world.look()).rejects.toThrow("died");
  world.die(false);
  await world.wait(60);
  const asked = [
    ["survey-installation", "7:caught-up"],
    ["survey-installation", "8:caught-up"],
  ];
  expect(world.surveys).toEqual([...asked, ...asked]);
});
