import { expect, test, vi } from "vitest";
import { createPacing } from "../../../src/adapters/github/pacing.ts";
import { createGithubPauses } from "../../../src/adapters/postgres/github-pauses.ts";
import { sharedPacing } from "../../../src/app/compose-pacing.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { rememberingLog, silentLog } from "../../support/log.ts";

forEachDatabase((get) => {
  test("the longest pause that any worker was told of holds, until it is over", async () => {
    const pauses = createGithubPauses(get().database);
    expect(await pauses.left("7")).toBeNull();
    await pauses.note("7", { kind: "secondary", seconds: 90 });
    await pauses.note("7", { kind: "primary", seconds: 30 });
    expect(await pauses.left("7")).toEqual({ kind: "secondary", seconds: 90 });
    expect(await pauses.left("8")).toBeNull();
    await get().database.pool.query("update github_pauses set until = now()");
    expect(await pauses.left("7")).toBeNull();
    await pauses.note("7", { kind: "primary", seconds: 1 });
    expect(await pauses.left("7")).toEqual({ kind: "primary", seconds: 1 });
  });

  test("what GitHub told one worker keeps the others quiet as well, for that installation alone", async () => {
    const [told, other] = [1, 2].map(() => createPacing(silentLog, 80, sharedPacing(get().database)));
    told?.throttle("21").onSecondaryRateLimit(300, {});
    // It is written beside the request that met the limit.
    await vi.waitFor(async () => expect(await createGithubPauses(get().database).left("21")).not.toBeNull());
    await expect(other?.untilAllowed("21")).rejects.toMatchObject({ name: "GithubLimited", kind: "secondary" });
    await expect(told?.untilAllowed("21")).rejects.toMatchObject({ retryAfterSeconds: 300 });
    await other?.untilAllowed("22");
  });
});

test("where workers cannot be asked, each goes by what it was told itself, and the log says so", async () => {
  const { log, lines } = rememberingLog();
  const gone = () => Promise.reject(new Error("gone"));
  const shared = { pauses: { note: gone, left: gone }, pace: { take: gone }, budget: { take: gone } };
  const pacing = createPacing(log, 80, shared);
  await pacing.untilAllowed("7");
  pacing.throttle("7").onSecondaryRateLimit(300, {});
  await expect(pacing.untilAllowed("7")).rejects.toMatchObject({ name: "GithubLimited" });
  expect(lines.map(({ message }) => message)).toContain("what other workers were told by GitHub is not known");
});
