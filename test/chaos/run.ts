import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startLocalGithub, type LocalGithub } from "../github/local-github.ts";
import type { LocalRepository } from "../github/local-repository.ts";
import { startWorkTree, type WorkTree } from "../github/work-tree.ts";
import { startKeyward, type KeywardOptions, type RunningKeyward } from "../support/running-keyward.ts";
import { newToken } from "../support/tokens.ts";

const main = fileURLToPath(new URL("../../src/app/cli/main.ts", import.meta.url));

export type ChaosOptions = {
  readonly millis: number;
  readonly repositories: number;
  /** The processes that run at once. Several take a database on a server, named in `env`. */
  readonly roles: readonly ("all" | "web" | "worker")[];
  readonly env: Readonly<Record<string, string>>;
};

/** What was counted, and each thing that is not as it must be. */
export type ChaosReport = { readonly counts: Readonly<Record<string, number>>; readonly problems: readonly string[] };

type Pushed = { readonly repository: LocalRepository; readonly head: string; readonly token: string | null };

/**
 * For how long everything may take to settle once nothing is killed any more. What was asked for again in vain waits for a minute or
 * more, and what is missing is looked for every five.
 */
const settleMs = 15 * 60_000;

/** Pushes and kills for the time given, lets it settle, and looks. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const github = await startLocalGithub({ webhookTimeoutMs: 10_000 });
  github.createOrganization("acme");
  const fleet = await startFleet(github, options);
  try {
    const shops = await startShops(github, options.repositories);
    const until = Date.now() + options.millis;
    const [pushed, kills] = await Promise.all([push(shops, until), fleet.killUntil(until)]);
    console.error(`${kills} kills, ${pushed.length} pushes; waiting until all is settled …`);
    // What GitHub could not deliver is asked for when a server starts.
    await fleet.restartAll();
    await settled(github, pushed);
    const secondIsRefused = options.roles.length > 1 || (await fleet.refusesSecond());
    const fleetProblems = secondIsRefused ? [] : ["a second server opened the directory of the first"];
    await fleet.stop();
    const database = await fleet.afterwards();
    const seen = look(github, pushed);
    return {
      counts: { kills, ...seen.counts, ...database.counts },
      problems: [...fleetProblems, ...seen.problems, ...database.problems],
    };
  } finally {
    await fleet.remove();
    await github.stop();
  }
}

type Shop = { readonly repository: LocalRepository; readonly tree: WorkTree };

async function startShops(github: LocalGithub, count: number): Promise<readonly Shop[]> {
  const shops: Shop[] = [];
  for (let n = 0; n < count; n += 1) {
    const repository = await github.createRepository({ owner: "acme", name: `shop-${n}` });
    const tree = await startWorkTree(repository);
    await tree.commit({ message: "Start", files: [["README.md", `# Shop ${n}\n`]] });
    await tree.push("main");
    shops.push({ repository, tree });
  }
  return shops;
}

/** One push after the other, two of three with a credential of its own. */
async function push(shops: readonly Shop[], until: number): Promise<readonly Pushed[]> {
  const pushed: Pushed[] = [];
  while (Date.now() < until) {
    const n = pushed.length;
    const shop = shops[n % shops.length];
    if (!shop) throw new Error("there is nothing to push to");
    const { repository, tree } = shop;
    const token = n % 3 === 2 ? null : newToken();
    await tree.git("switch", "--quiet", "--create", `topic-${n}`, "main");
    const text = token === null ? `export const n = ${n};\n` : `const github = connect("${token}");\n`;
    const head = await tree.commit({ message: `Change ${n}`, files: [[`src/${n}.ts`, text]] });
    await tree.push(`topic-${n}`);
    pushed.push({ repository, head, token });
    await sleep(300 + Math.random() * 700);
  }
  return pushed;
}

type Fleet = {
  readonly killUntil: (until: number) => Promise<number>;
  readonly restartAll: () => Promise<void>;
  /** Whether another server on the same data directory ends by itself. */
  readonly refusesSecond: () => Promise<boolean>;
  readonly stop: () => Promise<void>;
  /** What its commands say of its database, once no server runs. */
  readonly afterwards: () => Promise<ChaosReport>;
  readonly remove: () => Promise<void>;
};

async function startFleet(github: LocalGithub, { roles, env }: ChaosOptions): Promise<Fleet> {
  const members: { running: RunningKeyward; readonly options: KeywardOptions }[] = [];
  for (const role of roles) {
    const dataDir = await mkdtemp(join(tmpdir(), "keyward-chaos-"));
    const options: KeywardOptions = {
      app: github.app,
      githubApiUrl: github.apiUrl,
      ...(role !== "all" && { role }),
      dataDir,
      env: { GITHUB_WRITES_PER_MINUTE: "2000", ...env },
    };
    const running = await startKeyward(options);
    members.push({ running, options: { ...options, port: Number(new URL(running.url).port) } });
  }
  const front = members[0];
  if (!front) throw new Error("a fleet has at least one server");
  github.setWebhook(front.running.webhookUrl);
  const cli = async (...args: readonly string[]): Promise<string> => {
    const own = { PATH: process.env["PATH"] ?? "", KEYWARD_DATA_DIR: front.running.dataDir, ...env };
    const run = promisify(execFile);
    return (await run(process.execPath, [main, ...args], { env: own, maxBuffer: 64 * 1024 * 1024 })).stdout;
  };
  return {
    killUntil: async (until) => {
      let kills = 0;
      for (;;) {
        await sleep(3000 + Math.random() * 9000);
        if (Date.now() >= until) return kills;
        const member = members[Math.floor(Math.random() * members.length)] ?? front;
        await member.running.kill();
        kills += 1;
        // Some are away for a while, so that webhooks meet nobody.
        await sleep(Math.random() * 2000);
        member.running = await startKeyward(member.options);
      }
    },
    restartAll: async () => {
      for (const member of members) {
        await member.running.stop({ keepData: true });
        member.running = await startKeyward(member.options);
      }
    },
    refusesSecond: async () =>
      startKeyward({ ...front.options, port: 0 }).then(
        async (second) => {
          await second.kill();
          return false;
        },
        () => true,
      ),
    stop: async () => {
      for (const { running } of members) await running.stop({ keepData: true });
    },
    afterwards: async () => {
      const dead = JSON.parse(await cli("jobs", "list", "--json")) as readonly unknown[];
      const verified = await cli("incident", "verify").then(
        () => null,
        (error: unknown) => String(error),
      );
      return {
        counts: { "jobs that failed for good": dead.length },
        problems: [
          ...(dead.length > 0 ? [`${dead.length} jobs failed for good`] : []),
          ...(verified === null ? [] : [`a timeline does not hold: ${verified}`]),
        ],
      };
    },
    remove: async () => {
      for (const { running } of members) {
        await running.kill();
        await rm(running.dataDir, { recursive: true, force: true });
      }
    },
  };
}

/** Until everything pushed is judged and filed and GitHub hears nothing more, or the patience is over: `look` says what is missing. */
async function settled(github: LocalGithub, pushed: readonly Pushed[]): Promise<void> {
  const deadline = Date.now() + settleMs;
  let quietSince = Date.now();
  let requests = github.requests.length;
  while (Date.now() < deadline) {
    await sleep(500);
    if (github.requests.length !== requests) quietSince = Date.now();
    requests = github.requests.length;
    const done = pushed.every(
      (one) => checksOn(one).some(isConcluded) && (one.token === null || issuesOf(one).length > 0),
    );
    if (done && neverArrived(github).length === 0 && Date.now() - quietSince > 15_000) return;
  }
}

const checksOn = ({ repository, head }: Pushed) =>
  repository.checkRuns(head, "all").filter(({ name }) => name === "Keyward");

const isConcluded = ({ status }: { readonly status: string }): boolean => status === "completed";

/** The incidents that name the file of a push; it holds the credential, and no other file does. */
function issuesOf({ repository, head }: Pushed) {
  return repository.issues().filter(({ body }) => (body ?? "").includes(head));
}

const neverArrived = ({ deliveries }: LocalGithub): readonly string[] =>
  [...Map.groupBy(deliveries, ({ guid }) => guid)].flatMap(([guid, tries]) =>
    tries.some(({ status }) => status === "OK") ? [] : [guid],
  );

function look(github: LocalGithub, pushed: readonly Pushed[]): ChaosReport {
  const guids = Map.groupBy(github.deliveries, ({ guid }) => guid);
  const acknowledged = [...guids.values()].filter((tries) => tries.some(({ status }) => status === "OK"));
  const leaks = pushed.filter(({ token }) => token !== null);
  const wrong = (one: Pushed): boolean => {
    const [run, ...others] = checksOn(one);
    return others.length > 0 || run?.conclusion !== (one.token === null ? "success" : "failure");
  };
  const problems = [
    ...pushed.filter(wrong).map(
      (one) =>
        `${one.head} has ${
          checksOn(one)
            .map(({ conclusion }) => conclusion)
            .join(", ") || "no check"
        }`,
    ),
    ...leaks
      .filter((one) => issuesOf(one).length !== 1)
      .map((one) => `${one.head} has ${issuesOf(one).length} incident issues, not one`),
    ...neverArrived(github).map((guid) => `delivery ${guid} never arrived`),
    ...github.violations.map((violation) => `a request that GitHub does not know: ${JSON.stringify(violation)}`),
  ];
  return {
    counts: {
      deliveries: guids.size,
      acknowledged: acknowledged.length,
      "asked for again": github.deliveries.length - guids.size,
      pushes: pushed.length,
      "with one check, rightly concluded": pushed.filter((one) => !wrong(one)).length,
      leaks: leaks.length,
      "with one incident issue": leaks.filter((one) => issuesOf(one).length === 1).length,
    },
    problems,
  };
}
