import { beforeEach, describe, expect, it } from "vitest";
import { jobHandlers, onDeadJob, type WorkerPorts } from "../../src/app/worker/job-handlers.ts";
import type { ConfiguredSuppression } from "../../src/core/suppression/suppression-config.ts";
import { defaultPolicy } from "../../src/core/verdict/policy.ts";
import { decideVerdict } from "../../src/core/verdict/verdict.ts";
import { aChange, aChangeFinding, aCoverage, aFinding, aRepo, aSha } from "../support/builders.ts";
import { startIncidentWorld } from "../support/incident-world.ts";

const change = aChange();
const head = { repo: change.repo, sha: change.head };
const fingerprint = aFinding().fingerprint;
let world: ReturnType<typeof startIncidentWorld>;
let configured: readonly ConfiguredSuppression[];
let ports: WorkerPorts;

beforeEach(() => {
  world = startIncidentWorld();
  configured = [];
  ports = {
    ...world.ports,
    suppressionsOf: async () => configured,
    secretsIn: async (_, { blob }) => (blob === aSha("9") ? [{ fingerprint, line: 3, endLine: 4 }] : null),
  };
});

/** A change that holds the secret, and whatever else could not be read. */
async function judge(
  unread: Parameters<typeof aCoverage>[0] = {},
  by: readonly string[] = ["alice"],
  sha = change.head,
): Promise<void> {
  const verdict = decideVerdict([aChangeFinding()], aCoverage(unread), defaultPolicy);
  const judged = { repo: change.repo, sha };
  const source = { kind: "push", ref: "refs/heads/topic", before: null, by } as const;
  const result = { state: "done", verdict, commits: [], retry: null } as const;
  await ports.scans.finish({ ...change, head: sha, source }, result, [
    { name: "publish-verdict", data: { head: judged } },
    { name: "raise-incident", data: { head: judged, scope: "push:refs/heads/topic", fingerprint } },
  ]);
  await world.drain(ports);
}

const outcome = () => world.checkRuns.on(head).at(-1)?.report;

const press = async (action: "false-positive" | "request-exception" | "retry", login: string): Promise<void> => {
  await ports.queue.enqueue({ name: "run-check-action", data: { head, action, login } }, "button");
  await world.drain(ports);
};

const sync = async (): Promise<void> => {
  await ports.queue.enqueue({ name: "sync-suppressions", data: { repo: aRepo() } }, "sync");
  await world.drain(ports);
};

describe("a suppressed secret", () => {
  it("blocks again by itself when its time is over, and its incident is open again", async () => {
    await judge();
    await world.say("/keyward dismiss 2d test-credential", "mona");
    expect(outcome()).toMatchObject({ verdict: { outcome: "pass" }, suppressed: [{ by: { approvedBy: "mona" } }] });
    expect(world.the().state).toBe("dismissed");
    await world.pass(47);
    expect(outcome()?.verdict.outcome).toBe("pass");
    await world.pass(2);
    expect(outcome()).toMatchObject({ verdict: { outcome: "block" }, suppressed: [] });
    expect(world.the().state).toBe("open");
  });

  it("blocks every head again that it was let pass on when that is taken back, also those that newer ones followed", async () => {
    const shas = [...Array(12).keys()].map((n) => aSha(n.toString(16)));
    const outcomes = () =>
      shas.map((sha) => world.checkRuns.on({ repo: change.repo, sha }).at(-1)?.report?.verdict.outcome);
    await judge();
    await world.say("/keyward dismiss test-credential", "mona");
    for (const sha of shas) await judge({}, ["alice"], sha);
    expect(outcomes()).toEqual(shas.map(() => "pass"));
    await world.say("/keyward reopen it is real", "mona");
    expect(outcomes()).toEqual(shas.map(() => "block"));
  });

  it("does not make a pass of what was not read", async () => {
    await judge({ unread: [{ path: "x", reason: "too-large", detail: "" }] });
    await world.say("/keyward dismiss revoked", "mona");
    expect(outcome()?.verdict.outcome).toBe("incomplete");
  });

  it("that was never an incident becomes none, until it is not suppressed any more", async () => {
    configured = [{ secret: { kind: "fingerprint", fingerprint }, reason: "false-positive", note: "", until: null }];
    await judge();
    expect(outcome()?.verdict.outcome).toBe("pass");
    expect(world.incidents.all()).toEqual([]);
    configured = [];
    await sync();
    expect(outcome()?.verdict.outcome).toBe("block");
    expect(world.the().state).toBe("open");
  });

  it("in one repository is an open incident as soon as it stands in another", async () => {
    await judge();
    await press("false-positive", "mona");
    expect(world.the().state).toBe("dismissed");
    const elsewhere = aRepo({ repoId: 43, name: "other" });
    const there = { repo: elsewhere, sha: aSha("d") };
    const verdict = decideVerdict([aChangeFinding()], aCoverage(), defaultPolicy);
    const other = { ...change, repo: elsewhere, head: there.sha };
    await ports.scans.finish(other, { state: "done", verdict, commits: [], retry: null }, [
      { name: "publish-verdict", data: { head: there } },
      { name: "raise-incident", data: { head: there, scope: "push:refs/heads/topic", fingerprint } },
    ]);
    await world.drain(ports);
    expect(world.checkRuns.on(there).at(-1)?.report?.verdict.outcome).toBe("block");
    expect(world.the().state).toBe("open");
  });
});

describe("what is asked of a head that is being judged anew", () => {
  const again = {
    ...change,
    source: { kind: "pull-request", number: 7, baseSha: aSha("f"), baseRef: "main", by: ["alice"] },
  } as const;
  const judgedAgain = async (): Promise<void> => {
    const verdict = decideVerdict([aChangeFinding()], aCoverage(), defaultPolicy);
    await ports.scans.finish(again, { state: "done", verdict, commits: [], retry: null }, []);
  };
  const minutes = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) await world.pass(1 / 60, ports);
  };
  const sayInPull = async (text: string, commentId = 70): Promise<() => { readonly accepted: boolean } | undefined> => {
    world.desk.write(commentId, text, "mona");
    const data = { repo: change.repo, issueNumber: 7, commentId };
    await ports.queue.enqueue({ name: "run-incident-command", data }, String(commentId));
    await world.drain(ports);
    return () => world.desk.answers.get(commentId)?.[0];
  };

  beforeEach(async () => {
    ports = { ...ports, pulls: { find: async () => ({ head: change.head, author: "alice" }) } };
    await judge();
    await ports.scans.begin(again);
  });

  it("by a button is done when its verdict is there", async () => {
    await press("false-positive", "mona");
    await minutes(3);
    expect(world.the().state).toBe("open");
    await judgedAgain();
    await minutes(2);
    expect(world.the().state).toBe("dismissed");
  });

  it("by a command is done, and answered, when its verdict is there", async () => {
    const answer = await sayInPull("/keyward dismiss test-credential");
    await minutes(3);
    expect(answer()).toBeUndefined();
    await judgedAgain();
    await minutes(2);
    expect(answer()).toMatchObject({ accepted: true });
    expect(world.the().state).toBe("dismissed");
  });

  it("by a command is refused when no verdict comes for a quarter of an hour; its status is told at once", async () => {
    const refusal = { accepted: false, text: expect.stringContaining("still looking") as string };
    expect((await sayInPull("/keyward status", 69))()).toMatchObject(refusal);
    const answer = await sayInPull("/keyward dismiss test-credential");
    await minutes(12);
    expect(answer()).toBeUndefined();
    await minutes(8);
    expect(answer()).toMatchObject(refusal);
  });
});

describe("a secret that is dead", () => {
  const elsewhere = { repo: change.repo, sha: aSha("e") };
  const pushedAgain = async (): Promise<void> => {
    const places = [{ path: "again.ts", commit: elsewhere.sha, atHead: true }];
    const verdict = decideVerdict([aChangeFinding({ places })], aCoverage(), defaultPolicy);
    const result = { state: "done", verdict, commits: [], retry: null } as const;
    await ports.scans.finish({ ...change, head: elsewhere.sha }, result, [
      { name: "publish-verdict", data: { head: elsewhere } },
    ]);
    await world.drain(ports);
  };

  it("does not block the changes any more that brought it, and does so again when its incident is open again", async () => {
    await judge();
    await world.say("/keyward attest gone", "mona");
    expect(outcome()).toMatchObject({
      verdict: { outcome: "pass", blocking: [] },
      suppressed: [{ by: { state: "dead", shownBy: "attestation" } }],
    });
    await world.say("/keyward reopen it works", "mona");
    expect(outcome()).toMatchObject({ verdict: { outcome: "block" }, suppressed: [] });
  });

  it("does not make a pass of what was not read", async () => {
    await judge({ unread: [{ path: "x", reason: "too-large", detail: "" }] });
    await world.say("/keyward attest gone", "mona");
    expect(outcome()?.verdict.outcome).toBe("incomplete");
  });

  it("blocks where it was not seen before it died, even before its incident knows", async () => {
    await judge();
    await world.say("/keyward attest gone", "mona");
    await pushedAgain();
    expect(world.the().state).toBe("closed");
    expect(world.checkRuns.on(elsewhere).at(-1)?.report?.verdict.outcome).toBe("block");
  });
});

describe("who brought a secret in", () => {
  it.each([
    ["by committing it", "alice", ["developer"]],
    ["by pushing it", "mona", ["mona"]],
  ])("%s may ask and not approve", async (_, login, by) => {
    world.desk.setRole(login, "admin");
    await judge({}, by);
    await press("false-positive", login);
    expect(outcome()).toMatchObject({ verdict: { outcome: "block" }, waiting: [{ askedBy: login }] });
    expect(await world.say("/keyward allow", login)).toMatchObject({ accepted: false });
    expect(outcome()?.verdict.outcome).toBe("block");
    world.desk.setRole("boss", "maintain");
    expect(await world.say("/keyward allow", "boss")).toMatchObject({ accepted: true });
    expect(outcome()).toMatchObject({ verdict: { outcome: "pass" }, suppressed: [{ by: { approvedBy: "boss" } }] });
    const kinds = (await world.incidents.timeline(world.the().id)).map(({ event }) => event.kind);
    expect(kinds).toEqual(expect.arrayContaining(["dismissalAsked", "dismissed"]));
  });

  it("where it is not known who did, two people are needed", async () => {
    ports = { ...ports, authorsOfCommits: async () => ({ logins: [], complete: false }) };
    await judge();
    await press("false-positive", "mona");
    expect(outcome()?.verdict.outcome).toBe("block");
    world.desk.setRole("boss", "maintain");
    await press("false-positive", "boss");
    expect(outcome()?.verdict.outcome).toBe("block");
    await world.say("/keyward allow", "boss");
    expect(outcome()?.verdict.outcome).toBe("pass");
  });

  it("a refusal is kept, and shows in the timeline", async () => {
    await judge();
    await press("request-exception", "alice");
    await world.say("/keyward deny no", "mona");
    expect(outcome()).toMatchObject({ verdict: { outcome: "block" }, waiting: [] });
    const kinds = (await world.incidents.timeline(world.the().id)).map(({ event }) => event.kind);
    expect(kinds).toEqual(expect.arrayContaining(["dismissalAsked", "dismissalRefused"]));
  });

  it("a stranger may not even ask", async () => {
    await judge();
    await press("false-positive", "stranger");
    expect(outcome()).toMatchObject({ verdict: { outcome: "block" }, waiting: [] });
    expect(await world.say("/keyward dismiss revoked", "stranger")).toMatchObject({ accepted: false });
  });
});

describe("the configuration of the default branch", () => {
  const place = { kind: "place", blob: aSha("9"), path: "a.ts", line: 4 } as const;

  it("suppresses by place as well, on the lines of the secret alone", async () => {
    await judge();
    configured = [{ secret: { ...place, line: 5 }, reason: "false-positive", note: "", until: null }];
    await sync();
    expect(outcome()?.verdict.outcome).toBe("block");
    configured = [{ secret: place, reason: "false-positive", note: "imported", until: null }];
    await sync();
    expect(outcome()).toMatchObject({ suppressed: [{ by: { note: "imported", askedBy: null } }] });
    expect(world.the().state).toBe("dismissed");
  });

  it("that is over suppresses nothing, and what it says twice is noted once", async () => {
    const until = "2026-11-01T23:59:59.999Z";
    configured = [{ secret: place, reason: "revoked", note: "", until }];
    await judge();
    expect(outcome()?.verdict.outcome).toBe("block");
    configured = [1, 2].map(() => ({ secret: place, reason: "revoked", note: "", until: null }));
    await sync();
    await sync();
    expect(await ports.suppressions.about(7, [fingerprint])).toHaveLength(1);
  });
});

it("a process that dies before or after any write leaves the same in the end", async () => {
  await judge();
  const facts = async () => ({
    outcome: outcome()?.verdict.outcome,
    state: world.the().state,
    said: (await ports.suppressions.about(7, [fingerprint])).map(({ event }) => event.kind),
  });
  const whole = ports;
  for (let at = 1; at <= 6; at += 1) {
    let writes = 0;
    const dying =
      <Args extends unknown[], Result>(write: (...args: Args) => Promise<Result>) =>
      async (...args: Args): Promise<Result> => {
        writes += 1;
        if (writes === at) throw new Error("the process died before a write");
        const result = await write(...args);
        if (writes === at + 1) throw new Error("the process died after a write");
        return result;
      };
    const { suppressions, incidents, checkRuns, queue } = whole;
    ports = {
      ...whole,
      suppressions: { ...suppressions, append: dying(suppressions.append) },
      incidents: { ...incidents, save: dying(incidents.save) },
      checkRuns: { ...checkRuns, complete: dying(checkRuns.complete) },
      queue: { ...queue, enqueue: dying(queue.enqueue) },
    };
    const login = `maintainer-${at}`;
    world.desk.setRole(login, "maintain");
    await whole.queue.enqueue({ name: "run-check-action", data: { head, action: "false-positive", login } }, "button");
    await world.queue.drain(jobHandlers(ports), onDeadJob(ports));
    ports = whole;
    expect(await facts(), `died at write ${at}`).toMatchObject({ outcome: "pass", state: "dismissed" });
    await world.say("/keyward reopen it is real", "mona");
    expect(await facts()).toMatchObject({ outcome: "block", state: "open" });
  }
});
