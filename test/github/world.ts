import { randomInt } from "node:crypto";
import type { AppIdentity } from "./app-identity.ts";
import type { Busy } from "./busy.ts";
import type { Faults } from "./faults.ts";
import type { RefUpdate } from "./git/bare-repository.ts";
import type { Delivery, RequestRecord, Violation } from "./records.ts";
import type { Account, Installation, OrganizationSettings, Repository, Token } from "./state.ts";

/** Everything one running local GitHub knows. Routes, git and pages work on it; only this process does. */
export type World = {
  /** Where people and git go, without a slash at the end. */
  readonly url: string;
  /** Where the REST API is: `url` and GitHub Enterprise Server's `/api/v3`. */
  readonly apiUrl: string;
  readonly app: AppIdentity;
  /** Holds the bare repositories. */
  readonly directory: string;
  /** By login in lower case. */
  readonly accounts: Map<string, Account>;
  readonly installations: Map<number, Installation>;
  readonly repositories: Map<number, Repository>;
  /** Former full names, in lower case, of renamed repositories. */
  readonly renamed: Map<string, Repository>;
  /** What owners of organizations set, by account id. */
  readonly organizations: Map<number, OrganizationSettings>;
  /** Ids of their members, by `org/team` in lower case. */
  readonly teams: Map<string, ReadonlySet<number>>;
  /** By the token's text. */
  readonly tokens: Map<string, Token>;
  readonly requests: RequestRecord[];
  readonly violations: Violation[];
  /** What the app pushed by git, and to where. */
  readonly pushedByApp: (RefUpdate & { readonly directory: string })[];
  readonly deliveries: Delivery[];
  readonly faults: Faults;
  readonly busy: Busy;
  /** A new id, larger than any before. */
  readonly nextId: () => number;
  /** What is said to be allowed to an installation. */
  readonly requestsPerHour: number;
  hookUrl: string | null;
  /** What webhooks are signed with. */
  hookSecret: string;
  /** How long a webhook may take to be answered. */
  readonly hookTimeoutMs: number;
  /** Ends what is still being sent when the local GitHub stops. */
  readonly stopped: AbortSignal;
};

/** Ids start somewhere else in each run, so that no test comes to rely on one. */
export function idSequence(): () => number {
  let last = randomInt(1_000_000, 9_000_000);
  return () => ++last;
}

export const fullName = (repository: Repository): string => `${repository.owner.login}/${repository.name}`;

/** The installation that sees a repository, if the app is installed on its owner. */
export const installationOf = (world: World, repository: Repository): Installation | undefined =>
  world.installations.values().find(({ account }) => account.id === repository.owner.id);

export const accountByLogin = (world: World, login: string): Account | undefined =>
  world.accounts.get(login.toLowerCase());

/** An account that a test names; throws if there is none. */
export function lookUpAccount(world: World, login: string): Account {
  const account = accountByLogin(world, login);
  if (account === undefined) throw new Error(`No account ${login}: create it with createUser or createOrganization`);
  return account;
}
