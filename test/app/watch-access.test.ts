import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { createGithubApp } from "../../src/adapters/github/app.ts";
import { openDatabase, type Database } from "../../src/adapters/postgres/database.ts";
import { createHappeningStore } from "../../src/adapters/postgres/happening-store.ts";
import { createIncidentStore } from "../../src/adapters/postgres/incident-store.ts";
import { anomalySetting } from "../../src/app/anomaly-setting.ts";
import { composeAccess } from "../../src/app/compose-access.ts";
import { findingsOf, type Happening } from "../../src/core/export/happening.ts";
import { openIncident } from "../../src/core/incident/incident.ts";
import { watchAccess, type WatchAccessPorts } from "../../src/flows/watch-access.ts";
import { startLocalGithub, type LocalGithub } from "../github/local-github.ts";
import type { LocalRepository } from "../github/local-repository.ts";
import type { AuditEntry, Permissions } from "../github/state.ts";
import { assertFaithful, endFaithfully } from "../github/testing/faithful.ts";
import { aFinding, aRepo, aSha } from "../support/builders.ts";
import { embeddedOptions } from "../support/databases.ts";
import { silentLog } from "../support/log.ts";

const hourMs = 3_600_000;
/** The beginning of this hour: what is counted by the hour is counted the same whenever it is tried. */
const begun = Math.floor(Date.now() / hourMs) * hourMs;
const at = (hours: number): string => new Date(begun + hours * hourMs).toISOString();
const permissions: Permissions = { metadata: "read", administration: "read", organization_administration: "read" };
const signal = new AbortController().signal;
let database: Database;
let github: LocalGithub;
let app: ReturnType<typeof createGithubApp>;
let names = 0;

beforeAll(async () => {
  database = await openDatabase(await embeddedOptions());
  github = await startLocalGithub({ permissions, events: ["push"] });
  app = createGithubApp({ ...github.app, appId: github.app.id, baseUrl: github.apiUrl, log: silentLog });
});
afterEach(() => assertFaithful(github));
afterAll(async () => {
  await endFaithfully(github);
  await database.close();
});

/** An organization of the test's own, with one repository. */
type World = {
  readonly target: { readonly installationId: number; readonly owner: string };
  readonly repository: LocalRepository;
  readonly log: (...entries: readonly Omit<AuditEntry, "repo">[]) => void;
  readonly leak: (when: string, inHistory?: boolean) => Promise<void>;
  /** Watches at that hour; gives what is told by then. */
  readonly watch: (
    hours: number,
    wrapped?: (ports: WatchAccessPorts) => WatchAccessPorts,
  ) => Promise<readonly Happening[]>;
  readonly ports: WatchAccessPorts;
};
let world: World;
beforeEach(async () => void (world = await startWorld()));

async function startWorld(visibility: "private" | "public" = "private"): Promise<World> {
  names += 1;
  const owner = `acme-${names}`;
  const installationId = github.createOrganization(owner).id;
  const repository = await github.createRepository({ owner, name: "shop", visibility });
  const told: string[] = [];
  const happenings = createHappeningStore(database, {
    enqueueIn: async (_, jobs) => told.push(...jobs.map(() => owner)),
  });
  const incidents = createIncidentStore(database, { enqueueIn: async () => 0 }, () => "0");
  const masterKeys = [{ id: 1, master: new Uint8Array(32).fill(7), until: null }] as const;
  let now = begun;
  const ports: WatchAccessPorts = {
    ...composeAccess(app, database, masterKeys),
    happenings,
    sinks: [],
    anomalyTerms: anomalySetting.parse(""),
    clock: () => new Date(now).toISOString(),
  };
  const entries: AuditEntry[] = [];
  const settings = { twoFactorRequired: true, basePermission: "read", membersCreatePublicRepositories: false } as const;
  return {
    target: { installationId, owner },
    repository,
    ports,
    log: (...more) => {
      entries.push(...more.map((entry) => ({ repo: repository.fullName, ...entry })));
      github.setOrganization(owner, { ...settings, auditLog: entries });
    },
    leak: async (seenAt, inHistory = false) => {
      const id = `incident-of-${owner}`;
      const home = aRepo({ installationId, repoId: repository.id, owner, name: "shop", visibility });
      const place = { repoId: repository.id, commit: aSha("c"), blob: aSha("b"), path: "a", line: 1, seenAt };
      const finding = aFinding({ fingerprint: String(names).padStart(32, "0") });
      const incident = openIncident({ id, home, finding, occurrences: [{ kind: "code", ...place }] });
      await incidents.save(incident, null, []);
      await happenings.note(
        findingsOf(incident, null, inHistory, (text) => text),
        [],
      );
    },
    watch: async (hours, wrapped = (same) => same) => {
      now = begun + hours * hourMs;
      await watchAccess({ installationId, owner }, wrapped(ports), signal);
      const all = [...(await happenings.list("anomaly", 1000)), ...(await happenings.list("unknown", 1000))];
      return all.filter((one) => one.installationId === installationId);
    },
  };
}

const clone = (actor: string, hours: number, more: Partial<AuditEntry> = {}) => ({
  actor,
  action: "git.clone",
  at: at(hours),
  country: "DE",
  accessType: "Personal access token (classic)",
  userAgent: "git/2.47.1",
  ...more,
});
const everyDay = [1, 2, 3, 4, 5, 6].map((day) => clone("developer", -24 * day));

it("tells who read a repository after a leak and never did before, or from a new country, once", async () => {
  world.log(...everyDay);
  expect(await world.watch(-1)).toEqual([]);
  await world.leak(at(0));
  world.log(
    clone("developer", 1),
    clone("mallory", 2, { action: "git.fetch" }),
    clone("mallory", 3),
    clone("developer", 4, { country: "KP", userAgent: "my password is hunter2" }),
    // A push is no reading.
    clone("pusher", 4, { action: "git.push" }),
  );
  const told = await world.watch(5);
  expect(told.map(({ action, person }) => `${action} ${person}`).toSorted()).toEqual([
    "clone-after-leak developer",
    "clone-after-leak mallory",
  ]);
  const of = (person: string) => told.find((one) => one.person === person);
  expect(of("mallory")).toMatchObject({
    kind: "anomaly",
    repoId: world.repository.id,
    repository: world.repository.fullName,
    at: at(2),
    evidence: {
      source: "the audit log",
      leakedAt: at(0),
      reads: 2,
      country: "DE",
      isNewActor: true,
      isNewCountry: false,
      credentialKind: "Personal access token (classic)",
      program: "git/2.47.1",
      countriesBefore: ["DE"],
      actorsBefore: 1,
    },
  });
  expect(of("developer")?.evidence).toMatchObject({
    country: "KP",
    isNewActor: false,
    isNewCountry: true,
    program: null,
  });
  expect(JSON.stringify(told)).not.toContain("hunter2");
  // Again, and when the log is read again from its beginning: nothing is new, and nothing counted twice.
  await database.pool.query("update audit_readings set through = since where installation_id = $1", [
    world.target.installationId,
  ]);
  expect(await world.watch(6)).toEqual(told);
  const readers = await world.ports.access.readers(world.target.installationId, world.repository.fullName);
  expect(readers.map(({ actor, country, reads }) => [actor, country, reads])).toEqual([
    ["developer", "DE", 7],
    ["mallory", "DE", 2],
    ["developer", "KP", 1],
  ]);
});

it("goes on where it was killed, with each page counted once", async () => {
  world.log(...Array.from({ length: 250 }, (_, index) => clone("developer", -100 + index / 100, { id: `e-${index}` })));
  let pages = 0;
  const dies = (ports: WatchAccessPorts): WatchAccessPorts => ({
    ...ports,
    readAuditLog: async (...asked) => {
      pages += 1;
      if (pages === 3) throw new Error("the process ended here");
      return ports.readAuditLog(...asked);
    },
  });
  await expect(world.watch(0, dies)).rejects.toThrow("the process ended here");
  const reads = async () =>
    (await world.ports.access.readers(world.target.installationId, world.repository.fullName))[0]?.reads;
  expect(await reads()).toBe(200);
  expect((await world.ports.access.reading(world.target.installationId))?.after).toContain("after-e-199");
  await world.watch(1);
  expect(await reads()).toBe(250);
  expect(await world.ports.access.reading(world.target.installationId)).toMatchObject({ after: null, through: at(1) });
});

it("leaves the rest of the hour to verdicts where GitHub has few requests left", async () => {
  world.log(...Array.from({ length: 250 }, (_, index) => clone("developer", -100 + index / 100)));
  const scarce = (ports: WatchAccessPorts): WatchAccessPorts => ({
    ...ports,
    readAuditLog: async (...asked) => {
      const read = await ports.readAuditLog(...asked);
      return read.kind === "unknown" ? read : { ...read, value: { ...read.value, isScarce: true } };
    },
  });
  for (const [hours, expected] of [
    [0, 100],
    [1, 200],
    [2, 250],
  ] as const) {
    await world.watch(hours, scarce);
    const [reader] = await world.ports.access.readers(world.target.installationId, world.repository.fullName);
    expect(reader?.reads).toBe(expected);
  }
});

const day = (days: number): string => at(24 * days).slice(0, 10);
const clonesOf = (days: readonly (readonly [number, number, number])[]) => ({
  count: 0,
  uniques: 0,
  days: days.map(([when, count, uniques]) => ({ day: day(when), count, uniques })),
});

it("without the log goes by the clones that GitHub counts, compared with the days before", async () => {
  world.repository.setClones(
    clonesOf([
      [-9, 4, 2],
      [-3, 6, 3],
      [0, 5, 3],
      [1, 40, 20],
    ]),
  );
  await world.leak(at(0));
  const told = await world.watch(30);
  expect(told.map(({ kind, action }) => `${kind} ${action}`).toSorted()).toEqual([
    "anomaly clones-after-leak",
    "unknown git-events",
  ]);
  expect(told[0]).toMatchObject({
    repoId: world.repository.id,
    evidence: { source: "traffic", day: day(1), clones: 40, cloners: 20, mostClones: 6, mostCloners: 3 },
  });
  // What GitHub forgets meanwhile is still what it is compared with; and it is not asked again at once.
  world.repository.setClones(clonesOf([[2, 50, 30]]));
  expect(await world.watch(31)).toHaveLength(2);
  expect((await world.watch(50)).map(({ evidence }) => evidence["day"])).toContain(day(2));
});

it("where neither can be read that is told, once, and why", async () => {
  const refused = (ports: WatchAccessPorts): WatchAccessPorts => ({
    ...ports,
    readClones: async () => ({ kind: "unknown", reason: "it takes administration: read" }),
  });
  await world.leak(at(0));
  for (const hours of [1, 2]) {
    const told = await world.watch(hours, refused);
    expect(told.map(({ kind, action, severity }) => `${kind} ${action} ${severity}`).toSorted()).toEqual([
      "unknown clones-after-leak low",
      "unknown git-events low",
    ]);
    expect(told.find(({ action }) => action === "clones-after-leak")?.evidence).toMatchObject({
      auditLog: expect.stringContaining("Enterprise Cloud"),
      traffic: "it takes administration: read",
    });
  }
});

it("who reads a public repository is judged by its clones alone", async () => {
  world = await startWorld("public");
  world.log(...everyDay.map((entry) => ({ ...entry, isPublic: true })));
  await world.leak(at(0));
  world.log(clone("anybody", 1, { isPublic: true }));
  world.repository.setClones(clonesOf([[-9, 4, 2]]));
  expect(await world.watch(2)).toEqual([]);
  expect(await world.ports.access.readers(world.target.installationId, world.repository.fullName)).toEqual([]);
});

it("what was not read in time is not taken for known", async () => {
  world.log(...everyDay);
  await world.watch(0);
  // Ten days without a look: three of them are gone from the log.
  const hours = 24 * 10;
  await world.watch(hours);
  const reading = await world.ports.access.reading(world.target.installationId);
  expect(reading?.since).toBe(at(hours - 24 * 7));
});

it("counts an entry that GitHub does not name once, however often it is read", async () => {
  world.log(...[0, 1].map((index) => clone("builder", -1 + index / 100, { isUnnamed: true })));
  // What is told late is read again.
  for (const hours of [-0.98, -0.97]) await world.watch(hours);
  const { rows } = await database.pool.query("select operations from credential_hours where installation_id = $1", [
    world.target.installationId,
  ]);
  expect(rows).toEqual([{ operations: 2 }]);
});

it("tells what each credential was used for otherwise than ever before, once, and by a name of ours", async () => {
  const hashedToken = "EH4L8o6PfCqipALbL-the-hash-that-github-has";
  const key = (hours: number, more: Partial<AuditEntry> = {}) => clone("builder", hours, { hashedToken, ...more });
  // The hour of the first look is the hour of the day at which it is used.
  for (let days = -7; days <= 0; days += 1) world.log(key(24 * days + 0.5), key(24 * days + 0.75));
  expect(await world.watch(1)).toEqual([]);
  const many = Array.from({ length: 60 }, (_, index) => key(24 + index / 100));
  // A token that is made anew for every job is known by whose it is.
  const jobs = [0, 1].map((index) =>
    clone("app[bot]", 24, { hashedToken: `job-${index}`, accessType: "GitHub App server-to-server token" }),
  );
  world.log(...many, key(25, { country: "KP" }), ...jobs);
  for (let at = 0; at < 6; at += 1)
    world.log({ actor: "builder", action: "user.failed_login", at: new Date(begun + 26 * hourMs + at).toISOString() });
  let judgements = 0;
  const dies = (ports: WatchAccessPorts): WatchAccessPorts => ({
    ...ports,
    access: {
      ...ports.access,
      judged: async (...said) => {
        judgements += 1;
        if (judgements === 1) throw new Error("the process ended here");
        await ports.access.judged(...said);
      },
    },
  });
  await expect(world.watch(30, dies)).rejects.toThrow("the process ended here");
  const told = await world.watch(31, dies);
  expect(told.map(({ action }) => action).toSorted()).toEqual(["git-country", "git-volume"]);
  const of = (action: string) => told.find((one) => one.action === action);
  expect(of("git-volume")).toMatchObject({
    person: "builder",
    message:
      "A credential of builder (Personal access token (classic)) was used far more within an hour than ever before",
    evidence: { mostInAnHourBefore: 2, kind: "Personal access token (classic)" },
  });
  expect(of("git-country")?.evidence).toMatchObject({ country: "KP", countriesBefore: ["DE"] });
  const { rows } = await database.pool.query("select * from credential_hours where installation_id = $1", [
    world.target.installationId,
  ]);
  expect(rows.filter(({ actor }: { actor: string }) => actor === "app[bot]")).toMatchObject([{ operations: 2 }]);
  expect(rows.filter(({ kind }: { kind: string }) => kind === "sign-in")).toMatchObject([{ failures: 6 }]);
  expect(JSON.stringify([told, rows])).not.toContain(hashedToken);
  expect(of("git-volume")?.evidence["credential"]).toMatch(/^[0-9a-f]{32}$/);
  // Nothing new is judged again.
  expect(await world.watch(32, dies)).toHaveLength(2);
});
