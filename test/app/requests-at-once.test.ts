import { expect, test } from "vitest";
import { mostAtOnce } from "../../src/adapters/github/pacing.ts";
import { jobDefinitions } from "../../src/app/worker/jobs.ts";

/** Their jobs work on rows, or tell sinks; one that watches for anomalies, and asks GitHub, is there once. */
const shared = ["deliveries", "sinks"];

test("of one installation fewer requests are under way than the hundred that GitHub allows, however many workers there are", () => {
  const lanes = Object.entries(jobDefinitions.lanes).map(([name, { ofInstallation }]) => ({ name, ofInstallation }));
  const jobs = lanes.map(({ ofInstallation }) => {
    if (ofInstallation === "any") return 0;
    // Those that look at one moment may take one more.
    return ofInstallation === "in-turn" ? 1 : ofInstallation.inAll + 1;
  });
  expect(lanes.filter(({ ofInstallation }) => ofInstallation === "any").map(({ name }) => name)).toEqual(shared);
  // In the worst case each of them runs in a process of its own, which sends so many at once at most.
  expect((jobs.reduce((sum, count) => sum + count) + 1) * mostAtOnce).toBeLessThan(100);
});

test("no work that somebody waits for has its place taken by the reading of histories", () => {
  const inLane = Object.entries(jobDefinitions.jobs).filter(([, { lane }]) => lane === "histories");
  expect(inLane.map(([name]) => name).toSorted()).toEqual(["review-histories", "scan-history", "survey-installation"]);
});
