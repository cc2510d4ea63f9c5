import type { Fact } from "./fact.ts";

/** A status check that must pass. `appId` null: whoever reports it. */
export type RequiredCheck = { readonly context: string; readonly appId: number | null };

/** What a branch asks of a change, from one source: classic protection, or the rules of all active rulesets together. */
export type BranchRequirements = {
  /** Approving reviews; 0: none, or no pull request is needed. */
  readonly reviews: number;
  readonly dismissesStaleReviews: boolean;
  readonly codeOwnerReview: boolean;
  readonly checks: readonly RequiredCheck[];
  readonly blocksForcePushes: boolean;
  readonly blocksDeletion: boolean;
  readonly conversationsResolved: boolean;
  readonly signedCommits: boolean;
  readonly linearHistory: boolean;
  /** Who need not keep to it; null: GitHub does not tell us. */
  readonly bypass: readonly Bypass[] | null;
  /** Where `bypass` is null: the permission that would tell. */
  readonly bypassToldTo?: string;
};

/** Somebody who need not keep to a branch's requirements, as GitHub names them. `openly`: only in a pull request, where all see it. */
export type Bypass = { readonly who: string; readonly openly: boolean };

/** A branch that is to be protected. A source that is known and null asks for nothing at all. */
export type BranchFacts = {
  readonly branch: string;
  readonly classic: Fact<BranchRequirements | null>;
  readonly rules: Fact<BranchRequirements | null>;
};

/** What one of a branch's sources says to a question; sources are asked each by itself, as the strictest of them holds. */
export type SourceAnswer = { readonly holds: boolean; readonly found: string };
