import { expect, it } from "vitest";
import { judgeRotation, type Rotation } from "../../../src/core/doctor/judge-rotation.ts";

const now = "2026-11-27T12:00:00.000Z";
const [past, future] = ["2026-11-27T12:00:00.000Z", "2026-12-01T00:00:00.000Z"];
const current = { id: 2, until: null };

it.each<[string, Partial<Rotation>, readonly (readonly [string, RegExp])[]]>([
  ["one of each", {}, []],
  ["a former secret until its end", { webhookSecrets: [current, { until: future }] }, [["good", /until 2026-12-01/]]],
  ["one whose end has come", { webhookSecrets: [current, { until: past }] }, [["warning", /number 2 counts no more/]]],
  ["one without an end", { webhookSecrets: [current, { until: null }] }, [["warning", /without an end/]]],
  ["no secret that counts", { webhookSecrets: [{ until: past }] }, [["bad", /every webhook is refused/]]],
  ["a former key", { masterKeys: [current, { id: 1, until: null }] }, [["good", /number 1, too, without an end/]]],
  ["one until its end", { masterKeys: [current, { id: 1, until: future }] }, [["good", /number 1, too, until/]]],
  ["one past its end", { masterKeys: [current, { id: 1, until: past }] }, [["good", /no more since .*still opened/]]],
])("%s", (_, part, expected) => {
  const found = judgeRotation({ webhookSecrets: [current], masterKeys: [current], ...part }, now);
  expect(found.map(({ state }) => state)).toEqual(expected.map(([state]) => state));
  for (const [n, [, words]] of expected.entries()) expect(found[n]?.found).toMatch(words);
});
