import { Command } from "commander";
import type { DeadJob, DeadJobs } from "../../../adapters/postgres/dead-jobs.ts";
import { openDeadJobs } from "../../compose-dead-jobs.ts";
import { NotPossible, storeHelp, withStore } from "../store-command.ts";

const most = 10_000;

/** `keyward jobs`: the jobs that failed for good. */
export const jobsCommand = new Command("jobs")
  .description(
    "jobs that failed for good: list them, try them again, forget them (they are kept for two weeks, or as KEYWARD_KEEP_DAYS says)",
  )
  .addHelpText("after", `\n${storeHelp}\nExit codes: 0 done, 2 could not do what was asked.`);

jobsCommand
  .command("list")
  .description("the newest first")
  .option("--json", "for machines")
  .action(({ json = false }: { json?: boolean }) =>
    withStore("jobs", openDeadJobs, async (dead) => {
      const jobs = await dead.list(most);
      if (json) console.log(JSON.stringify(jobs, null, 2));
      else console.log(jobs.length === 0 ? "No job has failed for good." : jobs.map(lineOf).join("\n"));
    }),
  );

jobsCommand
  .command("retry")
  .argument("[ids...]", "ids, or their beginnings")
  .option("--all", "all of them")
  .description("queue them anew, as they were")
  .action((ids: readonly string[], { all = false }: { all?: boolean }) =>
    withStore("jobs", openDeadJobs, async (dead) => {
      console.log(`${(await dead.retry(await chosen(ids, all, dead))).length} queued anew`);
    }),
  );

jobsCommand
  .command("drop")
  .argument("[ids...]", "ids, or their beginnings")
  .option("--all", "all of them")
  .description("forget them")
  .action((ids: readonly string[], { all = false }: { all?: boolean }) =>
    withStore("jobs", openDeadJobs, async (dead) => {
      console.log(`${(await dead.drop(await chosen(ids, all, dead))).length} forgotten`);
    }),
  );

const lineOf = ({ id, job, lane, diedAt, attempts, error }: DeadJob): string =>
  [id, diedAt, lane.padEnd(10), job.name.padEnd(20), `${attempts} tries`, error, JSON.stringify(job.data)].join("  ");

async function chosen(ids: readonly string[], all: boolean, dead: DeadJobs): Promise<readonly string[]> {
  if (all === ids.length > 0) throw new NotPossible("say which: ids, or --all");
  const known = (await dead.list(most)).map(({ id }) => id);
  return all ? known : ids.map((id) => theOne(id, known));
}

function theOne(beginning: string, known: readonly string[]): string {
  const [only, ...others] = known.filter((id) => id.startsWith(beginning));
  if (only === undefined)
    throw new NotPossible(`there is no job ${beginning}; keyward jobs list shows which there are`);
  if (others.length > 0) throw new NotPossible(`several jobs begin with ${beginning}: give more of the id`);
  return only;
}
