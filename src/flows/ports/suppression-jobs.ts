import type { RepoRef } from "../../core/change/change.ts";

/** One secret of an installation. */
export type SuppressionRef = { readonly installationId: number; readonly fingerprint: string };

/** Brings the incident and the checks of a secret to what is now said about it. */
export type SettleSuppression = { readonly name: "settle-suppression"; readonly data: SuppressionRef };

/** Brings what is suppressed to what the configuration of a repository says now. */
export type SyncSuppressions = { readonly name: "sync-suppressions"; readonly data: { readonly repo: RepoRef } };
