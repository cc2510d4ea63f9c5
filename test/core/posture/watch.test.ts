import { describe, expect, test } from "vitest";
import { changesSince } from "../../../src/core/posture/changes.ts";
import { known, unknown } from "../../../src/core/posture/fact.ts";
import type { Facts } from "../../../src/core/posture/facts.ts";
import { issueState } from "../../../src/core/posture/living-issue.ts";
import { nextMorning, nextNight, weekOf } from "../../../src/core/posture/night.ts";
import { rotationsAsked } from "../../../src/core/posture/rotations.ts";
import { fromStored, standingsOf } from "../../../src/core/posture/stored-posture.ts";
import { postureDefaults, type PostureTerms } from "../../../src/core/posture/terms.ts";
import { aPosture } from "../../support/a-posture.ts";

const day = 86_400_000;

describe("the night", () => {
  test("gives each repository a minute of its own, the same every night", () => {
    const at = nextNight(1234, "2026-11-26T12:00:00Z");
    expect(nextNight(1234, at)).toBe(new Date(Date.parse(at) + day).toISOString());
    expect(Date.parse(at)).toBeGreaterThan(Date.parse("2026-11-26T12:00:00Z"));
  });

  test("spreads a thousand repositories out evenly", () => {
    const minutes = Array.from({ length: 1000 }, (_, id) => nextNight(id, "2026-11-26T12:00:00Z"));
    const perMinute = [...Map.groupBy(minutes, (minute) => minute).values()].map((those) => those.length);
    expect(perMinute.length).toBe(300);
    expect(Math.max(...perMinute)).toBeLessThanOrEqual(4);
  });

  test("is over for the repositories when it is the organization's turn", () => {
    const last =
      Array.from({ length: 300 }, (_, id) => nextNight(id, "2026-11-26T12:00:00Z"))
        .toSorted()
        .at(-1) ?? "";
    for (const id of [0, 29, 12345]) expect(nextMorning(id, "2026-11-26T12:00:00Z") > last).toBe(true);
  });

  test.each([
    ["2026-11-26T12:00:00Z", "2026-11-23"],
    ["2026-11-23T00:00:00Z", "2026-11-23"],
    ["2026-11-22T23:59:59Z", "2026-11-16"],
  ])("%s is in the week of %s", (now, monday) => {
    expect(weekOf(now)).toBe(monday);
  });
});

test("what changed is told by claim: better, worse, and nothing of claims that are new", () => {
  const before = standingsOf(
    fromStored(
      aPosture({
        "actions-pinned": { outcome: "fail", evidence: [] },
        "webhooks-secured": { outcome: "pass", evidence: [] },
        "workflow-token-read-only": { outcome: "pass", evidence: [] },
      }).results,
    ),
  );
  const { "force-pushes-blocked": _, ...known } = before;
  const now = aPosture({
    "webhooks-secured": { outcome: "inconclusive", evidence: [], permissions: [] },
    "workflow-token-read-only": { outcome: "not-applicable", evidence: [] },
    "force-pushes-blocked": { outcome: "fail", evidence: [] },
  });
  expect(changesSince(known, fromStored(now.results))).toEqual({
    better: ["actions-pinned"],
    worse: ["webhooks-secured"],
  });
});

describe("keys to rotate", () => {
  const now = "2026-11-26T12:00:00Z";
  const ago = (days: number): string => new Date(Date.parse(now) - days * day).toISOString();
  const terms: PostureTerms = { ...postureDefaults, appId: 1, checkName: "Keyward" };
  const secret = (name: string, days: number, environment: string | null = null) =>
    ({
      store: environment === null ? "actions" : "environment",
      environment,
      name,
      createdAt: ago(days),
      updatedAt: ago(days),
    }) as const;
  const asked = (facts: Partial<Facts>) =>
    rotationsAsked(
      {
        secrets: unknown("not told"),
        organizationSecrets: unknown("not told"),
        deployKeys: unknown("not told"),
        accessTokens: unknown("not told"),
        ...facts,
      } as Facts,
      terms,
      now,
    );

  test.each([
    ["production", 30, null],
    ["production", 31, false],
    ["production", 90, false],
    ["production", 91, true],
    ["staging", 90, null],
    ["staging", 91, false],
    ["staging", 181, true],
    ["dev", 335, null],
    ["dev", 336, false],
    ["dev", 366, true],
  ] as const)("of %s, %i days old: asked for, and late: %s", (environment, days, late) => {
    const secrets = known({ secrets: [secret("KEY", days, environment)], unread: [] });
    expect(asked({ secrets }).map((one) => one.late)).toEqual(late === null ? [] : [late]);
  });

  test("come the most urgent first, the organization's and deploy keys too", () => {
    const rotations = asked({
      secrets: known({ secrets: [secret("SOON", 100)], unread: [] }),
      organizationSecrets: known({ secrets: [{ ...secret("SHARED", 170), store: "organization" }], unread: [] }),
      deployKeys: known([{ id: 1, title: "mirror", readOnly: true, createdAt: ago(200), lastUsedAt: null }]),
    });
    expect(rotations.map(({ what }) => what)).toEqual([
      "deploy key “mirror”",
      "organization secret SHARED",
      "actions secret SOON",
    ]);
  });

  test.each([
    ["old, without an end", 200, null, "2026-11-06", true],
    ["soon too old", 150, 400, "2026-12-26", false],
    ["young, and about to end", 20, 40, "2027-01-05", false],
    ["young, and ending later", 20, 120, null, null],
    ["young, without an end", 20, null, null, null],
  ] as const)("personal access tokens that are %s", (_, age, endsIn, due, late) => {
    const token = {
      owner: "ada",
      name: "laptop",
      grantedAt: ago(age),
      expiresAt: endsIn === null ? null : ago(-endsIn),
      lastUsedAt: null,
      everyRepository: false,
    };
    const rotations = asked({ accessTokens: known([token]) });
    expect(rotations).toMatchObject(
      due === null ? [] : [{ what: "personal access token “laptop” of @ada", due, late, environmentClass: "moderate" }],
    );
    expect(rotations).toHaveLength(due === null ? 0 : 1);
  });

  test("that are not known are asked for by nobody", () => {
    expect(asked({})).toEqual([]);
  });
});

describe("the living issue", () => {
  const stateOf = (judgements: Parameters<typeof aPosture>[0], more: Partial<Parameters<typeof issueState>[0]> = {}) =>
    issueState({
      results: fromStored(aPosture(judgements).results),
      rotations: [],
      problems: [],
      wanted: true,
      ...more,
    });
  const fail = { outcome: "fail", evidence: ["no"] } as const;
  const open = { outcome: "inconclusive", evidence: ["not told"], permissions: [] } as const;
  const rotation = { what: "KEY", environmentClass: "high", due: "2026-12-01", late: false } as const;

  test.each([
    ["all is true", {}, {}, "closed"],
    ["a claim is false", { "actions-pinned": fail }, {}, "open"],
    ["something is not known", { "actions-pinned": open }, {}, "as-it-is"],
    ["a key is to be rotated soon", {}, { rotations: [rotation] }, "open"],
    ["the configuration is not understood", {}, { problems: ["line 3"] }, "open"],
    ["nobody wants one", { "actions-pinned": fail }, { wanted: false }, "closed"],
  ] as const)("where %s is %s", (_, judgements, more, state) => {
    expect(stateOf(judgements, more)).toBe(state);
  });
});
