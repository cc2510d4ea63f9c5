import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { allChecks } from "../../../src/core/posture/all-checks.ts";
import { ageOf } from "../../../src/core/posture/age.ts";
import { evaluatePosture, scoreOf, standingOf, type PostureResult } from "../../../src/core/posture/evaluate.ts";
import { known, unknown } from "../../../src/core/posture/fact.ts";
import type { DeployKey, Facts } from "../../../src/core/posture/facts.ts";
import { postureSection, toPostureConfig, type PostureConfig } from "../../../src/core/posture/posture-config.ts";
import { postureDefaults, termsFor, type PostureTerms } from "../../../src/core/posture/terms.ts";
import { waiverText } from "../../../src/core/posture/waivers.ts";

const now = "2026-11-26T12:00:00Z";
const section = (yaml: string) => postureSection.parse(parse(yaml) ?? {});
const config = (organization: string, repository: string, name = "shop"): PostureConfig =>
  toPostureConfig(section(organization), section(repository), name);
const asTerms = (given: PostureConfig): PostureTerms => ({ ...given, appId: 1, checkName: "Keyward" });

describe("what an organization and its repository want", () => {
  test("where neither says anything, the checklist holds, and nothing is changed", () => {
    const wanted = config("", "");
    expect(wanted).toMatchObject(postureDefaults);
    expect(wanted).toMatchObject({ issue: true, remindEveryDays: 7, waivers: [] });
    expect(new Set(Object.values(wanted.fixes))).toEqual(new Set(["off"]));
  });

  test.each([
    ["required-reviews: 1", "required-reviews: 3", 3],
    ["required-reviews: 3", "required-reviews: 0", 3],
    ["required-reviews: 1", "", 1],
    ["", "required-reviews: 1", 1],
  ])("“%s” and “%s” ask for %i reviews: a repository asks for more, never for less", (mine, theirs, reviews) => {
    expect(config(mine, theirs).reviews).toBe(reviews);
  });

  test("the shorter age and the higher class hold, whoever says so", () => {
    const wanted = config(
      "maximum-age-days: { high: 60, low: 300 }\nsecret-classes: { environments: { Production: high, qa: moderate } }",
      "maximum-age-days: { high: 80, moderate: 100 }\nsecret-classes: { environments: { production: low }, otherwise: high }",
    );
    expect(wanted.maxAgeDays).toEqual({ high: 60, moderate: 100, low: 300 });
    expect(wanted.askAfterDays).toEqual({ high: 30, moderate: 90, low: 300 });
    expect(wanted.classOfEnvironment).toMatchObject({ production: "high", qa: "moderate" });
    expect(wanted.otherwise).toBe("high");
  });

  test("a fix goes as far as either wants it to", () => {
    const { fixes } = config(
      "fixes: { actions-pinned: propose }",
      "fixes: { actions-pinned: report, branch-protected: enforce }",
    );
    expect(fixes).toMatchObject({
      "actions-pinned": "propose",
      "branch-protected": "enforce",
      "history-linear": "off",
    });
  });

  test("a waiver of the organization is for the repositories it names", () => {
    const waivers = `waivers:
      - { claim: commits-signed, reason: signing comes with the new laptops, by: "@ada", expires: 2027-01-31, repositories: [shop-*] }`;
    const [named] = config(waivers, "", "Shop-front").waivers;
    expect(named).toMatchObject({ claim: "commits-signed", by: "ada", expires: "2027-01-31", from: "organization" });
    expect(config(waivers, "", "billing").waivers).toEqual([]);
  });

  test.each([
    ["reviews: 2", /Unrecognized key/],
    ["fixes: { no-such-claim: report }", /Unrecognized key/],
    ["fixes: { actions-pinned: always }", /Invalid/],
    ["waivers: [{ claim: actions-pinned, reason: because, by: a, expires: 2027-01-31 }]", /reason, in ten/],
    ["waivers: [{ claim: actions-pinned, reason: it is being replaced, by: a, expires: soon }]", /2027-01-31/],
    ["waivers: [{ claim: actions-pinned, reason: it is being replaced, expires: 2027-01-31 }]", /Invalid/],
  ])("“%s” is refused", (yaml, message) => {
    expect(() => section(yaml)).toThrow(message);
  });
});

describe("the class of a secret", () => {
  const at = (environment: string | null, terms: PostureTerms): string =>
    ageOf(
      {
        store: environment === null ? "actions" : "environment",
        environment,
        name: "KEY",
        createdAt: now,
        updatedAt: now,
      },
      terms,
      now,
    ).environmentClass;
  const wanted = asTerms(
    config(
      "secret-classes: { property: { name: tier, values: { critical: high, toy: low } } }",
      "secret-classes: { environments: { eu-*: high } }",
    ),
  );

  test.each([
    ["eu-west", {}, "high"],
    ["Production", {}, "high"],
    ["dev", { tier: "critical" }, "low"],
    ["somewhere", { tier: "toy" }, "low"],
    [null, { tier: "critical" }, "high"],
    [null, { tier: "toy,critical" }, "high"],
    [null, { tier: "unheard of" }, "moderate"],
    [null, {}, "moderate"],
  ] as const)("in the environment %s of a repository with %o is %s", (environment, properties, expected) => {
    expect(at(environment, termsFor(wanted, properties))).toBe(expected);
  });
});

describe("a waiver", () => {
  const key = (title: string): DeployKey => ({ id: 1, title, readOnly: false, createdAt: now, lastUsedAt: now });
  const check = allChecks.filter(({ id }) => id === "deploy-keys-read-only");
  const judged = (waivers: string, deployKeys: Facts["deployKeys"]): PostureResult => {
    const wanted = config("", `waivers: [${waivers}]`);
    const [result] = evaluatePosture(check, { deployKeys } as Facts, asTerms(wanted), wanted.waivers, now);
    if (result === undefined) throw new Error("no result");
    return result;
  };
  const waiver = (more: string): string =>
    `{ claim: deploy-keys-read-only, reason: the mirror pushes with it, by: ada, ${more} }`;
  const keys = known([key("mirror"), key("old")]);

  test("lets a false claim be, and shows it with who, why and until when", () => {
    const result = judged(waiver("expires: 2026-11-26"), keys);
    expect(standingOf(result)).toBe("waived");
    expect(result.outcome).toBe("fail");
    expect(scoreOf([result])).toBe(0);
    expect(result.waivers.map(waiverText)).toEqual(["waiver by ada, until 2026-11-26: the mirror pushes with it"]);
  });

  test("that has expired counts no more, and says so", () => {
    const result = judged(waiver("expires: 2026-11-25"), keys);
    expect(standingOf(result)).toBe("fail");
    expect(result.waivers.map(waiverText)).toEqual([
      "waiver by ada, expired on 2026-11-25 and counts no more: the mirror pushes with it",
    ]);
  });

  test("for one thing leaves the others false", () => {
    expect(standingOf(judged(waiver("expires: 2027-01-01, only: [mirror]"), keys))).toBe("fail");
    expect(standingOf(judged(waiver("expires: 2027-01-01, only: [mirror, old]"), keys))).toBe("waived");
    expect(standingOf(judged(waiver("expires: 2027-01-01, only: [mirror]"), known([key("mirror")])))).toBe("waived");
  });

  test("covers what is not known, too; and what is true stays true", () => {
    expect(standingOf(judged(waiver("expires: 2027-01-01"), unknown("not told", "administration: read")))).toBe(
      "waived",
    );
    expect(standingOf(judged(waiver("expires: 2027-01-01"), known([{ ...key("a"), readOnly: true }])))).toBe("pass");
  });
});
