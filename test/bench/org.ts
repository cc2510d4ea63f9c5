/**
 * Whether a large organization makes its developers wait: how long the verdict on a pull request takes while nothing else is to be
 * done, and while the first scans of thousands of repositories wait in the queue. Everything is real and on loopback: PostgreSQL, a web
 * process and two workers, git, webhooks. Exits with 1 unless the slow ones (p95) stay within twice their idle time.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Command, InvalidArgumentError } from "commander";
import pg from "pg";
import { startLocalGithub, type LocalGithub } from "../github/local-github.ts";
import type { LocalRepository } from "../github/local-repository.ts";
import { startWorkTree, type WorkTree } from "../github/work-tree.ts";
import { startPostgres } from "../support/postgres-process.ts";
import { startKeyward, type KeywardOptions, type RunningKeyward } from "../support/running-keyward.ts";
import { newToken } from "../support/tokens.ts";
import { verdictOn } from "../support/watch.ts";

function whole(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError("expected a whole number above zero.");
}

const { repositories, pulls, every, writesPerMinute } = new Command("npm run bench:org --")
  .description(
    "verdicts on pull requests while the first scans of an organization's repositories wait, against idle ones",
  )
  .option("--repositories <n>", "how many repositories are to be scanned", whole, 10_000)
  .option("--pulls <n>", "how many pull requests are measured, idle and with the backlog", whole, 24)
  .option("--every <ms>", "from one pull request to the next", whole, 4000)
  .option("--writes-per-minute <n>", "what the installation may write; 80 is github.com's limit", "80")
  .parse()
  .opts<{ repositories: number; pulls: number; every: number; writesPerMinute: string }>();

const directory = mkdtempSync(join(tmpdir(), "keyward-bench-"));
const postgres = await startPostgres(directory);
const github = await startLocalGithub({ webhookTimeoutMs: 60_000 });
const database = new pg.Client(postgres.url);
const masterKey = randomBytes(32).toString("base64");
const roles = ["web", "worker", "worker"] as const;
let running: readonly RunningKeyward[] = [];
let opened = 0;
try {
  await database.connect();
  github.createOrganization("acme");
  const shop = await startShop(github);
  running = await startAll([]);
  // The first of its kind makes caches and loads code.
  await measure(shop, 5);
  const before = await measure(shop, Math.ceil(pulls / 2));
  await growOrganization(shop.repository);
  const { done: known } = await backlog();
  // A start looks through its installations.
  running = await startAll(running);
  const { waiting: waitingBefore, done: scannedBefore } = await filled(known);
  if (waitingBefore < repositories * 0.99)
    throw new Error(`only ${waitingBefore} scans wait; expected ${repositories}`);
  const loaded = await measure(shop, pulls);
  const { waiting, done: scanned } = await backlog();
  // The machine may have become faster or slower meanwhile: idle is measured on both sides.
  await database.query("delete from pgboss.job where name = 'histories' and state in ('created', 'retry')");
  await sleep(5000);
  const after = await measure(shop, Math.floor(pulls / 2));
  const resting = [...before, ...after];
  console.table([
    { backlog: "none, before", ...rowOf(before) },
    { backlog: "none, after", ...rowOf(after) },
    { backlog: "none", ...rowOf(resting) },
    { backlog: `${waitingBefore} to ${waiting} scans`, ...rowOf(loaded) },
  ]);
  const ratio = at(loaded, 0.95) / at(resting, 0.95);
  console.log(
    `${scanned - scannedBefore} repositories were scanned meanwhile; load ${loadavg()[0]?.toFixed(1)}; ` +
      `p95 with the backlog is ${ratio.toFixed(2)} times that without, at most 2 is allowed`,
  );
  // Scans that only wait would prove nothing.
  process.exitCode = ratio <= 2 && waiting > 0 && scanned > scannedBefore && github.violations.length === 0 ? 0 : 1;
} finally {
  await Promise.all(running.map((one) => one.kill()));
  for (const { dataDir } of running) rmSync(dataDir, { recursive: true, force: true });
  await github.stop();
  await database.end();
  process.kill(postgres.pid, "SIGINT");
  rmSync(directory, { recursive: true, force: true });
}

/** Starts every process, each in the place of the one before, if there is one. */
async function startAll(former: readonly RunningKeyward[]): Promise<readonly RunningKeyward[]> {
  await Promise.all(former.map((one) => one.stop({ keepData: true })));
  const started: RunningKeyward[] = [];
  for (const [n, role] of roles.entries()) {
    const options: KeywardOptions = {
      app: github.app,
      githubApiUrl: github.apiUrl,
      role,
      env: {
        DATABASE_URL: postgres.url,
        KEYWARD_MASTER_KEY: masterKey,
        GITHUB_WRITES_PER_MINUTE: writesPerMinute,
      },
      ...(former[n] && { dataDir: former[n].dataDir }),
    };
    started.push(await startKeyward(options));
  }
  github.setWebhook(started[0]?.webhookUrl ?? null);
  return started;
}

type Shop = { readonly repository: LocalRepository; readonly tree: WorkTree };

/** Pull requests come from a fork: the push before each is none of Keyward's business. */
async function startShop(world: LocalGithub): Promise<Shop> {
  const repository = await world.createRepository({ owner: "acme", name: "shop" });
  const base = await startWorkTree(repository);
  await base.commit({ message: "Start", files: [["README.md", "# Shop\n"]] });
  await base.push("main");
  world.createUser("contributor");
  const tree = await startWorkTree(await world.fork(repository, "contributor"), "contributor");
  await tree.git("pull", "--quiet", "origin", "main");
  return { repository, tree };
}

/** As many repositories as are to wait; GitHub tells nobody of them. */
async function growOrganization(first: LocalRepository): Promise<void> {
  github.setWebhook(null);
  const tiny = await github.createRepository({ owner: "acme", name: "service-0" });
  await using tree = await startWorkTree(tiny);
  await tree.commit({ message: "Start", files: [["README.md", "# Service\n"]] });
  await tree.push("main");
  for (let n = 1; n < repositories; n += 1)
    await github.createRepository({ owner: first.owner, name: `service-${n}`, gitOf: tiny });
}

/** One pull request after the other at its time, whether the one before is answered or not; gives what each waited for. */
async function measure({ repository, tree }: Shop, count: number): Promise<readonly number[]> {
  const waiting: Promise<number>[] = [];
  for (let n = 0; n < count; n += 1) {
    const next = sleep(every);
    const { verdict } = await openOne(repository, tree);
    waiting.push(verdict);
    await next;
  }
  const waited = await Promise.all(waiting);
  await github.idle();
  return waited;
}

/** Opens a pull request, one of three with a credential; resolves once it is open, with the promise of how long its verdict took. */
async function openOne(repository: LocalRepository, tree: WorkTree): Promise<{ readonly verdict: Promise<number> }> {
  opened += 1;
  const branch = `topic-${opened}`;
  const leaks = opened % 3 === 0;
  await tree.git("switch", "--quiet", "--create", branch, "main");
  const text = leaks ? `const github = connect("${newToken()}");\n` : `export const n = ${opened};\n`;
  const head = await tree.commit({ message: `Change ${opened}`, files: [[`src/${opened}.ts`, text]] });
  await tree.push(branch);
  await repository.openPullRequest({ head: `contributor:${branch}`, title: `Change ${opened}`, author: "contributor" });
  const sent = performance.now();
  const verdict = verdictOn(repository, head).then(({ conclusion }) => {
    const expected = leaks ? "failure" : "success";
    if (conclusion !== expected) throw new Error(`a pull request was judged ${conclusion}; expected ${expected}`);
    return performance.now() - sent;
  });
  return { verdict };
}

type Backlog = { readonly done: number; readonly waiting: number };

/** How many first scans were done, and how many wait. */
async function backlog(): Promise<Backlog> {
  const { rows } = await database.query<Backlog>(
    `select (select count(*)::int from histories where state = 'done') as done,
       (select count(*)::int from pgboss.job where name = 'histories' and state in ('created', 'retry')) as waiting`,
  );
  return rows[0] ?? { done: 0, waiting: 0 };
}

/** Waits until every repository has its scan in the queue, and the queue is being worked off: more are done than were known. */
async function filled(known: number): Promise<Backlog> {
  const begun = performance.now();
  for (;;) {
    const found = await backlog();
    const seconds = Math.round((performance.now() - begun) / 1000);
    process.stderr.write(`\r${found.waiting} scans wait after ${seconds} s`);
    // They wait, and the first ones of them were scanned by now.
    if (found.waiting + found.done >= repositories && found.done > known) {
      process.stderr.write("\n");
      return found;
    }
    if (seconds > 900) throw new Error("the backlog does not fill");
    await sleep(1000);
  }
}

function rowOf(waited: readonly number[]): object {
  return {
    "pull requests": waited.length,
    "p50 ms": Math.round(at(waited, 0.5)),
    "p95 ms": Math.round(at(waited, 0.95)),
  };
}

function at(waited: readonly number[], share: number): number {
  const sorted = waited.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
