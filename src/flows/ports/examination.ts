import type { HookConfig, InstallationState, Permissions } from "../../core/doctor/judge-setup.ts";
import type { Diagnosis } from "../../core/doctor/diagnosis.ts";
import type { Attempt } from "../../core/delivery/missing-deliveries.ts";

/** What can be asked about an installed Keyward. All of it may reject: then it is not known. */
export type Examination = {
  /** Null: GitHub knows no app by our id and key. */
  readonly app: () => Promise<{
    readonly slug: string;
    readonly permissions: Permissions;
    readonly events: readonly string[];
    /** By how many seconds our clock is ahead of GitHub's; null: its answer does not say. */
    readonly clockAhead: number | null;
  } | null>;
  readonly installations: () => Promise<readonly InstallationState[]>;
  readonly hook: () => Promise<HookConfig>;
  readonly attemptsSince: (time: string) => Promise<readonly Attempt[]>;
  /** What Keyward's health check answers behind the webhook's address, asked from here. */
  readonly healthAt: (webhookUrl: string) => Promise<number>;
  /** What git says of its version; null: there is none. */
  readonly gitVersion: () => Promise<string | null>;
  readonly database: () => Promise<readonly Diagnosis[]>;
  /** About files that hold secrets, and who can read them. */
  readonly files: () => Promise<readonly Diagnosis[]>;
};
