import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createCommandDesk } from "../../../src/adapters/github/command-desk.ts";
import { createDrillField } from "../../../src/adapters/github/drill-field.ts";
import { createIncidentFacts } from "../../../src/adapters/github/incident-facts.ts";
import { createIssueTracker } from "../../../src/adapters/github/issues.ts";
import type { Incident, Owner } from "../../../src/core/incident/incident.ts";
import type { TimelineEntry } from "../../../src/core/incident/timeline.ts";
import { anIncidentIn, filedAs, viewOf } from "../../contracts/issue-tracker.ts";
import { readManifest } from "../../github/app-manifest.ts";
import { startWorkTree } from "../../github/work-tree.ts";
import { startGithubWorld, type GithubWorld } from "./github-world.ts";

let world: GithubWorld;
let app: ReturnType<GithubWorld["anotherApp"]>;

beforeAll(async () => {
  const permissions = { ...readManifest().permissions, contents: "write", repository_advisories: "write" } as const;
  world = await startGithubWorld({ permissions });
});
// A process of its own for each test: only so many issues may be created at once, and here there are more.
beforeEach(() => {
  app = world.anotherApp();
});
afterEach(() => world.github.faults.clear());
afterAll(() => world.stop());

const now = (): string => new Date().toISOString();
const anEntry = (seq: number, event: TimelineEntry["event"]): TimelineEntry => ({
  seq,
  at: now(),
  event,
  state: "open",
  source: null,
  hash: "",
});

describe("comments", () => {
  const reminders = (count: number): TimelineEntry[] =>
    Array.from({ length: count }, (_, n) => anEntry(n + 1, { kind: "reminded", of: n === 0 ? "half" : "due" }));

  test.each(["bad-gateway", "bad-gateway-after", "reset-after"] as const)(
    "are written once each, also after a %s and when they are told again",
    async (kind) => {
      const { repo, local } = await world.newRepo();
      const tracker = createIssueTracker(app);
      const incident = filedAs(anIncidentIn(repo), await tracker.ensureIssue(viewOf(anIncidentIn(repo))));
      if (!incident.filing) throw new Error("it was filed");
      const fault = world.github.faults.add({ kind, operation: "issues/create-comment", times: 1 });
      const all = reminders(2);
      await tracker.tell(incident, incident.filing, all, all);
      await createIssueTracker(world.anotherApp()).tell(incident, incident.filing, all, all);
      expect(fault.hits()).toBe(1);
      expect(local.issues()[0]?.comments.map(({ body }) => /half|which is now/.exec(body)?.[0])).toEqual([
        "half",
        "which is now",
      ]);
    },
  );

  test("say nothing of what stands in the issue anyway, and nothing but a word in a public place", async () => {
    const { repo, local } = await world.newRepo("public");
    const tracker = createIssueTracker(app);
    const incident = filedAs(anIncidentIn(repo), await tracker.ensureIssue(viewOf(anIncidentIn(repo))));
    if (!incident.filing) throw new Error("it was filed");
    const by = { kind: "person", login: "developer" } as const;
    const all = [
      ...reminders(1),
      anEntry(2, { kind: "attested", by, statement: "telling" }),
      anEntry(3, { kind: "closedByHand", by }),
    ];
    await tracker.tell(incident, incident.filing, all, all);
    expect(local.issues()[0]?.comments.map(({ body }) => body.replace(/<!--.*?-->\n/, ""))).toEqual([
      "This is not over yet, so it is open again. A maintainer knows what is missing.",
    ]);
  });
});

describe("owners", () => {
  const owned = (incident: Incident, source: Owner["source"], ...logins: string[]): Incident => ({
    ...incident,
    owner: { source, logins, teams: [] },
  });

  test("are assigned where they can be; whoever people chose instead stands until a command says otherwise", async () => {
    const { repo, local } = await world.newRepo();
    const tracker = createIssueTracker(app);
    const incident = anIncidentIn(repo);
    await tracker.ensureIssue(viewOf(owned(incident, "committer", "developer", "stranger")));
    const logins = () => local.issues()[0]?.assignees.map(({ login }) => login);
    expect(logins()).toEqual(["developer"]);
    expect(local.issues()[0]?.body).toContain("@developer, @stranger (who committed it)");
    world.github.createUser("boss");
    local.setRole("boss", "write");
    await tracker.ensureIssue(viewOf(owned(incident, "code-owners", "boss")));
    expect(logins()).toEqual(["developer"]);
    await tracker.ensureIssue(viewOf(owned(incident, "person", "boss")));
    expect(logins()).toEqual(["developer", "boss"]);
  });
});

describe("an incident of a public repository", () => {
  const elsewhere = { privateRepository: null, draftAdvisories: true };

  test("is one draft advisory, found again by its marker, closed with the incident", async () => {
    const { repo, local } = await world.newRepo("public");
    const tracker = createIssueTracker(app);
    const incident = anIncidentIn(repo);
    world.github.faults.add({
      kind: "bad-gateway-after",
      operation: "security-advisories/create-repository-advisory",
      times: 1,
    });
    const filed = filedAs(incident, await tracker.ensureIssue({ ...viewOf(incident), elsewhere }));
    expect(filed.filing).toMatchObject({ kind: "advisory" });
    await tracker.ensureIssue({ ...viewOf(incident), elsewhere });
    await tracker.ensureIssue({ ...viewOf({ ...filed, state: "closed" }), elsewhere });
    expect(local.advisories()).toMatchObject([{ state: "closed", severity: "critical" }]);
    expect(local.issues()).toEqual([]);
  });

  test("tells in its advisory what would be comments elsewhere, how to act, and lets in who has to see to it", async () => {
    const { repo, local } = await world.newRepo("public");
    for (const login of ["owner", "chosen", "passer-by"]) world.github.createUser(login);
    for (const login of ["owner", "chosen"]) local.setRole(login, "write");
    world.github.setTeam("acme/security", []);
    const tracker = createIssueTracker(app);
    const incident = anIncidentIn(repo);
    const seenTo = (source: Owner["source"], logins: readonly string[], teams: readonly string[] = []) =>
      ({ ...incident, owner: { source, logins, teams } }) as const;
    const show = async (one: Incident, timeline: readonly TimelineEntry[] = []) =>
      filedAs(one, await tracker.ensureIssue({ ...viewOf(one), timeline, elsewhere }));
    const inside = () => {
      const [advisory] = local.advisories();
      return [
        ...(advisory?.collaboratingUsers.map(({ login }) => login) ?? []),
        ...(advisory?.collaboratingTeams ?? []),
      ];
    };
    const filed = await show(seenTo("code-owners", ["owner", "passer-by"], ["acme/nobody-knows", "other/team"]));
    expect(inside()).toEqual(["owner"]);
    const { filing } = filed;
    await show({ ...seenTo("committer", ["chosen"]), filing });
    expect(inside()).toEqual(["owner"]);
    const due = [anEntry(1, { kind: "reminded", of: "due" }), anEntry(2, { kind: "escalated", to: "acme/security" })];
    await show({ ...seenTo("person", ["chosen"]), filing }, due);
    expect(inside()).toEqual(["owner", "chosen", "security"]);
    const text = local.advisories()[0]?.description ?? "";
    expect(text).toMatch(
      /### What happened\n\n- [^\n]*@acme\/security: the time[^\n]*\n- [^\n]*@chosen: this had to be contained/,
    );
    expect(text).toContain(`keyward incident say ${incident.id} --as LOGIN rotated`);
    expect(text).not.toContain("in a comment once");
    const contained = { at: now(), by: { kind: "person", login: "chosen" }, note: "" } as const;
    await show({ ...filed, state: "contained", done: { contained } }, due);
    expect(local.advisories()[0]?.description).toMatch(/\*\*Contained\*\*[^]*- \[x\] Revoke the old one/);
  });

  test("is not filed in a private repository that is public by now, or gone", async () => {
    const { repo, local } = await world.newRepo("public");
    const { local: desk } = await world.newRepo("public");
    const tracker = createIssueTracker(app);
    for (const name of [desk.name, "gone"]) {
      const view = viewOf(anIncidentIn(repo));
      const privateRepository = { owner: "acme", name };
      await tracker.ensureIssue({ ...view, elsewhere: { privateRepository, draftAdvisories: false } });
    }
    expect(desk.issues()).toEqual([]);
    expect(local.issues().map(({ title }) => title)).toEqual(
      Array(2).fill("Keyward: something here needs a maintainer"),
    );
  });
});

describe("what is found out", () => {
  test("is known or unknown, with the reason", async () => {
    const { repo, local } = await world.newRepo();
    await using tree = await startWorkTree(local);
    const commit = await tree.commit({ message: "Leak", files: [["CODEOWNERS", "* @developer\n"]] });
    await tree.git("tag", "v1");
    await tree.git("switch", "--quiet", "--create", "side");
    const side = await tree.commit({ message: "Side", files: [["side.ts", "\n"]] });
    await tree.push("main", "v1", "side");
    local.setClones({ count: 12, uniques: 3 });
    local.setTopics(["production"]);
    const facts = createIncidentFacts(app, now);
    const incidentAt = (sha: string): Incident => {
      const incident = anIncidentIn(repo);
      const occurrences = incident.occurrences.map((one) => ({ ...one, commit: sha }));
      return { ...incident, occurrences: [...occurrences, ...occurrences.map((one) => ({ ...one, repoId: 1 }))] };
    };
    expect(await facts.exposure(incidentAt(commit))).toMatchObject({
      since: { kind: "known" },
      visibility: { value: "private" },
      forks: { value: 0 },
      clones: { value: { count: 12, uniques: 3 } },
      collaborators: { value: 1 },
      onDefaultBranch: { value: true },
      tags: { value: ["v1"] },
      releases: { value: [] },
      otherRepositories: { value: 1 },
      gitEvents: { kind: "unknown", reason: expect.stringContaining("Enterprise Cloud") },
    });
    expect(await facts.exposure(incidentAt(side))).toMatchObject({
      onDefaultBranch: { value: false },
      tags: { value: [] },
    });
    expect(await facts.exposure(anIncidentIn(repo))).toMatchObject({
      since: { kind: "unknown" },
      onDefaultBranch: { kind: "unknown" },
      tags: { kind: "unknown" },
    });
    expect(await facts.branchesWith(repo, commit, (name) => name !== "main")).toEqual(["side"]);
    expect(await facts.branchesWith(repo, side, () => true)).toEqual(["side"]);
    expect(await facts.codeOwners(repo)).toBe("* @developer\n");
    expect(await facts.committer(repo, commit)).toBe("developer");
    expect(await facts.aboutRepository(repo)).toMatchObject({ topics: ["production"], public: false });
  });
});

describe("a command in a comment", () => {
  test("is read with its writer's role, and answered once", async () => {
    const { repo, local } = await world.newRepo();
    world.github.createUser("mona");
    world.github.createUser("nobody");
    local.setRole("mona", "maintain");
    world.github.setTeam("acme/security", ["mona"]);
    const { number } = local.openIssue({ title: "An incident" });
    const commentId = local.comment(number, "/keyward help", "mona");
    const desk = createCommandDesk(app);
    const ref = { repo, issueNumber: number, commentId };
    expect(await desk.comment(ref)).toEqual({ text: "/keyward help", login: "mona", ours: false });
    expect(await desk.comment({ ...ref, commentId: 1 })).toBeNull();
    expect([await desk.roleOf(repo, "mona"), await desk.roleOf(repo, "nobody")]).toEqual(["maintain", "none"]);
    expect(await desk.isInTeam(repo, "acme/security", "mona")).toBe(true);
    expect(await desk.isInTeam(repo, "acme/security", "nobody")).toBe(false);
    world.github.faults.add({ kind: "bad-gateway-after", operation: "issues/create-comment", times: 1 });
    await desk.answer(ref, { accepted: true, text: "This helps." });
    await createCommandDesk(world.anotherApp()).answer(ref, { accepted: true, text: "This helps." });
    const [asked, ...answers] = local.issues()[0]?.comments ?? [];
    expect(asked?.reactions).toMatchObject([{ content: "+1" }]);
    expect(answers.map(({ body }) => body)).toEqual([expect.stringContaining("This helps.")]);
  });
});

describe("which incident an issue is about", () => {
  test("the issue says, if the app wrote it", async () => {
    const { repo, local } = await world.newRepo();
    const incident = anIncidentIn(repo);
    await createIssueTracker(app).ensureIssue(viewOf(incident));
    const [issue] = local.issues();
    const { number } = local.openIssue({ title: "As if", body: issue?.body ?? "" });
    const desk = createCommandDesk(app);
    expect(await desk.incidentIn({ repo, issueNumber: issue?.number ?? 0 })).toBe(incident.id);
    expect(await desk.incidentIn({ repo, issueNumber: number })).toBeNull();
    expect(await desk.incidentIn({ repo, issueNumber: 4711 })).toBeNull();
  });
});

describe("a drill", () => {
  test("plants its file once on a branch of its own, and takes the branch away", async () => {
    const { repo, local } = await world.newRepo();
    await using tree = await startWorkTree(local);
    await tree.commit({ message: "Start", files: [["README.md", "# Shop\n"]] });
    await tree.push("main");
    const field = createDrillField(app);
    const file = { path: ".keyward-drill/7.env", text: "one" };
    expect(await field.plant(repo, "keyward-drill/7", file)).toBe("planted");
    const head = await local.headOf("keyward-drill/7");
    expect(await field.plant(repo, "keyward-drill/7", { ...file, text: "two" })).toBe("planted");
    expect(await local.headOf("keyward-drill/7")).toBe(head);
    expect(await field.clear(repo, "keyward-drill/7")).toBe(true);
    expect(await field.clear(repo, "keyward-drill/7")).toBe(true);
    expect(await local.headOf("keyward-drill/7")).toBeNull();
  });
});
