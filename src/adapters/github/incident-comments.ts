import * as z from "zod";
import type { Incident } from "../../core/incident/incident.ts";
import type { TimelineEntry } from "../../core/incident/timeline.ts";
import type { GithubClient } from "./client.ts";
import { hasStatus, maybeDone } from "./errors.ts";
import { messageOf } from "./incident-messages.ts";
import type { Audience } from "./issue-body.ts";

type Desk = {
  readonly incident: Incident;
  readonly issues: GithubClient["rest"]["issues"];
  readonly repo: { readonly owner: string; readonly repo: string };
  readonly audience: Audience;
  readonly botLogin: string;
};

const pageSize = 100;
const attempts = 3;
/** Our clock and GitHub's may differ by this much. */
const clockDifference = 24 * 60 * 60_000;

const commentReply = z.object({
  id: z.int(),
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullable(),
});

/** Begins every comment about an event and names it; on its first line, where nothing a stranger wrote can stand. */
const commentMarker = ({ id }: Pick<Incident, "id">, seq: number): string => `<!-- keyward:event:${id}:${seq} -->`;

/** Comments what matters of the entries, in order, each once: what is there already is known by its marker. */
export async function tellOn(
  desk: Desk,
  issueNumber: number,
  fresh: readonly TimelineEntry[],
  all: readonly TimelineEntry[],
): Promise<void> {
  const messages = fresh.flatMap((entry) => {
    const text = messageOf(entry, desk.incident, all, desk.audience);
    const marker = commentMarker(desk.incident, entry.seq);
    return text === null ? [] : [{ marker, at: entry.at, body: `${marker}\n${text}` }];
  });
  const [first] = messages;
  if (!first) return;
  const said = await ownComments(desk, issueNumber, first.at);
  for (const { marker, at, body } of messages) {
    if (said.some((text) => text.startsWith(marker))) continue;
    await say(desk, issueNumber, { marker, at, body });
  }
}

async function say(
  desk: Desk,
  issueNumber: number,
  { marker, at, body }: { readonly marker: string; readonly at: string; readonly body: string },
): Promise<void> {
  for (let doubts = 0; ;) {
    try {
      await desk.issues.createComment({ ...desk.repo, issue_number: issueNumber, body });
      return;
    } catch (error) {
      doubts += 1;
      if (!maybeDone(error) || doubts === attempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200 * doubts ** 2));
      if ((await ownComments(desk, issueNumber, at)).some((text) => text.startsWith(marker))) return;
    }
  }
}

type Comment = z.infer<typeof commentReply>;

async function ownComments(desk: Desk, issueNumber: number, since: string): Promise<string[]> {
  return (await commentsOf(desk, issueNumber, since)).map(({ body }) => body ?? "");
}

/** What the app itself has written since then. */
async function commentsOf({ issues, repo, botLogin }: Desk, issueNumber: number, since: string): Promise<Comment[]> {
  const own: Comment[] = [];
  const from = new Date(Date.parse(since) - clockDifference).toISOString();
  for (let page = 1, more = true; more; page += 1) {
    const { data } = await issues.listComments({
      ...repo,
      issue_number: issueNumber,
      since: from,
      per_page: pageSize,
      page,
    });
    const comments = data.map((comment) => commentReply.parse(comment));
    own.push(...comments.filter(({ user }) => user?.login === botLogin));
    more = data.length === pageSize;
  }
  return own;
}

/** Deletes what the app itself has written, with its edits. What people wrote is theirs. */
export async function takeBackComments(desk: Desk, issueNumber: number): Promise<void> {
  const { issues, repo } = desk;
  for (const { id } of await commentsOf(desk, issueNumber, desk.incident.openedAt)) {
    try {
      await issues.deleteComment({ ...repo, comment_id: id, request: { retries: 2 } });
    } catch (error) {
      // By an earlier try, or by a person.
      if (!hasStatus(error, 404)) throw error;
    }
  }
}
