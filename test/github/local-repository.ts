import { addComment, deleteComment, editComment } from "./actions/comments.ts";
import { changeIssue, openIssue, type IssueChange } from "./actions/issues.ts";
import { pressAction, rerequestRun, rerequestSuite, runsOn } from "./actions/checks.ts";
import { enterQueue } from "./actions/merge-queue.ts";
import { changePull, mergeCommit, openPull } from "./actions/pulls.ts";
import { afterPush } from "./actions/pushes.ts";
import { editRelease, publishRelease } from "./actions/releases.ts";
import { deleteRepository, renameRepository, setArchived, setVisibility } from "./actions/repositories.ts";
import { addReview, addReviewComment, editReview, editReviewComment } from "./actions/reviews.ts";
import { editWiki, wikiDirectory } from "./actions/wiki.ts";
import { deleteRuleset, saveRuleset } from "./actions/rulesets.ts";
import { commitOf } from "./git/bare-repository.ts";
import { gitText } from "./git/git.ts";
import { isPull, type PullIssue } from "./shapes/pulls.ts";
import { issuePage } from "./shapes/issues.ts";
import { repositoryPage } from "./shapes/repositories.ts";
import type {
  Account,
  Advisory,
  CheckRun,
  Comment,
  Issue,
  Release,
  Repository,
  RepositorySettings,
  Role,
  Ruleset,
  Visibility,
} from "./state.ts";
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
  editComment: (number: number, id: number, body: string, by?: string) => void;
  deleteComment: (number: number, id: number, by?: string) => void;
  /** Reviews a pull request; gives the review's id. */
  review: (number: number, body: string, by?: string) => number;
  editReview: (number: number, id: number, body: string, by?: string) => void;
  /** Comments on a line of a pull request; gives the comment's id. */
  commentOnLine: (
    number: number,
    wanted: { readonly path: string; readonly line: number; readonly body: string },
    by?: string,
  ) => number;
  editLineComment: (number: number, id: number, body: string, by?: string) => void;
  /** Gives the release's id. */
  publishRelease: (
    wanted: { readonly tag: string; readonly name?: string; readonly body?: string },
    by?: string,
  ) => number;
  editRelease: (id: number, wanted: { readonly name?: string; readonly body?: string }, by?: string) => void;
  releases: () => readonly Release[];
  /** Writes a page of the wiki, by its file (`Home.md`); gives the revision. */
  editWiki: (file: string, content: string, by?: string) => Promise<string>;
  /** What a page of the wiki says now, or said in a revision. */
  wikiPage: (file: string, revision?: string) => Promise<string>;
  /** Of an issue or a pull request, oldest first. */
  comments: (number: number) => readonly Comment[];
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
  /** Makes a ruleset, or changes the one with this name. */
  saveRuleset: (ruleset: Partial<Ruleset> & Pick<Ruleset, "name">, by?: string) => void;
  /** Throws if there is none. */
  deleteRuleset: (name: string, by?: string) => void;
  rulesets: () => readonly Ruleset[];
  settings: () => RepositorySettings;
  pullRequests: () => readonly PullIssue[];
  rename: (name: string, by?: string) => void;
  delete: (by?: string) => void;
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
  const pull = (number: number): PullIssue => pullOf(issue(number));
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
    editComment: (number, id, body, by) => {
      const comment = found(one(issue(number).comments, id), `comment ${id}`, repository);
      editComment(world, repository, issue(number), comment, body, user(by));
    },
    deleteComment: (number, id, by) => {
      const comment = found(one(issue(number).comments, id), `comment ${id}`, repository);
      deleteComment(world, repository, issue(number), comment, user(by));
    },
    review: (number, body, by) => addReview(world, repository, pull(number), user(by), body).id,
    editReview: (number, id, body, by) => {
      const review = found(one(pull(number).pull.reviews, id), `review ${id}`, repository);
      editReview(world, repository, { issue: pull(number), review, body, by: user(by) });
    },
    commentOnLine: (number, wanted, by) =>
      addReviewComment(world, repository, pull(number), { ...wanted, author: user(by) }).id,
    editLineComment: (number, id, body, by) => {
      const comment = found(one(pull(number).pull.reviewComments, id), `comment ${id}`, repository);
      editReviewComment(world, repository, { issue: pull(number), comment, body, by: user(by) });
    },
    publishRelease: ({ tag, name = null, body = null }, by) =>
      publishRelease(world, repository, { tag, name, body, author: user(by) }).id,
    editRelease: (id, wanted, by) =>
      editRelease(
        world,
        repository,
        found(one(repository.releases, id), `release ${id}`, repository),
        wanted,
        user(by),
      ),
    releases: () => repository.releases,
    editWiki: (file, content, by) =>
      world.busy.inTurn(() => editWiki(world, repository, { file, content, message: `Write ${file}`, by: user(by) })),
    wikiPage: (file, revision = "master") =>
      gitText(wikiDirectory(repository), ["cat-file", "blob", `${revision}:${file}`]),
    comments: (number) => issue(number).comments,
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
    saveRuleset: (wanted, by) => {
      const before = repository.settings.rulesets.find(({ name }) => name === wanted.name) ?? null;
      saveRuleset(world, repository, before, wanted, user(by));
    },
    deleteRuleset: (wanted, by) => {
      const ruleset = repository.settings.rulesets.find(({ name }) => name === wanted);
      deleteRuleset(world, repository, found(ruleset, `ruleset ${wanted}`, repository), user(by));
    },
    rulesets: () => repository.settings.rulesets,
    settings: () => repository.settings,
    pullRequests: () => [...repository.issues.values()].filter(isPull),
    rename: (name, by) => renameRepository(world, repository, name, user(by)),
    delete: (by) => deleteRepository(world, repository, user(by)),
  };
}

const one = <T extends { readonly id: number }>(list: readonly T[], id: number): T | undefined =>
  list.find((item) => item.id === id);

function pullOf(issue: Issue): PullIssue {
  if (!isPull(issue)) throw new Error(`#${issue.number} is not a pull request`);
  return issue;
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
  return enterQueue(world, repository, pullOf(issue), by);
}

async function merge(world: World, repository: Repository, issue: Issue, by: Account): Promise<string> {
  const update = await mergeCommit(repository, pullOf(issue), by);
  await afterPush(world, repository, [update], by);
  return update.after;
}
