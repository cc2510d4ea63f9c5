/**
 * What it costs to look at every repository of an organization, on a local GitHub that answers ETags as GitHub does (another token,
 * another ETag): once, and again the next night with nothing changed. Paces are left out, so that the time is that of the work; what
 * the paces make of it stands beside.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Bottleneck from "bottleneck";
import { Command } from "commander";
import { createClient, type GithubClient } from "../../src/adapters/github/client.ts";
import { conditionalFetch } from "../../src/adapters/github/conditional-fetch.ts";
import { createFactGatherer } from "../../src/adapters/github/facts/gather.ts";
import { createInstallations } from "../../src/adapters/github/installations.ts";
import { createKeywardConfigReader } from "../../src/adapters/github/keyward-config.ts";
import type { Pacing } from "../../src/adapters/github/pacing.ts";
import { createRepositoryFinder } from "../../src/adapters/github/repository-finder.ts";
import { openDatabase } from "../../src/adapters/postgres/database.ts";
import { createJobQueue } from "../../src/adapters/postgres/job-queue.ts";
import { createKeptAnswers } from "../../src/adapters/postgres/kept-answers.ts";
import { createPostureStore } from "../../src/adapters/postgres/posture-store.ts";
import { createSealer } from "../../src/adapters/system/sealer.ts";
import { postureConfigIn } from "../../src/app/compose-posture.ts";
import type { RepoRef } from "../../src/core/change/change.ts";
import { lookAtOrganization } from "../../src/flows/look-at-organization.ts";
import { lookAtRepository } from "../../src/flows/look-at-repository.ts";
import { readManifest } from "../github/app-manifest.ts";
import { startLocalGithub } from "../github/local-github.ts";
import { storeJobs } from "../support/job-definitions.ts";
import { silentLog } from "../support/log.ts";
import { prepareRepositories } from "../support/posture-bench.ts";

const { repositories: count } = new Command("npm run bench:posture --")
  .description("requests and time for the posture of an organization, and again with nothing changed")
  .option("--repositories <n>", "how many repositories", Number, 1000)
  .parse()
  .opts<{ repositories: number }>();

/** Looks at a time. A worker has one for each installation, as GitHub's pace allows no more. */
const atOnce = 4;

/** Requests a second that are left to what is no verdict. */
const pace = 5;

const permissions = {
  ...readManifest().permissions,
  repository_hooks: "read",
  organization_hooks: "read",
  organization_administration: "read",
  organization_personal_access_tokens: "read",
} as const;
const github = await startLocalGithub({ permissions });
const installation = github.createOrganization("acme");
// Before the database: starting git takes much longer in a process that holds one.
const locals = await prepareRepositories(github, "acme", count);
console.log(`${count} repositories are prepared, in ${(performance.now() / 1000).toFixed(0)} s`);
const directory = mkdtempSync(join(tmpdir(), "keyward-bench-"));
const database = await openDatabase({ directory, log: silentLog });
const queue = await createJobQueue(database, storeJobs, silentLog);
const repos = locals.map(({ id, owner, name, defaultBranch }): RepoRef => ({
  installationId: installation.id,
  repoId: id,
  owner,
  name,
  defaultBranch,
  visibility: "private",
}));

const start = Date.parse("2026-11-26T02:00:00Z");
let night = 0;
const clock = (): string => new Date(start + night * 24 * 60 * 60_000).toISOString();
const answers = createKeptAnswers(database, createSealer([{ id: 1, master: new Uint8Array(32).fill(7) }]), clock);
const free = new Bottleneck.Group();
const noPacing: Pacing = {
  throttle: (id) => ({
    id,
    global: free,
    auth: free,
    write: free,
    notifications: free,
    onSecondaryRateLimit: () => false,
    onRateLimit: () => false,
  }),
  untilAllowed: async () => {},
  untilMayWrite: async () => {},
  untilMayRead: async () => {},
  sawHour: () => {},
};
const { id: appId, privateKey } = github.app;
/** Another process each night: what it kept in memory is gone. */
function process(): Parameters<typeof lookAtRepository>[1] & Parameters<typeof lookAtOrganization>[1] {
  const clientOf = (installationId: number | null, wrapped: boolean): GithubClient =>
    createClient({
      appId,
      privateKey,
      installationId,
      use: "work",
      baseUrl: github.apiUrl,
      timeout: 20_000,
      pacing: noPacing,
      budgetLeft: () => {},
      log: silentLog,
      ...(wrapped &&
        installationId !== null && {
          wrapFetch: (send) => conditionalFetch(send, { answers, installationId, baseUrl: github.apiUrl, clock }),
        }),
    });
  const rereading = clientOf(installation.id, true);
  const plain = clientOf(installation.id, false);
  const lastGood = { of: async () => null, note: async () => {} };
  const { configOf } = createKeywardConfigReader({ clientFor: () => plain }, lastGood, silentLog);
  return {
    postures: createPostureStore(database, queue),
    installations: createInstallations({ asApp: clientOf(null, false), rereadingClientFor: () => rereading }),
    findRepository: createRepositoryFinder({ clientFor: () => rereading }),
    gatherFacts: createFactGatherer({ clientFor: () => rereading }, () => ({
      scan: () => Promise.reject(new Error("no tracked file promises a credential here")),
    })),
    postureConfigOf: postureConfigIn(configOf),
    organizationConfigOf: postureConfigIn(configOf),
    clock,
    appId,
    version: "bench",
    log: silentLog,
  };
}

type Night = Readonly<Record<string, string | number>>;

async function run(name: string): Promise<Night> {
  const before = github.requests.length;
  const started = performance.now();
  const cpu = globalThis.process.cpuUsage();
  const ports = process();
  await ports.postures.planOrganization({ installationId: installation.id, owner: "acme" }, clock());
  await lookAtOrganization({ installationId: installation.id, owner: "acme" }, ports);
  let done = 0;
  const waiting = repos.values();
  const worker = async (): Promise<void> => {
    for (const repo of waiting) {
      await ports.postures.plan(repo, clock());
      await lookAtRepository(repo, ports);
      done += 1;
      if (done % 100 === 0)
        console.log(`${name}: ${done} repositories in ${((performance.now() - started) / 1000).toFixed(0)} s`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = globalThis.process.cpuUsage(cpu);
  const asked = github.requests.slice(before).filter(({ operation }) => operation !== null);
  const unchanged = asked.filter(({ status }) => status === 304).length;
  // What is read out of `.github`, whether there is one or not, holds for all, and is asked once.
  const ofRepository = (path: string): string => /^\/repos\/acme\/(?!\.github\b)([^/]+)/.exec(path)?.[1] ?? "";
  const uncached = asked.filter(({ status, path }) => status !== 304 && ofRepository(path) !== "");
  const each = Map.groupBy(uncached, ({ path }) => ofRepository(path));
  const most = Math.max(0, ...[...each.values()].map((requests) => requests.length));
  const left = Map.groupBy(uncached, ({ operation, status }) => `${operation} ${status}`);
  if (night > 0) for (const [what, requests] of left) console.log(`not kept: ${what}, ${requests.length} times`);
  night += 1;
  return {
    run: name,
    requests: asked.length,
    "unchanged (304, free)": unchanged,
    "counted by GitHub": asked.length - unchanged,
    "of the organization":
      asked.length -
      uncached.length -
      asked.filter(({ status, path }) => status === 304 && ofRepository(path) !== "").length,
    "most counted of one repository": most,
    seconds: seconds.toFixed(1),
    "CPU seconds": ((user + system) / 1e6).toFixed(1),
    "minutes at our pace": (asked.length / pace / 60).toFixed(0),
  };
}

try {
  const first = await run("first night");
  // An hour is longer than any token lives.
  github.expireTokens();
  const second = await run("second night, nothing changed");
  console.log(`posture of an organization of ${count} repositories`);
  console.table([first, second]);
  if (Number(second["most counted of one repository"]) > 1) {
    console.error("expected at most one counted request for each repository in the second night");
    globalThis.process.exitCode = 1;
  }
  const { rows } = await database.pool.query<{ answers: string; bytes: string; table: string }>(
    "select count(*) as answers, sum(length(body)) as bytes, pg_total_relation_size('kept_answers') as table from kept_answers",
  );
  const [kept] = rows;
  console.log(
    `${kept?.answers} answers are kept, ${(Number(kept?.bytes) / 1e6).toFixed(1)} MB sealed; their table has ${(Number(kept?.table) / 1e6).toFixed(1)} MB`,
  );
  for (const { kind, subject, where, message } of github.violations.slice(0, 5))
    console.error(`not as GitHub has it: ${kind} ${subject} ${where}: ${message}`);
} finally {
  await queue.stop();
  await database.close();
  rmSync(directory, { recursive: true, force: true });
  await github.stop();
}
