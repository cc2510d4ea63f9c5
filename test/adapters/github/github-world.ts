import { createGithubApp, type GithubApp } from "../../../src/adapters/github/app.ts";
import type { RepoRef } from "../../../src/core/change/change.ts";
import type { Head } from "../../../src/flows/ports/check-runs.ts";
import type { Logger } from "../../../src/flows/ports/system.ts";
import { startLocalGithub, type LocalGithub, type LocalGithubOptions } from "../../github/local-github.ts";
import type { LocalRepository } from "../../github/local-repository.ts";
import type { Installation } from "../../github/state.ts";
import { endFaithfully } from "../../github/testing/faithful.ts";
import { startWorkTree } from "../../github/work-tree.ts";
import { silentLog } from "../../support/log.ts";

/** As fast as the local GitHub takes them: most of what is tried here is not about how GitHub is spared. */
const writesPerMinute = 2000;

/** A local GitHub where the app is installed in `acme`, and the app as the server would make it. */
export type GithubWorld = {
  readonly github: LocalGithub;
  readonly installation: Installation;
  readonly app: GithubApp;
  /** Another process of the same app: it shares nothing with `app` but the credentials. */
  readonly anotherApp: (options?: {
    readonly timeout?: number;
    readonly log?: Logger;
    readonly writesPerMinute?: number;
  }) => GithubApp;
  readonly newRepo: (
    visibility?: RepoRef["visibility"],
  ) => Promise<{ readonly repo: RepoRef; readonly local: LocalRepository }>;
  /** Pushes a commit. All are in one repository, `acme/heads`. */
  readonly newHead: () => Promise<Head>;
  readonly heads: LocalRepository;
  /** How many requests of an operation were sent so far. */
  readonly sent: (operation: string) => number;
  /** Fails if GitHub would not have understood something that was said. */
  readonly stop: () => Promise<void>;
};

export async function startGithubWorld(options: LocalGithubOptions = {}): Promise<GithubWorld> {
  const github = await startLocalGithub(options);
  const installation = github.createOrganization("acme");
  const { id: appId, privateKey, webhookSecret } = github.app;
  const anotherApp: GithubWorld["anotherApp"] = (options = {}) =>
    createGithubApp({
      appId,
      privateKey,
      webhookSecret,
      baseUrl: github.apiUrl,
      log: silentLog,
      writesPerMinute,
      ...options,
    });
  const refTo = (local: LocalRepository, visibility: RepoRef["visibility"]): RepoRef => {
    const { id: repoId, owner, name, defaultBranch } = local;
    return { installationId: installation.id, repoId, owner, name, defaultBranch, visibility };
  };
  const heads = await github.createRepository({ owner: "acme", name: "heads" });
  const tree = await startWorkTree(heads);
  let count = 0;
  return {
    github,
    installation,
    app: anotherApp(),
    anotherApp,
    heads,
    newRepo: async (visibility = "private") => {
      count += 1;
      const local = await github.createRepository({ owner: "acme", name: `repo-${count}`, visibility });
      return { repo: refTo(local, visibility), local };
    },
    newHead: async () => {
      count += 1;
      const sha = await tree.commit({ message: `commit ${count}`, files: [["file.txt", `${count}\n`]] });
      await tree.push("main");
      return { repo: refTo(heads, "private"), sha };
    },
    sent: (operation) => github.requests.filter((request) => request.operation === operation).length,
    stop: () => endFaithfully(github, tree),
  };
}
