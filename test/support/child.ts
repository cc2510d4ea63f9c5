import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { lookForLeaks } from "./leaks/leaks.ts";
import { createInterface } from "node:readline";

export type TestChild = {
  readonly pid: number;
  /** What it has said so far, by line. */
  readonly said: readonly string[];
  /** Resolves when it has said so many lines; rejects, with what it complained of, when it ends before. */
  readonly hasSaid: (lines: number) => Promise<void>;
  /** `kill -9`: no chance to clean up. Resolves when it is dead. */
  readonly kill: () => Promise<void>;
};

/** Starts a TypeScript file in a process of its own; the path is relative to `test/`. */
export function startChild(path: string, args: readonly string[]): TestChild {
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
  const child = spawn(process.execPath, ["--no-warnings", file, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const said: string[] = [];
  let complaints = "";
  let wake = (): void => {};
  createInterface({ input: child.stdout }).on("line", (line) => {
    said.push(line);
    wake();
  });
  child.stderr.on("data", (data: Buffer) => (complaints += data.toString()));
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => {
      lookForLeaks("what a process of a test said", `${said.join("\n")}\n${complaints}`);
      wake();
      resolve();
    });
  });
  return {
    pid: child.pid ?? 0,
    said,
    hasSaid: async (lines) => {
      while (said.length < lines) {
        if (hasEnded(child)) throw new Error(`the child process ended early: ${complaints}`);
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;
