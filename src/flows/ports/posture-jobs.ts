import type { RepoRef } from "../../core/change/change.ts";

export type PostureRef = { readonly installationId: number; readonly repoId: number };

/** Something happened that may have changed how a repository stands: it is looked at soon, however much happens until then. */
export type PlanPosture = { readonly name: "plan-posture"; readonly data: { readonly repo: RepoRef } };

/** Looks at repositories whose time has come. */
export type TickPosture = { readonly name: "tick-posture"; readonly data: { readonly minute: string } };

export type PostureJob =
  | { readonly name: "look-at-repository"; readonly data: { readonly repo: RepoRef } }
  | { readonly name: "publish-posture"; readonly data: PostureRef };
