/** What the local GitHub remembers. All of it is in memory, except git objects and refs. Times are ISO 8601 in UTC, in whole seconds. */
import type { JsonObject } from "./json.ts";

export type Account = {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Organization" | "Bot";
  readonly createdAt: string;
  /** With which a user pushes; generated. */
  readonly password: string;
};

/** What a person may do in a repository, weakest first. */
export const roles = ["read", "triage", "write", "maintain", "admin"] as const;
export type Role = (typeof roles)[number];

export type Permissions = Readonly<Record<string, "read" | "write" | "admin">>;

/** The app installed on an account. It sees every repository of the account. */
export type Installation = {
  readonly id: number;
  readonly account: Account;
  readonly createdAt: string;
  readonly permissions: Permissions;
  suspendedAt: string | null;
};

export type Visibility = "public" | "private" | "internal";

export type Repository = {
  readonly id: number;
  readonly owner: Account;
  name: string;
  visibility: Visibility;
  defaultBranch: string;
  archived: boolean;
  hasIssues: boolean;
  /** Whether somebody has written a page. */
  hasWiki: boolean;
  /** The bare repository on disk. */
  readonly directory: string;
  readonly parent: Repository | null;
  readonly createdAt: string;
  pushedAt: string;
  /** By account id. Owners of the account are administrators without being named. */
  readonly roles: Map<number, Role>;
  /** Issues and pull requests, which share their numbers. */
  readonly issues: Map<number, Issue>;
  /** By name in lower case. */
  readonly labels: Map<string, Label>;
  readonly suites: Map<number, CheckSuite>;
  readonly runs: Map<number, CheckRun>;
  readonly advisories: Advisory[];
  readonly releases: Release[];
  /** What the traffic page counts; set by tests. */
  clones: {
    readonly count: number;
    readonly uniques: number;
    /** Default: all of them today. */
    readonly days?: readonly { readonly day: string; readonly count: number; readonly uniques: number }[];
  };
  topics: readonly string[];
  settings: RepositorySettings;
};

/** A security advisory that is not published. */
export type Advisory = {
  readonly ghsaId: string;
  summary: string;
  description: string;
  readonly severity: "critical" | "high" | "medium" | "low" | null;
  state: "draft" | "closed";
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  collaboratingUsers: readonly Account[];
  /** By their slugs. */
  collaboratingTeams: readonly string[];
};

/** What an administrator sets. Protection, rules and lists are kept as GitHub writes them. */
export type RepositorySettings = {
  /** Classic protection, by branch. */
  readonly protection: Readonly<Record<string, JsonObject>>;
  readonly rulesets: readonly Ruleset[];
  /** Stored secrets, by store: `actions`, `organization`, `dependabot`, `codespaces`, or `environment/NAME`. */
  readonly secrets: Readonly<Record<string, readonly NamedSecret[]>>;
  readonly deployKeys: readonly {
    readonly title: string;
    readonly readOnly: boolean;
    readonly createdAt: string;
    readonly lastUsed: string | null;
  }[];
  readonly webhooks: readonly Hook[];
  readonly workflowToken: "read" | "write";
  readonly workflowsApprove: boolean;
  readonly secretScanning: boolean;
  readonly pushProtection: boolean;
  readonly privateReporting: boolean;
};

/** Rules for branches; active, and for the default branch, if it says nothing else. */
export type Ruleset = {
  readonly id: number;
  readonly name: string;
  readonly rules: readonly JsonObject[];
  readonly bypassActors: readonly JsonObject[];
  readonly enforcement?: "active" | "evaluate" | "disabled";
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Whose it is. */
  readonly source?: "Repository" | "Organization";
  /** Who changed it, oldest first. */
  readonly history?: readonly { readonly by: number; readonly at: string }[];
};

export type Hook = { readonly url: string; readonly insecureSsl: "0" | "1"; readonly secret: boolean };

/** A fine-grained personal access token with access to an organization. */
export type AccessGrant = {
  readonly owner: string;
  readonly name: string;
  readonly grantedAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly selection: "all" | "subset";
};

export type NamedSecret = { readonly name: string; readonly createdAt: string; readonly updatedAt: string };

/** What the audit log of an organization holds. */
export type AuditEntry = {
  readonly actor?: string;
  readonly action: string;
  readonly repo: string;
  readonly at: string;
  /** Default: its place in the log. */
  readonly id?: string;
  readonly country?: string;
  readonly hashedToken?: string;
  readonly accessType?: string;
  readonly userAgent?: string;
  readonly isPublic?: boolean;
  /** Told without its id, as GitHub's description allows. */
  readonly isUnnamed?: boolean;
};

/** What an owner of an organization sets. */
export type OrganizationSettings = {
  readonly twoFactorRequired: boolean;
  readonly basePermission: "none" | "read" | "write" | "admin";
  readonly membersCreatePublicRepositories: boolean;
  /** By store: `actions`, `dependabot`, `codespaces`. */
  readonly secrets?: Readonly<Record<string, readonly NamedSecret[]>>;
  readonly webhooks?: readonly Hook[];
  readonly accessGrants?: readonly AccessGrant[];
  readonly ipAllowList?: boolean;
  /** Who did what to which repository (`owner/name`), the oldest first. Undefined: it is no Enterprise Cloud. */
  readonly auditLog?: readonly AuditEntry[];
  /** Default: `enterprise`. */
  readonly plan?: "free" | "team" | "enterprise";
};

/** What a new repository has on GitHub. */
export const newSettings: RepositorySettings = {
  protection: {},
  rulesets: [],
  secrets: {},
  deployKeys: [],
  webhooks: [],
  workflowToken: "read",
  workflowsApprove: false,
  secretScanning: false,
  pushProtection: false,
  privateReporting: false,
};

export type Label = { readonly id: number; name: string; color: string; description: string | null };

export type Issue = {
  readonly id: number;
  readonly number: number;
  readonly author: Account;
  title: string;
  body: string | null;
  state: "open" | "closed";
  stateReason: "completed" | "reopened" | "not_planned" | "duplicate" | null;
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  closedBy: Account | null;
  labels: Label[];
  assignees: Account[];
  readonly comments: Comment[];
  /** Set when the issue is a pull request. */
  readonly pull: Pull | null;
};

export type Pull = {
  readonly id: number;
  /** `null` once the fork was deleted. */
  headRepository: Repository | null;
  readonly headLabel: string;
  readonly headRef: string;
  headSha: string;
  readonly baseRef: string;
  baseSha: string;
  readonly draft: boolean;
  mergedAt: string | null;
  mergedBy: Account | null;
  mergeSha: string | null;
  readonly reviews: Review[];
  readonly reviewComments: ReviewComment[];
};

/** What somebody says of a pull request as a whole. */
export type Review = {
  readonly id: number;
  readonly author: Account;
  body: string;
  readonly commit: string;
  readonly createdAt: string;
  updatedAt: string;
};

/** A comment on a line of a pull request. */
export type ReviewComment = Review & { readonly path: string; readonly line: number };

export type Release = {
  readonly id: number;
  readonly author: Account;
  readonly tag: string;
  name: string | null;
  body: string | null;
  readonly createdAt: string;
  updatedAt: string;
};

export type Reaction = {
  readonly id: number;
  readonly content: string;
  readonly by: Account;
  readonly createdAt: string;
};

export type Comment = {
  readonly id: number;
  readonly author: Account;
  body: string;
  readonly createdAt: string;
  updatedAt: string;
  readonly reactions: Reaction[];
};

/** All check runs of the app on one commit. */
export type CheckSuite = {
  readonly id: number;
  readonly headSha: string;
  readonly headBranch: string | null;
  readonly before: string | null;
  readonly createdAt: string;
  updatedAt: string;
};

export const conclusions = [
  "action_required",
  "cancelled",
  "failure",
  "neutral",
  "success",
  "skipped",
  "stale",
  "timed_out",
] as const;
export type Conclusion = (typeof conclusions)[number];

export type CheckRun = {
  readonly id: number;
  readonly suite: CheckSuite;
  name: string;
  externalId: string;
  detailsUrl: string | null;
  status: "queued" | "in_progress" | "completed";
  conclusion: Conclusion | null;
  startedAt: string;
  completedAt: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  /** GitHub only ever appends to these. */
  readonly annotations: Annotation[];
  actions: readonly CheckAction[];
};

export type CheckAction = { readonly label: string; readonly description: string; readonly identifier: string };

export type Annotation = {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column: number | null;
  readonly end_column: number | null;
  readonly annotation_level: "notice" | "warning" | "failure";
  readonly title: string | null;
  readonly message: string;
  readonly raw_details: string | null;
};

/** An installation token handed out. `repositoryIds` is null when it may use all repositories of the installation. */
export type Token = {
  readonly installation: Installation;
  readonly permissions: Permissions;
  readonly repositoryIds: ReadonlySet<number> | null;
  expiresAt: number;
};
