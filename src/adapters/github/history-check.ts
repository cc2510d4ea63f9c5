import * as z from "zod";
import type { History } from "../../core/history/history.ts";
import type { TellHistory } from "../../flows/ports/histories.ts";
import type { GithubApp } from "./app.ts";
import { hasStatus, maybeDone } from "./errors.ts";
import { historyCheckContent } from "./history-check-content.ts";
import { createTurns } from "./turns.ts";

/** Another than the name that branch protections ask for: it judges nothing. */
export const historyCheckName = "Keyward history";

const checkRunReply = z.object({ id: z.int(), status: z.string(), external_id: z.string().nullable() });

/**
 * Says on a check run of its own how far the reading of a history is. One run for each round, found again by its external id. An
 * installation that lets nobody write checks, or a commit that is gone, is no reason not to read on.
 */
export function createHistoryTeller(app: Pick<GithubApp, "appId" | "clientFor">): TellHistory {
  const inTurn = createTurns();
  return (head, history) =>
    inTurn(String(head.repo.repoId), async () => {
      try {
        await tell(app, head, history);
        return true;
      } catch (error) {
        if (hasStatus(error, 403, 404, 422)) return false;
        throw error;
      }
    });
}

async function tell(
  { appId, clientFor }: Pick<GithubApp, "appId" | "clientFor">,
  { repo, sha }: Parameters<TellHistory>[0],
  history: History,
): Promise<void> {
  const { checks } = clientFor(repo.installationId).rest;
  const at = { owner: repo.owner, repo: repo.name };
  const id = `keyward-history:${repo.repoId}:${history.round}`;
  const content = historyCheckContent(history);
  const find = async (): Promise<number | null> => {
    const { data } = await checks.listForRef({
      ...at,
      ref: sha,
      check_name: historyCheckName,
      app_id: appId,
      filter: "all",
      per_page: 100,
    });
    const runs = data.check_runs.map((run) => checkRunReply.parse(run));
    return runs.find(({ external_id: external }) => external === id)?.id ?? null;
  };
  const known = await find();
  if (known === null) {
    try {
      await checks.create({ ...at, name: historyCheckName, head_sha: sha, external_id: id, ...content });
      return;
    } catch (error) {
      if (!maybeDone(error)) throw error;
    }
  }
  const made = known ?? (await find());
  if (made === null) throw new Error("the check run of a history was not made; it is tried again with the next word");
  // The same words twice are the same words.
  await checks.update({ ...at, check_run_id: made, ...content, request: { retries: 2 } });
}
