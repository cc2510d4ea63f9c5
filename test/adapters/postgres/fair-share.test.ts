import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createFairShare } from "../../../src/adapters/postgres/fair-share.ts";

const quantum = 500;

type Waiting = { readonly who: string; readonly millis: number };

/** Who is served with one place, the oldest first among those who may be; what `arrives` at a time comes behind all others. */
function serve(backlog: readonly Waiting[], until: number, arrives: ReadonlyMap<number, Waiting> = new Map()) {
  const share = createFairShare(quantum);
  const waiting = [...backlog];
  const served: (Waiting & { readonly at: number })[] = [];
  let looks = 0;
  for (let now = 0, n = 0; now < until; n += 1) {
    const late = arrives.get(n);
    if (late) waiting.push(late);
    const next = take();
    if (next === undefined) break;
    served.push({ ...next, at: now });
    share.spent(next.who, next.millis);
    now += next.millis;
  }
  return { served, looks, left: waiting.length };

  function take(): Waiting | undefined {
    for (let attempt = 1; ; attempt += 1) {
      looks += 1;
      const sated = new Set(share.sated());
      const at = waiting.findIndex(({ who }) => !sated.has(who));
      if (at >= 0) return waiting.splice(at, 1)[0];
      if (!share.letIn(attempt)) return undefined;
    }
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
  share.spent("large", 1_000_000);
  while (share.letIn(1));
  expect(share.sated()).toEqual([]);
  share.spent("small", quantum);
  share.spent("large", quantum - 1);
  expect(share.sated()).toEqual(["small"]);
});
