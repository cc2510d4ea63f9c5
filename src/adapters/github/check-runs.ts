import * as z from "zod";
import type { CheckRuns, Head } from "../../flows/ports/check-runs.ts";
import type { GithubApp } from "./app.ts";
import { digestsIn, toCheckRun, type CheckRunContent, type Digests } from "./check-run-content.ts";
import { hasStatus, maybeDone, RepositoryUnavailable, says } from "./errors.ts";
import { createTurns } from "./turns.ts";

/** The name a branch protection asks for. */
const checkName = "Keyward";
/** https://docs.github.com/en/rest/checks/runs#update-a-check-run */
const annotationsPerRequest = 50;
const attempts = 4;

/** What we need to know of a check run. */
const checkRunReply = z.object({
  id: z.int(),
  status: z.string(),
  started_at: z.string().nullish(),
  external_id: z.string().nullable(),
  output: z.object({ text: z.string().nullable(), annotations_count: z.int() }),
});

/** `sent`: how many annotations it has, and of which report. */
type Run = {
  readonly id: number;
  readonly completed: boolean;
  readonly startedAt: string | null;
  readonly digests: Digests | null;
  readonly sent: number;
};

/**
 * Check runs on GitHub. Requests that may have been carried out although no answer came are never simply repeated: what is there
 * is looked up first, by our external id and by the digests of the report in the run's text.
 */
export function createCheckRuns(app: Pick<GithubApp, "appId" | "verdictClientFor" | "urls">): CheckRuns {
  const inTurn = createTurns();
  const seen = createSeenRuns();
  return {
    begin: (head, { reopen }) =>
      inTurn(externalId(head), () =>
        withMeaning(async () => seen.note(await runToWriteOn(runsOf(app, head), reopen)).id),
      ),
    complete: (head, checkRunId, report) =>
      inTurn(externalId(head), () =>
        withMeaning(async () => {
          const runs = runsOf(app, head);
          const run = seen.take(checkRunId) ?? (await runs.get(checkRunId));
          await bringTo(toCheckRun(head.repo, report, app.urls), run, runs);
          return { since: run.completed ? null : run.startedAt };
        }),
      ),
  };
}

/** How long what was seen of a run is good for, in milliseconds: a run is begun and completed one right after the other. */
const seenForMs = 10_000;

/** Runs as they were seen last, each for one use: what is sent to a run may have changed it even if no answer came. */
function createSeenRuns(): { readonly note: (run: Run) => Run; readonly take: (id: number) => Run | null } {
  const seen = new Map<number, { readonly run: Run; readonly at: number }>();
  return {
    note: (run) => {
      seen.delete(run.id);
      seen.set(run.id, { run, at: performance.now() });
      for (const [id, { at }] of seen) {
        if (performance.now() - at < seenForMs) break;
        seen.delete(id);
      }
      return run;
    },
    take: (id) => {
      const found = seen.get(id);
      seen.delete(id);
      return found && performance.now() - found.at < seenForMs ? found.run : null;
    },
  };
}

async function runToWriteOn(runs: HeadRuns, reopen: boolean): Promise<Run> {
  const newest = await runs.newest();
  return newest && (!newest.completed || !reopen) ? newest : runs.create();
}

const externalId = ({ repo, sha }: Head): string => `keyward:${repo.repoId}:${sha}`;

/** Sends what is missing of the content, until the run says all of it. */
async function bringTo(content: CheckRunContent, begun: Run, runs: HeadRuns): Promise<void> {
  let run = begun;
  if (standing(run, content) === "other") run = await replacement(run, content, runs);
  for (let doubts = 0; ;) {
    const from = standing(run, content);
    if (from === "said") return;
    if (from === "other") throw new Error(`check run ${run.id} was changed by somebody else meanwhile`);
    try {
      run = await runs.send(run.id, content, from);
    } catch (error) {
      doubts += 1;
      if (!maybeDone(error) || doubts === attempts) throw error;
      await pause(doubts);
      run = await runs.get(run.id);
    }
  }
}

/** From which annotation on the content has yet to be sent to a run; or that it says it already, or something else. */
function standing(run: Run, { digests }: CheckRunContent): number | "said" | "other" {
  if (run.completed && run.digests?.all === digests.all) return "said";
  if (run.digests?.lasting === digests.lasting) return run.sent;
  return run.completed || run.sent > 0 ? "other" : 0;
}

/**
 * Another run for the content: what a run has said stays, as annotations can be added but not taken back. A crash after making it
 * is no harm: the newest run is found here again.
 */
async function replacement(run: Run, content: CheckRunContent, runs: HeadRuns): Promise<Run> {
  const newest = await runs.newest();
  const last = newest && newest.id > run.id ? newest : run;
  if (standing(last, content) !== "other") return last;
  if (!last.completed) await runs.cancel(last.id);
  return runs.create();
}

type HeadRuns = {
  readonly newest: () => Promise<Run | null>;
  readonly get: (id: number) => Promise<Run>;
  /** Makes an in-progress one; none of ours may be in progress on the head. */
  readonly create: () => Promise<Run>;
  /** Sends the next batch of annotations, and with the last one the conclusion. */
  readonly send: (id: number, content: CheckRunContent, from: number) => Promise<Run>;
  readonly cancel: (id: number) => Promise<void>;
};

function runsOf({ appId, verdictClientFor }: Pick<GithubApp, "appId" | "verdictClientFor">, head: Head): HeadRuns {
  const { checks } = verdictClientFor(head.repo.installationId).rest;
  const repo = { owner: head.repo.owner, repo: head.repo.name };
  const id = externalId(head);

  async function newest(): Promise<Run | null> {
    const found: Run[] = [];
    const query = {
      ...repo,
      ref: head.sha,
      check_name: checkName,
      app_id: appId,
      filter: "all",
      per_page: 100,
    } as const;
    for (let page = 1, more = true; more; page += 1) {
      const { data } = await checks.listForRef({ ...query, page });
      const ours = data.check_runs.map((run) => checkRunReply.parse(run)).filter((run) => run.external_id === id);
      found.push(...ours.map(asRun));
      more = data.check_runs.length === query.per_page;
    }
    return found.toSorted((a, b) => b.id - a.id)[0] ?? null;
  }

  async function create(): Promise<Run> {
    for (let doubts = 0; ;) {
      try {
        const { data } = await checks.create({
          ...repo,
          name: checkName,
          head_sha: head.sha,
          external_id: id,
          status: "in_progress",
          started_at: new Date().toISOString(),
        });
        return asRun(checkRunReply.parse(data));
      } catch (error) {
        doubts += 1;
        if (!maybeDone(error) || doubts === attempts) throw error;
        await pause(doubts);
        const made = await newest();
        if (made && !made.completed) return made;
      }
    }
  }

  return {
    newest,
    create,
    async get(checkRunId) {
      const { data } = await checks.get({ ...repo, check_run_id: checkRunId });
      return asRun(checkRunReply.parse(data));
    },
    async send(checkRunId, content, from) {
      const annotations = content.annotations.slice(from, from + annotationsPerRequest);
      const sent = from + annotations.length;
      const completed = sent === content.annotations.length;
      await checks.update({
        ...repo,
        check_run_id: checkRunId,
        ...(completed ? { status: "completed", conclusion: content.conclusion } : { status: "in_progress" }),
        // Given with each batch: what a run offered before is not offered any more.
        actions: content.actions.map((action) => ({ ...action })),
        output: { title: content.title, summary: content.summary, text: content.text, annotations: [...annotations] },
      });
      return { id: checkRunId, completed, startedAt: null, digests: content.digests, sent };
    },
    async cancel(checkRunId) {
      const request = { retries: 2 };
      await checks.update({ ...repo, check_run_id: checkRunId, status: "completed", conclusion: "cancelled", request });
    },
  };
}

function asRun({ id, status, started_at: startedAt = null, output }: z.infer<typeof checkRunReply>): Run {
  return {
    id,
    completed: status === "completed",
    startedAt,
    digests: digestsIn(output.text),
    sent: output.annotations_count,
  };
}

/** Tells what is not there (any more) from what failed. */
async function withMeaning<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    const options = { cause: error };
    if (hasStatus(error, 404)) throw new RepositoryUnavailable("repository", "gone", options);
    if (hasStatus(error, 422) && says(error, /no commit found/i)) {
      throw new RepositoryUnavailable("commit", "gone", options);
    }
    if (hasStatus(error, 403) && says(error, /archived/i)) {
      throw new RepositoryUnavailable("repository", "archived", options);
    }
    throw error;
  }
}

/** Before looking whether a request without an answer was carried out: 0.2 s, 0.8 s, 1.8 s. */
const pause = (round: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, 200 * round ** 2));
