import { setTimeout as sleep } from "node:timers/promises";
import type { LocalGithub } from "../github/local-github.ts";
import type { LocalRepository } from "../github/local-repository.ts";
import type { Issue } from "../github/state.ts";
import { startWorkTree, type WorkTree } from "../github/work-tree.ts";
import { newToken } from "../support/tokens.ts";
import { checkOn, incidentIssuesOf } from "./seen.ts";

/** Kinds of entries of a timeline that come from what people do, and from nothing else here. */
export type DeedKind =
  "phaseDone" | "attested" | "closedByHand" | "reopened" | "dismissed" | "assigned" | "snoozed" | "verificationAsked";

/** Something a person did to an incident. What it is recorded as, and the state it leads to if to another. */
type Deed = { readonly records: DeedKind; readonly becomes?: "open" | "closed" | "dismissed" } & (
  { readonly how: "say"; readonly words: string; readonly where?: "pull" } | { readonly how: "close" | "reopen" }
);

/** A deed that was done; `comment`: what was said, and where. */
export type Done = Deed & { readonly comment: { readonly number: number; readonly id: number } | null };

/** A branch that was pushed, with what was done about it. The first head brings the credential, if there is one. */
export type Topic = {
  readonly repository: LocalRepository;
  readonly tree: WorkTree;
  readonly branch: string;
  readonly heads: string[];
  readonly token: string | null;
  /** What is to be done about its incident. */
  readonly life: readonly Deed[];
  pull: number | null;
  /** How often somebody asked for the check of a head again. */
  readonly reruns: Map<string, number>;
  readonly done: Done[];
};

const say = (words: string, records: DeedKind, becomes?: "open" | "closed" | "dismissed"): Deed => ({
  how: "say",
  words: `/keyward ${words}`,
  records,
  ...(becomes && { becomes }),
});
const byHand = (how: "close" | "reopen", records: DeedKind): Deed => ({ how, records, becomes: "open" });

/** What comes of incidents here: each gets one of these lives, a deed after the answer to the one before. */
const lives: readonly (readonly Deed[])[] = [
  [
    say("contain the key is off", "phaseDone", "open"),
    say("assess nobody has used it", "phaseDone", "open"),
    say("recover there is nothing to undo", "phaseDone", "open"),
    say("attest the provider refuses it", "attested", "closed"),
  ],
  [say("attest the provider refuses it", "attested", "closed"), byHand("reopen", "reopened")],
  [byHand("close", "closedByHand"), say("assign @mona", "assigned")],
  [
    say("dismiss 30d false-positive", "dismissed", "dismissed"),
    say("reopen it is real after all", "reopened", "open"),
    say("dismiss test-credential", "dismissed", "dismissed"),
  ],
  [say("snooze 8h we are on it", "snoozed"), say("verify", "verificationAsked"), byHand("close", "closedByHand")],
  [
    {
      how: "say",
      words: "/keyward dismiss accepted-risk it reaches nothing",
      where: "pull",
      records: "dismissed",
      becomes: "dismissed",
    },
  ],
  [],
];

export type Work = {
  readonly topics: readonly Topic[];
  /** What people still wait for. */
  readonly unanswered: () => readonly string[];
  /** Has everybody stop waiting. */
  readonly end: () => Promise<void>;
};

/** Lets people work until then, and gives what they did. They begin nothing more, but wait for what they have begun. */
export async function work(github: LocalGithub, repositories: number, until: number): Promise<Work> {
  const topics: Topic[] = [];
  const trees: WorkTree[] = [];
  const unanswered = new Set<string>();
  const lived: Promise<void>[] = [];
  const ended = new AbortController();
  const develop = async (n: number): Promise<void> => {
    const repository = await github.createRepository({ owner: "acme", name: `shop-${n}` });
    repository.setRole("mona", "maintain");
    const tree = await startWorkTree(repository);
    trees.push(tree);
    await tree.commit({ message: "Start", files: [["README.md", `# Shop ${n}\n`]] });
    await tree.push("main");
    const own: Topic[] = [];
    while (Date.now() < until) {
      if (own.filter(waits).length >= mostWaiting) {
        await sleep(100);
        continue;
      }
      const before = own.length;
      await developerDoes(own, repository, tree);
      const topic = own[before];
      if (topic !== undefined) topics.push(topic);
      if (topic?.token) lived.push(live(topic, { until, unanswered, ended: ended.signal }));
      await sleep(200 + Math.random() * 1300);
    }
  };
  await Promise.all(Array.from({ length: repositories }, (_, n) => develop(n)));
  return {
    topics,
    unanswered: () => [...unanswered],
    end: async () => {
      ended.abort();
      await Promise.all(lived);
      for (const tree of trees) await tree[Symbol.asyncDispose]();
    },
  };
}

/** Nobody goes on when nothing comes back, as a machine that is busy would be given more and more. */
const mostWaiting = 2;
const waits = (topic: Topic): boolean =>
  topic.heads.some((head) => checkOn(topic, head)?.status !== "completed") ||
  (topic.token !== null && issueOf(topic) === undefined);

const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(Math.random() * list.length)];

/** One thing at random: a branch, a pull request, a commit on top of one, a check asked for again. */
async function developerDoes(own: Topic[], repository: LocalRepository, tree: WorkTree): Promise<void> {
  const luck = Math.random();
  const topic = pick(own);
  if (topic === undefined || luck < 0.4) own.push(await pushTopic(own.length, repository, tree));
  else if (luck < 0.65) await openPull(topic);
  else if (luck >= 0.85) askAgain(topic);
  // What is said to a pull request is about its newest head, which may not be judged yet.
  else if (!topic.life.some(isSaidToPull)) await pushMore(topic);
}

const isSaidToPull = (deed: Deed): boolean => deed.how === "say" && deed.where === "pull";

async function pushTopic(n: number, repository: LocalRepository, tree: WorkTree): Promise<Topic> {
  const token = n % 3 === 2 ? null : newToken();
  const life = token === null ? [] : (pick(lives) ?? []);
  const branch = `topic-${n}`;
  await tree.git("switch", "--quiet", "--create", branch, "main");
  const text = token === null ? `export const n = ${n};\n` : `const github = connect("${token}");\n`;
  const head = await tree.commit({ message: `Change ${n}`, files: [[`src/${n}.ts`, text]] });
  await tree.push(branch);
  const topic: Topic = {
    repository,
    tree,
    branch,
    heads: [head],
    token,
    life,
    pull: null,
    reruns: new Map(),
    done: [],
  };
  if (life.some(isSaidToPull)) await openPull(topic);
  return topic;
}

async function openPull(topic: Topic): Promise<void> {
  if (topic.pull !== null) return;
  const { number } = await topic.repository.openPullRequest({ head: topic.branch, title: `About ${topic.branch}` });
  topic.pull = number;
}

async function pushMore({ tree, branch, heads }: Topic): Promise<void> {
  await tree.git("switch", "--quiet", branch);
  const head = await tree.commit({ message: "More", files: [[`src/${branch}-${heads.length}.ts`, "export {};\n"]] });
  await tree.push(branch);
  heads.push(head);
}

function askAgain({ repository, heads, reruns }: Topic): void {
  const head = pick(heads) ?? "";
  const run = checkOn({ repository }, head);
  if (run?.status !== "completed") return;
  reruns.set(head, (reruns.get(head) ?? 0) + 1);
  repository.rerequestCheckRun(run.id);
}

type Living = { readonly until: number; readonly unanswered: Set<string>; readonly ended: AbortSignal };

/** A maintainer sees to one incident. What was begun before the end is waited for until all is over. */
async function live(topic: Topic, { until, unanswered, ended }: Living): Promise<void> {
  const comes = async (what: string, look: () => boolean): Promise<boolean> => {
    const name = `${topic.repository.fullName} ${topic.branch}: ${what}`;
    unanswered.add(name);
    while (!look()) {
      if (ended.aborted) return false;
      await sleep(25);
    }
    unanswered.delete(name);
    return true;
  };
  const issue = () => issueOf(topic);
  if (!(await comes("an incident", () => issue() !== undefined))) return;
  for (const deed of topic.life) {
    await sleep(Math.random() * 1500);
    if (
      isSaidToPull(deed) &&
      !(await comes("a check", () => checkOn(topic, topic.heads.at(-1))?.status === "completed"))
    )
      return;
    if (Date.now() >= until) return;
    const { number = 0, state = "" } = issue() ?? {};
    topic.done.push(await act(topic, deed, isSaidToPull(deed) ? (topic.pull ?? 0) : number));
    const isDone =
      deed.how === "say"
        ? () => reactionsTo(topic, topic.done.at(-1)).length > 0 && (issue()?.state ?? "") === stateAfter(deed, state)
        : () => issue()?.state === "open" && saysSo(deed, issue());
    if (!(await comes(deed.how === "say" ? deed.words : `${deed.how} by hand`, isDone))) return;
  }
}

const stateAfter = ({ becomes }: Deed, before: string): string =>
  becomes === undefined ? before : becomes === "open" ? "open" : "closed";

/** The issue of the incident of a topic. */
const issueOf = ({ repository, heads }: Topic): Issue | undefined => incidentIssuesOf({ repository }, heads[0])[0];

const saysSo = (deed: Deed, issue: Issue | undefined): boolean =>
  deed.how === "close"
    ? (issue?.comments ?? []).some(({ body }) => body.includes("This is open again, as nothing shows yet"))
    : (issue?.body ?? "").includes("opened again");

async function act({ repository }: Topic, deed: Deed, number: number): Promise<Done> {
  if (deed.how === "say") return { ...deed, comment: { number, id: repository.comment(number, deed.words, "mona") } };
  await (deed.how === "close" ? repository.close(number, "mona") : repository.reopen(number, "mona"));
  return { ...deed, comment: null };
}

/** What Keyward reacted to a deed with: its answer. */
export function reactionsTo({ repository }: Topic, done: Done | undefined): readonly string[] {
  if (!done?.comment) return [];
  const { number, id } = done.comment;
  return (repository.comments(number).find((one) => one.id === id)?.reactions ?? []).map(({ content }) => content);
}
