import { lookForLeaks } from "../support/leaks/leaks.ts";
import { gitText, zeroSha } from "./git/git.ts";
import type { World } from "./world.ts";

/** Looks for secrets in what the app has pushed: messages and added lines. What it takes away is what was there. */
export async function lookAtPushes({ pushedByApp }: World): Promise<void> {
  for (const { directory, before, after } of pushedByApp) {
    if (after === zeroSha) continue;
    const range = before === zeroSha ? ["-1", after] : [after, `^${before}`];
    const shown = await gitText(directory, ["log", "--format=fuller", "-p", "--unified=0", "--text", ...range]);
    const added = shown.split("\n").filter((line) => !line.startsWith("-"));
    lookForLeaks("what the app pushed", added.join("\n"));
  }
}
