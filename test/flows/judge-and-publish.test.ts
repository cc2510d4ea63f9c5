import { beforeEach, describe, expect, it } from "vitest";
import { jobHandlers, onDeadJob, type WorkerPorts } from "../../src/app/worker/job-handlers.ts";
import type { Change } from "../../src/core/change/change.ts";
import type { ContentScanner } from "../../src/core/scan/scanner.ts";
import { defaultIncidentConfig } from "../../src/core/incident/incident-config.ts";
import { Secret } from "../../src/core/scan/secret.ts";
import { defaultKeywardConfig } from "../../src/core/config/keyward-config.ts";
import type { ChangeUnavailable, CodeReader, ReadBlob } from "../../src/flows/ports/code-reader.ts";
import type { PortFailure } from "../../src/flows/ports/failure.ts";
import { aChange, aFinding, aPlace, aSha } from "../support/builders.ts";
import { fakeCheckRuns } from "../support/fake-check-runs.ts";
import { fakeCommandDesk } from "../support/fake-command-desk.ts";
import { fakeIncidentFacts } from "../support/fake-incident-facts.ts";
import { fakeIncidentStore } from "../support/fake-incident-store.ts";
import { fakeIssueTracker } from "../support/fake-issue-tracker.ts";
import { fakeJobQueue } from "../support/fake-job-queue.ts";
import { keepable } from "../support/keepable.ts";
import { fakeScanMemory } from "../support/fake-scan-memory.ts";
import { fakeScanStore } from "../support/fake-scan-store.ts";
import { fakeSuppressionStore } from "../support/fake-suppression-store.ts";
import { rememberingLog } from "../support/log.ts";
import { fakeTexts, noWikis } from "../support/fake-texts.ts";
import { noDeliveries } from "../support/no-deliveries.ts";
import { noPostures } from "../support/no-postures.ts";
import { noHistories } from "../support/no-histories.ts";
import { noAccess } from "../support/no-access.ts";
import { noSinks } from "../support/no-sinks.ts";
import { noPast } from "../support/no-past.ts";

/** What the world holds in a test: blobs by head, or why a head cannot be read. */
let blobs: ReadBlob[];
let unavailable: ChangeUnavailable | null;
let scanner: ContentScanner;
let world: ReturnType<typeof startWorld>;

const readable = (path: string, text: string, sha = aSha("b")): ReadBlob => ({
  kind: "read",
  sha,
  bytes: new TextEncoder().encode(text),
  places: [aPlace({ path, commit: aSha("c") })],
});

/** Finds what follows "leak:", with that as its fingerprint, and chokes on "hostile". */
const leakScanner: ContentScanner = {
  scan: async ({ path, bytes }) => {
    const text = new TextDecoder().decode(bytes);
    if (text.includes("hostile")) throw new RangeError("quoting hostile content");
    const [, fingerprint] = /leak:(\w+)/.exec(text) ?? [];
    if (fingerprint === undefined) return { matches: [], gaps: [] };
    return { matches: [{ finding: aFinding({ path, fingerprint }), secret: new Secret(fingerprint) }], gaps: [] };
  },
};

const reader: CodeReader = {
  openChange: async ({ head }) => {
    if (unavailable) return unavailable;
    const commit = {
      sha: head,
      parents: [],
      authorName: "",
      authorEmail: "",
      committedAt: "2026-11-01T00:00:00Z",
      subject: "",
    };
    const stream = async function* (): AsyncGenerator<ReadBlob> {
      yield* blobs;
    };
    return { kind: "open", commits: [commit], submodules: 0, blobs: stream() };
  },
};

function startWorld() {
  const queue = fakeJobQueue();
  const { log, lines } = rememberingLog();
  const checkRuns = fakeCheckRuns();
  const issues = fakeIssueTracker();
  const incidents = fakeIncidentStore(queue);
  let ids = 0;
  const ports: WorkerPorts = {
    ...noSinks,
    ...noAccess,
    ...noHistories,
    ...noDeliveries,
    ...noPast,
    ...noPostures,
    configOf: async () => defaultKeywardConfig,
    dispatch: async () => {},
    reader,
    scannerFor: () => keepable(scanner),
    scannerInBackground: () => keepable(scanner),
    configInBackground: async () => {
      throw new Error("nothing is read in the background here");
    },
    scans: fakeScanStore(queue),
    memory: fakeScanMemory(),
    queue,
    incidents,
    checkRuns,
    suppressions: fakeSuppressionStore(queue),
    suppressionsOf: async () => [],
    wantsPullComments: async () => false,
    pullComments: { keep: async () => {} },
    secretsIn: async () => null,
    pulls: { find: async () => null },
    authorsOfCommits: async () => ({ logins: [], complete: true }),
    issues,
    incidentConfigOf: async () => defaultIncidentConfig,
    rotationSteps: () => null,
    visibilities: { of: async () => [] },
    facts: fakeIncidentFacts(),
    providerTermsOf: async () => ({ probing: false, hosts: [], revocation: "never" }),
    revoke: async () => Promise.reject(new Error("nothing is revoked here")),
    askHooks: async () => [],
    desk: fakeCommandDesk(),
    texts: fakeTexts().texts,
    wikis: noWikis,
    wikiReadings: { through: async () => null, note: async () => {} },
    cannotRevoke: async () => null,
    drillScheduleOf: async () => ({ everyDays: 90, repositories: [] }),
    drills: { find: async () => null, plant: async () => "denied", clear: async () => false },
    newDrillKey: () => new Secret("made up"),
    credentialAt: async () => ({ kind: "not-there", reason: "no git here" }),
    probe: async () => ({ state: "unknown", evidence: { host: null, status: null, reason: "no provider here" } }),
    issueUrl: ({ owner, name }, number) => `https://github.test/${owner}/${name}/issues/${number}`,
    clock: () => "2026-11-02T00:00:00.000Z",
    newId: () => `incident-${(ids += 1)}`,
    log,
  };
  const judge = async (change: Change): Promise<void> => {
    await queue.enqueue({ name: "scan-change", data: { change } }, "key");
    await queue.drain(jobHandlers(ports), onDeadJob(ports));
  };
  const verdictsOn = (change: Change) =>
    checkRuns.on({ repo: change.repo, sha: change.head }).map(({ report }) => report?.verdict);
  return { ports, queue, judge, verdictsOn, issues, incidents, lines };
}

beforeEach(() => {
  blobs = [];
  unavailable = null;
  scanner = leakScanner;
  world = startWorld();
});

describe("a change", () => {
  it("that is clean ends in a concluded check and nothing else", async () => {
    blobs = [readable("a.ts", "clean")];
    await world.judge(aChange());
    expect(world.verdictsOn(aChange())).toMatchObject([
      { outcome: "pass", coverage: { commits: 1, blobs: 1, bytes: 5 } },
    ]);
    expect(world.issues.issues).toEqual([]);
  });

  it("with a leak is blocked and has one incident with one issue, however often it is judged", async () => {
    blobs = [readable("a.ts", "leak:one"), readable("b.ts", "leak:one", aSha("d"))];
    await world.judge(aChange());
    await world.judge(aChange());
    expect(world.verdictsOn(aChange())).toMatchObject([{ outcome: "block", blocking: [{}, {}] }]);
    expect(world.incidents.all()).toMatchObject([{ fingerprint: "one", filing: { number: 1 }, occurrences: [{}, {}] }]);
    expect(world.issues.issues).toHaveLength(1);
  });

  it("is scanned under each path a blob stands at, as the path has a say", async () => {
    const seen: string[] = [];
    scanner = {
      scan: async ({ path }) => {
        seen.push(path);
        return { matches: [], gaps: [] };
      },
    };
    const places = ["test/a.pem", "src/a.pem", "src/a.pem"].map((path, n) => aPlace({ path, commit: aSha(String(n)) }));
    blobs = [{ kind: "read", sha: aSha("b"), bytes: new Uint8Array(3), places }];
    await world.judge(aChange());
    expect(seen).toEqual(["test/a.pem", "src/a.pem"]);
    expect(world.verdictsOn(aChange())).toMatchObject([{ coverage: { blobs: 1, bytes: 3 } }]);
  });
});

describe("what goes wrong is never a pass", () => {
  it("a blob that makes the scanner throw is named as unread; the rest is judged, and its content is not logged", async () => {
    blobs = [readable("bad.ts", "hostile"), readable("a.ts", "clean", aSha("d"))];
    await world.judge(aChange());
    expect(world.verdictsOn(aChange())).toMatchObject([
      { outcome: "incomplete", coverage: { blobs: 2, unread: [{ path: "bad.ts", reason: "internal-error" }] } },
    ]);
    expect(JSON.stringify(world.lines)).not.toContain("quoting");
  });

  it("a gap the scanner tells of makes the verdict incomplete", async () => {
    scanner = {
      scan: async ({ path }) => ({
        matches: [],
        gaps: [{ path, reason: "encrypted", detail: "a password is needed" }],
      }),
    };
    blobs = [readable("app.zip", "PK")];
    await world.judge(aChange());
    expect(world.verdictsOn(aChange())).toMatchObject([
      { outcome: "incomplete", coverage: { unread: [{ reason: "encrypted" }] } },
    ]);
  });

  it("a head that cannot be had any more is incomplete, saying why", async () => {
    unavailable = { kind: "unavailable", reason: "commit-gone", detail: "force-pushed away" };
    await world.judge(aChange());
    expect(world.verdictsOn(aChange())).toMatchObject([
      { outcome: "incomplete", coverage: { unread: [{ detail: "force-pushed away" }] } },
    ]);
  });

  it("a scan that fails again and again is concluded as incomplete, so that the check never hangs", async () => {
    const failing = { ...world.ports, reader: { openChange: async () => Promise.reject(new Error("no network")) } };
    await world.queue.enqueue({ name: "scan-change", data: { change: aChange() } }, "key");
    await world.queue.drain(jobHandlers(failing), onDeadJob(failing));
    expect(world.verdictsOn(aChange())).toMatchObject([
      { outcome: "incomplete", coverage: { unread: [{ reason: "internal-error" }] } },
    ]);
  });
});

describe("a repository that is gone", () => {
  it("for git alone is incomplete: the check can be written, so that it has to be concluded", async () => {
    unavailable = { kind: "unavailable", reason: "repository-gone", detail: "404" };
    await world.judge(aChange());
    expect(world.verdictsOn(aChange())).toMatchObject([
      { outcome: "incomplete", coverage: { unread: [{ reason: "unavailable", detail: "404" }] } },
    ]);
  });

  it("when its verdict is published leaves nothing to be told", async () => {
    const gone = Object.assign(new Error("gone"), { failure: "gone", what: "repository" } satisfies PortFailure);
    const complete = async (): Promise<never> => Promise.reject(gone);
    const ports = { ...world.ports, checkRuns: { ...world.ports.checkRuns, complete } };
    await world.queue.enqueue({ name: "scan-change", data: { change: aChange() } }, "key");
    await world.queue.drain(jobHandlers(ports), onDeadJob(ports));
    expect(await world.ports.scans.unfinished(0)).toEqual({ running: [], untold: [], overdue: [] });
  });

  it("ends the job instead of being tried again, also when GitHub says so to a write", async () => {
    const gone = Object.assign(new Error("gone"), { failure: "gone", what: "repository" } satisfies PortFailure);
    let tries = 0;
    const begin = async (): Promise<number> => {
      tries += 1;
      throw gone;
    };
    const ports = { ...world.ports, checkRuns: { ...world.ports.checkRuns, begin } };
    await world.queue.enqueue({ name: "scan-change", data: { change: aChange() } }, "key");
    await world.queue.drain(jobHandlers(ports), onDeadJob(ports));
    expect(tries).toBe(1);
    expect(await world.ports.scans.scopesOf({ repo: aChange().repo, sha: aChange().head })).toEqual([]);
  });
});

describe("several questions about one head", () => {
  const pull = aChange({ source: { kind: "pull-request", number: 5, baseRef: "main", baseSha: aSha("1") } });

  it("are answered by one check, once all are answered", async () => {
    blobs = [readable("a.ts", "clean")];
    await world.ports.scans.begin(pull);
    await world.judge(aChange());
    expect(world.verdictsOn(pull)).toEqual([undefined]);
    await world.judge(pull);
    expect(world.verdictsOn(pull)).toMatchObject([{ outcome: "pass" }]);
  });

  it("take back a pass while a new one is open", async () => {
    blobs = [readable("a.ts", "clean")];
    await world.judge(aChange());
    blobs = [readable("a.ts", "leak:one")];
    await world.judge(pull);
    expect(world.verdictsOn(pull)).toMatchObject([{ outcome: "pass" }, { outcome: "block" }]);
  });
});

describe("a head that is asked about again", () => {
  const again = async (): Promise<void> => {
    const head = { repo: aChange().repo, sha: aChange().head };
    await world.queue.enqueue({ name: "rescan-head", data: { head } }, "again");
    await world.queue.drain(jobHandlers(world.ports), onDeadJob(world.ports));
  };

  it("is judged again in all its scopes, in a new check", async () => {
    const pull = aChange({ source: { kind: "pull-request", number: 5, baseRef: "main", baseSha: aSha("1") } });
    unavailable = { kind: "unavailable", reason: "commit-gone", detail: "not there for a moment" };
    await world.judge(aChange());
    await world.judge(pull);
    unavailable = null;
    blobs = [readable("a.ts", "clean")];
    await again();
    expect(world.verdictsOn(aChange()).map((verdict) => verdict?.outcome)).toEqual(["incomplete", "pass"]);
  });

  it("that was never judged is left to its push", async () => {
    await again();
    expect(world.verdictsOn(aChange())).toEqual([]);
  });
});

describe("an incident", () => {
  it("that others change at the same moment loses no place", async () => {
    blobs = [readable("a.ts", "leak:one")];
    const { save } = world.ports.incidents;
    let raced = false;
    const racing = {
      ...world.ports.incidents,
      save: async (...[incident, expected, jobs]: Parameters<typeof save>) => {
        if (raced || expected !== null) return save(incident, expected, jobs);
        raced = true;
        const elsewhere = incident.occurrences.map((place) => ({ ...place, path: "elsewhere.ts" }));
        await save({ ...incident, occurrences: elsewhere }, null, []);
        return save(incident, expected, jobs);
      },
    };
    const ports = { ...world.ports, incidents: racing };
    await world.queue.enqueue({ name: "scan-change", data: { change: aChange() } }, "key");
    await world.queue.drain(jobHandlers(ports), onDeadJob(ports));
    const [incident] = world.incidents.all();
    expect(incident?.occurrences.map((one) => one.kind === "code" && one.path)).toEqual(["elsewhere.ts", "a.ts"]);
    expect(world.issues.issues).toHaveLength(1);
  });

  it("in a repository without issues is kept, and said in the log", async () => {
    blobs = [readable("a.ts", "leak:one")];
    world.issues.disableIssues(aChange().repo);
    await world.judge(aChange());
    expect(world.incidents.all()).toMatchObject([{ filing: null }]);
    expect(world.lines.map(({ message }) => message)).toContain("an incident can have no issue in its repository");
  });
});
