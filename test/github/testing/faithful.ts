import assert from "node:assert/strict";
import type { LocalGithub } from "../local-github.ts";

/** Waits until all is quiet and fails if anything was said that GitHub's description does not know. */
export async function assertFaithful(github: LocalGithub): Promise<void> {
  await github.idle();
  assert.deepEqual(github.violations, []);
}

/** Ends a test: waits until all is quiet, stops everything, and only then fails as `assertFaithful` does. */
export async function endFaithfully(github: LocalGithub, ...others: readonly AsyncDisposable[]): Promise<void> {
  await github.idle();
  await Promise.all([github.stop(), ...others.map((other) => other[Symbol.asyncDispose]())]);
  await assertFaithful(github);
}
