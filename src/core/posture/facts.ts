import type { BranchFacts } from "./branch.ts";
import type { Fact, Unknown } from "./fact.ts";
import type { IgnoreFile } from "./gitignore/ignore-rules.ts";

/** A repository's own settings. */
export type RepositoryFacts = {
  readonly visibility: "public" | "private" | "internal";
  readonly ownedBy: "organization" | "person";
  readonly archived: boolean;
  readonly defaultBranch: string;
  /** What the organization says of it; several values of one are joined by commas. */
  readonly properties: Readonly<Record<string, string>>;
};

/** The files of the default branch. Paths and ignore files are byte strings. */
export type TreeFacts = { readonly paths: readonly string[]; readonly ignoreFiles: readonly IgnoreFile[] };

/** A file below `.github/workflows`, or an action of the repository's own. */
export type WorkflowFile = { readonly path: string; readonly text: string };

/** A tracked file with a name that promises a credential, and what is in it. */
export type SensitiveFile = {
  /** A byte string. */
  readonly path: string;
  readonly content: SensitiveContent;
};

export type SensitiveContent =
  /** `credentials`: what was found, by the titles of rules. `onlyPublic`: certificates and public keys and nothing else. */
  | { readonly kind: "read"; readonly credentials: readonly string[]; readonly onlyPublic: boolean }
  | { readonly kind: "unread"; readonly reason: string };

/** What `GITHUB_TOKEN` may do when a workflow does not say. */
export type WorkflowDefaults = { readonly token: "read" | "write"; readonly canApproveReviews: boolean };

/** The name and age of a secret that GitHub keeps. GitHub never gives its value. Times are ISO 8601. */
export type StoredSecret = {
  readonly store:
    | "actions"
    | "dependabot"
    | "codespaces"
    | "environment"
    | "organization"
    | "organization dependabot"
    | "organization codespaces";
  /** Of the secrets of an environment: its name. */
  readonly environment: string | null;
  readonly name: string;
  readonly createdAt: string;
  readonly updatedAt: string;
};

/** What could be read of the stores that GitHub keeps secrets in, and why the others could not. */
export type StoredSecrets = { readonly secrets: readonly StoredSecret[]; readonly unread: readonly Unknown[] };

/** A fine-grained personal access token that has access to the organization. */
export type AccessToken = {
  readonly owner: string;
  readonly name: string;
  readonly grantedAt: string;
  /** null: never. */
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  /** All of the organization's repositories, present and future. */
  readonly everyRepository: boolean;
};

export type DeployKey = {
  readonly id: number;
  readonly title: string;
  readonly readOnly: boolean;
  readonly createdAt: string;
  /** null: never, as far as GitHub knows. */
  readonly lastUsedAt: string | null;
};

export type Webhook = {
  readonly id: number;
  /** Only the host: the rest of an address can hold a credential. */
  readonly host: string;
  readonly https: boolean;
  readonly verifiesCertificate: boolean;
  readonly hasSecret: boolean;
  readonly active: boolean;
};

/** GitHub's own protections. null: not offered for this repository (its plan does not have it). */
export type SecurityFeatures = {
  readonly secretScanning: boolean | null;
  readonly pushProtection: boolean | null;
};

export type OrganizationFacts = {
  readonly twoFactorRequired: boolean;
  readonly basePermission: "none" | "read" | "write" | "admin";
  readonly membersCreatePublicRepositories: boolean;
};

/** Everything a check may ask for. */
export type FactValues = {
  readonly repository: RepositoryFacts;
  readonly branches: readonly BranchFacts[];
  readonly tree: TreeFacts;
  /** The security policy that its owner gives to all repositories without one: its path. null: there is none. */
  readonly sharedPolicy: string | null;
  readonly workflows: readonly WorkflowFile[];
  readonly workflowDefaults: WorkflowDefaults;
  readonly sensitiveFiles: readonly SensitiveFile[];
  readonly secrets: StoredSecrets;
  readonly deployKeys: readonly DeployKey[];
  readonly webhooks: readonly Webhook[];
  readonly security: SecurityFeatures;
  readonly privateReporting: boolean;
  readonly organization: OrganizationFacts;
  readonly organizationSecrets: StoredSecrets;
  readonly organizationWebhooks: readonly Webhook[];
  readonly accessTokens: readonly AccessToken[];
  /** null: its plan does not have one. */
  readonly ipAllowList: boolean | null;
};

export type FactName = keyof FactValues;

/** Facts that follow from the files of the default branch and from nothing else. */
export const contentFacts: ReadonlySet<FactName> = new Set<FactName>(["tree", "workflows", "sensitiveFiles"]);

export type Facts = { readonly [Name in FactName]: Fact<FactValues[Name]> };
