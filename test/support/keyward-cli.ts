import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inject, onTestFinished } from "vitest";
import { lookForLeaks } from "./leaks/leaks.ts";
import { filesIn, lookForLeaksSince } from "./leaks/written-files.ts";

export type CliRun = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export type CliOptions = {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Takes from root what lets it read files that nobody may read. Another user is no way to that: it could not reach a checkout
   * in a private directory.
   */
  readonly withoutOverride?: boolean;
};

const dropOverride = ["--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"];

/** The program as people start it. */
export const keywardBin = fileURLToPath(new URL("../../bin/keyward.js", import.meta.url));

/** Runs `keyward` in a directory, with configuration and cache directories of the test run. */
export async function runKeyward(cwd: string, args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const directories = [cwd === process.cwd() ? [] : [cwd], configDirectory(), cacheDirectory()].flat();
  const before = directories.map(filesIn);
  const run = await runProgram(process.execPath, [keywardBin, ...args], cwd, options);
  // Examples that it makes up to show a rule are the same each time: no secrets.
  if (args[0] !== "rules") lookForLeaks(`what \`keyward ${args[0]}\` said`, run.stdout + run.stderr);
  directories.forEach((directory, at) => lookForLeaksSince(before[at] ?? new Map(), directory));
  return run;
}

const configDirectory = (): string => join(inject("runDirectory"), "config");
const cacheDirectory = (): string => join(inject("runDirectory"), "cache");

/** Runs a program to its end. */
export function runProgram(
  program: string,
  args: readonly string[],
  cwd: string,
  { input = "", env = {}, withoutOverride = false }: CliOptions = {},
): Promise<CliRun> {
  const words = withoutOverride ? ["setpriv", ...dropOverride, program, ...args] : [program, ...args];
  const [command = program, ...rest] = words;
  const child = spawn(command, rest, {
    cwd,
    env: {
      PATH: process.env["PATH"],
      HOME: cwd,
      XDG_CONFIG_HOME: configDirectory(),
      XDG_CACHE_HOME: cacheDirectory(),
      LC_ALL: "C",
      ...env,
    },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin.on("error", () => child.stdin.destroy());
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** A directory for one test. */
export function testDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "keyward-cli-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
