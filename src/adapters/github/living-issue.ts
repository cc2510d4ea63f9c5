import * as z from "zod";
import type { GithubClient } from "./client.ts";
import { hasStatus, maybeDone } from "./errors.ts";

const label = "keyward";
const attempts = 3;
const pageSize = 100;
const day = 24 * 60 * 60_000;

/** One issue that says how things are, for as long as there is something to say. */
export type LivingIssue = {
  /** Begins its body and is nobody else's. */
  readonly marker: string;
  /** Stands for what is said: while it stays the same nothing is written. */
  readonly digest: string;
  readonly title: string;
  readonly text: string;
  readonly state: "open" | "closed" | "as-it-is";
  /** 0: never. */
  readonly remindEveryDays: number;
  readonly reminder: string;
};

export type IssueDesk = {
  readonly issues: GithubClient["rest"]["issues"];
  readonly repo: { readonly owner: string; readonly repo: string };
  readonly botLogin: string;
};

/** What is remembered of it between two times. */
type Filing = { readonly number: number; readonly toldAt: string };

/**
 * Brings the issue to what is wanted. A person who closes it without anything having changed is left alone until the next reminder.
 * Safe to repeat, also after an answer that was lost and by two at once: issue and reminders are found by their markers.
 */
export async function ensureLivingIssue(
  desk: IssueDesk,
  wanted: LivingIssue,
  filing: Filing | null,
  now: string,
): Promise<Filing | null> {
  const issue = (await knownIssue(desk, wanted, filing)) ?? (await foundIssue(desk, wanted));
  if (issue === null) {
    if (wanted.state !== "open") return null;
    return { number: (await createIssue(desk, wanted)).number, toldAt: now };
  }
  const { number } = issue;
  const toldAt = filing?.number === number ? filing.toldAt : now;
  const news = !(issue.body ?? "").startsWith(headOf(wanted));
  const due =
    wanted.state === "open" &&
    wanted.remindEveryDays > 0 &&
    daysLater(toldAt, wanted.remindEveryDays) <= Date.parse(now);
  await update(desk, issue, wanted, { news, due });
  if (!due) return { number, toldAt };
  await remind(desk, number, wanted, toldAt);
  return { number, toldAt: now };
}

const headOf = ({ marker, digest }: LivingIssue): string => `${marker}\n<!-- keyward:says:${digest} -->\n`;
const bodyOf = (wanted: LivingIssue): string => `${headOf(wanted)}\n${wanted.text}`;
const daysLater = (from: string, days: number): number => Date.parse(from) + days * day;

const issueReply = z.object({
  number: z.int(),
  title: z.string(),
  body: z.string().nullish(),
  state: z.string(),
  pull_request: z.unknown().optional(),
});
type Issue = z.infer<typeof issueReply>;

async function knownIssue(
  { issues, repo }: IssueDesk,
  { marker }: LivingIssue,
  filing: Filing | null,
): Promise<Issue | null> {
  if (filing === null) return null;
  try {
    const issue = issueReply.parse((await issues.get({ ...repo, issue_number: filing.number })).data);
    return issue.body?.startsWith(marker) === true ? issue : null;
  } catch (error) {
    // Deleted by a person, or moved.
    if (hasStatus(error, 404, 410)) return null;
    throw error;
  }
}

/** The oldest of this app's issues that bear the marker; any other, made at the same moment or unawares, is closed. */
async function foundIssue(desk: IssueDesk, { marker }: LivingIssue): Promise<Issue | null> {
  const { issues, repo, botLogin } = desk;
  const found: Issue[] = [];
  for (let page = 1, more = true; more; page += 1) {
    const { data } = await issues.listForRepo({
      ...repo,
      creator: botLogin,
      state: "all",
      sort: "created",
      direction: "asc",
      per_page: pageSize,
      page,
    });
    found.push(
      ...data
        .map((one) => issueReply.parse(one))
        .filter(({ body, pull_request }) => pull_request === undefined && body?.startsWith(marker)),
    );
    more = data.length === pageSize;
  }
  const [first, ...others] = found.toSorted((a, b) => a.number - b.number);
  for (const { number, state } of others) {
    if (state !== "open") continue;
    const request = { retries: 2 };
    await issues.update({ ...repo, issue_number: number, state: "closed", state_reason: "not_planned", request });
  }
  return first ?? null;
}

async function createIssue(desk: IssueDesk, wanted: LivingIssue): Promise<Issue> {
  const { issues, repo } = desk;
  for (let doubts = 0; ;) {
    try {
      const { title } = wanted;
      await issues.create({ ...repo, title, body: bodyOf(wanted), labels: [label] });
      const made = await foundIssue(desk, wanted);
      if (made) return made;
      throw new Error("an issue that was created is not among those of this app");
    } catch (error) {
      doubts += 1;
      if (!maybeDone(error) || doubts === attempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200 * doubts ** 2));
      const made = await foundIssue(desk, wanted);
      if (made) return made;
    }
  }
}

async function update(
  { issues, repo }: IssueDesk,
  issue: Issue,
  wanted: LivingIssue,
  { news, due }: { readonly news: boolean; readonly due: boolean },
): Promise<void> {
  const opens = wanted.state === "open" && issue.state !== "open" && (news || due);
  const closes = wanted.state === "closed" && issue.state === "open";
  const changes = {
    ...(news && { title: wanted.title, body: bodyOf(wanted) }),
    ...(opens && { state: "open" as const }),
    ...(closes && { state: "closed" as const, state_reason: "completed" as const }),
  };
  if (Object.keys(changes).length === 0) return;
  // The same edit twice is one edit.
  await issues.update({ ...repo, issue_number: issue.number, ...changes, request: { retries: 2 } });
}

const commentReply = z.object({ body: z.string().nullish(), user: z.object({ login: z.string() }).nullable() });

/** Comments once; named after the time people were last told, so that a repeat finds it. */
async function remind(desk: IssueDesk, number: number, wanted: LivingIssue, toldAt: string): Promise<void> {
  const { issues, repo, botLogin } = desk;
  const marker = `<!-- keyward:reminder:${toldAt} -->`;
  const isSaid = async (): Promise<boolean> => {
    for (let page = 1; ; page += 1) {
      const query = { ...repo, issue_number: number, since: toldAt, per_page: pageSize, page };
      const { data } = await issues.listComments(query);
      const ours = data.map((one) => commentReply.parse(one)).filter(({ user }) => user?.login === botLogin);
      if (ours.some(({ body }) => body?.startsWith(marker))) return true;
      if (data.length < pageSize) return false;
    }
  };
  for (let doubts = 0; ;) {
    if (await isSaid()) return;
    try {
      await issues.createComment({ ...repo, issue_number: number, body: `${marker}\n${wanted.reminder}` });
      return;
    } catch (error) {
      doubts += 1;
      if (!maybeDone(error) || doubts === attempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200 * doubts ** 2));
    }
  }
}
