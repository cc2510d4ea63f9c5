import { describe, expect, test } from "vitest";
import { allChecks } from "../../../src/core/posture/all-checks.ts";
import type { Judgement, PostureCheck } from "../../../src/core/posture/check.ts";
import { factsNeeded, judge as judgeFully } from "../../../src/core/posture/evaluate.ts";
import { unknown } from "../../../src/core/posture/fact.ts";
import type { FactName, Facts } from "../../../src/core/posture/facts.ts";
import { postureDefaults } from "../../../src/core/posture/terms.ts";
import { claimRows, now, permissionsOf, type Row } from "./claim-rows.ts";

const notAsked = unknown("it was not asked for");
const nothing = Object.fromEntries(Object.keys(permissionsOf).map((name) => [name, notAsked])) as Facts;
const judge = (check: PostureCheck, facts: Partial<Facts>): Judgement =>
  judgeFully(check, { ...nothing, ...facts }, { ...postureDefaults, appId: 42, checkName: "Keyward" }, now);

test("every claim has its rows, and every row its claim", () => {
  expect(Object.keys(claimRows).toSorted()).toEqual(allChecks.map(({ id }) => id).toSorted());
});

describe.each(allChecks.map((check) => [check.id, check] as const))("%s", (id, check) => {
  const rows = claimRows[id] ?? { pass: [], fail: [], notApplicable: [] };
  const outcomes = (of: readonly Row[]): Readonly<Record<string, string>> =>
    Object.fromEntries(of.map(([name, facts]) => [name, judge(check, facts).outcome]));
  const all = (of: readonly Row[], outcome: Judgement["outcome"]): Readonly<Record<string, string>> =>
    Object.fromEntries(of.map(([name]) => [name, outcome]));

  test("passes, fails and does not apply where it should", () => {
    expect(rows.pass.length).toBeGreaterThan(0);
    expect(rows.fail.length).toBeGreaterThan(0);
    expect(outcomes(rows.pass)).toEqual(all(rows.pass, "pass"));
    expect(outcomes(rows.fail)).toEqual(all(rows.fail, "fail"));
    // A claim that applies everywhere says so.
    if (rows.notApplicable === null) return;
    expect(rows.notApplicable.length).toBeGreaterThan(0);
    expect(outcomes(rows.notApplicable)).toEqual(all(rows.notApplicable, "not-applicable"));
  });

  test("says what it found, and never passes without evidence", () => {
    for (const [name, facts] of [...rows.pass, ...rows.fail, ...(rows.notApplicable ?? [])])
      expect({ name, evidence: judge(check, facts).evidence }).toEqual({
        name,
        evidence: expect.arrayContaining([expect.stringMatching(/\S/)]),
      });
  });

  test.each(check.needs.flatMap((need) => permissionsOf[need].map((permission) => [need, permission] as const)))(
    "is inconclusive while %s is not told for lack of %s",
    (need: FactName, permission) => {
      const [, facts = {}] = rows.pass[0] ?? [];
      const missing = { ...facts, [need]: unknown(`not told: ${permission}`, permission) };
      expect(judge(check, missing)).toEqual({
        outcome: "inconclusive",
        evidence: [`not told: ${permission}`],
        permissions: [permission],
      });
    },
  );

  test.each(rows.partlyKnown ?? [])("is inconclusive with %s", (_, facts, permission) => {
    expect(judge(check, facts)).toMatchObject({ outcome: "inconclusive", permissions: [permission] });
  });

  test("judges by nothing but what it says it needs", () => {
    for (const [name, facts] of [...rows.pass, ...rows.fail])
      expect({
        name,
        unasked: Object.keys(facts).filter((fact) => !factsNeeded([check]).has(fact as FactName)),
      }).toEqual({
        name,
        unasked: [],
      });
  });
});

test("claims about files in need of a person's attention name the command for each", () => {
  const check = allChecks.find(({ id }) => id === "sensitive-files-untracked");
  const [, facts = {}] = claimRows["sensitive-files-untracked"]?.fail[3] ?? [];
  expect(check && judge(check, facts).evidence).toEqual([
    "web/.npmrc (settings that can hold a token; holds a token): git rm --cached -- web/.npmrc",
  ]);
});
