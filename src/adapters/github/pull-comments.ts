import * as z from "zod";
import type { PullComments } from "../../flows/ports/pull-requests.ts";
import type { GithubApp } from "./app.ts";
import type { GithubClient } from "./client.ts";
import { hasStatus, maybeDone, says } from "./errors.ts";
import { createTurns } from "./turns.ts";

const pageSize = 100;
const attempts = 3;

/** Begins the comment, where nothing a stranger wrote can stand. */
const marker = "<!-- keyward:pull-request -->";

const commentReply = z.object({
  id: z.int(),
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullable(),
});

/** One comment of ours a pull request: https://docs.github.com/en/rest/issues/comments */
export function createPullComments(app: Pick<GithubApp, "clientFor" | "slug">): PullComments {
  const inTurn = createTurns();
  return {
    keep: ({ installationId, repoId, owner, name }, number, text, { begins }) =>
      inTurn(`${repoId}:${number}`, async () => {
        const { issues } = app.clientFor(installationId).rest;
        const desk: Desk = { issues, place: { owner, repo: name }, number, login: `${await app.slug()}[bot]` };
        try {
          await write(desk, `${marker}\n${text}`, begins);
        } catch (error) {
          // The pull request is gone, or nobody may comment there any more: the check is the message.
          if (!hasStatus(error, 404, 410) && !(hasStatus(error, 403) && says(error, /locked/i))) throw error;
        }
      }),
  };
}

type Desk = {
  readonly issues: GithubClient["rest"]["issues"];
  readonly place: { readonly owner: string; readonly repo: string };
  readonly number: number;
  readonly login: string;
};

/** A request without an answer may have been carried out: what is there is looked up again before the next try. */
async function write(desk: Desk, body: string, begins: boolean): Promise<void> {
  const { issues, place, number } = desk;
  for (let doubts = 0; ;) {
    const known = await ownComment(desk);
    if (known?.body === body || (!known && !begins)) return;
    try {
      if (known) await issues.updateComment({ ...place, comment_id: known.id, body });
      else await issues.createComment({ ...place, issue_number: number, body });
      return;
    } catch (error) {
      doubts += 1;
      if (!maybeDone(error) || doubts === attempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200 * doubts ** 2));
    }
  }
}

async function ownComment({ issues, place, number, login }: Desk): Promise<z.infer<typeof commentReply> | null> {
  for (let page = 1, more = true; more; page += 1) {
    const { data } = await issues.listComments({ ...place, issue_number: number, per_page: pageSize, page });
    const comments = data.map((one) => commentReply.parse(one));
    const ours = comments.find(({ user, body }) => user?.login === login && body?.startsWith(marker));
    if (ours) return ours;
    more = data.length === pageSize;
  }
  return null;
}
