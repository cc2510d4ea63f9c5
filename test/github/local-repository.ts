import { addComment } from "./actions/comments.ts";
import { changeIssue, openIssue, type IssueChange } from "./actions/issues.ts";
import { pressAction, rerequestRun, rerequestSuite, runsOn } from "./actions/checks.ts";
import { enterQueue } from "./actions/merge-queue.ts";
import { changePull, mergeCommit, openPull } from "./actions/pulls.ts";
import { afterPush } from "./actions/pushes.ts";
import { deleteRepository, renameRepository, setArchived, setVisibility } from "./actions/repositories.ts";
import { commitOf } from "./git/bare-repository.ts";
import { isPull, type PullIssue } from "./shapes/pulls.ts";
import { issuePage } from "./shapes/issues.ts";
import { repositoryPage } from "./shapes/repositories.ts";
import type { Account, Advisory, CheckRun, Issue, Repository, RepositorySettings, Role, Visibility } from "./state.ts";
import { fullName, lookUpAccount, type World } from "./world.ts";

export type Numbered = { readonly number: number; readonly url: string };

export type NewPullRequest = {
  /** A branch of this repository, or `owner:branch` of a fork. */
  readonly head: string;
  readonly base?: string;
  readonly title: string;
  readonly body?: string;
  readonly author?: string;
  readonly draft?: boolean;
};

/** A repository of the local GitHub, and what people do in it. Actors are named by login; `developer` unless said. */
export type LocalRepository = {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly fullName: string;
  readonly defaultBranch: string;
  /** Where a person looks at it. */
  readonly url: string;
  /** With a user's name and password in it: for `git clone` and `git push`. */
  readonly cloneUrl: string;
  cloneUrlFor: (login: string) => string;
  /** For git processes: no configuration of the person or machine, no prompts, an author. */
  readonly gitEnv: Readonly<Record<string, string>>;
  /** The bare repository on disk. */
  readonly directory: string;
  headOf: (branch: string) => Promise<string | null>;
  openPullRequest: (wanted: NewPullRequest) => Promise<Numbered>;
  mergePullRequest: (number: number, by?: string) => Promise<string>;
  /** Puts a pull request into the merge queue; gives the commit that would be merged. */
  enterMergeQueue: (number: number, by?: string) => Promise<string>;
  openIssue: (wanted: { readonly title: string; readonly body?: string; readonly author?: string }) => Numbered;
  close: (number: number, by?: string) => Promise<void>;
  reopen: (number: number, by?: string) => Promise<void>;
  /** Changes the title or the body of an issue or a pull request. */
  edit: (number: number, wanted: { readonly title?: string; readonly body?: string }, by?: string) => Promise<void>;
  /** Gives the comment's id. */
  comment: (number: number, body: string, by?: string) => number;
  checkRuns: (sha: string, filter?: "latest" | "all") => readonly CheckRun[];
  issues: () => readonly Issue[];
  advisories: () => readonly Advisory[];
  setTopics: (topics: readonly string[]) => void;
  setClones: (clones: Repository["clones"]) => void;
  rerequestCheckRun: (id: number, by?: string) => void;
  rerequestCheckSuite: (id: number, by?: string) => Promise<void>;
  pressCheckRunAction: (id: number, identifier: string, by?: string) => void;
  setRole: (login: string, role: Role) => void;
  setVisibility: (visibility: Visibility, by?: string) => void;
  setArchived: (archived: boolean, by?: string) => void;
  setIssuesEnabled: (enabled: boolean) => void;
  /** Changes what an administrator sets. */
  set: (settings: Partial<RepositorySettings>) => void;
  rename: (name: string, by?: string) => void;
  delete: (by?: string) => Promise<void>;
};

export const defaultUser = "developer";

const gitEnv: Readonly<Record<string, string>> = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_AUTHOR_NAME: defaultUser,
  GIT_AUTHOR_EMAIL: `${defaultUser}@example.org`,
  GIT_COMMITTER_NAME: defaultUser,
  GIT_COMMITTER_EMAIL: `${defaultUser}@example.org`,
};

/** What a test or the demo holds of a repository. */
export function localRepository(world: World, repository: Repository): LocalRepository {
  const user = (login: string = defaultUser): Account => lookUpAccount(world, login);
  const page = (issue: Issue): Numbered => ({ number: issue.number, url: issuePage(world, repository, issue) });
  const issue = (number: number): Issue => found(repository.issues.get(number), `issue ${number}`, repository);
  const run = (id: number): CheckRun => found(repository.runs.get(id), `check run ${id}`, repository);
  const change = async (number: number, wanted: IssueChange, by?: string): Promise<void> => {
    const one = issue(number);
    if (isPull(one)) await changePull(world, repository, one, wanted, user(by));
    else changeIssue(world, repository, one, wanted, user(by));
  };
  const cloneUrlFor = (login: string): string =>
    withCredentials(`${repositoryPage(world, repository)}.git`, user(login));
  return {
    id: repository.id,
    owner: repository.owner.login,
    get name() {
      return repository.name;
    },
    get fullName() {
      return fullName(repository);
    },
    defaultBranch: repository.defaultBranch,
    get url() {
      return repositoryPage(world, repository);
    },
    get cloneUrl() {
      return cloneUrlFor(defaultUser);
    },
    cloneUrlFor,
    gitEnv,
    directory: repository.directory,
    headOf: (branch) => commitOf(repository.directory, `refs/heads/${branch}`),
    openPullRequest: async (wanted) => page(await openNamed(world, repository, wanted, user(wanted.author))),
    mergePullRequest: (number, by) => world.busy.inTurn(() => merge(world, repository, issue(number), user(by))),
    enterMergeQueue: (number, by) => world.busy.inTurn(() => enter(world, repository, issue(number), user(by))),
    openIssue: ({ title, body = null, author }) =>
      page(openIssue(world, repository, { title, body, author: user(author), labels: [], assignees: [] })),
    close: (number, by) => change(number, { state: "closed" }, by),
    reopen: (number, by) => change(number, { state: "open" }, by),
    edit: (number, wanted, by) => change(number, wanted, by),
    comment: (number, body, by) => addComment(world, repository, issue(number), user(by), body).id,
    checkRuns: (sha, filter) => runsOn(repository, sha, filter),
    issues: () => [...repository.issues.values()].filter((one) => !isPull(one)),
    advisories: () => repository.advisories,
    setTopics: (topics) => void (repository.topics = topics),
    setClones: (clones) => void (repository.clones = clones),
    rerequestCheckRun: (id, by) => rerequestRun(world, repository, run(id), user(by)),
    rerequestCheckSuite: (id, by) =>
      rerequestSuite(world, repository, found(repository.suites.get(id), `check suite ${id}`, repository), user(by)),
    pressCheckRunAction: (id, identifier, by) => pressAction(world, repository, run(id), identifier, user(by)),
    setRole: (login, role) => void repository.roles.set(user(login).id, role),
    setVisibility: (visibility, by) => setVisibility(world, repository, visibility, user(by)),
    setArchived: (archived, by) => setArchived(world, repository, archived, user(by)),
    setIssuesEnabled: (enabled) => void (repository.hasIssues = enabled),
    set: (settings) => void (repository.settings = { ...repository.settings, ...settings }),
    rename: (name, by) => renameRepository(world, repository, name, user(by)),
    delete: (by) => deleteRepository(world, repository, user(by)),
  };
}

function found<T>(value: T | undefined, what: string, repository: Repository): T {
  if (value === undefined) throw new Error(`No ${what} in ${fullName(repository)}`);
  return value;
}

function withCredentials(url: string, account: Account): string {
  const result = new URL(url);
  result.username = account.login;
  result.password = account.password;
  return result.href;
}

/** Waits for pushes to be worked off first, so that the pull request sees them and not they it. */
function openNamed(world: World, repository: Repository, wanted: NewPullRequest, author: Account): Promise<PullIssue> {
  const [branch = "", owner] = wanted.head.split(":").toReversed();
  const head = owner === undefined ? repository : forkOf(world, repository, owner);
  return world.busy.inTurn(() =>
    openPull(world, repository, {
      head: { repository: head, branch },
      base: wanted.base ?? repository.defaultBranch,
      title: wanted.title,
      body: wanted.body ?? null,
      author,
      draft: wanted.draft ?? false,
    }),
  );
}

function forkOf(world: World, repository: Repository, owner: string): Repository {
  if (owner === repository.owner.login) return repository;
  const fork = world.repositories.values().find((one) => one.parent === repository && one.owner.login === owner);
  return found(fork, `fork by ${owner}`, repository);
}

function enter(world: World, repository: Repository, issue: Issue, by: Account): Promise<string> {
  if (!isPull(issue)) throw new Error(`#${issue.number} is not a pull request`);
  return enterQueue(world, repository, issue, by);
}

async function merge(world: World, repository: Repository, issue: Issue, by: Account): Promise<string> {
  if (!isPull(issue)) throw new Error(`#${issue.number} is not a pull request`);
  const update = await mergeCommit(repository, issue, by);
  await afterPush(world, repository, [update], by);
  return update.after;
}
