import { jobHandlers, onDeadJob, type WorkerPorts } from "../../src/app/worker/job-handlers.ts";
import { defaultIncidentConfig, type IncidentConfig } from "../../src/core/incident/incident-config.ts";
import type { IncidentEvent } from "../../src/core/incident/events.ts";
import type { Incident } from "../../src/core/incident/incident.ts";
import type { CodeOccurrence } from "../../src/core/incident/occurrence.ts";
import type { Pushed } from "../../src/core/incident/pushed.ts";
import type { DrillSchedule } from "../../src/core/incident/drill-schedule.ts";
import { Secret } from "../../src/core/scan/secret.ts";
import type { ContentScanner } from "../../src/core/scan/scanner.ts";
import { textKey, type TextRef } from "../../src/core/text/text-ref.ts";
import { defaultKeywardConfig, type KeywardConfig } from "../../src/core/config/keyward-config.ts";
import type { ProbeAnswer } from "../../src/flows/ports/credential-probe.ts";
import type { ProviderTerms } from "../../src/core/provider/provider-config.ts";
import type { RotationSteps } from "../../src/flows/ports/issues.ts";
import type { HookAnswer } from "../../src/flows/ports/rotation-hook.ts";
import type { Job } from "../../src/flows/ports/jobs.ts";
import { recordSighting } from "../../src/flows/record-sighting.ts";
import { aFinding, aRepo, aSha } from "./builders.ts";
import { fakeCheckRuns } from "./fake-check-runs.ts";
import { fakeCommandDesk } from "./fake-command-desk.ts";
import { fakeIncidentFacts } from "./fake-incident-facts.ts";
import { fakeIncidentStore } from "./fake-incident-store.ts";
import { fakeIssueTracker } from "./fake-issue-tracker.ts";
import { fakeJobQueue } from "./fake-job-queue.ts";
import { keepable } from "./keepable.ts";
import { fakeScanMemory } from "./fake-scan-memory.ts";
import { fakeScanStore } from "./fake-scan-store.ts";
import { fakeTexts, noWikis } from "./fake-texts.ts";
import { fakeSuppressionStore } from "./fake-suppression-store.ts";
import { rememberingLog } from "./log.ts";
import { noDeliveries } from "./no-deliveries.ts";
import { noPostures } from "./no-postures.ts";
import { noHistories } from "./no-histories.ts";
import { noAccess } from "./no-access.ts";
import { noSinks } from "./no-sinks.ts";
import { noPast } from "./no-past.ts";

export const start = "2026-11-02T10:00:00.000Z";

/** Finds credentials in nothing but texts that say so. */
const scanner: ContentScanner = {
  scan: async ({ path, bytes }) => {
    const offset = Buffer.from(bytes).indexOf("a-credential");
    if (offset < 0) return { matches: [], gaps: [] };
    const span = { ...aFinding().span, offset, length: "a-credential".length };
    return { matches: [{ finding: aFinding({ path, span }), secret: new Secret("a-credential") }], gaps: [] };
  },
};

/** Everything an incident goes through, in memory, with a clock that stands until it is moved. */
export function startIncidentWorld(
  config: Partial<IncidentConfig> = {},
  facts: Parameters<typeof fakeIncidentFacts>[0] = {},
  wrapped: (ports: WorkerPorts) => WorkerPorts = (ports) => ports,
) {
  const queue = fakeJobQueue();
  const { log, lines } = rememberingLog();
  const issues = fakeIssueTracker();
  const incidents = fakeIncidentStore(queue);
  const desk = fakeCommandDesk();
  const checkRuns = fakeCheckRuns();
  const texts = fakeTexts();
  let redacts = false;
  let said: Partial<KeywardConfig> = {};
  let failing: IncidentEvent["kind"] | null = null;
  const cleared: string[] = [];
  const planted: string[] = [];
  const marks = new Map<string, string>();
  let drillSchedule: DrillSchedule = { everyDays: 90, repositories: [] };
  let visible = true;
  const probed: string[] = [];
  let now = start;
  let ids = 0;
  let comments = 0;
  let provider: ProbeAnswer["state"] = "live";
  let revokable: string | null = "it cannot be";
  let revocation: ProviderTerms["revocation"] = "never";
  let revoked = 0;
  let overlap: RotationSteps["overlap"] = "unknown";
  let outages = 0;
  let hookAnswers = (): readonly HookAnswer[] => [];
  const ports = wrapped({
    ...noSinks,
    ...noAccess,
    ...noHistories,
    ...noDeliveries,
    watermarks: {
      get: async (name) => marks.get(name) ?? null,
      set: async (name, at) => void marks.set(name, at),
    },
    ...noPast,
    ...noPostures,
    configOf: async () => ({ ...defaultKeywardConfig, ...said, redact: redacts }),
    dispatch: async () => {},
    reader: { openChange: async () => Promise.reject(new Error("nothing is read here")) },
    scannerFor: () => keepable(scanner),
    scannerInBackground: () => keepable(scanner),
    configInBackground: async () => {
      throw new Error("nothing is read in the background here");
    },
    scans: fakeScanStore(queue),
    memory: fakeScanMemory(),
    queue,
    incidents: {
      ...incidents,
      save: async (incident, expected, jobs, entries) => {
        const fails = entries?.some(({ event }) => event.kind === failing) ?? false;
        if (!fails) return incidents.save(incident, expected, jobs, entries);
        failing = null;
        throw new Error("the process ended here");
      },
    },
    checkRuns,
    suppressions: fakeSuppressionStore(queue),
    suppressionsOf: async () => [],
    wantsPullComments: async () => false,
    pullComments: { keep: async () => {} },
    secretsIn: async () => null,
    pulls: { find: async () => null },
    authorsOfCommits: async () => ({ logins: ["alice"], complete: true }),
    issues,
    incidentConfigOf: async () => ({ ...defaultIncidentConfig, ...config }),
    rotationSteps: () => ({ issue: [], revoke: [], reach: [], links: [], overlap }),
    visibilities: { of: async () => [] },
    facts: fakeIncidentFacts({ committer: "alice", ...facts }),
    desk,
    texts: texts.texts,
    wikis: noWikis,
    wikiReadings: { through: async () => null, note: async () => {} },
    cannotRevoke: async () => revokable,
    installations: {
      all: async () => [{ installationId: aRepo().installationId, owner: "acme" }],
      repositoriesOf: async () => [],
    },
    drillScheduleOf: async () => drillSchedule,
    drills: {
      find: async () => (visible ? aRepo() : null),
      plant: async (_, branch) => {
        planted.push(branch);
        return "planted";
      },
      clear: async (_, branch) => {
        cleared.push(branch);
        return true;
      },
    },
    newDrillKey: () => new Secret("made up"),
    providerTermsOf: async () => ({ probing: true, hosts: [], revocation }),
    revoke: async () => {
      revoked += 1;
      if (outages > 0) {
        outages -= 1;
        return { outcome: "failed", evidence: { host: "api.example.com", status: 503, reason: "it is down" } };
      }
      provider = "revoked";
      return { outcome: "revoked", evidence: { host: "api.example.com", status: 204, reason: "done" } };
    },
    askHooks: async () => hookAnswers(),
    credentialAt: async ({ ruleId }) => ({
      kind: "found",
      credential: { ruleId, secret: new Secret("a-credential"), surroundings: null },
    }),
    probe: async ({ ruleId }) => {
      probed.push(ruleId);
      return {
        state: provider,
        evidence: { host: "api.example.com", status: 200, reason: `the provider says ${provider}` },
      };
    },
    issueUrl: (_, number) => `https://github.test/issues/${number}`,
    clock: () => now,
    newId: () => `incident-${(ids += 1)}`,
    log,
  });
  desk.setRole("alice", "write");
  desk.setRole("mona", "maintain");
  const drain = (with_: WorkerPorts = ports): Promise<void> => queue.drain(jobHandlers(with_), onDeadJob(with_), now);
  const the = (): Incident => {
    const [incident] = incidents.all();
    if (!incident) throw new Error("there is no incident");
    return incident;
  };
  return {
    ports,
    queue,
    issues,
    incidents,
    checkRuns,
    desk,
    lines,
    cleared,
    planted,
    /** Lets an hour begin in which drills may be due. */
    scheduleDrills: async (schedule: DrillSchedule, isVisible = true): Promise<void> => {
      [drillSchedule, visible] = [schedule, isVisible];
      await queue.enqueue({ name: "schedule-drills", data: { minute: now } }, "schedule-drills");
      await drain();
    },
    probed,
    drain,
    the,
    setRevocation: (policy: ProviderTerms["revocation"]) => {
      revocation = policy;
      revokable = null;
    },
    revoked: () => revoked,
    setOverlap: (said: RotationSteps["overlap"]) => void (overlap = said),
    setOutages: (count: number) => void (outages = count),
    setHooks: (answers: () => readonly HookAnswer[]) => void (hookAnswers = answers),
    setProvider: (state: ProbeAnswer["state"]) => void (provider = state),
    /** Moves the clock, minute by minute where it matters: whatever is due on the way is done. */
    pass: async (hours: number, with_: WorkerPorts = ports): Promise<void> => {
      const until = new Date(Date.parse(now) + hours * 3_600_000).toISOString();
      while (now < until) {
        const later = new Date(Date.parse(now) + 30 * 60_000).toISOString();
        now = later < until ? later : until;
        await queue.enqueue({ name: "tick-incidents", data: { minute: now } }, "tick");
        await drain(with_);
      }
    },
    see: async (
      fields: Partial<CodeOccurrence> = {},
      repo = aRepo(),
      finding = aFinding(),
      pushed?: Pushed,
    ): Promise<void> => {
      const one: CodeOccurrence = {
        kind: "code",
        repoId: repo.repoId,
        commit: aSha("c"),
        blob: aSha("b"),
        path: "src/a.ts",
        line: 1,
        seenAt: now,
        ...fields,
      };
      await recordSighting({ home: repo, finding, occurrences: [one], ...(pushed && { pushed }) }, ports);
      await drain();
    },
    /** Writes a comment in the incident's issue and lets it be answered. */
    say: async (text: string, login = "mona"): Promise<{ accepted: boolean; text: string | null } | null> => {
      comments += 1;
      desk.write(comments, text, login);
      await queue.enqueue(commandJob(comments), String(comments));
      await drain();
      return desk.answers.get(comments)?.[0] ?? null;
    },
    /** Ticks the button in the incident's issue that revokes the credential. */
    press: async (login: string, with_: WorkerPorts = ports): Promise<void> => {
      const data = { repo: aRepo(), issueNumber: 1, button: "revoke", login, at: `${now} ${login}` } as const;
      await queue.enqueue({ name: "press-issue-button", data }, data.at);
      await drain(with_);
    },
    closeByHand: async (login = "bob"): Promise<void> => {
      const data = { repo: aRepo(), issueNumber: 1, action: "closed", login, at: now } as const;
      await queue.enqueue({ name: "note-issue-change", data }, now);
      await drain();
    },
    setText: texts.set,
    textReads: texts.reads,
    textEdits: texts.edits,
    /** The next time that such an event is to be recorded, the process ends before it is. */
    failNextRecord: (kind: IncidentEvent["kind"]) => void (failing = kind),
    redactText: async (text: TextRef, fingerprints: readonly string[]): Promise<void> => {
      await queue.enqueue({ name: "redact-text", data: { repo: aRepo(), text, fingerprints } }, textKey(text));
      await drain();
    },
    refuseEdits: texts.refuse,
    setConfig: (fields: Partial<KeywardConfig>) => void (said = fields),
    setRedact: (on: boolean) => void (redacts = on),
    /** Lets a text be read as it is now, as when somebody wrote or edited it. */
    readText: async (text: TextRef, by: string): Promise<void> => {
      await queue.enqueue({ name: "scan-text", data: { repo: aRepo(), text, by } }, textKey(text));
      await drain();
    },
    told: () => issues.issues[0]?.told.map(({ event }) => event.kind) ?? [],
  };
}

export const commandJob = (commentId: number): Job => ({
  name: "run-incident-command",
  data: { repo: aRepo(), issueNumber: 1, commentId },
});
