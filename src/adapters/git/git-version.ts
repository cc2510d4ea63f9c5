import { execFile } from "node:child_process";

/** What git says of its version; null: it cannot be run. */
export function gitVersion(): Promise<string | null> {
  return new Promise((resolve) => {
    execFile("git", ["--version"], { timeout: 10_000 }, (error, output) => resolve(error ? null : output.trim()));
  });
}
