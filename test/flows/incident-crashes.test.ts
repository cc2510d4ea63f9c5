import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createIssueTracker } from "../../src/adapters/github/issues.ts";
import { drillRuleId } from "../../src/core/incident/drill.ts";
import { runOperatorCommand } from "../../src/flows/run-operator-command.ts";
import { startGithubWorld, type GithubWorld } from "../adapters/github/github-world.ts";
import { readManifest } from "../github/app-manifest.ts";
import { aFinding, aRepo, aSha } from "../support/builders.ts";
import { mortal, reaperAt, type Death } from "../support/dying.ts";
import { startIncidentWorld } from "../support/incident-world.ts";
import { swept } from "../support/sweep.ts";

type World = ReturnType<typeof startIncidentWorld>;

/** What happens, from outside; each thing is brought as a job is: again, if its process died. */
type Story = {
  readonly name: string;
  readonly setUp?: (world: World) => void;
  readonly tell: (world: World) => Promise<void>;
  /** What must have come of it when nobody died, so that the story is one. */
  readonly end: object;
};

const pushed = (world: World, ...seen: Parameters<World["see"]>): Promise<void> =>
  world.see(...seen).catch(() => world.see(...seen));

const stories: readonly Story[] = [
  {
    name: "a drill, from its leak to its cleaning up",
    tell: async (world) => {
      await pushed(world, { path: ".keyward-drill/77.env" }, aRepo(), aFinding({ ruleId: drillRuleId }));
      await world.say("/keyward contain access is blocked");
      await world.say("/keyward rotated");
    },
    end: { state: "closed", drill: { id: "77" } },
  },
  {
    name: "leak, rotated, alive through the overlap and after it, dead at last",
    tell: async (world) => {
      await pushed(world);
      await world.say("/keyward rotated", "alice");
      await world.pass(24.5);
      world.setProvider("revoked");
      await world.say("/keyward verify", "alice");
    },
    end: { state: "closed", proof: { kind: "probe" } },
  },
  {
    name: "revoked on approval, by a command",
    setUp: (world) => world.setRevocation("on-approval"),
    tell: async (world) => {
      await pushed(world);
      await world.say("/keyward revoke");
    },
    end: { state: "closed", revocation: { outcome: "revoked", askedBy: { login: "mona" } } },
  },
  {
    name: "revoked by the button, after somebody without the right",
    setUp: (world) => world.setRevocation("on-approval"),
    tell: async (world) => {
      await pushed(world);
      await world.press("bob");
      await world.press("mona");
    },
    end: { state: "closed", revocation: { outcome: "revoked", askedBy: { login: "mona" } } },
  },
  {
    name: "revoked at once",
    setUp: (world) => world.setRevocation("at-once"),
    tell: (world) => pushed(world),
    end: { state: "closed", revocation: { outcome: "revoked", askedBy: { kind: "keyward" } } },
  },
  {
    name: "managers of secrets are asked to rotate, then attested",
    setUp: (world) =>
      world.setHooks(() => [
        { hook: "vault", outcome: "accepted", detail: "ok" },
        { hook: "aws", outcome: "refused", detail: "no such secret" },
      ]),
    tell: async (world) => {
      await pushed(world);
      await world.say("/keyward attest seen refused");
    },
    end: { state: "closed", proof: { kind: "attestation" } },
  },
  {
    name: "attested, pushed again, attested again",
    tell: async (world) => {
      await pushed(world);
      await world.say("/keyward attest dead");
      await pushed(world, { commit: aSha("d") });
      await world.say("/keyward attest dead again");
    },
    end: { state: "closed", reopenings: 1, occurrences: [{}, {}] },
  },
  {
    name: "dismissed for a time, and open again when that is over",
    tell: async (world) => {
      await pushed(world);
      await world.say("/keyward dismiss 2d test-credential of the test system");
      await world.pass(48.5);
    },
    end: { state: "open", reopenings: 1 },
  },
  {
    name: "closed by hand too early, reminded, escalated, snoozed",
    tell: async (world) => {
      await pushed(world);
      await world.closeByHand();
      await world.pass(1.5);
      await world.say("/keyward snooze 1h the vendor is on it");
      await world.pass(1);
    },
    end: { state: "open", snooze: null },
  },
];

async function liveThrough({ setUp, tell }: Story, death: Death) {
  const reaper = reaperAt(death);
  const world = startIncidentWorld({ probing: true, escalateTo: "acme/security" }, {}, (ports) =>
    mortal(ports, reaper),
  );
  setUp?.(world);
  await tell(world);
  return { world, log: reaper.log };
}

/** What people see and what is kept. How often somebody was asked, and in which order, may differ. */
async function outcomeOf(world: World) {
  const { id, ...incident } = world.the();
  const timeline = await world.incidents.timeline(id);
  const all = timeline.map(({ event }) => event.kind).filter((kind) => !askedAsOften.has(kind));
  return {
    incidents: world.incidents.all().length,
    incident: { ...incident, toldThrough: null },
    timeline: all.toSorted(inOrder),
    told: world
      .told()
      .filter((kind) => !askedAsOften.has(kind))
      .toSorted(inOrder),
    issues: world.issues.issues.map(({ number, state }) => [number, state]),
    answers: [...world.desk.answers],
    said: [...world.desk.said],
    cleared: new Set(world.cleared),
    waiting: world.queue.waiting(),
    holds: (await world.incidents.checkTimeline(id)).kind,
  };
}

/** Whoever died after asking asks again, and keeps that answer as well. */
const askedAsOften: ReadonlySet<string> = new Set(["probed"]);
const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const sides = ["before", "after"] as const;

describe("a process that dies at any write, before it or after it, leaves the same in the end", () => {
  it.each(stories.map((story) => [story.name, story] as const))("%s", async (_, story) => {
    const whole = await liveThrough(story, { at: 0, when: "before" });
    expect(whole.world.the()).toMatchObject(story.end);
    const expected = await outcomeOf(whole.world);
    expect(expected).toMatchObject({ incidents: 1, holds: "holds", waiting: [] });
    for (let at = 1; at <= whole.log.length; at += 1) {
      for (const when of sides) {
        const { world } = await liveThrough(story, { at, when });
        const what = `died ${when} it could ${whole.log[at - 1] ?? ""} (write ${at} of ${whole.log.length})`;
        expect(await outcomeOf(world), what).toEqual(expected);
      }
    }
  });
});

describe("the same with a draft advisory on GitHub", () => {
  let github: GithubWorld;
  beforeAll(async () => {
    const permissions = { ...readManifest().permissions, repository_advisories: "write" } as const;
    github = await startGithubWorld({ permissions });
  });
  afterAll(() => github.stop());

  /** Filed, reminded, worked by an operator, over: dying at what is written to GitHub, request by request. */
  async function liveWithAdvisory(death: Death) {
    const reaper = reaperAt(death);
    const { repo, local } = await github.newRepo("public");
    local.setRole("developer", "maintain");
    const app = github.anotherApp();
    const client = app.clientFor(repo.installationId);
    client.hook.wrap("request", (request, options) =>
      options.method === "GET"
        ? request(options)
        : reaper.guard(`${options.method} ${options.url}`, async () => request(options))(),
    );
    const issues = createIssueTracker({ ...app, clientFor: () => client });
    const owner = { committer: "developer", public: true };
    const world = startIncidentWorld({ probing: true }, owner, (ports) => ({ ...ports, issues }));
    world.desk.setRole("developer", "maintain");
    await world.see({ repoId: repo.repoId }, repo);
    await world.pass(0.5);
    const passOn = async (words: string): Promise<void> => {
      const said = { incidentId: world.the().id, words, login: "developer", operator: "ops", id: words };
      await runOperatorCommand(said, world.ports);
      await world.drain();
    };
    await passOn("rotated");
    await passOn("attest seen refused");
    const advisories = local.advisories().map(({ state, description, collaboratingUsers }) => ({
      state,
      description: description.replaceAll(/[0-9a-f]{40}|repo-\d+/g, ""),
      inside: collaboratingUsers.map(({ login }) => login),
    }));
    return { log: reaper.log, advisories, incident: world.the(), issues: local.issues() };
  }

  it("at any request that writes", async () => {
    const whole = await liveWithAdvisory({ at: 0, when: "before" });
    expect(whole).toMatchObject({
      advisories: [{ state: "closed", inside: ["developer"] }],
      incident: { state: "closed", filing: { kind: "advisory" } },
      issues: [],
    });
    for (const [place, request] of swept(2, [...whole.log.entries()])) {
      const at = place + 1;
      for (const when of sides) {
        const { advisories, incident, issues } = await liveWithAdvisory({ at, when });
        const what = `died ${when} it could ${request} (request ${at} of ${whole.log.length})`;
        expect({ advisories, state: incident.state, issues }, what).toEqual({
          advisories: whole.advisories,
          state: "closed",
          issues: [],
        });
      }
    }
  });
});
