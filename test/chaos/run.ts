import { setTimeout as sleep } from "node:timers/promises";
import { startLocalGithub, type LocalGithub } from "../github/local-github.ts";
import { startFleet, type Fleet, type FleetOptions } from "./fleet.ts";
import { lookAtDatabase, lookAtGithub, type ChaosReport } from "./look.ts";
import { work, type Work } from "./people.ts";
import { startChaosSink, type ChaosSink } from "./sink.ts";

export type ChaosOptions = FleetOptions & { readonly millis: number; readonly repositories: number };

/**
 * For how long everything may take to settle once nothing is killed any more. What was asked for again in vain waits for a minute or
 * more, and what is missing is looked for every five.
 */
const settleMs = 15 * 60_000;

/** Works and kills for the time given, lets it settle, and looks. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  // Minutes of this are more than GitHub allows in an hour, of which work that is no verdict would leave a part.
  const github = await startLocalGithub({ webhookTimeoutMs: 10_000, requestsPerHour: 1_000_000 });
  github.createOrganization("acme");
  github.createUser("mona");
  const sink = await startChaosSink();
  const fleet = await startFleet(github, sink, options);
  try {
    const until = Date.now() + options.millis;
    const [done, kills] = await Promise.all([work(github, options.repositories, until), fleet.killUntil(until)]);
    console.error(`${kills} kills; waiting until all is settled …`);
    sink.heal();
    const seen = await settled({ github, sink, fleet, done });
    await done.end();
    const secondIsRefused = options.roles.length > 1 || (await fleet.refusesSecond());
    await fleet.stop();
    const said = await whatCommandsSay(fleet);
    return {
      counts: { kills, ...seen.counts, ...said.counts },
      problems: [
        ...seen.problems,
        ...github.violations.map((violation) => `a request that GitHub does not know: ${JSON.stringify(violation)}`),
        ...(secondIsRefused ? [] : ["a second server opened the directory of the first"]),
        ...said.problems,
      ],
    };
  } finally {
    await fleet.remove();
    await sink.close();
    await github.stop();
  }
}

type Scene = {
  readonly github: LocalGithub;
  readonly sink: ChaosSink;
  readonly fleet: Fleet;
  readonly done: Work;
};

/** Looks whenever it is quiet, until all is as it must be or the patience is over. What GitHub could not deliver is asked for at a start. */
async function settled({ github, sink, fleet, done }: Scene): Promise<ChaosReport> {
  const deadline = Date.now() + settleMs;
  let before = "";
  for (let quietMs = 5000; ; quietMs *= 2) {
    await untilQuiet(github, sink, Math.min(quietMs, 60_000));
    const database = await fleet.whileStopped((pool) => lookAtDatabase(pool, github, done.topics, sink));
    const shown = lookAtGithub(github, done.topics);
    const waiting = done.unanswered().map((what) => `somebody waits for ${what}`);
    const report = {
      counts: { ...shown.counts, ...database.counts },
      problems: [...waiting, ...shown.problems, ...database.problems],
    };
    const problems = report.problems.join("\n");
    // What is the same after a long quiet time stays; but a webhook that came in vain again and again is asked for after minutes only.
    const isAskedFor = report.problems.some((problem) => problem.endsWith("never arrived"));
    const stays = problems === before && quietMs > 60_000 && !isAskedFor;
    if (problems === "" || stays || Date.now() > deadline) return report;
    before = problems;
    console.error(`${report.problems.length} things are not settled, such as: ${report.problems[0]}`);
  }
}

/** Until neither GitHub nor the sink has heard anything for that long. */
async function untilQuiet(github: LocalGithub, sink: ChaosSink, millis: number): Promise<void> {
  let [requests, heard] = [github.requests.length, Date.now()];
  while (Date.now() - Math.max(heard, sink.lastAsked()) < millis) {
    await sleep(250);
    if (github.requests.length !== requests) heard = Date.now();
    requests = github.requests.length;
  }
}

async function whatCommandsSay(fleet: Fleet): Promise<ChaosReport> {
  const list = await fleet.command("jobs", "list", "--json");
  const dead = list === null ? null : (JSON.parse(list) as readonly unknown[]).length;
  const verified = await fleet.command("incident", "verify");
  return {
    counts: { "jobs that failed for good": dead ?? -1 },
    problems: [
      ...(dead === 0 ? [] : [dead === null ? "keyward jobs list failed" : `${dead} jobs failed for good`]),
      ...(verified === null ? ["keyward incident verify: a timeline does not hold"] : []),
    ],
  };
}
