import { beforeEach, describe, expect, it } from "vitest";
import { jobHandlers, onDeadJob } from "../../src/app/worker/job-handlers.ts";
import { drillRuleId } from "../../src/core/incident/drill.ts";
import { timelineMarkdown } from "../../src/core/incident/timeline-text.ts";
import { runOperatorCommand } from "../../src/flows/run-operator-command.ts";
import { runIncidentCommand } from "../../src/flows/run-incident-command.ts";
import { aFinding, aRepo, aSha } from "../support/builders.ts";
import { commandJob, start, startIncidentWorld } from "../support/incident-world.ts";

let world: ReturnType<typeof startIncidentWorld>;

beforeEach(() => {
  world = startIncidentWorld({ probing: true });
});

describe("an incident", () => {
  it("goes from leak to closed by the provider's answer", async () => {
    await world.see();
    expect(world.the()).toMatchObject({ state: "open", filing: { number: 1 }, owner: { logins: ["alice"] } });
    world.setProvider("revoked");
    expect(await world.say("/keyward rotated", "alice")).toEqual({ accepted: true, text: null });
    expect(world.the()).toMatchObject({ state: "closed", proof: { kind: "probe" } });
    expect(world.issues.issues).toMatchObject([{ state: "closed" }]);
    expect(await world.incidents.checkTimeline(world.the().id)).toMatchObject({ kind: "holds" });
  });

  it("respects the overlap, says when the old key lives on after it, and closes once it is dead", async () => {
    await world.see();
    await world.say("/keyward rotated");
    expect(world.the()).toMatchObject({
      state: "open",
      lastProbe: { state: "live" },
      rotation: { overlapEnded: false },
    });
    await world.pass(23);
    expect(world.probed).toHaveLength(1);
    await world.pass(2);
    expect(world.probed).toHaveLength(2);
    expect(world.the()).toMatchObject({ state: "open", rotation: null });
    world.setProvider("revoked");
    await world.say("/keyward verify");
    expect(world.the().state).toBe("closed");
  });

  it("has no overlap where old and new cannot live side by side: alive is a failure at once", async () => {
    world.setOverlap("impossible");
    await world.see();
    await world.say("/keyward rotated");
    expect(world.probed).toHaveLength(1);
    expect(world.the()).toMatchObject({ state: "open", lastProbe: { state: "live" }, rotation: null });
    world.setProvider("unknown");
    await world.say("/keyward rotated");
    expect(world.the().rotation).toMatchObject({ overlapEnded: true, overlapUntil: start });
    await world.pass(1);
    expect(world.probed).toHaveLength(3);
    world.setProvider("revoked");
    await world.say("/keyward verify");
    expect(world.the().state).toBe("closed");
  });

  it("is asked about again while the provider gives no answer, and can be attested meanwhile", async () => {
    await world.see();
    world.setProvider("unknown");
    await world.say("/keyward rotated");
    await world.pass(24 + 1 + 2 + 4);
    expect(world.probed).toHaveLength(1 + 4);
    expect(world.the().state).toBe("open");
    await world.say("/keyward attest deleted in the console");
    expect(world.the()).toMatchObject({ state: "closed", proof: { kind: "attestation" } });
    const asked = world.probed.length;
    await world.pass(48);
    expect(world.probed).toHaveLength(asked);
  });

  it("closes by attestation alone where probing is off, and the provider is never asked", async () => {
    world = startIncidentWorld({ probing: false });
    await world.see();
    await world.say("/keyward rotated");
    await world.pass(30);
    expect(world.the()).toMatchObject({ state: "open", lastProbe: { state: "unknown" } });
    await world.say("/keyward attest seen refused with curl");
    expect(world.the().state).toBe("closed");
    expect(world.probed).toEqual([]);
  });

  it("that is dismissed comes back when the dismissal runs out", async () => {
    await world.see();
    await world.say("/keyward dismiss 2d test-credential of the test system");
    expect(world.the().state).toBe("dismissed");
    expect(world.issues.issues).toMatchObject([{ state: "closed" }]);
    await world.pass(49);
    expect(world.the()).toMatchObject({ state: "open", reopenings: 1 });
    expect(world.told()).toContain("dismissalExpired");
  });

  it("closed by hand without proof is opened again, once; what Keyward closes itself is not", async () => {
    await world.see();
    await world.closeByHand();
    await world.closeByHand();
    expect(world.issues.issues).toMatchObject([{ state: "open" }]);
    expect(world.told().filter((kind) => kind === "closedByHand")).toHaveLength(1);
    await world.say("/keyward attest dead");
    await world.closeByHand("keyward[bot]");
    expect(world.the().state).toBe("closed");
  });

  it("hears what is said and done in its issue before it is known where that is", async () => {
    await world.see();
    world.desk.mark(1, world.the().id);
    const forget = async (): Promise<void> => {
      await world.incidents.save({ ...world.the(), filing: null }, world.the(), []);
    };
    await forget();
    await world.closeByHand();
    expect(world.told().filter((kind) => kind === "closedByHand")).toHaveLength(1);
    await forget();
    expect(await world.say("/keyward contain it is off")).toMatchObject({ accepted: true });
    expect(world.the().state).toBe("contained");
  });

  it("hears nothing where it is filed no more", async () => {
    await world.see();
    world.desk.mark(2, world.the().id);
    world.desk.write(99, "/keyward contain it is off", "mona");
    const data = { repo: aRepo(), issueNumber: 2, commentId: 99 };
    await world.queue.enqueue({ name: "run-incident-command", data }, "99");
    await world.drain();
    expect(world.desk.answers.get(99)?.[0]?.text).toContain("There is no incident here");
    expect(world.the().state).toBe("open");
  });

  it("opens again, louder, when the same secret is pushed again", async () => {
    await world.see({}, aRepo(), aFinding({ severity: "low" }));
    await world.say("/keyward attest dead");
    await world.see({ commit: aSha("d") }, aRepo(), aFinding({ severity: "low" }));
    expect(world.the()).toMatchObject({ state: "open", reopenings: 1, terms: { class: "moderate" } });
    expect(world.issues.issues).toMatchObject([{ state: "open" }]);
  });

  it("takes its class from any branch that it was pushed to, as soon as it is, or that leads to it", async () => {
    const rules = [{ class: "low" as const, branches: ["release/*"] }];
    const pushedTo = (name: string) => ({ at: start, branch: { repoId: 42, name }, brought: true });
    world = startIncidentWorld({ rules });
    await world.see({}, aRepo(), aFinding(), pushedTo("topic"));
    expect(world.the().terms.class).toBe("high");
    await world.see({}, aRepo(), aFinding(), pushedTo("release/1"));
    expect(world.the()).toMatchObject({ terms: { class: "low" }, occurrences: [{}] });
    expect(world.the().branches.map(({ name }) => name)).toEqual(["topic", "release/1"]);

    world = startIncidentWorld({ rules }, { branches: ["main", "release/2"] });
    await world.see();
    expect(world.the().terms.class).toBe("low");
  });

  it("of one secret in five repositories is one, with five places", async () => {
    for (const repoId of [42, 43, 44, 45, 46]) await world.see({}, aRepo({ repoId, name: `shop-${repoId}` }));
    expect(world.incidents.all()).toHaveLength(1);
    expect(new Set(world.the().occurrences.map((one) => one.repoId)).size).toBe(5);
    expect(world.issues.issues).toHaveLength(1);
  });

  it("reminds, escalates, and is silent while snoozed", async () => {
    world = startIncidentWorld({ probing: true, escalateTo: "acme/security", remindEveryHours: 6 });
    await world.see();
    await world.pass(8);
    expect(world.told().filter((kind) => kind === "reminded")).toHaveLength(3);
    expect(world.told().filter((kind) => kind === "escalated")).toHaveLength(2);
    await world.say("/keyward snooze 1d the vendor is on it", "alice");
    await world.pass(20);
    expect(world.told().filter((kind) => kind === "reminded")).toHaveLength(3);
  });

  it("takes its class and owner from a person over what is found out", async () => {
    await world.see();
    await world.say("/keyward class low only a sandbox");
    await world.say("/keyward assign @bob @acme/security");
    await world.see({ commit: aSha("d") });
    expect(world.the()).toMatchObject({
      terms: { class: "low", containMinutes: 7 * 24 * 60 },
      owner: { source: "person", logins: ["bob"], teams: ["acme/security"] },
    });
  });
});

describe("a command", () => {
  it("takes the role, the team, or being the owner where no decision is needed", async () => {
    world = startIncidentWorld({
      rights: {
        ...(await startIncidentWorld().ports.incidentConfigOf(aRepo())).rights,
        attest: { role: "admin", teams: ["acme/security"] },
      },
    });
    await world.see();
    expect(await world.say("/keyward attest dead", "alice")).toMatchObject({ accepted: false });
    expect(await world.say("/keyward contain", "stranger")).toMatchObject({ accepted: false });
    world.desk.setRole("alice", "none");
    expect(await world.say("/keyward contain", "alice")).toMatchObject({ accepted: true });
    world.desk.setTeam("acme/security", ["sue"]);
    expect(await world.say("/keyward attest dead", "sue")).toMatchObject({ accepted: true });
  });

  it("that itself holds a credential is refused, and nothing of it is kept", async () => {
    await world.see();
    expect(await world.say("/keyward attest a-credential is dead")).toMatchObject({ accepted: false });
    expect(world.the().state).toBe("open");
    expect(JSON.stringify([world.incidents.all(), world.queue.waiting(), world.lines])).not.toContain("a-credential");
  });

  it("that runs twice is one, however far the first try came", async () => {
    await world.see();
    world.desk.write(1, "/keyward attest dead", "mona");
    const noAnswer = { ...world.ports, desk: { ...world.desk, answer: async () => Promise.reject(new Error("502")) } };
    await world.queue.enqueue(commandJob(1), "1");
    await world.queue.drain(jobHandlers(noAnswer), onDeadJob(noAnswer));
    await world.queue.enqueue(commandJob(1), "1");
    await world.drain();
    expect(world.desk.answers.get(1)).toEqual([{ accepted: true, text: null }]);
    const timeline = await world.incidents.timeline(world.the().id);
    expect(timeline.filter(({ event }) => event.kind === "attested")).toHaveLength(1);
  });

  it.each([
    ["/keyward", /no command/],
    ["/keyward frobnicate", /no command/],
    ["/keyward attest", /attest <how you know>/],
    ["/keyward class loud", /high\|moderate\|low/],
    ["/keyward snooze soon", /snooze 8h/],
    ["/keyward reopen it is not over", /It is open/],
    ["/keyward revoke", /cannot be/],
  ])("%s is answered with what was expected", async (text, expected) => {
    await world.see();
    expect(await world.say(text)).toMatchObject({ accepted: false, text: expect.stringMatching(expected) });
  });

  it("helps, and gives the timeline", async () => {
    await world.see();
    expect((await world.say("/keyward help", "stranger"))?.text).toContain("/keyward rotated");
    const exported = await world.say("Here it comes:\n\n/keyward export", "alice");
    expect(exported?.text).toMatch(/The timeline holds: \d+ entries/);
    expect(exported?.text).toContain("| 1 | 2026-11-02T10:00:00.000Z | opened | open |");
  });
});

describe("what an operator passes on", () => {
  const pass = (words: string, login = "mona", id = "1") =>
    runOperatorCommand(
      { incidentId: world.the().id, words, login, operator: "ops at the command line", id },
      world.ports,
    );

  it("works an incident to its end, under the rights of whose word it is", async () => {
    await world.see();
    expect(await pass("attest dead", "alice")).toEqual({
      accepted: false,
      text: expect.stringContaining("takes the role maintain"),
    });
    expect(await pass("contain", "alice", "2")).toEqual({ accepted: true, text: null });
    world.setProvider("unknown");
    await pass("rotated", "alice", "3");
    await world.drain();
    expect(world.the()).toMatchObject({ state: "contained", lastProbe: { state: "unknown" } });
    expect(await pass("attest seen refused", "mona", "4")).toEqual({ accepted: true, text: null });
    const by = { kind: "person", login: "mona", through: "ops at the command line" };
    expect(world.the()).toMatchObject({ state: "closed", proof: { by } });
    await world.drain();
    const timeline = await world.incidents.timeline(world.the().id);
    expect(timelineMarkdown(world.the(), timeline, { kind: "holds", entries: 1, head: "" })).toContain(
      "attested dead by `mona` (says `ops at the command line`): `seen refused`",
    );
  });

  it.each([
    ["frobnicate", /no command/],
    ["drill", /in a comment/],
    ["attest a-credential is dead", /holds a credential/],
  ])("is answered with what was expected: %s", async (words, expected) => {
    await world.see();
    expect(await pass(words)).toMatchObject({ accepted: false, text: expect.stringMatching(expected) });
    expect(JSON.stringify([world.incidents.all(), world.queue.waiting(), world.lines])).not.toContain("a-credential");
  });

  it("dismisses and takes it back as well", async () => {
    await world.see();
    await pass("dismiss 2d test-credential of the test system");
    await world.drain();
    expect(world.the().state).toBe("dismissed");
    await pass("reopen it is in use", "mona", "2");
    await world.drain();
    expect(world.the().state).toBe("open");
  });
});

describe("drills by the calendar", () => {
  const schedule = { everyDays: 30, repositories: ["acme/shop"] };

  it("are planted when their time has come, once", async () => {
    await world.scheduleDrills(schedule);
    await world.scheduleDrills(schedule);
    expect(world.planted).toEqual(["keyward-drill/scheduled-2026-11-02"]);
    await world.pass(29 * 24);
    await world.scheduleDrills(schedule);
    expect(world.planted).toHaveLength(1);
    await world.pass(24);
    await world.scheduleDrills(schedule);
    expect(world.planted.at(-1)).toBe("keyward-drill/scheduled-2026-12-02");
  });

  it("that cannot be planted are said so in the log, once a time", async () => {
    await world.scheduleDrills(schedule, false);
    await world.scheduleDrills(schedule, false);
    expect(world.planted).toEqual([]);
    const said = world.lines.filter(({ message }) => message === "a drill that is due could not be started");
    expect(said).toEqual([
      expect.objectContaining({ fields: expect.objectContaining({ problem: expect.stringContaining("installed") }) }),
    ]);
  });
});

describe("revoking", () => {
  it("on approval takes the command, names who asked, and is looked at before it is believed", async () => {
    world.setRevocation("on-approval");
    await world.see();
    expect(world.revoked()).toBe(0);
    await world.say("/keyward revoke");
    expect(world.revoked()).toBe(1);
    expect(world.the()).toMatchObject({
      state: "closed",
      revocation: { askedBy: { login: "mona" }, outcome: "revoked" },
      proof: { kind: "probe" },
    });
  });

  it("by the button in the issue takes the same right, and whoever has it not is told once", async () => {
    world.setRevocation("on-approval");
    await world.see();
    await world.press("bob");
    await world.press("bob");
    expect(world.revoked()).toBe(0);
    expect([...world.desk.said.values()]).toEqual([expect.stringContaining("that takes the role maintain")]);
    await world.press("mona");
    await world.press("mona");
    expect(world.revoked()).toBe(1);
    expect(world.the()).toMatchObject({ state: "closed", revocation: { askedBy: { login: "mona" } } });
  });

  it("asked for twice is asked for once, by whoever was first; the second is told so", async () => {
    world.setRevocation("on-approval");
    await world.see();
    world.desk.setRole("bob", "maintain");
    world.desk.write(901, "/keyward revoke", "mona");
    world.desk.write(902, "/keyward revoke", "bob");
    const ports = {
      ...world.ports,
      // Both comments are read before the provider is asked.
      credentialAt: async (...about: Parameters<typeof world.ports.credentialAt>) => {
        if (!world.desk.answers.has(902))
          await runIncidentCommand({ repo: aRepo(), issueNumber: 1, commentId: 902 }, world.ports);
        return world.ports.credentialAt(...about);
      },
    };
    await world.queue.enqueue(commandJob(901), "901");
    await world.drain(ports);
    const [second] = world.desk.answers.get(902) ?? [];
    expect(second).toEqual({ accepted: false, text: expect.stringContaining("mona asked for it at") });
    expect(world.revoked()).toBe(1);
    expect(world.the().revocation).toMatchObject({ askedBy: { login: "mona" }, outcome: "revoked" });
    const timeline = await world.incidents.timeline(world.the().id);
    expect(timeline.filter(({ event }) => event.kind === "revocationAsked")).toHaveLength(1);
  });

  it("that Keyward never came to ask for is said to have failed, and can be asked for again", async () => {
    world.setRevocation("on-approval");
    await world.see();
    await world.press("mona", { ...world.ports, credentialAt: () => Promise.reject(new Error("git is broken")) });
    expect(world.the().revocation).toMatchObject({ outcome: "failed" });
    await world.say("/keyward revoke");
    expect(world.the().revocation).toMatchObject({ outcome: "revoked" });
  });

  it("is tried again while the provider is down, and people are told only when it failed for good", async () => {
    world.setRevocation("on-approval");
    await world.see();
    world.setOutages(1);
    await world.say("/keyward revoke");
    expect(world.revoked()).toBe(2);
    expect(world.the().revocation).toMatchObject({ outcome: "revoked" });
  });

  it("at once needs nobody, and is Keyward's own doing", async () => {
    world.setRevocation("at-once");
    await world.see();
    expect(world.revoked()).toBe(1);
    expect(world.the()).toMatchObject({ state: "closed", revocation: { askedBy: { kind: "keyward" } } });
    expect(world.the().acknowledgedAt).not.toBeNull();
  });

  it("never happens to what a drill planted", async () => {
    world.setRevocation("at-once");
    await world.see({ path: ".keyward-drill/1.env" }, aRepo(), aFinding({ ruleId: drillRuleId }));
    expect(await world.say("/keyward revoke")).toMatchObject({ accepted: false, text: expect.stringMatching(/drill/) });
    expect(world.revoked()).toBe(0);
  });
});

describe("rotation hooks", () => {
  it("are asked when an incident opens, again while they are not reached, and each answer is recorded once", async () => {
    let asked = 0;
    world.setHooks(() => {
      asked += 1;
      return [{ hook: "vault", outcome: asked < 3 ? "unreachable" : "accepted", detail: "ok" }];
    });
    await world.see();
    const timeline = await world.incidents.timeline(world.the().id);
    const outcomes = timeline.flatMap(({ event }) => (event.kind === "hookAnswered" ? [event.outcome] : []));
    expect([asked, outcomes]).toEqual([3, ["unreachable", "accepted"]]);
  });
});

describe("a drill", () => {
  it("runs the whole path, asks no provider, cleans up, and is measured", async () => {
    await world.see({ path: ".keyward-drill/77.env" }, aRepo(), aFinding({ ruleId: drillRuleId }));
    expect(world.the().drill).toEqual({ id: "77", branch: "keyward-drill/77" });
    await world.pass(0.5);
    await world.say("/keyward contain", "alice");
    await world.say("/keyward rotated", "alice");
    expect(world.the().state).toBe("closed");
    expect(world.cleared).toEqual(["keyward-drill/77"]);
    expect(world.probed).toEqual([]);
    expect(world.told()).toContain("drillEnded");
  });
});
