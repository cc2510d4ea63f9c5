import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import pg from "pg";
import type { LocalGithub } from "../github/local-github.ts";
import { startKeyward, type KeywardOptions, type RunningKeyward } from "../support/running-keyward.ts";
import { inDatabase } from "../support/stored-state.ts";
import type { ChaosSink } from "./sink.ts";

const main = fileURLToPath(new URL("../../src/app/cli/main.ts", import.meta.url));

export type FleetOptions = {
  /** The processes that run at once. Several take a database on a server, named in `env`. */
  readonly roles: readonly ("all" | "web" | "worker")[];
  readonly env: Readonly<Record<string, string>>;
};

/** The servers that are killed and started again. */
export type Fleet = {
  /** Kills one of them at random moments; gives how often. */
  readonly killUntil: (until: number) => Promise<number>;
  /** Whether another server on the same data directory ends by itself. */
  readonly refusesSecond: () => Promise<boolean>;
  /** Stops all of them the polite way, looks at the database that they leave, and starts them again. */
  readonly whileStopped: <T>(look: (pool: pg.Pool) => Promise<T>) => Promise<T>;
  /** What a command says of their database; null: it failed. They must not run. */
  readonly command: (...args: readonly string[]) => Promise<string | null>;
  readonly stop: () => Promise<void>;
  readonly remove: () => Promise<void>;
};

/** Starts them, has GitHub's webhooks go to the first, and what happens be told to the sink. */
export async function startFleet(github: LocalGithub, sink: ChaosSink, { roles, env }: FleetOptions): Promise<Fleet> {
  const members: { running: RunningKeyward; readonly options: KeywardOptions }[] = [];
  for (const role of roles) {
    const dataDir = await mkdtemp(join(tmpdir(), "keyward-chaos-"));
    const sinksFile = join(dataDir, "sinks.toml");
    await writeFile(sinksFile, sink.definition, { mode: 0o600 });
    const options: KeywardOptions = {
      app: github.app,
      githubApiUrl: github.apiUrl,
      ...(role !== "all" && { role }),
      dataDir,
      standIn: sink.server,
      env: { GITHUB_WRITES_PER_MINUTE: "2000", KEYWARD_SINKS: sinksFile, ...env },
    };
    const running = await startKeyward(options);
    members.push({ running, options: { ...options, port: Number(new URL(running.url).port) } });
  }
  const [front] = members;
  if (front === undefined) throw new Error("a fleet has at least one server");
  github.setWebhook(front.running.webhookUrl);
  const stop = async (): Promise<void> => {
    for (const { running } of members) await running.stop({ keepData: true });
  };
  return {
    killUntil: async (until) => {
      let kills = 0;
      for (;;) {
        await sleep(2000 + Math.random() * 8000);
        if (Date.now() >= until) return kills;
        const member = members[Math.floor(Math.random() * members.length)] ?? front;
        await member.running.kill();
        kills += 1;
        // Some are away for a while, so that webhooks meet nobody.
        await sleep(Math.random() * 2000);
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
    whileStopped: async (look) => {
      await stop();
      const seen = await inStore(front.running.dataDir, env["DATABASE_URL"], look);
      for (const member of members) member.running = await startKeyward(member.options);
      return seen;
    },
    command: async (...args) => {
      const own = { PATH: process.env["PATH"] ?? "", KEYWARD_DATA_DIR: front.running.dataDir, ...env };
      const run = promisify(execFile);
      return run(process.execPath, [main, ...args], { env: own, maxBuffer: 64 * 1024 * 1024 }).then(
        ({ stdout }) => stdout,
        () => null,
      );
    },
    stop,
    remove: async () => {
      for (const { running } of members) {
        await running.kill();
        await rm(running.dataDir, { recursive: true, force: true });
      }
    },
  };
}

async function inStore<T>(dataDir: string, url: string | undefined, look: (pool: pg.Pool) => Promise<T>): Promise<T> {
  if (url === undefined) return inDatabase(dataDir, look);
  const pool = new pg.Pool({ connectionString: url });
  try {
    return await look(pool);
  } finally {
    await pool.end();
  }
}
