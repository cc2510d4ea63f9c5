import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createPostureBoard } from "../../../src/adapters/github/posture-board.ts";
import type { RepoRef } from "../../../src/core/change/change.ts";
import type { PostureBoard, SummaryMatter } from "../../../src/flows/ports/posture-board.ts";
import type { PostureFiling, RepositoryPosture } from "../../../src/flows/ports/posture-store.ts";
import { aPosture } from "../../support/a-posture.ts";
import { startGithubWorld, type GithubWorld } from "./github-world.ts";

let world: GithubWorld;
let board: PostureBoard;

beforeAll(async () => {
  world = await startGithubWorld();
});
// A process of its own for each test: only so much may be written at once, and here there is more.
beforeEach(() => {
  board = createPostureBoard(world.anotherApp());
});
afterEach(() => world.github.faults.clear());
afterAll(() => world.stop());

const now = "2026-11-26T02:00:00.000Z";
const later = (days: number): string => new Date(Date.parse(now) + days * 86_400_000).toISOString();

const unpinned = {
  outcome: "fail",
  evidence: [".github/workflows/ci.yml:7: someone/action@v1 is not pinned to a commit"],
  lines: [{ path: ".github/workflows/ci.yml", line: 7, problem: "someone/action@v1 is not pinned to a commit" }],
} as const;
const old = (days: number) =>
  ({ outcome: "fail", evidence: [`actions secret KEY: ${days} days old (moderate), was due 2026-11-01`] }) as const;
const hooks = { outcome: "fail", evidence: ["hooks.example.com: no secret"] } as const;
const notTold = { outcome: "inconclusive", evidence: ["not told"], permissions: ["administration: read"] } as const;

const filed = async (posture: RepositoryPosture, filing: PostureFiling | null, at = now): Promise<PostureFiling> => {
  const issue = await board.bringIssue(posture, filing, at);
  if (issue.kind !== "filed") throw new Error(`expected an issue, found ${issue.kind}`);
  return issue.filing;
};

describe("the living issue", () => {
  test("is opened, written when there is news, closed when all is true, and opened again", async () => {
    const { repo, local } = await world.newRepo();
    const first = await filed(aPosture({ "actions-pinned": unpinned, "webhooks-secured": hooks }, { repo }), null);
    expect(local.issues()).toHaveLength(1);
    expect(local.issues()[0]?.body).toContain("hooks\\.example\\.com");
    const second = await filed(aPosture({ "actions-pinned": unpinned }, { repo }), first);
    expect(local.issues()[0]?.body).not.toContain("hooks");
    const third = await filed(aPosture({}, { repo }), second);
    expect(local.issues()[0]).toMatchObject({ state: "closed", stateReason: "completed" });
    await filed(aPosture({ "webhooks-secured": hooks }, { repo }), third);
    expect(local.issues()).toHaveLength(1);
    expect(local.issues()[0]?.state).toBe("open");
  });

  test("is not written when all that is new is a day", async () => {
    const { repo } = await world.newRepo();
    const filing = await filed(aPosture({ "stored-secrets-rotated": old(200) }, { repo }), null);
    const before = world.sent("issues/update");
    await filed(aPosture({ "stored-secrets-rotated": old(201) }, { repo }), filing, later(1));
    expect(world.sent("issues/update")).toBe(before);
  });

  test("is not opened where all is true, and not for what the app may not know", async () => {
    const { repo, local } = await world.newRepo();
    expect(await board.bringIssue(aPosture({}, { repo }), null, now)).toEqual({ kind: "none" });
    expect(await board.bringIssue(aPosture({ "reviews-required": notTold }, { repo }), null, now)).toEqual({
      kind: "none",
    });
    expect(local.issues()).toEqual([]);
  });

  test("is not closed because nobody can tell any more", async () => {
    const { repo, local } = await world.newRepo();
    const filing = await filed(aPosture({ "webhooks-secured": hooks }, { repo }), null);
    await filed(aPosture({ "webhooks-secured": notTold }, { repo }), filing);
    expect(local.issues()[0]?.state).toBe("open");
    expect(local.issues()[0]?.body).toContain("administration: read");
  });

  test("reminds people at the chosen pace, once each time, whoever crashes", async () => {
    const { repo, local } = await world.newRepo();
    const posture = aPosture({ "webhooks-secured": hooks }, { repo });
    const filing = await filed(posture, null);
    await filed(posture, filing, later(6));
    expect(local.issues()[0]?.comments).toHaveLength(0);
    const reminded = await filed(posture, filing, later(7));
    // As after a crash before it was noted.
    await filed(posture, filing, later(8));
    expect(local.issues()[0]?.comments).toHaveLength(1);
    await filed(posture, reminded, later(13));
    expect(local.issues()[0]?.comments).toHaveLength(1);
    await filed(posture, reminded, later(14));
    expect(local.issues()[0]?.comments).toHaveLength(2);
  });

  test("that a person closed is left alone until there is news or a reminder is due", async () => {
    const { repo, local } = await world.newRepo();
    const posture = aPosture({ "webhooks-secured": hooks }, { repo });
    const filing = await filed(posture, null);
    await local.close(filing.number);
    await filed(posture, filing, later(1));
    expect(local.issues()[0]?.state).toBe("closed");
    await filed(posture, filing, later(7));
    expect(local.issues()[0]?.state).toBe("open");
    await local.close(filing.number);
    await filed(aPosture({ "webhooks-secured": hooks, "actions-pinned": unpinned }, { repo }), filing, later(1));
    expect(local.issues()[0]?.state).toBe("open");
  });

  test("asks for a rotation before it is late, and says how the old and the new one overlap", async () => {
    const { repo, local } = await world.newRepo();
    const rotation = { what: "actions secret KEY", environmentClass: "high", due: "2026-12-01", late: false } as const;
    await filed(aPosture({}, { repo, rotations: [rotation] }), null);
    const body = local.issues()[0]?.body ?? "";
    expect(body).toContain("actions secret KEY");
    expect(body).toContain("by 2026-12-01");
    expect(body).toContain("24 to 48 hours");
  });

  test("shows waivers, and those that have expired as what they are", async () => {
    const { repo, local } = await world.newRepo();
    const waiver = (expires: string, expired: boolean) => ({
      claim: "webhooks-secured",
      reason: "the old system goes in May",
      by: "ada",
      expires,
      only: null,
      from: "repository" as const,
      expired,
    });
    const waived = (expired: boolean): RepositoryPosture => {
      const posture = aPosture({ "webhooks-secured": hooks, "actions-pinned": unpinned }, { repo });
      const results = posture.results.map((result) =>
        result.claim === "webhooks-secured"
          ? { ...result, waived: !expired, waivers: [waiver(expired ? "2026-11-01" : "2027-05-01", expired)] }
          : result,
      );
      return { ...posture, results };
    };
    const filing = await filed(waived(false), null);
    const shown = local.issues()[0]?.body ?? "";
    expect(shown).toMatch(/### Waived[^]*webhooks-secured[^]*ada[^]*2027-05-01[^]*the old system goes in May/);
    expect(shown.split("### Waived")[0]).not.toContain("webhooks-secured");
    await filed(waived(true), filing);
    const after = local.issues()[0]?.body ?? "";
    expect(after.split("### Waived")[0]).toContain("expired on 2026\\-11\\-01".replaceAll("\\-", "-"));
    expect(after).toContain("expired, counts no more");
  });

  test("in a public repository says nothing an attacker gains by", async () => {
    const { repo, local } = await world.newRepo("public");
    const rotation = { what: "actions secret KEY", environmentClass: "high", due: "2026-12-01", late: true } as const;
    await filed(
      aPosture({ "webhooks-secured": hooks, "actions-pinned": unpinned }, { repo, rotations: [rotation] }),
      null,
    );
    const { body = "", title = "" } = local.issues()[0] ?? {};
    expect(`${title}${body}`).not.toMatch(/hooks|KEY|Score|secret KEY/);
    expect(body).toContain("actions-pinned");
    expect(body).toContain(`keyward posture acme/${local.name}`);
  });

  test.each(["bad-gateway", "bad-gateway-after", "reset-after"] as const)(
    "is there once after a %s, also when two processes write it",
    async (kind) => {
      const { repo, local } = await world.newRepo();
      const fault = world.github.faults.add({ kind, operation: "issues/create", times: 1 });
      const posture = aPosture({ "webhooks-secured": hooks }, { repo });
      const other = createPostureBoard(world.anotherApp());
      await Promise.all([board.bringIssue(posture, null, now), other.bringIssue(posture, null, now)]);
      await board.bringIssue(posture, null, now);
      expect(fault.hits()).toBe(1);
      expect(local.issues().filter(({ state }) => state === "open")).toHaveLength(1);
    },
  );
});

describe("an answer that is lost", () => {
  const kinds = ["bad-gateway", "bad-gateway-after", "reset-after"] as const;

  test.each(kinds)(
    "(%s) to what is written anew, closed or opened again leaves one issue as it should be",
    async (kind) => {
      const { repo, local } = await world.newRepo();
      const lose = () => world.github.faults.add({ kind, operation: "issues/update", times: 1 });
      const first = await filed(aPosture({ "webhooks-secured": hooks, "actions-pinned": unpinned }, { repo }), null);
      const faults = [lose()];
      await filed(aPosture({ "actions-pinned": unpinned }, { repo }), first);
      expect(local.issues()).toMatchObject([{ state: "open", body: expect.not.stringContaining("hooks") as string }]);
      faults.push(lose());
      await filed(aPosture({}, { repo }), first);
      expect(local.issues()).toMatchObject([{ state: "closed" }]);
      faults.push(lose());
      await filed(aPosture({ "webhooks-secured": hooks }, { repo }), first);
      expect(local.issues()).toMatchObject([{ state: "open", body: expect.stringContaining("hooks") as string }]);
      expect(faults.map((fault) => fault.hits())).toEqual([1, 1, 1]);
    },
  );

  test.each(kinds)("(%s) to a reminder reminds once", async (kind) => {
    const { repo, local } = await world.newRepo();
    const posture = aPosture({ "webhooks-secured": hooks }, { repo });
    const filing = await filed(posture, null);
    const fault = world.github.faults.add({ kind, operation: "issues/create-comment", times: 1 });
    await filed(posture, filing, later(7));
    await filed(posture, filing, later(7));
    expect(fault.hits()).toBe(1);
    expect(local.issues()[0]?.comments).toHaveLength(1);
  });
});

describe("the check run", () => {
  const postureOn = async (judgements: Parameters<typeof aPosture>[0], more: Partial<RepositoryPosture> = {}) => {
    const { repo, sha } = await world.newHead();
    return { sha, posture: aPosture(judgements, { repo, head: sha, ...more }) };
  };
  const runsOn = (sha: string) => world.heads.checkRuns(sha, "all");

  test("says what is not true, on the lines where it stands, and once", async () => {
    const { sha, posture } = await postureOn({ "actions-pinned": unpinned });
    await board.showCheck(posture);
    await board.showCheck(posture);
    expect(runsOn(sha)).toMatchObject([
      {
        name: "Keyward posture",
        conclusion: "failure",
        annotations: [{ path: ".github/workflows/ci.yml", start_line: 7 }],
      },
    ]);
  });

  test("of what is not known is no pass", async () => {
    const { sha, posture } = await postureOn({ "reviews-required": notTold });
    await board.showCheck(posture);
    expect(runsOn(sha)).toMatchObject([{ conclusion: "action_required" }]);
  });

  test("of a configuration that is not understood is no pass", async () => {
    const { sha, posture } = await postureOn({}, { problems: ["keyward.yml:3: expected a date"] });
    await board.showCheck(posture);
    expect(runsOn(sha)).toMatchObject([{ conclusion: "action_required" }]);
  });

  test("is made again when the posture of the same commit changes", async () => {
    const { sha, posture } = await postureOn({ "actions-pinned": unpinned });
    await board.showCheck(posture);
    await board.showCheck(aPosture({}, { repo: posture.repo, head: sha }));
    expect(world.heads.checkRuns(sha)).toMatchObject([{ conclusion: "success", annotations: [] }]);
  });

  test.each(["bad-gateway", "bad-gateway-after", "reset-after"] as const)("is there once after a %s", async (kind) => {
    const { sha, posture } = await postureOn({ "actions-pinned": unpinned });
    const fault = world.github.faults.add({ kind, operation: "checks/create", times: 1 });
    await board.showCheck(posture);
    expect(fault.hits()).toBe(1);
    expect(runsOn(sha)).toHaveLength(1);
  });

  test("in a public repository stands on harmless lines alone", async () => {
    const trusted = {
      outcome: "fail",
      evidence: [".github/workflows/ci.yml:3: checks out the head"],
      lines: [{ path: ".github/workflows/ci.yml", line: 3, problem: "checks out the head" }],
    } as const;
    const { sha, posture } = await postureOn({ "actions-pinned": unpinned, "forks-not-trusted": trusted });
    const repo: RepoRef = { ...posture.repo, visibility: "public" };
    await board.showCheck({ ...posture, repo });
    const [run] = runsOn(sha);
    expect(run?.annotations.map(({ start_line }) => start_line)).toEqual([7]);
    expect(`${run?.title}${run?.summary}`).not.toMatch(/checks out|Score|\d+ claims/);
  });
});

describe("the summary of an organization", () => {
  const matter = (
    repositories: SummaryMatter["repositories"],
    config: Partial<RepositoryPosture["config"]> = {},
  ): SummaryMatter => {
    const { installationId } = repositories[0]?.posture.repo ?? { installationId: 0 };
    const results = aPosture({}).results;
    return {
      organization: {
        installationId,
        owner: "acme",
        config: { ...aPosture({}).config, ...config },
        problems: [],
        results,
        rotations: [],
        checkedAt: now,
      },
      repositories,
    };
  };
  const worse = (repo: RepoRef): SummaryMatter["repositories"][number] => ({
    posture: aPosture({ "webhooks-secured": hooks }, { repo, score: 71 }),
    before: { week: "2026-11-16", score: 88, standings: { "webhooks-secured": "pass", "actions-pinned": "fail" } },
  });
  let home: Awaited<ReturnType<GithubWorld["github"]["createRepository"]>>;

  test("is shown nowhere while everything it could stand in is public", async () => {
    const { repo } = await world.newRepo();
    home = await world.github.createRepository({ owner: "acme", name: ".github", visibility: "public" });
    expect(await board.bringSummary(matter([worse(repo)]), null, now)).toEqual({ kind: "nowhere" });
    const summaryIn = { owner: "acme", name: "no-such-place" };
    expect(await board.bringSummary(matter([worse(repo)], { summaryIn }), null, now)).toEqual({ kind: "nowhere" });
    expect(home.issues()).toEqual([]);
  });

  test("tells the score of each and what changed since last week, in one issue that is kept", async () => {
    home.setVisibility("private");
    const { repo, local } = await world.newRepo();
    const first = await board.bringSummary(matter([worse(repo)]), null, now);
    expect(first.kind).toBe("filed");
    const [issue] = home.issues();
    const body = (issue?.body ?? "").replaceAll("\\", "");
    expect(body).toContain(`[${local.name}]`);
    expect(body).toMatch(
      new RegExp(`${local.name} \\(88 → 71\\): worse: .webhooks-secured.; better: .actions-pinned.`),
    );
    const better = { posture: aPosture({}, { repo, score: 100 }), before: null };
    await board.bringSummary(matter([better]), first.kind === "filed" ? first.filing : null, later(1));
    expect(home.issues()).toHaveLength(1);
    expect(home.issues()[0]?.body).toContain("seen for the first time this week");
  });

  test("goes where the organization says", async () => {
    const { repo } = await world.newRepo();
    const { local: place } = await world.newRepo();
    const summaryIn = { owner: "acme", name: place.name };
    expect((await board.bringSummary(matter([worse(repo)], { summaryIn }), null, now)).kind).toBe("filed");
    expect(place.issues()).toHaveLength(1);
  });

  test.each(["bad-gateway", "bad-gateway-after", "reset-after"] as const)(
    "is there once after a %s, when it is opened and when it is written",
    async (kind) => {
      const { repo } = await world.newRepo();
      const { local: place } = await world.newRepo();
      const summaryIn = { owner: "acme", name: place.name };
      const faults = (["issues/create", "issues/update"] as const).map((operation) =>
        world.github.faults.add({ kind, operation, times: 1 }),
      );
      const first = await board.bringSummary(matter([worse(repo)], { summaryIn }), null, now);
      // As after a crash before it was noted where it is.
      await board.bringSummary(matter([worse(repo)], { summaryIn }), null, now);
      const better = { posture: aPosture({}, { repo, score: 100 }), before: null };
      const filing = first.kind === "filed" ? first.filing : null;
      await board.bringSummary(matter([better], { summaryIn }), filing, later(1));
      expect(faults.map((fault) => fault.hits())).toEqual([1, 1]);
      expect(place.issues()).toMatchObject([{ body: expect.stringContaining("first time this week") as string }]);
    },
  );

  test("fits, however many repositories there are", async () => {
    const { repo } = await world.newRepo();
    const { local: place } = await world.newRepo();
    const many = Array.from({ length: 2000 }, (_, index) => ({
      posture: aPosture(
        { "webhooks-secured": hooks },
        { repo: { ...repo, name: `a-repository-${index}` }, score: index % 100 },
      ),
      before: null,
    }));
    const summaryIn = { owner: "acme", name: place.name };
    expect((await board.bringSummary(matter(many, { summaryIn }), null, now)).kind).toBe("filed");
    expect(place.issues()[0]?.body).toMatch(/… and [\d,]+ more, with better scores/);
  });
});
