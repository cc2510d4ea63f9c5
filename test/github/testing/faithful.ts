import assert from "node:assert/strict";
import type { LocalGithub } from "../local-github.ts";

/** Waits until all is quiet and fails if anything was said that GitHub's description does not know. For `afterEach`. */
export async function assertFaithful(github: LocalGithub): Promise<void> {
  await github.idle();
  assert.deepEqual(github.violations, []);
}
