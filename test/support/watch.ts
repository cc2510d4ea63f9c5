import { setTimeout as sleep } from "node:timers/promises";
import type { LocalGithub } from "../github/local-github.ts";
import type { LocalRepository } from "../github/local-repository.ts";
import type { CheckRun } from "../github/state.ts";

/** How long anything may take before it has failed. */
const patienceMs = 90_000;

/** Looks every two milliseconds until there is something to see; throws, naming what did not come, when it takes too long. */
export async function until<T>(what: string, look: () => T | null | undefined | false): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const seen = look();
    if (seen !== null && seen !== undefined && seen !== false) return seen;
    if (performance.now() > deadline) throw new Error(`it took too long: ${what}`);
    await sleep(2);
  }
}

/** When GitHub began to send the first webhook of an event about a commit, on this process's clock, in milliseconds. */
export async function webhookSent(github: LocalGithub, event: string, sha: string): Promise<number> {
  await until(`the ${event} webhook for ${sha.slice(0, 7)}`, () =>
    github.deliveries.some(({ event: name, payload }) => name === event && JSON.stringify(payload).includes(sha)),
  );
  return performance.now();
}

/** The newest check run of the verdict on a commit, once it is completed and nothing newer is in progress. */
export function verdictOn(repository: LocalRepository, sha: string): Promise<CheckRun> {
  return until(`a verdict on ${sha.slice(0, 7)}`, () => {
    const runs = repository.checkRuns(sha).filter(({ name }) => name === "Keyward");
    return runs.length > 0 && runs.every(({ status }) => status === "completed") && runs.at(0);
  });
}
