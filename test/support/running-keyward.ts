import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { lookForLeaks, lookForLeaksIn } from "./leaks/leaks.ts";
import { traceCollector } from "./leaks/trace-collector.ts";

const main = fileURLToPath(new URL("../../src/app/cli/main.ts", import.meta.url));

const withStandIn = fileURLToPath(new URL("keyward-with-stand-in.child.ts", import.meta.url));

/** A Keyward server in a process of its own, started as in production: by its command, from its environment. */
export type RunningKeyward = {
  readonly url: string;
  readonly webhookUrl: string;
  readonly dataDir: string;
  readonly pid: number;
  /** Everything it has written to its log and its output so far. */
  readonly output: () => string;
  /** Stops it the polite way; gives the exit code. The data directory stays when `keepData` is set. */
  readonly stop: (options?: { readonly keepData?: boolean }) => Promise<number | null>;
  /** As a power cut would: `kill -9`. The data directory stays. */
  readonly kill: () => Promise<void>;
};

export type KeywardOptions = {
  readonly app: { readonly id: number; readonly privateKey: string; readonly webhookSecret: string };
  readonly githubApiUrl: string;
  /** A data directory to start on; a new one in the temporary folder without it. */
  readonly dataDir?: string;
  readonly port?: number;
  /** What the process does; all of it without it. */
  readonly role?: "web" | "worker";
  readonly env?: Readonly<Record<string, string>>;
  /** Stands in for every provider that would be asked about a credential. */
  readonly standIn?: { readonly port: number; readonly ca: string };
};

/**
 * Test servers live for seconds: what the optimizing compiler for WebAssembly (the embedded database) would make of it comes too late
 * and takes a fifth of the processor's time.
 */
const inTests = process.env["VITEST"] !== undefined;
const quickFlags = inTests ? ["--liftoff-only"] : [];

/** Starts Keyward and waits until it is ready; throws with its output when it does not get there. */
export async function startKeyward(options: KeywardOptions): Promise<RunningKeyward> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "keyward-data-")));
  const port = options.port ?? (await freePort());
  const detour = await detourOf(options.standIn, dataDir);
  const role = options.role ?? "all";
  const command = detour ? [withStandIn, role] : [main, "serve", "--role", role];
  const child = spawn(process.execPath, [...quickFlags, ...command], {
    env: { ...environmentOf(options, dataDir, port), ...(await watchedIn(inTests)), ...options.env, ...detour?.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, child, () => output);
  return {
    url,
    webhookUrl: `${url}/webhooks`,
    dataDir,
    pid: child.pid ?? 0,
    output: () => output,
    stop: async ({ keepData = false } = {}) => {
      await lookAtMetrics(output);
      const code = await ended(child, "SIGTERM");
      lookForLeaks("the log of a server", output);
      if (!keepData) {
        lookForLeaksIn("the data directory of a server", dataDir);
        await rm(dataDir, { recursive: true, force: true });
      }
      return code;
    },
    kill: async () => {
      await ended(child, "SIGKILL");
      lookForLeaks("the log of a server that was killed", output);
    },
  };
}

/** Every server of a test shows its metrics and tells its traces, so that no secret is in either, whatever the test is about. */
async function watchedIn(tests: boolean): Promise<Record<string, string>> {
  if (!tests) return {};
  return { KEYWARD_METRICS_PORT: "0", OTEL_EXPORTER_OTLP_ENDPOINT: await traceCollector() };
}

/** Where it serves metrics, its log says so. One that is about to die may not answer. */
async function lookAtMetrics(output: string): Promise<void> {
  const [, port] = /"port":(\d+)[^\n]*metrics are served/.exec(output) ?? [];
  if (port === undefined) return;
  const page = await fetch(`http://127.0.0.1:${port}/metrics`).then(
    async (answer) => [...answer.headers, await answer.text()].join("\n"),
    () => "",
  );
  lookForLeaks("the metrics of a server", page);
}

async function detourOf(
  standIn: KeywardOptions["standIn"],
  dataDir: string,
): Promise<{ readonly env: Record<string, string> } | null> {
  if (!standIn) return null;
  const file = join(dataDir, "stand-in-ca.pem");
  await writeFile(file, standIn.ca);
  return { env: { STAND_IN_PORT: String(standIn.port), STAND_IN_CA_FILE: file } };
}

function environmentOf({ app, githubApiUrl }: KeywardOptions, dataDir: string, port: number): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    APP_ID: String(app.id),
    PRIVATE_KEY: app.privateKey,
    WEBHOOK_SECRET: app.webhookSecret,
    GITHUB_API_URL: githubApiUrl,
    KEYWARD_DATA_DIR: dataDir,
    HOST: "127.0.0.1",
    PORT: String(port),
    // Longer than any test: postures are looked at where a test wants it.
    KEYWARD_POSTURE_SETTLE_SECONDS: "3600",
  };
}

async function untilReady(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const deadline = Date.now() + 100_000;
  for (;;) {
    if (child.exitCode !== null)
      throw new Error(`Keyward stopped with ${child.exitCode} before it was ready:\n${output()}`);
    const ready = await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    if (Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`Keyward was not ready in time:\n${output()}`);
    }
    await sleep(25);
  }
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(signal);
    await once(child, "exit");
  }
  return child.exitCode;
}

/** A port that was free a moment ago: the address must be known before the server starts. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("the system gave no free port");
  return address.port;
}
