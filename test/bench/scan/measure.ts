import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** What one run of a program took, and how it ended. */
type Run = { readonly seconds: number; readonly peakMegabytes: number | null; readonly exit: number | null };

/** A program, and where it runs. */
export type Program = { readonly words: readonly string[]; readonly cwd?: string };

const pollMillis = 10;

/** Runs a program to its end, whatever it finds; nothing it prints is kept. Throws if it cannot be started. */
function runOnce({ words: [program = "", ...words], cwd = process.cwd() }: Program): Promise<Run> {
  const start = performance.now();
  const child = spawn(program, words, { stdio: "ignore", cwd });
  let peak: number | null = null;
  const poll = setInterval(() => (peak = peakOf(child.pid) ?? peak), pollMillis);
  return new Promise((resolve, reject) => {
    child.on("error", (cause) => {
      clearInterval(poll);
      reject(new Error(`${program} could not be started`, { cause }));
    });
    child.on("exit", (exit) => {
      clearInterval(poll);
      resolve({ seconds: (performance.now() - start) / 1000, peakMegabytes: peak, exit });
    });
  });
}

/** The most memory a process (not those it starts) has held so far, where the system tells (Linux). */
function peakOf(pid: number | undefined): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) / 1024;
  } catch {
    return null; // It has ended, or there is no /proc.
  }
}

/** Of some runs of one program. */
export type Measured = Run & { readonly fastest: number };

/** The median of some runs of each program, which take turns, so that a slow minute of the machine is everybody's. */
export async function medians(programs: ReadonlyMap<string, Program>, runs: number): Promise<Map<string, Measured>> {
  const all = new Map<string, Run[]>();
  for (let round = 0; round < runs; round++) {
    for (const [name, program] of programs) all.set(name, [...(all.get(name) ?? []), await runOnce(program)]);
  }
  return new Map([...all].map(([name, each]) => [name, medianOf(each)]));
}

function medianOf(runs: readonly Run[]): Measured {
  const seconds = runs.map((run) => run.seconds).sort((a, b) => a - b);
  const peaks = runs.flatMap(({ peakMegabytes }) => peakMegabytes ?? []);
  return {
    seconds: seconds[Math.floor(seconds.length / 2)] ?? 0,
    fastest: seconds[0] ?? 0,
    peakMegabytes: peaks.length === 0 ? null : Math.max(...peaks),
    exit: runs.at(-1)?.exit ?? null,
  };
}

/** In megabytes, for a table. */
export const peakText = ({ peakMegabytes }: Measured): string =>
  peakMegabytes === null ? "?" : peakMegabytes.toFixed(0);
