import { expect, test } from "vitest";
import { mostAtOnce } from "../../src/adapters/github/pacing.ts";
import { jobDefinitions } from "../../src/app/worker/jobs.ts";

/** Their jobs work on rows, or tell sinks; one that watches for anomalies, and asks GitHub, is there once. */
const shared = ["deliveries", "sinks"];

test("of one installation fewer requests are under way than the hundred that GitHub allows, however many workers there are", () => {
  const lanes = Object.entries(jobDefinitions.lanes);
  expect(lanes.filter(([, { onePerInstallation }]) => !onePerInstallation).map(([name]) => name)).toEqual(shared);
  // One job runs in each of the others, in one process, which sends so many at once at most.
  expect((lanes.length - shared.length + 1) * mostAtOnce).toBeLessThan(100);
});
