import { describe, expect, test } from "vitest";
import { fateOf, type FixStep, isCarriedOut, shownStep } from "../../../../src/core/posture/fixes/fix-plan.ts";
import { lastTrue, recordAfter, setsBack, settledOf, tracesOf } from "../../../../src/core/posture/fixes/fix-record.ts";

const request = { method: "PUT", path: "/repos/acme/shop/rulesets/7", body: null } as const;
const step = (fields: Partial<FixStep> = {}): FixStep => ({
  kind: "ruleset",
  about: "ruleset",
  claims: ["deletion-blocked"],
  mode: "enforce",
  changes: ["+ deletion"],
  left: [],
  requests: [request],
  missing: [],
  ...fields,
});
const [first, second, third] = ["2026-11-26T10:00:00Z", "2026-11-26T11:00:00Z", "2026-11-26T12:00:00Z"] as const;

describe("a step", () => {
  test.each<[string, Partial<FixStep>, boolean, RegExp]>([
    ["that is enforced", {}, true, /^is set/],
    ["that is only shown", { mode: "report" }, false, /^shown only/],
    ["of a setting that is proposed", { mode: "propose" }, false, /^waits for “enforce”/],
    ["of a pull request that is proposed", { mode: "propose", kind: "pull-request" }, true, /^a pull request/],
    ["of a pull request that is enforced", { kind: "pull-request" }, true, /^a pull request/],
    ["without the permission", { missing: ["administration: write"] }, false, /^cannot fix: missing permission admin/],
    ["that has nothing to do", { requests: [] }, false, /^nothing to do/],
  ])("%s", (_, fields, carriedOut, fate) => {
    expect(isCarriedOut(step(fields))).toBe(carriedOut);
    expect(fateOf(step(fields))).toMatch(fate);
  });
});

test("what a file would contain is neither shown nor stored, only how long it is and its hash", () => {
  const content = Buffer.from("a word that nobody may see").toString("base64");
  const file = {
    method: "PUT",
    path: "/repos/acme/shop/contents/a",
    body: { message: "m", content, branch: "b" },
  } as const;
  const shown = shownStep(step({ requests: [request, file] }), (text) => `${text.length}`);
  expect(shown.requests).toEqual([
    request,
    { ...file, body: { ...file.body, content: "26 bytes, of which the base64 has the SHA-256 36" } },
  ]);
});

describe("what is remembered", () => {
  const made = recordAfter(null, [step()], { made: [{ step: step(), by: null }], pending: [] }, first);

  test("of what is made for the first time is no drift", () => {
    expect(made).toMatchObject({ kept: { "deletion-blocked": first }, drifts: [] });
    expect(setsBack(null, ["deletion-blocked"])).toBe(false);
    expect(setsBack(made, ["deletion-blocked"])).toBe(true);
  });

  test("of what is made again is a drift, with who changed it", () => {
    const again = recordAfter(made, [step()], { made: [{ step: step(), by: "@ada" }], pending: [] }, second);
    expect(again.drifts).toEqual([
      { claims: ["deletion-blocked"], changes: ["+ deletion"], by: "@ada", setBackAt: second },
    ]);
  });

  test("of what nobody is known to have changed is when it was last true, by what was set and by what was seen", () => {
    const between = { from: first, to: second };
    const [drift] = recordAfter(
      made,
      [step()],
      { made: [{ step: step(), by: null, between }], pending: [] },
      third,
    ).drifts;
    expect(drift).toMatchObject({ by: null, between });
    expect(lastTrue(made, ["deletion-blocked"], {})).toBe(first);
    expect(lastTrue(made, ["deletion-blocked"], { "deletion-blocked": third })).toBe(third);
    expect(lastTrue(made, ["commits-signed"], {})).toBeNull();
  });

  test.each([
    ["ruleset", ["repository_ruleset", "branch_protection_rule", "branch_protection_configuration"], 2],
    ["workflow-defaults", [], 2],
    ["security-features", ["security_and_analysis"], 2],
    ["private-reporting", [], 0],
  ])("a change of %s leaves its traces", (about, events, audited) => {
    const traces = tracesOf(step({ about }));
    expect(traces.events).toEqual(events);
    expect(traces.audited).toHaveLength(audited);
  });

  test("of a pull request keeps nothing", () => {
    const pull = step({ kind: "pull-request" });
    expect(recordAfter(null, [pull], { made: [{ step: pull, by: null }], pending: [] }, first).kept).toEqual({});
  });

  test("of a crash after GitHub did it is that it was done; of one before, that it was not", () => {
    const begun = recordAfter(made, [step()], { made: [], pending: [{ step: step(), by: "@ada" }] }, second);
    expect(settledOf(begun, [step()])).toEqual([]);
    const settled = settledOf(begun, []);
    expect(recordAfter(begun, [], { made: settled, pending: [] }, third).drifts).toMatchObject([{ by: "@ada" }]);
    expect(settledOf(recordAfter(begun, [], { made: settled, pending: [] }, third), [])).toEqual([]);
  });

  test("of drifts is the newest twenty", () => {
    const many = Array.from({ length: 30 }).reduce<typeof made>(
      (record) => recordAfter(record, [step()], { made: [{ step: step(), by: null }], pending: [] }, second),
      made,
    );
    expect(many.drifts).toHaveLength(20);
  });
});
