import type { RepoRef } from "../../core/change/change.ts";

export type PostureRef = { readonly installationId: number; readonly repoId: number };

/** Something happened that may have changed how a repository stands: it is looked at soon, however much happens until then. */
export type PlanPosture = { readonly name: "plan-posture"; readonly data: { readonly repo: RepoRef } };

/** Something happened that may have changed how all repositories of an installation stand. */
export type PlanAllPostures = { readonly name: "plan-all-postures"; readonly data: InstallationRef };

/** Looks at repositories whose time has come. */
export type TickPosture = { readonly name: "tick-posture"; readonly data: { readonly minute: string } };

/** Finds out where the app is installed. */
export type ListInstallations = { readonly name: "list-installations"; readonly data: { readonly minute: string } };

export type InstallationRef = { readonly installationId: number };

export type PostureJob =
  | { readonly name: "look-at-repository"; readonly data: { readonly repo: RepoRef } }
  | { readonly name: "publish-posture"; readonly data: PostureRef }
  /** Finds out which repositories an installation sees. `permissions`: what it may do has changed. */
  | { readonly name: "list-repositories"; readonly data: InstallationRef & { readonly permissions: boolean } }
  | { readonly name: "look-at-organization"; readonly data: InstallationRef & { readonly owner: string } }
  | { readonly name: "publish-summary"; readonly data: InstallationRef };
