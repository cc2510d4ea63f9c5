import { describe, expect, it } from "vitest";
import { isHealthy } from "../../../src/core/doctor/diagnosis.ts";
import {
  judgeApp,
  judgeClock,
  judgeDeliveries,
  judgeGit,
  judgeHook,
  judgeInstallations,
  type HookConfig,
} from "../../../src/core/doctor/judge-setup.ts";

const needed = { permissions: { contents: "read", checks: "write" }, events: ["push", "issues"] };

describe("an app against what app.yml asks for", () => {
  it.each([
    ["all of it", { contents: "read", checks: "write" }, ["push", "issues"], ["good", "good"]],
    [
      "more than that",
      { contents: "write", checks: "write", pages: "read" },
      ["push", "issues", "star"],
      ["good", "good"],
    ],
    ["a level too low", { contents: "read", checks: "read" }, ["push", "issues"], ["bad", "good"]],
    ["a permission less", { checks: "write" }, ["push", "issues"], ["bad", "good"]],
    ["an event less", { contents: "read", checks: "write" }, ["push"], ["good", "bad"]],
  ])("%s", (_, permissions, events, states) => {
    expect(judgeApp(needed, { slug: "keyward", permissions, events }).map(({ state }) => state)).toEqual(states);
  });

  it("names what is missing", () => {
    const app = { slug: "keyward", permissions: { checks: "read" }, events: [] };
    const [permissions, events] = judgeApp(needed, app);
    expect(permissions?.found).toBe("the app keyward lacks contents: read, checks: write");
    expect(events?.found).toBe("the app does not get push, issues");
  });
});

it("an installation that has not accepted new permissions is bad, a suspended one only told", () => {
  const app = { permissions: { contents: "read", checks: "write" } };
  const states = judgeInstallations(app, [
    { owner: "a", permissions: { contents: "read", checks: "write" }, isSuspended: false },
    { owner: "b", permissions: { contents: "read" }, isSuspended: false },
    { owner: "c", permissions: {}, isSuspended: true },
  ]);
  expect(states.map(({ state }) => state)).toEqual(["good", "bad", "warning"]);
  expect(judgeInstallations(app, [])).toMatchObject([{ state: "warning", found: "the app is installed nowhere" }]);
});

const fine: HookConfig = {
  url: "https://k.example.com/webhooks",
  contentType: "json",
  verifiesTls: true,
  hasSecret: true,
};

it.each<[string, Partial<HookConfig>, RegExp]>([
  ["without an address", { url: null }, /none is set/],
  ["over plain HTTP", { url: "http://k.example.com/webhooks" }, /not over TLS/],
  ["to another path", { url: "https://k.example.com/" }, /the path \//],
  ["as a form", { contentType: "form" }, /sent as form/],
  ["without looking at the certificate", { verifiesTls: false }, /certificate/],
  ["unsigned", { hasSecret: false }, /not signed/],
])("a webhook %s is bad", (_, part, found) => {
  expect(judgeHook({ ...fine, ...part })).toMatchObject([
    { state: "bad", found: expect.stringMatching(found) as string },
  ]);
});

it("a webhook as it should be is good, behind a path too", () => {
  expect(judgeHook(fine)).toMatchObject([{ state: "good" }]);
  expect(judgeHook({ ...fine, url: "https://example.com/keyward/webhooks" })).toMatchObject([{ state: "good" }]);
});

it.each<[string, readonly number[], string, RegExp | undefined]>([
  ["none", [], "warning", /push something/],
  ["all answered", [202, 202], "good", undefined],
  ["the last one answered, an older one not", [202, 0], "warning", /reachable/],
  ["the last one refused for its signature", [401, 202], "bad", /WEBHOOK_SECRET/],
  ["the last one turned away", [403], "bad", /KEYWARD_HOOK_ADDRESSES/],
  ["the last one met an error", [503], "bad", /503/],
])("deliveries: %s", (_, statuses, state, advice) => {
  const attempts = statuses.map((statusCode) => ({ statusCode, deliveredAt: "2026-11-26T10:00:00Z" }));
  const judged = judgeDeliveries(attempts);
  expect(judged.state).toBe(state);
  expect(judged.advice ?? "").toMatch(advice ?? /^$/);
});

it.each([
  [1.4, "good"],
  [-4, "good"],
  [20, "warning"],
  [-31, "bad"],
  [3600, "bad"],
  [null, "unknown"],
])("a clock that is %s s ahead is %s", (ahead, state) => {
  expect(judgeClock(ahead).state).toBe(state);
});

it.each([
  ["git version 2.36.0", "good"],
  ["git version 2.39.5 (Apple Git-154)", "good"],
  ["git version 3.0.1", "good"],
  ["git version 2.35.9", "bad"],
  [null, "bad"],
])("%s is %s", (version, state) => {
  expect(judgeGit(version).state).toBe(state);
});

it("what is not known is not healthy; a warning is", () => {
  expect(isHealthy([judgeClock(20)])).toBe(true);
  expect(isHealthy([judgeClock(null)])).toBe(false);
});
