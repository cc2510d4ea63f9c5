import assert from "node:assert/strict";
import type { LocalGithub } from "../local-github.ts";

/** Ends a test: waits until all is quiet, stops everything, and fails if anything was said that GitHub's description does not know. */
export async function endFaithfully(github: LocalGithub, ...others: readonly AsyncDisposable[]): Promise<void> {
  await github.idle();
  await Promise.all([github.stop(), ...others.map((other) => other[Symbol.asyncDispose]())]);
  assert.deepEqual(github.violations, []);
}
