import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createFairShare } from "../../../src/adapters/postgres/fair-share.ts";

const quantum = 500;

type Waiting = { readonly who: string; readonly millis: number };

/**
 * Who is served at so many places, the oldest first among those who may be; what `arrives` at a time comes behind all others. Of each,
 * one job after the other is done where there are several places.
 */
function serve(
  backlog: readonly Waiting[],
  until: number,
  arrives: ReadonlyMap<number, Waiting> = new Map(),
  places = 1,
) {
  const share = createFairShare(quantum);
  const waiting = [...backlog];
  const served: (Waiting & { readonly at: number })[] = [];
  const running: (Waiting & { readonly ends: number })[] = [];
  let [looks, now] = [0, 0];
  while (now < until) {
    const late = arrives.get(served.length);
    if (late) waiting.push(late);
    const next = running.length < places ? take() : undefined;
    if (next !== undefined) {
      served.push({ ...next, at: now });
      running.push({ ...next, ends: now + next.millis });
      share.began(next.who);
      continue;
    }
    const [first] = running.toSorted((a, b) => a.ends - b.ends);
    if (first === undefined) break;
    running.splice(running.indexOf(first), 1);
    now = first.ends;
    share.ended(first.who, first.millis);
  }
  return { served, looks, left: waiting.length };

  function take(): Waiting | undefined {
    for (const look of share.looks()) {
      looks += 1;
      const not = new Set([...look.passOver, ...running.map(({ who }) => who)]);
      const at = waiting.findIndex(({ who }) => !not.has(who));
      if (at < 0) continue;
      share.found(look);
      return waiting.splice(at, 1)[0];
    }
    share.foundNone();
    return undefined;
  }
}

const millisOf = (served: readonly Waiting[], who: string): number =>
  served.filter((one) => one.who === who).reduce((sum, { millis }) => sum + millis, 0);

/** Each with more work than can be done, whose jobs take a time of their own. */
const installations = fc.array(fc.integer({ min: 20, max: 3000 }), { minLength: 2, maxLength: 6 });

test("who waits all the time gets as much time as any other, however many jobs they have and however long those are", () => {
  fc.assert(
    fc.property(installations, fc.integer({ min: 1, max: 10 }), (lengths, times) => {
      const until = 60_000;
      const backlog = lengths.flatMap((millis, at) =>
        Array.from({ length: Math.ceil(until / millis) * (at === 0 ? times : 1) }, () => ({ who: `${at}`, millis })),
      );
      const { served } = serve(backlog, until);
      const got = lengths.map((_, at) => millisOf(served, `${at}`));
      // Nobody is further ahead than by what was begun within their share.
      expect(Math.max(...got) - Math.min(...got)).toBeLessThanOrEqual(2 * (quantum + Math.max(...lengths)));
    }),
    { numRuns: 60 },
  );
});

test("it is so, too, where there are several places, and of each one job after the other is done", () => {
  const several = fc.array(fc.integer({ min: 20, max: 800 }), { minLength: 4, maxLength: 7 });
  fc.assert(
    fc.property(several, fc.integer({ min: 2, max: 3 }), (lengths, places) => {
      const until = 30_000;
      // The first have waited longest.
      const backlog = lengths.flatMap((millis, at) =>
        Array.from({ length: Math.ceil(until / millis) }, () => ({ who: `${at}`, millis })),
      );
      const { served } = serve(backlog, until, new Map(), places);
      const got = lengths.map((_, at) => millisOf(served, `${at}`));
      expect(Math.max(...got) - Math.min(...got)).toBeLessThanOrEqual(4 * (quantum + Math.max(...lengths)));
    }),
    { numRuns: 20 },
  );
});

test("who comes behind hundreds of jobs of others waits for a round of theirs, not for all", () => {
  fc.assert(
    fc.property(installations, fc.nat(200), (lengths, after) => {
      const backlog = lengths.flatMap((millis, at) => Array.from({ length: 400 }, () => ({ who: `${at}`, millis })));
      const small = { who: "small", millis: 30 };
      const { served } = serve(backlog, 1e9, new Map([[after, small]]));
      const came = served[after]?.at ?? 0;
      const waited = (served.find(({ who }) => who === "small")?.at ?? Infinity) - came;
      expect(waited).toBeLessThanOrEqual(lengths.reduce((sum, millis) => sum + quantum + millis, 0));
    }),
    { numRuns: 30 },
  );
});

test("no place stays empty while there is work, and an empty queue is known after a few looks", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ who: fc.stringMatching(/^[a-z]$/), millis: fc.nat(9000) })), (backlog) => {
      const { served, looks, left } = serve(backlog, Infinity);
      expect({ served: served.length, left }).toEqual({ served: backlog.length, left: 0 });
      expect(looks).toBeLessThanOrEqual(4 * (backlog.length + 1) + 1);
    }),
  );
});

test("what an installation used while nobody else had work is not held against it", () => {
  const share = createFairShare(quantum);
  share.ended("large", 1_000_000);
  share.foundNone();
  expect(share.looks().map(({ passOver }) => passOver)).toEqual([[]]);
  share.ended("small", quantum);
  share.ended("large", quantum - 1);
  expect(share.looks()[0]?.passOver).toEqual(["small"]);
});
