import type { WorkerPorts } from "../../src/app/worker/job-handlers.ts";

/** At which write the process dies, counted from 1, and on which side of it; 0: at none. */
export type Death = { readonly at: number; readonly when: "before" | "after" };

/** Counts writes, and ends the process at one of them: what it was about to do, or the answer to what it did, is lost. */
export type Reaper = {
  readonly writes: () => number;
  /** Names of the writes so far, in their order. */
  readonly log: readonly string[];
  readonly guard: <Args extends unknown[], Result>(
    name: string,
    write: (...args: Args) => Promise<Result>,
  ) => (...args: Args) => Promise<Result>;
};

export function reaperAt({ at, when }: Death): Reaper {
  const log: string[] = [];
  return {
    writes: () => log.length,
    log,
    guard:
      (name, write) =>
      async (...args) => {
        log.push(name);
        const isNow = log.length === at;
        if (isNow && when === "before") throw new Error(`the process died before it could ${name}`);
        const result = await write(...args);
        if (isNow && when === "after") throw new Error(`the process died after it could ${name}`);
        return result;
      },
  };
}

/** The same ports, with every way by which something is changed, or somebody is asked, watched by the reaper. */
export function mortal(ports: WorkerPorts, { guard }: Reaper): WorkerPorts {
  const { incidents, issues, desk, drills, suppressions, queue } = ports;
  return {
    ...ports,
    incidents: { ...incidents, save: guard("save an incident", incidents.save) },
    suppressions: { ...suppressions, append: guard("save a suppression", suppressions.append) },
    queue: { ...queue, enqueue: guard("queue a job", queue.enqueue) },
    issues: {
      ensureIssue: guard("write the issue", issues.ensureIssue),
      tell: guard("comment", issues.tell),
    },
    desk: { ...desk, answer: guard("answer a command", desk.answer), say: guard("say something", desk.say) },
    drills: { ...drills, clear: guard("clean up", drills.clear) },
    revoke: guard("revoke", ports.revoke),
    askHooks: guard("ask hooks", ports.askHooks),
    probe: guard("probe", ports.probe),
  };
}
